# SPDX-License-Identifier: Apache-2.0
"""The official Python runtime client as a bootstrap: somebody else's reading of the Runtime API."""
import json
import sys

import pytest

from functions import function, write_bootstrap, write_template

APPLICATION = """
import json, logging, os, time


def handler(event, context):
    print("handling", json.dumps(event))
    match event.get("do"):
        case "raise":
            raise ValueError('a "bad" value\\n\\u00e9')
        case "exit":
            os._exit(3)
        case "context":
            return {
                "request": context.aws_request_id, "arn": context.invoked_function_arn,
                "name": context.function_name, "version": context.function_version,
                "memory": context.memory_limit_in_mb, "remaining": context.get_remaining_time_in_millis(),
                "trace": os.environ.get("_X_AMZN_TRACE_ID"),
            }
    return {"echo": event}
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    from conftest import running

    folder = tmp_path_factory.mktemp("python")
    write_bootstrap(
        folder / "code", f'cd "$LAMBDA_TASK_ROOT"\nexec "{sys.executable}" -m awslambdaric "$_HANDLER"', "/bin/sh")
    (folder / "code" / "app.py").write_text(APPLICATION)
    (folder / "broken").mkdir()
    write_bootstrap(folder / "broken", f'exec "{sys.executable}" -m awslambdaric app.handler', "/bin/sh")
    (folder / "broken" / "app.py").write_text("import nothing_of_this_name\n")
    template = write_template(folder, {
        "Python": function("code/", FunctionName="python", Handler="app.handler"),
        "Broken": function("broken/", FunctionName="broken", Handler="app.handler"),
    })
    with running(folder, template) as emulator:
        yield emulator.client("lambda")


def invoke(client, event, name="python"):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event))
    return response, json.loads(response["Payload"].read())


def test_a_python_handler_gets_the_event(python):
    for number in range(5):
        assert invoke(python, {"number": number, "text": "é"})[1] == {"echo": {"number": number, "text": "é"}}


def test_a_python_handler_sees_its_context(python):
    response, context = invoke(python, {"do": "context"})
    assert context["request"] == response["ResponseMetadata"]["RequestId"]
    assert context["arn"].endswith(":function:python")
    assert (context["name"], context["version"], context["memory"]) == ("python", "$LATEST", "128")
    assert 0 < context["remaining"] <= 20_000
    assert context["trace"].startswith("Root=1-")


def test_an_exception_is_the_error_that_the_caller_sees(python):
    response, error = invoke(python, {"do": "raise"})
    assert response["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", 'a "bad" value\né')
    assert error["requestId"] == response["ResponseMetadata"]["RequestId"]


def test_a_handler_that_ends_its_process_is_replaced(python):
    response, error = invoke(python, {"do": "exit"})
    assert response["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert invoke(python, {})[1] == {"echo": {}}


def test_a_module_that_cannot_be_imported_is_an_init_error(python):
    response, error = invoke(python, {}, "broken")
    assert response["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "nothing_of_this_name" in error["errorMessage"]
