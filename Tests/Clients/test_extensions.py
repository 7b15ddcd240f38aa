# SPDX-License-Identifier: Apache-2.0
"""Extensions from layers: one in shell with curl, one in Python that subscribes to telemetry."""
import contextlib
import json

import pytest

from packages import bootstrap, create, package
from waiting import eventually

# Answers every event with itself, and ends when it is told so.
ECHO = bootstrap("""
import http.client, json, os, sys
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, body=None):
    api.request(method, "/2018-06-01/runtime/invocation/" + path, body)
    answer = api.getresponse()
    return answer.headers, answer.read()
while True:
    headers, event = call("GET", "next")
    print("the function has", event.decode(), flush=True)
    if json.loads(event) == "exit":
        sys.exit(9)
    call("POST", headers["Lambda-Runtime-Aws-Request-Id"] + "/response", event)
""")

SHELL = """#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"
id=$(curl -sS -D - -o /dev/null -H "Lambda-Extension-Name: ${0##*/}" -d '{"events":["INVOKE","SHUTDOWN"]}' \\
    "$api/register" | tr -d '\\r' | sed -n 's/^lambda-extension-identifier: //Ip')
while event=$(curl -sS -H "Lambda-Extension-Identifier: $id" "$api/event/next"); do
    echo "$event" >> "$JOURNAL/shell"
    echo "the extension has $event"
    case $event in *SHUTDOWN*) exit 0 ;; esac
done
"""

SUBSCRIBER = bootstrap("""
import http.client, http.server, json, os, sys, threading
class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open(os.environ["JOURNAL"] + "/telemetry", "a") as journal:
            journal.writelines(json.dumps(event) + "\\n" for event in events)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
def call(method, path, body=None, **headers):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, path, json.dumps(body) if body else None,
                       {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer, answer.read()
answer, _ = call("POST", "/2020-01-01/extension/register", {"events": ["INVOKE", "SHUTDOWN"]},
                 Lambda_Extension_Name=os.path.basename(sys.argv[0]))
me = answer.headers["Lambda-Extension-Identifier"]
answer, text = call("PUT", "/2022-07-01/telemetry", {
    "schemaVersion": "2022-12-13", "types": ["platform", "function", "extension"],
    "buffering": {"timeoutMs": 25},
    "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_port}"}},
    Lambda_Extension_Identifier=me)
assert (answer.status, text) == (200, b'"OK"'), text
event = None
while event != "SHUTDOWN":
    _, text = call("GET", "/2020-01-01/extension/event/next", Lambda_Extension_Identifier=me)
    event = json.loads(text)["eventType"]
""")


@pytest.fixture
def extended(lambda_client, tmp_path):
    """extended(name, script): the name of a function with an extension from a layer; it writes into tmp_path."""
    made = []

    def make(name, script):
        layer = lambda_client.publish_layer_version(
            LayerName=f"with-{name}", Content={"ZipFile": package({f"extensions/{name}": script})})
        create(
            lambda_client, f"with-{name}", package({"bootstrap": ECHO}), Layers=[layer["LayerVersionArn"]],
            Environment={"Variables": {"JOURNAL": str(tmp_path)}})
        lambda_client.get_waiter("function_active_v2").wait(FunctionName=f"with-{name}")
        made.append(f"with-{name}")
        return made[-1]

    yield make
    for function in made:
        with contextlib.suppress(lambda_client.exceptions.ResourceNotFoundException):
            lambda_client.delete_function(FunctionName=function)


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def test_an_extension_in_shell_hears_of_each_invocation_and_of_the_end(lambda_client, extended, tmp_path):
    function = extended("shell", SHELL)
    ids = []
    for number in range(3):
        # Who asks for the log is answered when the environment is free again.
        answer = lambda_client.invoke(FunctionName=function, Payload=str(number), LogType="Tail")
        assert json.load(answer["Payload"]) == number
        ids.append(answer["ResponseMetadata"]["RequestId"])
    answer = lambda_client.invoke(FunctionName=function, Payload='"exit"')
    assert json.load(answer["Payload"])["errorType"] == "Runtime.ExitError"
    events = eventually(
        lambda: (found := [json.loads(line) for line in lines(tmp_path / "shell")])[-1:]
        and found[-1]["eventType"] == "SHUTDOWN" and found, what="the word of the end")
    assert [event.get("requestId") for event in events[:3]] == ids
    assert all(event["eventType"] == "INVOKE" and event["deadlineMs"] > 0 for event in events[:4])
    assert events[0]["invokedFunctionArn"].endswith(f":function:{function}")
    assert events[0]["tracing"]["type"] == "X-Amzn-Trace-Id"
    assert events[-1]["shutdownReason"] == "failure"


def test_what_an_extension_writes_is_in_the_functions_log(actors, lambda_client, extended):
    function = extended("shell", SHELL)
    lambda_client.invoke(FunctionName=function, Payload="1", LogType="Tail")
    messages = [event["message"] for event in actors.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{function}")["events"]]
    assert messages[0].startswith("INIT_START Runtime Version: provided:al2023.v")
    assert "EXTENSION\tName: shell\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n" in messages
    assert any(message.startswith('the extension has {"eventType":"INVOKE"') for message in messages)


def test_a_subscriber_gets_a_report_for_each_invocation(lambda_client, extended, tmp_path):
    function = extended("subscriber", SUBSCRIBER)
    ids = [lambda_client.invoke(FunctionName=function, Payload=str(number), LogType="Tail")["ResponseMetadata"][
        "RequestId"] for number in range(4)]
    # What is on its way when the environment comes to rest arrives before its end.
    lambda_client.delete_function(FunctionName=function)

    def events(kind):
        return [event for event in map(json.loads, lines(tmp_path / "telemetry")) if event["type"] == kind]

    reports = eventually(lambda: len(found := events("platform.report")) == 4 and found, what="four reports")
    assert [report["record"]["requestId"] for report in reports] == ids
    assert all(report["record"]["metrics"]["memorySizeMB"] == 128 for report in reports)
    assert [line["record"] for line in events("function")] == [f"the function has {n}\n" for n in range(4)]
    start, = events("platform.initStart")
    assert start["record"]["functionName"] == function
    done = events("platform.runtimeDone")[0]["record"]
    assert [span["name"] for span in done["spans"]] == ["responseLatency", "responseDuration", "runtimeOverhead"]
    assert done["metrics"]["producedBytes"] == 1
