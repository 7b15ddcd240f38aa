# SPDX-License-Identifier: Apache-2.0
"""The Runtime API byte for byte, as a runtime sees it that writes to the socket itself.

Wording and order of checks: AWS's aws-lambda-runtime-interface-emulator, internal/lambda/rapi.
"""
import base64
import json

import pytest

from conftest import running
from functions import function, write_bootstrap, write_template

# The event holds requests as text. Each is sent on a connection of its own, and what came back is printed: the result
# itself may be what a test is about.
PROBE = """
import json, os, socket, sys

HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")


def exchange(text, closes=False):
    with socket.create_connection((HOST, int(PORT))) as connection:
        connection.sendall(text.encode())
        if closes:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while b"\\r\\n\\r\\n" not in answer:
            answer += connection.recv(65536)
        head, _, body = answer.partition(b"\\r\\n\\r\\n")
        lines = head.decode().split("\\r\\n")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        while len(body) < int(fields["content-length"]):
            body += connection.recv(65536)
    return int(lines[0].split()[1]), fields, body.decode()


def post(path, body):
    return f"POST /2018-06-01/runtime/{path} HTTP/1.1\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}"


NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\n\\r\\n"
while True:
    status, fields, body = exchange(NEXT)
    if status != 200:
        print(json.dumps(["next", status, body]), flush=True)
        sys.exit(1)
    event, request = json.loads(body), fields["lambda-runtime-aws-request-id"]
    for step in event["steps"]:
        if step == "fields":
            print(json.dumps(sorted(fields)), flush=True)
        else:
            text = step["send"].replace("{id}", request).replace("{filler}", "x" * step.get("filler", 0))
            status, answer, body = exchange(text, step.get("closes", False))
            kept = {name: answer[name] for name in ("allow", "content-type", "x-content-type-options") if name in answer}
            print(json.dumps([status, kept, body]), flush=True)
    if event.get("result", True):
        exchange(post(f"invocation/{request}/response", "1"))
"""

JSON = {"content-type": "application/json"}
TEXT = {"content-type": "text/plain; charset=utf-8"}


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probe")
    write_bootstrap(folder / "code", PROBE)
    with running(folder, write_template(folder, {"Probe": function("code/", FunctionName="probe")})) as emulator:
        yield emulator.client("lambda")


def ask(client, *steps, result=True):
    """Has the probe send requests; returns what it printed, and the payload that the caller got."""
    response = client.invoke(
        FunctionName="probe", LogType="Tail", Payload=json.dumps({"steps": steps, "result": result}))
    log = base64.b64decode(response["LogResult"]).decode()
    return [json.loads(line) for line in log.splitlines() if line.startswith("[")], json.load(response["Payload"])


def request(line, headers="", body=""):
    return f"{line} HTTP/1.1\r\n{headers}\r\n{body}"


def post(path, body="", headers=""):
    return request(f"POST /2018-06-01/runtime/{path}", f"{headers}Content-Length: {len(body)}\r\n", body)


def error(kind, message):
    return json.dumps({"errorMessage": message, "errorType": kind}, separators=(",", ":"))


def transition(origin, target):
    return error(
        "InvalidStateTransition",
        f"State transition from {origin} to {target} failed for runtime. Error: State transition is not allowed")


@pytest.mark.parametrize(("text", "answer"), [
    (request("GET /2018-06-01/ping"), [200, TEXT, "pong"]),
    (request("GET /2018-06-01/runtime/invocation/nothing"),
     [404, {**TEXT, "x-content-type-options": "nosniff"}, "404 page not found\n"]),
    (request("GET /2018-06-01/runtime/invocation/next/"),
     [404, {**TEXT, "x-content-type-options": "nosniff"}, "404 page not found\n"]),
    (request("GET /"), [404, {**TEXT, "x-content-type-options": "nosniff"}, "404 page not found\n"]),
    (post("invocation/next"), [405, {"allow": "GET"}, ""]),
    (request("GET /2018-06-01/runtime/invocation/{id}/response"), [405, {"allow": "POST"}, ""]),
    (request("PUT /2018-06-01/runtime/invocation/{id}/error"), [405, {"allow": "POST"}, ""]),
    (request("GET /2018-06-01/runtime/init/error"), [405, {"allow": "POST"}, ""]),
    (post("invocation/other/response", "1"), [400, JSON, error("InvalidRequestID", "Invalid request ID")]),
    (post("invocation//response", "1"), [400, JSON, error("InvalidRequestID", "Invalid request ID")]),
    (post("invocation/other/error", "{}"), [400, JSON, error("InvalidRequestID", "Invalid request ID")]),
    # The id is looked at before the mode.
    (post("invocation/other/response", "1", "Lambda-Runtime-Function-Response-Mode: odd\r\n"),
     [400, JSON, error("InvalidRequestID", "Invalid request ID")]),
    (post("init/error", "{}"), [403, JSON, transition("Running", "InitError")]),
])
def test_what_the_runtime_api_answers_while_a_function_runs(probe, text, answer):
    assert ask(probe, {"send": text}) == ([answer], 1)


def test_next_gives_the_documented_fields(probe):
    # https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
    (fields,), _ = ask(probe, "fields")
    assert fields == [
        "content-length", "content-type", "date", "lambda-runtime-aws-request-id",
        "lambda-runtime-deadline-ms", "lambda-runtime-invoked-function-arn", "lambda-runtime-trace-id"]


def test_a_function_has_one_result(probe):
    answers, payload = ask(
        probe, {"send": post("invocation/{id}/response", "2")}, {"send": post("invocation/{id}/response", "3")},
        {"send": post("invocation/{id}/error", "{}")}, {"send": post("init/error", "{}")}, result=False)
    assert answers == [
        [202, JSON, '{"status":"OK"}'],
        [403, JSON, transition("RuntimeResponseSentState", "InvocationResponse")],
        [403, JSON, transition("RuntimeResponseSentState", "InvocationErrorResponse")],
        [403, JSON, transition("RuntimeResponseSentState", "InitError")]]
    assert payload == 2


def test_an_error_is_accepted_whatever_its_type(probe):
    # The types that Lambda knows are for its own records; the caller gets the body.
    for kind in ("Function.Own", "Odd", "Runtime.lower", ""):
        (answer,), payload = ask(
            probe, {"send": post(
                "invocation/{id}/error", '{"errorType":"x"}', f"Lambda-Runtime-Function-Error-Type: {kind}\r\n")},
            result=False)
        assert (answer, payload) == ([202, JSON, '{"status":"OK"}'], {"errorType": "x"})


@pytest.mark.parametrize("headers", ["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"])
def test_a_result_that_breaks_off_ends_the_invocation(probe, headers):
    text = request("POST /2018-06-01/runtime/invocation/{id}/response", headers, "64\r\npart")
    (answer,), payload = ask(probe, {"send": text, "closes": True}, result=False)
    assert answer == [400, JSON, error("TruncatedHTTPRequest", "HTTP request detected as truncated")]
    assert payload["errorType"] == "Runtime.TruncatedResponse"
    assert payload["errorMessage"].endswith("Error: HTTP request detected as truncated")
    assert ask(probe) == ([], 1)


@pytest.mark.parametrize("framing", ["Content-Length", "chunked"])
def test_a_result_may_have_6291556_bytes_and_no_more(probe, framing):
    def response(size):
        head = "POST /2018-06-01/runtime/invocation/{id}/response"
        if framing == "chunked":
            text = request(head, "Transfer-Encoding: chunked\r\n", f"{size:x}\r\n\"{{filler}}\"\r\n0\r\n\r\n")
        else:
            text = request(head, f"Content-Length: {size}\r\n", '"{filler}"')
        return {"send": text, "filler": size - 2}

    (answer,), payload = ask(probe, response(6_291_556), result=False)
    assert (answer[0], len(payload)) == (202, 6_291_554)
    (answer,), payload = ask(probe, response(6_291_557), result=False)
    assert answer == [
        413, JSON, error("RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes).")]
    assert payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_an_unknown_response_mode_is_refused_for_good(probe):
    text = post("invocation/{id}/response", "1", "Lambda-Runtime-Function-Response-Mode: buffered\r\n")
    answers, payload = ask(probe, {"send": text}, {"send": post("invocation/{id}/response", "1")}, result=False)
    assert answers == [
        [400, JSON, error("InvalidFunctionResponseMode", "Invalid function response mode")],
        [403, JSON, transition("InvocationResponse", "InvocationResponse")],
        ["next", 403, transition("InvocationResponse", "Ready")]]
    assert payload["errorType"] == "Runtime.InvalidResponseModeHeader"
    assert ask(probe) == ([], 1)
