# SPDX-License-Identifier: Apache-2.0
"""`martlet start --watch`: new builds, sources and the template are brought in while functions run."""
import concurrent.futures
import json
import os
import sys
import threading
import time

import pytest

from functions import function, write_bootstrap, write_template
from waiting import eventually

# Answers with its variant; waits at a named pipe first when its event names one.
VARIANT = """
import http.client, json, os, sys
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = json.loads(answer.read())
    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    if "gate" in event:
        print("waiting at the gate", flush=True)
        open(event["gate"]).close()
    result = json.dumps(["VARIANT", os.environ.get("OWN")])
    api.request("POST", f"/2018-06-01/runtime/invocation/{request}/response", result)
    api.getresponse().read()
    if event.get("do") == "exit":
        sys.exit(0)
"""


def text(variant):
    return f"#!{sys.executable}\n{VARIANT.replace('VARIANT', variant)}"


def replace(folder, variant):
    """As linkers and editors do: a new file takes the old one's name."""
    write_bootstrap(folder / "new", VARIANT.replace("VARIANT", variant))
    os.replace(folder / "new" / "bootstrap", folder / "bootstrap")


def call(client, event=None, name="f"):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event or {}))
    assert "FunctionError" not in response
    return json.load(response["Payload"])[0]


@pytest.fixture
def folder(tmp_path):
    replace(tmp_path / "code", "one")
    return tmp_path / "code"


@pytest.fixture
def emulator(start, tmp_path, folder):
    return start(write_template(tmp_path, {
        "F": function("code/", FunctionName="f", AutoPublishAlias="live")}), "--watch")


@pytest.fixture
def client(emulator):
    return emulator.client("lambda", max_pool_connections=10)


def test_the_next_call_after_a_build_runs_the_new_code_and_none_is_refused(emulator, client, folder):
    assert call(client) == call(client, name="f:live") == "one"
    is_over = threading.Event()

    def keep_calling(name):
        seen = []
        while not is_over.is_set():
            seen.append(call(client, name=name))
        return seen

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        callers = [pool.submit(keep_calling, name) for name in ("f", "f", "f:live", "f:live")]
        for variant in ("two", "three"):
            replace(folder, variant)
            eventually(lambda: call(client) == variant, what="the new code")
            eventually(lambda: call(client, name="f:live") == variant, what="the new code by the alias")
        is_over.set()
        for caller in callers:
            seen = caller.result(timeout=30)
            # Once new, never old again.
            assert seen == sorted(seen, key=["one", "two", "three"].index)
    assert client.get_alias(FunctionName="f", Name="live")["FunctionVersion"] == "3"
    assert "F runs its new code as version 3" in emulator.log


def test_the_new_code_runs_within_a_second(client, folder):
    def seconds_until(variant):
        replace(folder, variant)
        began = time.monotonic()
        eventually(lambda: call(client) == variant, what="the new code")
        return time.monotonic() - began

    assert call(client) == "one"
    # The machine may be busy with something else for one of them.
    assert min(seconds_until(variant) for variant in ("two", "three", "four")) < 1


def test_what_runs_ends_on_the_old_code(emulator, client, folder, tmp_path):
    os.mkfifo(gate := tmp_path / "gate")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(call, client, {"gate": str(gate)})
        eventually(lambda: "waiting at the gate" in emulator.log, what="the call")
        replace(folder, "two")
        eventually(lambda: "F runs its new code" in emulator.log, what="the new code")
        assert call(client) == "two"
        gate.open("w").close()
        assert running.result(timeout=30) == "one"


def test_a_half_written_file_is_not_started(emulator, client, folder):
    assert call(client) == "one"
    whole = text("two")
    with open(folder / "bootstrap", "w") as file:
        file.write(whole[:len(whole) // 2])
        file.flush()
        # An environment that starts now starts what was whole.
        for _ in range(3):
            assert call(client, {"do": "exit"}) == "one"
        assert "runs its new code" not in emulator.log
        file.write(whole[len(whole) // 2:])
    eventually(lambda: call(client) == "two", what="the new code")
    (folder / "bootstrap").unlink()
    assert call(client, {"do": "exit"}) == call(client) == "two"
    replace(folder, "three")
    eventually(lambda: call(client) == "three", what="the code that is there again")


def test_an_edited_template_is_brought_in_as_far_as_it_can_be(emulator, client, folder, tmp_path):
    def own(name="f"):
        return json.load(client.invoke(FunctionName=name, Payload="{}")["Payload"])[1]

    resources = {"F": function(
        "code/", FunctionName="f", AutoPublishAlias="live", Environment={"Variables": {"OWN": "1"}})}
    assert own() is None
    write_template(tmp_path, resources)
    eventually(lambda: own() == own("f:live") == "1", what="the variable")
    (tmp_path / "template.json").write_text("{")
    eventually(lambda: "template.json cannot be used as it is now" in emulator.log, what="the complaint")
    resources["G"] = function("code/", FunctionName="g")
    resources["Inputs"] = {"Type": "AWS::S3::Bucket"}
    write_template(tmp_path, resources)
    eventually(lambda: "start martlet again for what has changed of buckets" in emulator.log, what="the advice")
    assert "template.json: F is changed" in emulator.log and "template.json: G is added" in emulator.log
    assert call(client, name="g") == "one" and own() == "1"
    replace(folder, "two")
    eventually(lambda: call(client, name="g") == call(client) == "two", what="the new code of both")


# A build is a copy of the source; it says what swift says.
SWIFT = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    -c) configuration=$2 ;;
    --product) product=$2 ;;
  esac
  shift
done
echo "[1/2] Compiling $product"
if grep -q broken "Sources/$product/main.swift"; then
  echo "main.swift:1:1: error: cannot find 'broken' in scope"
  exit 1
fi
mkdir -p ".build/$configuration"
cp "Sources/$product/main.swift" ".build/$configuration/$product.new"
chmod 755 ".build/$configuration/$product.new"
mv ".build/$configuration/$product.new" ".build/$configuration/$product"
"""


def test_a_changed_source_is_built_and_a_failed_build_is_shown(start, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "swift").write_text(SWIFT)
    (tmp_path / "bin" / "swift").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    source = tmp_path / "Sources" / "Thing" / "main.swift"
    source.parent.mkdir(parents=True)
    source.write_text(text("one"))
    resource = function("unused/", FunctionName="thing")
    resource["Metadata"] = {"Martlet": {"SwiftProduct": "Thing"}}
    emulator = start(write_template(tmp_path, {"Thing": resource}), "--watch")
    client = emulator.client("lambda")
    assert call(client, name="thing") == "one"
    source.write_text(text("two"))
    eventually(lambda: call(client, name="thing") == "two", what="the new build")
    source.write_text("broken\n")
    eventually(lambda: "error: cannot find 'broken' in scope" in emulator.log, what="the compiler's words")
    assert "building Thing failed; it runs on as it was" in emulator.log
    assert call(client, name="thing") == "two"
    # A build by hand is noticed too, in whatever configuration.
    (tmp_path / ".build" / "debug").mkdir()
    (tmp_path / ".build" / "debug" / "new").write_text(text("three"))
    (tmp_path / ".build" / "debug" / "new").chmod(0o755)
    os.replace(tmp_path / ".build" / "debug" / "new", tmp_path / ".build" / "debug" / "Thing")
    eventually(lambda: call(client, name="thing") == "three", what="the build by hand")
