# SPDX-License-Identifier: Apache-2.0
"""Provisioned concurrency through boto3. Wording: recorded from AWS by public test suites."""
import concurrent.futures
import json
import os
import signal

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, REGION
from functions import BOOTSTRAP, function, write_actor, write_bootstrap, write_template
from waiting import eventually

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
PROVISIONED = "provisioned-concurrency"


@pytest.fixture
def client(start, tmp_path):
    return start(write_actor(tmp_path)).client("lambda", max_pool_connections=20)


def put(client, count, qualifier="live", name="actor"):
    return client.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=count)


def get(client, qualifier="live", name="actor"):
    return client.get_provisioned_concurrency_config(FunctionName=name, Qualifier=qualifier)


def ready(client, qualifier="live", name="actor"):
    return eventually(
        lambda: (config := get(client, qualifier, name))["Status"] == "READY" and config, what="READY")


def identity(client, name="actor:live", **event):
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"do": "identity", **event}))
    return json.loads(answer["Payload"].read())


def kind(client, name="actor:live"):
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"do": "environment"}))
    return json.loads(answer["Payload"].read())["AWS_LAMBDA_INITIALIZATION_TYPE"]


def error_of(call, *arguments, **keywords):
    with pytest.raises(ClientError) as caught:
        call(*arguments, **keywords)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def test_what_is_provisioned_is_ready_before_anybody_calls(client):
    response = put(client, 2)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert response["Status"] == "IN_PROGRESS"
    assert response["RequestedProvisionedConcurrentExecutions"] == 2
    assert response["AllocatedProvisionedConcurrentExecutions"] == 0
    config = ready(client)
    assert config["AllocatedProvisionedConcurrentExecutions"] == config["AvailableProvisionedConcurrentExecutions"] == 2
    assert kind(client) == PROVISIONED
    assert kind(client, "actor:1") == PROVISIONED
    # $LATEST is another version.
    assert kind(client, "actor") == "on-demand"
    listed = client.list_provisioned_concurrency_configs(FunctionName="actor")["ProvisionedConcurrencyConfigs"]
    assert [(item["FunctionArn"], item["Status"]) for item in listed] == [(f"{ARN}:actor:live", "READY")]
    settings = client.get_account_settings()["AccountLimit"]
    assert settings["UnreservedConcurrentExecutions"] == 998


def test_more_calls_than_provisioned_environments_spill_over(client, tmp_path):
    put(client, 1)
    ready(client)
    mark = tmp_path / "mark"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(
            client.invoke, FunctionName="actor:live", Payload=json.dumps({"do": "hang", "mark": str(mark)}))
        eventually(mark.exists, what="the provisioned environment at work")
        assert kind(client) == "on-demand"
        os.kill(int(mark.read_text()), signal.SIGKILL)
        assert call.result()["FunctionError"] == "Unhandled"
    # What was lost is replaced.
    ready(client)
    assert kind(client) == PROVISIONED


def test_with_all_that_is_reserved_provisioned_nothing_spills_over(client, tmp_path):
    client.put_function_concurrency(FunctionName="actor", ReservedConcurrentExecutions=1)
    put(client, 1)
    ready(client)
    mark = tmp_path / "mark"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(
            client.invoke, FunctionName="actor:live", Payload=json.dumps({"do": "hang", "mark": str(mark)}))
        eventually(mark.exists, what="the provisioned environment at work")
        with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
            client.invoke(FunctionName="actor:live", Payload="{}")
        assert caught.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
        os.kill(int(mark.read_text()), signal.SIGKILL)
        call.result()


def test_giving_it_up_ends_the_environments(client):
    put(client, 1)
    ready(client)
    process = identity(client)["pid"]
    response = client.delete_provisioned_concurrency_config(FunctionName="actor", Qualifier="live")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 204
    eventually(lambda: not os.path.exists(f"/proc/{process}"), what="the end of the process")
    assert error_of(get, client) == (
        404, "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function")
    assert client.list_provisioned_concurrency_configs(FunctionName="actor")["ProvisionedConcurrencyConfigs"] == []
    assert kind(client) == "on-demand"


def test_a_failing_init_is_told(start, tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    template = write_template(tmp_path, {
        "Unable": function(
            "actor/", FunctionName="unable", AutoPublishAlias="live", Environment={"Variables": {"INIT": "error"}})})
    client = start(template).client("lambda")
    put(client, 2, name="unable")
    config = eventually(
        lambda: (config := get(client, name="unable"))["Status"] == "FAILED" and config, what="FAILED")
    assert config["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE"
    assert config["AllocatedProvisionedConcurrentExecutions"] == 0


def test_wrong_requests_get_the_errors_of_aws(client):
    assert error_of(put, client, 1, "$LATEST") == (
        400, "InvalidParameterValueException",
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    assert error_of(get, client, "$LATEST") == (
        400, "InvalidParameterValueException",
        "The function resource provided must be an alias or a published version.")
    assert error_of(put, client, 1, "9") == (
        404, "ResourceNotFoundException", f"Function not found: {ARN}:actor:9")
    assert error_of(put, client, 1, "nobody") == (
        404, "ResourceNotFoundException", f"Cannot find alias arn: {ARN}:actor:nobody")
    assert error_of(put, client, 1001) == (
        400, "InvalidParameterValueException",
        "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].")
    assert error_of(put, client, 901) == (
        400, "InvalidParameterValueException",
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
        "minimum value of [100].")
    assert "--processes" in error_of(put, client, 64)[2]
    put(client, 2)
    assert error_of(put, client, 1, "1") == (
        409, "ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias")
    assert error_of(client.put_function_concurrency, FunctionName="actor", ReservedConcurrentExecutions=1) == (
        400, "InvalidParameterValueException",
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].")
    client.put_function_concurrency(FunctionName="actor", ReservedConcurrentExecutions=2)
    assert error_of(put, client, 3) == (
        400, "InvalidParameterValueException",
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function")
    client.delete_provisioned_concurrency_config(FunctionName="actor", Qualifier="live")
    put(client, 1, "1")
    assert error_of(put, client, 1) == (
        409, "ResourceConflictException",
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")


def test_a_template_provisions_an_alias(start, tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    template = write_template(tmp_path, {"Warm": function(
        "actor/", FunctionName="warm", AutoPublishAlias="live",
        ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1})})
    client = start(template).client("lambda")
    ready(client, name="warm")
    assert kind(client, "warm:live") == PROVISIONED


def test_calls_that_wait_for_the_machine_are_explained(start, tmp_path):
    emulator = start(write_actor(tmp_path), "--processes", "1")
    client = emulator.client("lambda", max_pool_connections=4)
    mark = tmp_path / "mark"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        hanging = pool.submit(
            client.invoke, FunctionName="actor", Payload=json.dumps({"do": "hang", "mark": str(mark)}))
        eventually(mark.exists, what="the one environment at work")
        waiting = pool.submit(client.invoke, FunctionName="actor", Payload="{}")
        eventually(
            lambda: "one of the 1 function processes" in emulator.log + "".join(emulator.output), what="the reason")
        os.kill(int(mark.read_text()), signal.SIGKILL)
        assert hanging.result()["FunctionError"] == "Unhandled"
        assert "FunctionError" not in waiting.result()
