# SPDX-License-Identifier: Apache-2.0
"""Streamed results: from a runtime that writes chunks to boto3's event stream."""
import base64
import json
import os
import sys

import botocore.exceptions
import pytest

from conftest import running
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from streaming import STREAMER
from waiting import eventually

@pytest.fixture(scope="module")
def streamers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("streamers")
    write_bootstrap(folder / "streamer", STREAMER)
    write_bootstrap(folder / "actor", BOOTSTRAP)
    write_bootstrap(
        folder / "python", f'cd "$LAMBDA_TASK_ROOT"\nexec "{sys.executable}" -m awslambdaric app.handler', "/bin/sh")
    (folder / "python" / "app.py").write_text("def handler(event, context):\n    return {'seen': event}\n")
    template = write_template(folder, {
        "Streamer": function("streamer/", FunctionName="streamer", AutoPublishAlias="live"),
        "Hasty": function("streamer/", FunctionName="hasty", Timeout=1),
        "Actor": function("actor/", FunctionName="actor"),
        "Python": function("python/", FunctionName="python"),
    })
    with running(folder, template) as emulator:
        yield emulator


@pytest.fixture
def client(streamers):
    return streamers.client("lambda")


def pipe(folder):
    """A named pipe that a function waits at until its other end is opened."""
    path = folder / "gate"
    os.mkfifo(path)
    return path


def stream(client, event, name="streamer", **settings):
    response = client.invoke_with_response_stream(FunctionName=name, Payload=json.dumps(event), **settings)
    return response, iter(response["EventStream"])


def collect(client, event, name="streamer", **settings):
    """All bytes of a result, how many pieces they came in, and the last event."""
    _, events = stream(client, event, name, **settings)
    *chunks, (kind, last), = [next(iter(event.items())) for event in events]
    assert {kind for kind, _ in chunks} <= {"PayloadChunk"} and kind == "InvokeComplete"
    return b"".join(chunk["Payload"] for _, chunk in chunks), len(chunks), last


def test_a_piece_arrives_when_the_function_writes_it(client, tmp_path):
    gate = pipe(tmp_path)
    response, events = stream(client, {"pieces": ["first", {"wait": str(gate)}, "second"], "type": "text/plain"})
    assert response["StatusCode"] == 200 and response["ExecutedVersion"] == "$LATEST"
    assert response["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
    assert next(events) == {"PayloadChunk": {"Payload": b"first"}}
    # The function writes on only now.
    gate.open("w").close()
    assert next(events) == {"PayloadChunk": {"Payload": b"second"}}
    assert next(events) == {"InvokeComplete": {}}
    assert next(events, None) is None


def test_a_function_that_does_not_stream_gives_one_piece(client):
    assert collect(client, {"whole": {"a": 1}}) == (b'{"a": 1}', 1, {})
    payload, count, last = collect(client, {"a": [1, 2]}, "python")
    assert (json.loads(payload), count, last) == ({"seen": {"a": [1, 2]}}, 1, {})


def test_the_log_comes_with_the_last_event_when_it_is_asked_for(client):
    payload, _, last = collect(client, {"pieces": ["a"]}, LogType="Tail")
    log = base64.b64decode(last["LogResult"]).decode()
    assert payload == b"a" and "log of" in log and "answer 202" in log and "REPORT RequestId" in log


def test_an_alias_names_the_version_that_ran(client):
    response, events = stream(client, {"pieces": ["a"]}, Qualifier="live")
    assert response["ExecutedVersion"] == "1"
    assert next(events) == {"PayloadChunk": {"Payload": b"a"}}


@pytest.mark.parametrize("event", [{"whole": {"errorType": "Own", "errorMessage": "no"}, "failed": True},
                                   {"error": {"errorType": "Own", "errorMessage": "no"}}])
def test_an_error_before_the_first_byte_is_the_only_event(client, event):
    payload, count, last = collect(client, event)
    assert (payload, count, last["ErrorCode"]) == (b"", 0, "Unhandled")
    assert json.loads(last["ErrorDetails"]) == {"errorType": "Own", "errorMessage": "no"}


def test_an_error_in_the_trailers_follows_what_was_written(client):
    # https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
    wrong = {"errorType": "Function.Stopped", "errorMessage": "half way \"there\"", "stackTrace": []}
    payload, _, last = collect(client, {"pieces": ["so ", "far"], "error": wrong})
    assert (payload, last["ErrorCode"], json.loads(last["ErrorDetails"])) == (b"so far", "Unhandled", wrong)
    # A caller that takes the whole gets the error alone.
    response = client.invoke(FunctionName="streamer", Payload=json.dumps({"pieces": ["so far"], "error": wrong}))
    assert response["FunctionError"] == "Unhandled" and json.load(response["Payload"]) == wrong


def test_a_function_that_ends_or_hangs_half_way_is_told_of(client):
    payload, _, last = collect(client, {"pieces": ["so far", {"exit": 3}]})
    assert (payload, json.loads(last["ErrorDetails"])["errorType"]) == (b"so far", "Runtime.ExitError")
    payload, _, last = collect(client, {"pieces": ["so far", {"hang": True}]}, "hasty")
    details = json.loads(last["ErrorDetails"])
    assert (payload, last["ErrorCode"], details["errorType"]) == (b"so far", "Unhandled", "Sandbox.Timedout")
    assert details["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert collect(client, {"pieces": ["again"]}, "hasty")[0] == b"again"


def test_a_function_that_fails_without_a_word_is_told_of(client):
    payload, _, last = collect(client, {"do": "exit", "status": 7}, "actor")
    details = json.loads(last["ErrorDetails"])
    assert (payload, details["errorType"]) == (b"", "Runtime.ExitError")
    assert details["errorMessage"].endswith("Runtime exited with error: exit status 7")


def test_a_caller_that_takes_the_whole_gets_the_whole(client):
    response = client.invoke(FunctionName="streamer", Payload=json.dumps({"pieces": ['{"a"', ": 1}"]}))
    assert "FunctionError" not in response and json.load(response["Payload"]) == {"a": 1}
    largest = {"pieces": [{"fill": 6_000_000}, {"fill": 291_556}]}
    response = client.invoke(FunctionName="streamer", Payload=json.dumps(largest))
    assert len(response["Payload"].read()) == 6_291_556
    largest["pieces"].append("x")
    response = client.invoke(FunctionName="streamer", Payload=json.dumps(largest))
    assert json.load(response["Payload"])["errorType"] == "Function.ResponseSizeTooLarge"
    # The same is no problem for a stream.
    assert len(collect(client, largest)[0]) == 6_291_557


def test_a_caller_that_leaves_does_not_stop_the_function(client, tmp_path):
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
    gate, mark = pipe(tmp_path), tmp_path / "mark"
    response, events = stream(client, {
        "pieces": ["first", {"wait": str(gate)}, *[{"fill": 1_000_000}] * 5, {"mark": str(mark)}]})
    next(events)
    response["EventStream"].close()
    gate.open("w").close()
    eventually(mark.exists, what="the end of a function whose caller has gone")


def test_refusals_are_those_of_invoke(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="Function not found: .*:nobody"):
        stream(client, {}, "nobody")
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke_with_response_stream(FunctionName="streamer", Payload="{")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.invoke_with_response_stream(FunctionName="streamer", Payload=json.dumps("x" * 6_291_456))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    response = client.invoke_with_response_stream(FunctionName="streamer", InvocationType="DryRun")
    assert response["StatusCode"] == 204


def test_a_throttled_stream_is_a_429(client):
    client.put_function_concurrency(FunctionName="actor", ReservedConcurrentExecutions=0)
    try:
        with pytest.raises(client.exceptions.TooManyRequestsException):
            stream(client, {}, "actor")
    finally:
        client.delete_function_concurrency(FunctionName="actor")
