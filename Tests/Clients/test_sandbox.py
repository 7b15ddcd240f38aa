# SPDX-License-Identifier: Apache-2.0
"""Execution environments as AWS's sandboxes: memory, /tmp, freezing, idleness, and what is left behind."""
import base64
import json
import os
import pathlib
import signal
import time

import pytest

from emulator import birth
from functions import function, write_bootstrap, write_template
from waiting import eventually

BOOTSTRAP = """
import http.client, json, os, subprocess, sys, tempfile, threading, time

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
held = []
ticks = {"count": 0, "longest": 0.0}


def call(method, path, body=None):
    connection = http.client.HTTPConnection(API)
    connection.request(method, "/2018-06-01/runtime/invocation/" + path, body)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.headers, content


def count(file):
    last = time.monotonic()
    while True:
        threading.Event().wait(0.005)
        now = time.monotonic()
        ticks["longest"] = max(ticks["longest"], now - last)
        ticks["count"] += 1
        last = now
        with open(file + ".new", "w") as new:
            new.write(str(ticks["count"]))
        os.replace(file + ".new", file)


def take(megabytes):
    held.append(b"x" * (megabytes << 20))


while True:
    headers, payload = call("GET", "next")
    request = headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(payload)
    result = {"pid": os.getpid(), "tmp": tempfile.gettempdir()}
    match event.get("do"):
        case "take":
            take(event["megabytes"])
        case "take-and-wait":
            take(event["megabytes"])
            threading.Event().wait()
        case "take-in-child":
            script = f"x = b'x' * ({event['megabytes']} << 20); import signal; signal.pause()"
            subprocess.run([sys.executable, "-c", script])
        case "map-file":
            import mmap
            with open(event["file"], "rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            sum(mapped[at] for at in range(0, len(mapped), 4096))
            held.append(mapped)
        case "write":
            with open(os.path.join(tempfile.gettempdir(), "kept"), "w") as file:
                file.write(event["text"])
        case "read":
            path = os.path.join(tempfile.gettempdir(), "kept")
            result["kept"] = open(path).read() if os.path.exists(path) else None
        case "count":
            threading.Thread(target=count, args=(event["file"],), daemon=True).start()
        case "exit":
            sys.exit(3)
    call("POST", request + "/response", json.dumps(result | ticks))
"""


def template(folder, **properties):
    write_bootstrap(folder / "code", BOOTSTRAP)
    return write_template(folder, {"Box": function("code/", FunctionName="box", **properties)})


def invoke(client, **event):
    response = client.invoke(FunctionName="box", Payload=json.dumps(event), LogType="Tail")
    report = base64.b64decode(response["LogResult"]).decode().splitlines()[-1]
    return response, json.loads(response["Payload"].read()), report


def result(client, **event):
    response, payload, report = invoke(client, **event)
    assert "FunctionError" not in response, payload
    return payload


def is_stopped(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].startswith("T")


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    from conftest import running

    folder = tmp_path_factory.mktemp("box")
    with running(folder, template(folder)) as emulator:
        yield emulator


@pytest.mark.parametrize("do", ["take", "take-and-wait", "take-in-child"])
def test_a_function_that_uses_more_memory_than_it_has_is_killed(box, do):
    client = box.client("lambda")
    assert "FunctionError" in invoke(client, do="exit")[0]  # the first result of an environment is always looked at
    response, payload, report = invoke(client, do=do, megabytes=200)
    assert response["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert "\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t" in report
    assert report.endswith("\tStatus: error\tError Type: Runtime.OutOfMemory")
    assert result(client)


def test_memory_within_the_limit_is_reported_and_let_be(box):
    client = box.client("lambda")
    pid = result(client, do="take", megabytes=60)["pid"]

    def used():
        _, payload, report = invoke(client)
        assert payload["pid"] == pid
        return int(report.split("Max Memory Used: ")[1].split()[0])

    # Reports repeat what was read at most 100 ms ago.
    assert eventually(lambda: (megabytes := used()) >= 60 and megabytes, what="what the function has taken") < 128


def test_files_that_are_mapped_are_no_reason_to_kill(box, tmp_path):
    large = tmp_path / "large"
    with open(large, "wb") as file:
        for _ in range(160):
            file.write(b"\1" * (1 << 20))
    assert result(box.client("lambda"), do="map-file", file=str(large))


def test_tmp_is_kept_while_warm_and_gone_afterwards(start, tmp_path):
    emulator = start(template(tmp_path))
    client = emulator.client("lambda")
    first = result(client, do="write", text="warm")
    folder = pathlib.Path(first["tmp"])
    assert folder.is_dir() and folder != pathlib.Path("/tmp")
    assert result(client, do="read")["kept"] == "warm"
    assert "FunctionError" in invoke(client, do="exit")[0]
    eventually(lambda: not folder.exists(), what="the end of the environment's folder")
    second = result(client, do="read")
    assert second["kept"] is None and second["tmp"] != first["tmp"]
    emulator.stop()
    assert not pathlib.Path(second["tmp"]).exists()


def test_an_idle_function_stands_still_until_its_next_event(start, tmp_path):
    client = start(template(tmp_path)).client("lambda")
    file = tmp_path / "ticks"
    pid = result(client, do="count", file=str(file))["pid"]
    eventually(lambda: is_stopped(pid), what="the function's processes to be stopped")
    before = file.read_text()
    end = time.monotonic() + 0.3
    eventually(lambda: time.monotonic() > end, what="time to pass for others")
    assert file.read_text() == before
    after = result(client)
    assert after["pid"] == pid
    assert after["count"] - int(before) < 20
    eventually(lambda: result(client)["longest"] >= 0.3, what="the function to see the time jump")


def test_an_idle_function_goes_on_where_freezing_is_turned_off(start, tmp_path):
    client = start(template(tmp_path), "--no-freeze").client("lambda")
    file = tmp_path / "ticks"
    pid = result(client, do="count", file=str(file))["pid"]
    eventually(lambda: file.exists() and int(file.read_text()) > 60, what="ticks of an idle function")
    assert not is_stopped(pid)


def test_a_stopped_function_ends_with_the_emulator(start, tmp_path):
    emulator = start(template(tmp_path))
    pid = result(emulator.client("lambda"))["pid"]
    eventually(lambda: is_stopped(pid), what="the function's processes to be stopped")
    assert emulator.stop() == 0


def test_an_idle_function_ends_after_a_while(start, tmp_path):
    emulator = start(template(tmp_path), "--idle-timeout", "1")
    client = emulator.client("lambda")
    first = result(client)["pid"]
    eventually(lambda: first not in emulator.functions(), what="the end of the idle function")
    assert result(client)["pid"] != first


@pytest.mark.parametrize("stopped", [True, False])
def test_no_function_outlives_an_emulator_that_is_killed(start, tmp_path, stopped):
    emulator = start(template(tmp_path), *([] if stopped else ["--no-freeze"]))
    answer = result(emulator.client("lambda"))
    if stopped:
        eventually(lambda: is_stopped(answer["pid"]), what="the function's processes to be stopped")
    family = emulator.functions()
    assert answer["pid"] in family
    emulator.is_stopped = True
    os.kill(emulator.process.pid, signal.SIGKILL)
    emulator.process.wait()
    eventually(lambda: not any(birth(pid) == born for pid, born in family.items()), what="the end of all functions")
    # What is left of it goes when the next one starts.
    assert pathlib.Path(answer["tmp"]).exists()
    start(tmp_path / "template.json")
    assert not pathlib.Path(answer["tmp"]).exists()
