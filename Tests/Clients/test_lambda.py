# SPDX-License-Identifier: Apache-2.0
"""The Invoke API through boto3. Wording: recorded from AWS by public test suites."""
import base64
import json

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, REGION
from waiting import eventually

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"


def invoke(client, event, name="actor", **options):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event), **options)
    return response, response["Payload"].read()


def test_a_function_gets_the_event_and_its_result_comes_back(lambda_client):
    response, payload = invoke(lambda_client, {"hello": "wörld", "deep": [1, {"a": None}]})
    assert response["StatusCode"] == 200
    assert response["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in response
    assert json.loads(payload) == {"hello": "wörld", "deep": [1, {"a": None}]}
    assert len(response["ResponseMetadata"]["RequestId"]) == 36


@pytest.mark.parametrize("name", ["actor", f"{ARN}:actor", f"{ACCOUNT}:function:actor", "actor:$LATEST"])
def test_every_form_of_the_name_finds_the_function(lambda_client, name):
    assert json.loads(invoke(lambda_client, 1, name)[1]) == 1


def test_an_environment_is_kept_for_the_next_invocation(lambda_client):
    def twice():
        first, second = (json.loads(invoke(lambda_client, {"do": "identity"})[1]) for _ in range(2))
        assert first["request"] != second["request"]
        return first["pid"] == second["pid"]

    # A caller has its result before the environment has asked for more.
    eventually(twice, what="two invocations of one environment")


@pytest.mark.parametrize("qualifier", [{"Qualifier": "live"}, {"name": "actor:live"}, {"name": f"{ARN}:actor:live"}])
def test_an_alias_runs_its_version_and_the_function_sees_the_alias(lambda_client, qualifier):
    response, payload = invoke(lambda_client, {"do": "identity"}, **qualifier)
    assert response["ExecutedVersion"] == "1"
    assert json.loads(payload)["arn"] == f"{ARN}:actor:live"


def test_a_version_can_be_named(lambda_client):
    response, payload = invoke(lambda_client, {"do": "identity"}, Qualifier="1")
    assert response["ExecutedVersion"] == "1"
    assert json.loads(payload)["arn"] == f"{ARN}:actor:1"


@pytest.mark.parametrize(("options", "missing"), [
    ({"FunctionName": "nobody"}, f"{ARN}:nobody:$LATEST"),
    ({"FunctionName": "actor", "Qualifier": "dead"}, f"{ARN}:actor:dead"),
    ({"FunctionName": "actor", "Qualifier": "99"}, f"{ARN}:actor:99"),
])
def test_what_is_not_there_is_not_found(lambda_client, options, missing):
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException) as caught:
        lambda_client.invoke(Payload="{}", **options)
    response = caught.value.response
    assert response["Error"]["Message"] == f"Function not found: {missing}"
    assert response["Type"] == "User"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize("payload", [b"{", b"not json", b'{"a": }', b"\x99"])
def test_a_payload_that_is_no_json_is_refused(lambda_client, payload):
    with pytest.raises(lambda_client.exceptions.InvalidRequestContentException) as caught:
        lambda_client.invoke(FunctionName="actor", Payload=payload)
    assert caught.value.response["Error"]["Message"].startswith("Could not parse request body into json: ")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_empty_payload_is_an_empty_object(lambda_client):
    response = lambda_client.invoke(FunctionName="actor")
    assert json.loads(response["Payload"].read()) == {}


def test_a_dry_run_runs_nothing(lambda_client, tmp_path):
    mark = tmp_path / "mark"
    response, payload = invoke(lambda_client, {"mark": str(mark)}, InvocationType="DryRun")
    assert (response["StatusCode"], payload) == (204, b"")
    invoke(lambda_client, {})
    assert not mark.exists()


def test_an_event_is_accepted_at_once_and_runs_later(lambda_client, tmp_path):
    mark = tmp_path / "mark"
    response, payload = invoke(lambda_client, {"mark": str(mark)}, InvocationType="Event")
    assert (response["StatusCode"], payload) == (202, b"")
    eventually(mark.exists, what="the asynchronous invocation")


def test_the_tail_of_the_log_comes_with_the_result(lambda_client):
    response, _ = invoke(lambda_client, {"do": "echo"}, LogType="Tail")
    log = base64.b64decode(response["LogResult"]).decode()
    request = response["ResponseMetadata"]["RequestId"]
    start, line, end, report = [line for line in log.splitlines() if not line.startswith("INIT_START")]
    assert start == f"START RequestId: {request} Version: $LATEST"
    assert line == "log of echo"
    assert end == f"END RequestId: {request}"
    assert report.startswith(f"REPORT RequestId: {request}\tDuration: ")
    assert "\tMemory Size: 128 MB\t" in report


def test_without_tail_there_is_no_log(lambda_client):
    assert "LogResult" not in invoke(lambda_client, {})[0]


def test_the_client_context_reaches_the_function(lambda_client):
    context = base64.b64encode(b'{"custom": {"a": "b"}}').decode()
    _, payload = invoke(lambda_client, {"do": "identity"}, ClientContext=context)
    assert json.loads(json.loads(payload)["clientContext"]) == {"custom": {"a": "b"}}


def test_the_environment_is_lambdas(lambda_client):
    variables = json.loads(invoke(lambda_client, {"do": "environment"})[1])
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "actor"
    assert variables["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert variables["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert variables["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/actor"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == REGION
    assert variables["_HANDLER"] == "bootstrap"
    assert variables["AWS_LAMBDA_RUNTIME_API"].startswith("127.0.0.1:")
    assert variables["AWS_ENDPOINT_URL"]
    assert variables["TZ"] == ":UTC"
    # Set by the runtime and by managed runtimes only.
    assert not {"_X_AMZN_TRACE_ID", "AWS_EXECUTION_ENV"} & set(variables)


def test_a_synchronous_payload_may_have_6_mb(lambda_client):
    largest = 6 * 1024 * 1024
    payload = json.dumps("x" * (largest - 2))
    assert len(lambda_client.invoke(FunctionName="actor", Payload=payload)["Payload"].read()) == largest
    with pytest.raises(lambda_client.exceptions.RequestTooLargeException) as caught:
        lambda_client.invoke(FunctionName="actor", Payload=payload + " " * 1024)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_unknown_operations_are_errors(lambda_client):
    with pytest.raises(ClientError) as caught:
        lambda_client.list_event_source_mappings()
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (
        "UnknownOperationException", 404)
