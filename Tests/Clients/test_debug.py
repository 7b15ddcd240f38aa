# SPDX-License-Identifier: Apache-2.0
"""`martlet start --debug`: functions whose processes are started by hand."""
import concurrent.futures
import contextlib
import json
import os
import re
import signal
import subprocess

import pytest

from emulator import MARTLET, client_environment
from functions import function, write_bootstrap, write_template
from waiting import eventually

# Tells its process and its deadline; waits at a named pipe first when its event names one.
RUNTIME = """
import http.client, json, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
print("started", flush=True)
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = json.loads(answer.read())
    print("event", json.dumps(event), flush=True)
    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    if "gate" in event:
        open(event["gate"]).close()
    result = json.dumps({"pid": os.getpid(), "deadline": int(answer.headers["Lambda-Runtime-Deadline-Ms"]),
                         "own": os.environ.get("OWN"), "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
                         "folder": os.getcwd(), "arn": answer.headers["Lambda-Runtime-Invoked-Function-Arn"]})
    api.request("POST", f"/2018-06-01/runtime/invocation/{request}/response", result)
    api.getresponse().read()
"""


@pytest.fixture
def emulator(start, tmp_path):
    write_bootstrap(tmp_path / "code", RUNTIME)
    return start(write_template(tmp_path, {
        "Thing": function("code/", FunctionName="thing", AutoPublishAlias="live", Timeout=1,
                          Environment={"Variables": {"OWN": "it's mine"}}),
        "Other": function("code/", FunctionName="other"),
    }), "--debug", "Thing=0")


@contextlib.contextmanager
def by_hand(emulator):
    """The function's process, started as the emulator says; with what it has printed."""
    (command,) = re.findall(r"Thing waits at .* for you to start it.*\n  (.*)\n", emulator.log)
    process = subprocess.Popen(
        ["bash", "-c", command.replace(" && env ", " && exec env ")], env={"PATH": os.environ["PATH"]}, text=True,
        stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(process, line):
    for printed in process.stdout:
        if line in printed:
            return
    raise AssertionError(f"ended without {line}")


def call(client, event=None, name="thing"):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event or {}))
    assert "FunctionError" not in response
    return json.load(response["Payload"])


def test_a_process_of_ones_own_runs_all_versions_without_a_deadline(emulator, tmp_path):
    client = emulator.client("lambda")
    with by_hand(emulator) as process:
        for name in ("thing", "thing:live", "thing:1"):
            answer = call(client, name=name)
            assert (answer["pid"], answer["own"]) == (process.pid, "it's mine")
            assert answer["arn"].endswith(f"function:{name}") and answer["version"] == "$LATEST"
            assert os.path.samefile(answer["folder"], tmp_path / "code")
        # The function's own second is not what it has.
        assert call(client)["deadline"] - call(client, name="other")["deadline"] > 1_000_000_000
        assert call(client, name="other")["pid"] in emulator.functions()


def test_calls_wait_for_the_process_one_after_the_other(emulator, tmp_path):
    client = emulator.client("lambda")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(call, client) for _ in range(3)]
        with by_hand(emulator) as process:
            assert {done.result(timeout=30)["pid"] for done in calls} == {process.pid}
    assert not emulator.functions()


def test_the_process_may_go_and_the_next_takes_its_call_over(emulator, tmp_path):
    os.mkfifo(gate := tmp_path / "gate")
    client = emulator.client("lambda")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with by_hand(emulator) as process:
            running = pool.submit(call, client, {"gate": str(gate)})
            until(process, "event")
            process.send_signal(signal.SIGKILL)
        with by_hand(emulator) as process:
            until(process, "event")
            gate.open("w").close()
            assert running.result(timeout=30)["pid"] == process.pid
        # One that went while it was idle is not missed either.
        waiting = pool.submit(call, client)
        with by_hand(emulator) as process:
            assert waiting.result(timeout=30)["pid"] == process.pid


def test_an_init_error_is_told_to_whoever_starts_the_process(emulator):
    import http.client

    (address,) = re.findall(r"Thing waits at (\S+) ", emulator.log)
    connection = http.client.HTTPConnection(address)
    connection.request("POST", "/2018-06-01/runtime/init/error", '{"errorMessage": "no luck"}')
    assert connection.getresponse().status == 202
    eventually(lambda: 'thing, which you run, has failed to start: {"errorMessage": "no luck"}' in emulator.log,
               what="the message")
    with by_hand(emulator) as process:
        assert call(emulator.client("lambda"))["pid"] == process.pid


def test_a_function_that_is_not_there_and_a_port_that_is_taken_are_said_in_words(emulator, tmp_path):
    (port,) = re.findall(r"Thing waits at 127.0.0.1:(\d+) ", emulator.log)
    for argument, words in (("Nobody=0", "There is no function Nobody to debug. The template has Thing, Other."),
                            (f"thing={port}", "Thing cannot be debugged: "), ("Thing", "Thing")):
        run = subprocess.run(
            [MARTLET, "start", "--port", "0", "--api-port", "0", "--ephemeral", "--debug", argument], cwd=tmp_path,
            env=client_environment(), capture_output=True, text=True, timeout=60)
        assert run.returncode > 0 and words in run.stderr, run.stderr
