# SPDX-License-Identifier: Apache-2.0
"""Functions of AWS's managed runtimes, run by their official runtime interface clients."""
import io
import json
import subprocess
import sys
import zipfile

import pytest
from botocore.exceptions import ClientError

from conftest import running
from emulator import MARTLET, client_environment
from functions import function, write_template

APPLICATION = """
import json, os


def handler(event, context):
    print("handling", json.dumps(event))
    if event.get("do") == "raise":
        raise ValueError("no")
    return {"event": event, "environment": dict(os.environ), "folder": os.getcwd(), "version": context.function_version}
"""

# A client in a shell: what a runtime in any language may be.
CLIENT = """#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
    event=$(curl -s --noproxy '*' -D "$TMPDIR/head" "$api/next") || exit 1
    id=$(sed -n 's/^lambda-runtime-aws-request-id: *\\([-0-9a-f]*\\).*/\\1/ip' "$TMPDIR/head")
    curl -s --noproxy '*' -d "[\\"$1\\", \\"$2\\", $event]" "$api/$id/response" >/dev/null
done
"""


def write_functions(folder):
    (folder / "python").mkdir()
    (folder / "python" / "app.py").write_text(APPLICATION)
    (folder / "client").write_text(CLIENT)
    (folder / "client").chmod(0o755)
    (folder / "martlet.toml").write_text(
        f'# Clients of this machine\n[runtimes]\n"python3.12" = ["{sys.executable}", "-m", "awslambdaric"]\n'
        '"ruby3.4" = ["./client", "first"]\n')
    return write_template(folder, {
        "Python": function("python/", FunctionName="python", Runtime="python3.12", Handler="app.handler"),
        "Ruby": function("python/", FunctionName="ruby", Runtime="ruby3.4", Handler="app.run"),
    })


@pytest.fixture(scope="module")
def managed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("managed")
    with running(folder, write_functions(folder)) as emulator:
        yield emulator.client("lambda")


def invoke(client, name, event):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event))
    return response, json.loads(response["Payload"].read())


def test_a_python_function_is_run_by_its_client(managed):
    _, answer = invoke(managed, "python", {"a": 1})
    assert (answer["event"], answer["version"]) == ({"a": 1}, "$LATEST")
    environment = answer["environment"]
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert environment["_HANDLER"] == "app.handler"
    assert environment["PYTHONPATH"] == "/var/runtime"
    assert environment["LAMBDA_TASK_ROOT"] == answer["folder"]
    assert managed.get_function_configuration(FunctionName="python")["Runtime"] == "python3.12"


def test_an_exception_is_the_function_error(managed):
    response, error = invoke(managed, "python", {"do": "raise"})
    assert response["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")


def test_any_command_can_be_a_runtime_and_is_given_the_handler(managed):
    assert invoke(managed, "ruby", {"b": 2})[1] == ["first", "app.run", {"b": 2}]


def test_a_function_is_created_through_the_api(managed):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", APPLICATION)
    managed.create_function(
        FunctionName="made", Runtime="python3.12", Handler="app.handler", Role="arn:aws:iam::000000000000:role/r",
        Code={"ZipFile": package.getvalue()})
    managed.get_waiter("function_active_v2").wait(FunctionName="made")
    assert invoke(managed, "made", {"c": 3})[1]["event"] == {"c": 3}


def test_a_runtime_without_a_client_is_refused_with_advice(managed):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.mjs", "")
    with pytest.raises(ClientError) as refusal:
        managed.create_function(
            FunctionName="node", Runtime="nodejs22.x", Handler="index.handler",
            Role="arn:aws:iam::000000000000:role/r", Code={"ZipFile": package.getvalue()})
    assert refusal.value.response["Error"]["Code"] == "InvalidParameterValueException"
    message = refusal.value.response["Error"]["Message"]
    assert "npm install aws-lambda-ric" in message
    assert 'martlet.toml beside the template: [runtimes] "nodejs22.x" = ' in message


def test_a_python_that_has_the_client_is_found_by_itself(tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "app.py").write_text(APPLICATION)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    # As a virtual environment has it: a program of that name, with its packages.
    program = tmp_path / ".venv" / "bin" / "python3"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    template = write_template(tmp_path, {
        "Python": function("python/", FunctionName="python", Runtime="python3.13", Handler="app.handler")})
    with running(tmp_path, template) as emulator:
        answer = invoke(emulator.client("lambda"), "python", {})[1]
    assert answer["environment"]["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"


@pytest.mark.parametrize(("settings", "words"), [
    ('[runtimes]\npython3.12 = ["x"]\n', "martlet.toml:2: a name with a dot is written in quotes"),
    ('[runtime]\n"a" = ["x"]\n', "martlet.toml:2: there is no setting a in [runtime]; "
     "the tables are [runtimes], [journal], [chaos] and [[chaos.rules]]"),
])
def test_settings_that_are_not_understood_are_named_with_their_line(tmp_path, settings, words):
    template = write_template(tmp_path, {})
    template.write_text(json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}))
    (tmp_path / "martlet.toml").write_text(settings)
    run = subprocess.run(
        [MARTLET, "start", "--port", "0", "--api-port", "0", "--ephemeral", str(template)], cwd=tmp_path,
        env=client_environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode != 0 and words in run.stderr
