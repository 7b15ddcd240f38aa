# SPDX-License-Identifier: Apache-2.0
"""`martlet start` as a process: what it prints, and what it leaves behind."""
import json
import os
import platform
import re
import signal
import subprocess

import boto3
import pytest

from emulator import MARTLET, birth, client_environment
from functions import function, write_actor, write_template
from waiting import eventually


def test_the_ready_line_names_the_endpoint_and_each_api(application):
    assert set(application.ready) == {"event", "endpoint", "apis"}
    assert application.ready["event"] == "ready"
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", application.endpoint)
    assert re.fullmatch(r"[a-z0-9]{10}", next(iter(application.apis)))
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", application.api)


def test_ready_comes_once_and_first(application):
    lines = [json.loads(line) for line in application.output if line.startswith("{")]
    assert lines[0]["event"] == "ready"
    assert [line.get("event") for line in lines].count("ready") == 1


def test_a_template_without_an_api_has_no_api_address(start, tmp_path):
    write_actor(tmp_path)
    assert start(tmp_path / "template.json").apis == {}


def test_two_emulators_live_side_by_side(start, tmp_path):
    template = write_actor(tmp_path)
    first, second = start(template), start(template)
    assert first.endpoint != second.endpoint
    for emulator in (first, second):
        assert emulator.client("lambda").invoke(FunctionName="actor", Payload="{}")["StatusCode"] == 200


def test_ctrl_c_ends_every_child(start, tmp_path):
    emulator = start(write_actor(tmp_path))
    marks = [tmp_path / f"mark{number}" for number in range(3)]
    client = emulator.client("lambda")
    for mark in marks:
        client.invoke(FunctionName="actor", InvocationType="Event", Payload=json.dumps({"do": "hang", "mark": str(mark)}))
    eventually(lambda: all(mark.exists() for mark in marks), what="three running functions")
    assert len(emulator.functions()) >= 3
    assert emulator.stop() == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_ends_every_child(start, tmp_path, end):
    emulator = start(write_actor(tmp_path))
    emulator.client("lambda").invoke(FunctionName="actor", Payload="{}")
    family = emulator.functions()
    assert family
    emulator.is_stopped = True
    emulator.process.send_signal(end)
    emulator.process.wait(timeout=30)
    eventually(lambda: not any(birth(pid) == born for pid, born in family.items()), what="the end of all children")


def test_what_left_its_session_is_ended_with_its_function(start, tmp_path):
    emulator = start(write_actor(tmp_path))
    client = emulator.client("lambda")

    def daemon(file):
        answer = client.invoke(FunctionName="actor", Payload=json.dumps({"do": "daemon", "file": str(file)}))
        assert "FunctionError" not in answer, answer["Payload"].read()
        pid = int(file.read_text())
        return pid, birth(pid)

    pid, born = daemon(tmp_path / "first")
    assert born
    assert client.invoke(FunctionName="actor", Payload='{"do": "kill"}')["FunctionError"] == "Unhandled"
    eventually(lambda: birth(pid) != born, what="the end of what a killed function had started")
    pid, born = daemon(tmp_path / "second")
    assert emulator.stop() == 0
    eventually(lambda: birth(pid) != born, what="the end of what a function had started")


def test_a_port_in_use_is_said_in_words(application, tmp_path):
    port = application.endpoint.rsplit(":", 1)[1]
    run = subprocess.run(
        [MARTLET, "start", "--port", port, "--api-port", "0", "--ephemeral", str(write_actor(tmp_path))],
        cwd=tmp_path, env=client_environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode not in (0, -signal.SIGTRAP, -signal.SIGILL, -signal.SIGABRT)
    assert port in run.stderr


def test_a_start_that_fails_leaves_nothing_behind(tmp_path):
    (tmp_path / "tmp").mkdir()
    template = write_actor(tmp_path)
    run = subprocess.run(
        [MARTLET, "start", "--port", "0", "--host", "192.0.2.1", "--ephemeral", str(template)], cwd=tmp_path,
        env=client_environment() | {"TMPDIR": str(tmp_path / "tmp")}, capture_output=True, text=True, timeout=60)
    assert run.returncode > 0
    assert "192.0.2.1" in run.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_log_that_nobody_reads_holds_nothing_up(tmp_path):
    """What the functions write goes into a pipe that nobody reads; a pipe takes 64 KiB."""
    reader, writer = os.pipe()
    with open(writer, "wb") as log, subprocess.Popen(
            [MARTLET, "start", "--port", "0", "--ephemeral", "--json", str(write_actor(tmp_path))], cwd=tmp_path,
            env=client_environment(), stdout=subprocess.PIPE, stderr=log, text=True) as process:
        endpoint = json.loads(process.stdout.readline())["endpoint"]
        client = boto3.client(
            "lambda", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test")
        for _ in range(3):
            event = {"do": "log", "lines": 2000}
            assert client.invoke(FunctionName="actor", Payload=json.dumps(event))["StatusCode"] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    os.close(reader)


def test_a_missing_template_is_said_in_words(tmp_path):
    run = subprocess.run(
        [MARTLET, "start", "--port", "0", "nothing.json"], cwd=tmp_path, env=client_environment(), capture_output=True,
        text=True, timeout=60)
    assert run.returncode > 0
    assert "nothing.json" in run.stderr


def test_a_resource_that_martlet_does_not_run_is_named(start, tmp_path):
    emulator = start(write_template(
        tmp_path, {"Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}}))
    assert "AWS::Kinesis::Stream" in emulator.log


def test_a_function_that_martlet_cannot_run_is_refused(tmp_path):
    template = write_template(tmp_path, {"Snake": function("code/", Runtime="dotnet8")})
    run = subprocess.run(
        [MARTLET, "start", "--port", "0", "--api-port", "0", "--ephemeral", str(template)], cwd=tmp_path,
        env=client_environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode > 0
    assert "dotnet8" in run.stderr


def test_a_function_for_another_machine_runs_and_is_warned_about(start, tmp_path):
    other = "x86_64" if platform.machine() == "aarch64" else "arm64"
    emulator = start(write_actor(tmp_path, Architectures=[other]))
    assert f"Actor is made for {other}; here it runs on" in emulator.log
    assert emulator.client("lambda").invoke(FunctionName="actor", Payload="{}")["StatusCode"] == 200


def test_the_digest_of_a_folder_of_code_changes_with_the_code(start, tmp_path):
    def digest():
        emulator = start(template)
        return emulator.client("lambda").get_function(FunctionName="actor")["Configuration"]["CodeSha256"]

    template = write_actor(tmp_path)
    first = digest()
    assert digest() == first
    with open(tmp_path / "actor" / "bootstrap", "a") as bootstrap:
        bootstrap.write("\n# a change\n")
    assert digest() != first


def test_state_is_kept_where_it_is_said(tmp_path):
    write_actor(tmp_path)
    process = subprocess.Popen(
        [MARTLET, "start", "--port", "0", "--api-port", "0", "--state", "kept", "--json"], cwd=tmp_path,
        env=client_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert json.loads(process.stdout.readline())["event"] == "ready"
        assert os.listdir(tmp_path / "kept")
        assert not (tmp_path / ".martlet").exists()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
