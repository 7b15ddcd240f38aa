# SPDX-License-Identifier: Apache-2.0
"""Small templates with functions whose bootstraps are written here."""
import json
import sys

# How bootstraps that are written here ask the Runtime API; what they do comes after it.
CALL = """
import http.client, json, os

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
PREFIX = "/2018-06-01/runtime"


def call(method, path, body=None):
    connection = http.client.HTTPConnection(API)
    connection.request(method, PREFIX + path, body)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.headers, content
"""

# A custom runtime of the smallest kind. The event says what it does; a line of its log says that it did.
BOOTSTRAP = CALL + """
import signal, subprocess, sys, threading


def failure(kind, message):
    return json.dumps({"errorMessage": message, "errorType": kind, "stackTrace": []})


def mark(event):
    with open(event["mark"] + ".new", "w") as file:
        file.write(str(os.getpid()))
    os.replace(event["mark"] + ".new", event["mark"])


if os.environ.get("INIT") == "error":
    call("POST", "/init/error", failure("Runtime.Broken", "no \\"way\\" up"))
    sys.exit(1)
if os.environ.get("INIT") == "exit":
    sys.exit(7)

while True:
    headers, payload = call("GET", "/invocation/next")
    request = headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(payload)
    action = event.get("do") if isinstance(event, dict) else None
    print("log of", action, flush=True)
    if action == "daemon":
        daemon = subprocess.Popen(["sleep", "1234"], start_new_session=True)
        with open(event["file"], "w") as file:
            file.write(str(daemon.pid))
    if action == "log":
        for _ in range(event["lines"]):
            print("x" * 100)
    if isinstance(event, dict) and "print" in event:
        print(event["print"], flush=True)
    if isinstance(event, dict) and "mark" in event:
        mark(event)
    if action == "fail":
        call("POST", f"/invocation/{request}/error", failure("Function.Own", "said no"))
    elif action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "exit":
        sys.exit(int(event["status"]))
    elif action == "hang":
        threading.Event().wait()
    elif action == "respond-large":
        call("POST", f"/invocation/{request}/response", json.dumps("x" * event["size"]))
    elif action == "environment":
        call("POST", f"/invocation/{request}/response", json.dumps(dict(os.environ)))
    elif action == "identity":
        answer = {"pid": os.getpid(), "arn": headers["Lambda-Runtime-Invoked-Function-Arn"], "request": request,
                  "clientContext": headers.get("Lambda-Runtime-Client-Context")}
        call("POST", f"/invocation/{request}/response", json.dumps(answer))
    else:
        call("POST", f"/invocation/{request}/response", payload)
"""


def write_bootstrap(folder, text, interpreter=None):
    """Writes an executable `bootstrap`, by default in the Python of these tests."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bootstrap"
    path.write_text(f"#!{interpreter or sys.executable}\n{text.strip()}\n")
    path.chmod(0o755)
    return path


def function(code, **properties):
    """A function resource whose code is a folder beside the template."""
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "CodeUri": code, "Handler": "bootstrap", "Runtime": "provided.al2023", "Architectures": ["x86_64"],
            "Timeout": 20, "MemorySize": 128, **properties,
        },
    }


def write_template(folder, resources):
    """Writes a SAM template; returns its path."""
    template = {
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", "Resources": resources,
    }
    path = folder / "template.json"
    path.write_text(json.dumps(template, indent=1))
    return path


def write_actor(folder, **properties):
    """A template with the function `actor`, which does what its event says."""
    write_bootstrap(folder / "actor", BOOTSTRAP)
    (folder / "empty").mkdir(exist_ok=True)
    return write_template(folder, {
        "Actor": function("actor/", FunctionName="actor", AutoPublishAlias="live", **properties),
        "Hasty": function("actor/", FunctionName="hasty", **{**properties, "Timeout": 1}),
        "Unable": function("actor/", FunctionName="unable", Environment={"Variables": {"INIT": "error"}}),
        "Silent": function("actor/", FunctionName="silent", Environment={"Variables": {"INIT": "exit"}}),
        "Empty": function("empty/", FunctionName="empty"),
    })
