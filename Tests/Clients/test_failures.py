# SPDX-License-Identifier: Apache-2.0
"""What a caller gets when a function fails, in AWS's shapes, and that the emulator serves on."""
import concurrent.futures
import json
import os
import signal

import pytest

from functions import function, write_actor, write_bootstrap, write_template
from waiting import eventually


def fail(client, event, name="actor"):
    """Invokes; returns the error's type, its message without the request id, and whether that was the right one."""
    response = client.invoke(FunctionName=name, Payload=json.dumps(event))
    assert response["StatusCode"] == 200
    assert response["FunctionError"] == "Unhandled"
    payload = json.loads(response["Payload"].read())
    prefix = f"RequestId: {response['ResponseMetadata']['RequestId']} "
    assert payload["errorMessage"].startswith(prefix), payload
    return payload["errorType"], payload["errorMessage"].removeprefix(prefix)


def serves(client, name="actor"):
    return json.loads(client.invoke(FunctionName=name, Payload="[1]")["Payload"].read()) == [1]


def test_a_reported_error_is_returned_as_the_function_wrote_it(lambda_client):
    response = lambda_client.invoke(FunctionName="actor", Payload='{"do": "fail"}')
    assert response["FunctionError"] == "Unhandled"
    assert json.loads(response["Payload"].read()) == {
        "errorMessage": "said no", "errorType": "Function.Own", "stackTrace": []}


def test_a_result_that_looks_like_an_error_is_a_result(lambda_client):
    response = lambda_client.invoke(FunctionName="actor", Payload='{"errorType": "none"}')
    assert "FunctionError" not in response


@pytest.mark.parametrize(("event", "message"), [
    ({"do": "exit", "status": 0}, "Error: Runtime exited without providing a reason"),
    ({"do": "exit", "status": 127}, "Error: Runtime exited with error: exit status 127"),
    ({"do": "kill"}, "Error: Runtime exited with error: signal: killed"),
])
def test_a_function_that_ends_gives_an_exit_error(lambda_client, event, message):
    assert fail(lambda_client, event) == ("Runtime.ExitError", message)
    assert serves(lambda_client)


def test_a_function_that_takes_too_long_is_stopped(lambda_client, actors, tmp_path):
    mark = tmp_path / "mark"
    assert fail(lambda_client, {"do": "hang", "mark": str(mark)}, "hasty") == (
        "Sandbox.Timedout", "Error: Task timed out after 1.00 seconds")
    pid = int(mark.read_text())
    eventually(lambda: pid not in actors.functions(), what="the end of the process that timed out")
    assert serves(lambda_client, "hasty")


def test_a_response_may_have_6_mb_and_100_bytes(lambda_client):
    largest = 6 * 1024 * 1024 + 100
    response = lambda_client.invoke(
        FunctionName="actor", Payload=json.dumps({"do": "respond-large", "size": largest - 2}))
    assert "FunctionError" not in response
    assert len(response["Payload"].read()) == largest
    response = lambda_client.invoke(
        FunctionName="actor", Payload=json.dumps({"do": "respond-large", "size": largest - 1}))
    assert response["FunctionError"] == "Unhandled"
    assert json.loads(response["Payload"].read()) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes)."}
    assert serves(lambda_client)


def test_an_init_error_is_what_the_caller_gets(lambda_client):
    response = lambda_client.invoke(FunctionName="unable", Payload="{}")
    assert response["FunctionError"] == "Unhandled"
    payload = json.loads(response["Payload"].read())
    assert payload["errorType"] == "Runtime.Broken"
    assert payload["errorMessage"] == 'no "way" up'


def test_a_runtime_that_ends_before_it_asks_gives_an_exit_error(lambda_client):
    assert fail(lambda_client, {}, "silent") == (
        "Runtime.ExitError", "Error: Runtime exited with error: exit status 7")


def test_a_package_without_a_bootstrap_is_an_invalid_entrypoint(lambda_client):
    assert fail(lambda_client, {}, "empty") == (
        "Runtime.InvalidEntrypoint", "Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")


def test_a_bootstrap_that_may_not_run_is_an_invalid_entrypoint(start, tmp_path):
    write_bootstrap(tmp_path / "code", "").chmod(0o644)
    template = write_template(tmp_path, {"Stuck": function("code/", FunctionName="stuck")})
    kind, message = fail(start(template).client("lambda"), {}, "stuck")
    assert kind == "Runtime.InvalidEntrypoint"
    assert message == "Error: fork/exec /var/task/bootstrap: permission denied"


def test_killing_a_function_while_it_runs_gives_its_error_and_harms_nobody_else(start, tmp_path):
    client = start(write_actor(tmp_path)).client("lambda", max_pool_connections=20)
    marks = [tmp_path / f"mark{number}" for number in range(4)]
    with concurrent.futures.ThreadPoolExecutor(len(marks)) as pool:
        calls = [pool.submit(fail, client, {"do": "hang", "mark": str(mark)}) for mark in marks]
        eventually(lambda: all(mark.exists() for mark in marks), what="four environments at once")
        victims = [int(mark.read_text()) for mark in marks]
        assert len(set(victims)) == 4
        for index, pid in enumerate(victims):
            os.kill(pid, signal.SIGKILL)
            assert calls[index].result(timeout=30) == (
                "Runtime.ExitError", "Error: Runtime exited with error: signal: killed")
            assert serves(client)


def test_killing_an_idle_function_is_not_seen_by_the_next_caller(start, tmp_path):
    emulator = start(write_actor(tmp_path))
    client = emulator.client("lambda")
    first = json.loads(client.invoke(FunctionName="actor", Payload='{"do": "identity"}')["Payload"].read())
    os.kill(first["pid"], signal.SIGKILL)
    eventually(lambda: first["pid"] not in emulator.functions(), what="the end of the idle process")
    assert serves(client)
