# SPDX-License-Identifier: Apache-2.0
"""Reserved concurrency through boto3. Wording: recorded from AWS by public test suites."""
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
RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"


@pytest.fixture
def client(start, tmp_path):
    return start(write_actor(tmp_path)).client("lambda", max_pool_connections=20)


def reserve(client, count, name="actor"):
    return client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=count)


def throttled(client, name="actor"):
    """Why a call is throttled; None when it is not."""
    try:
        client.invoke(FunctionName=name, Payload="{}")
    except client.exceptions.TooManyRequestsException as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 429
        assert error.response["Error"]["Message"] == "Rate Exceeded."
        assert error.response["Type"] == "User"
        return error.response["Reason"]
    return None


def test_a_reservation_is_set_shown_and_given_up(client):
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="actor")
    assert "Concurrency" not in client.get_function(FunctionName="actor")
    response = reserve(client, 7, f"{ARN}:actor")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert response["ReservedConcurrentExecutions"] == 7
    assert client.get_function_concurrency(FunctionName="actor")["ReservedConcurrentExecutions"] == 7
    assert client.get_function(FunctionName="actor")["Concurrency"] == {"ReservedConcurrentExecutions": 7}
    response = client.delete_function_concurrency(FunctionName="actor")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="actor")


def test_the_account_settings_count_what_is_reserved(client):
    before = client.get_account_settings()
    assert before["AccountLimit"] == {
        "TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}
    assert before["AccountUsage"]["FunctionCount"] == 5
    assert before["AccountUsage"]["TotalCodeSize"] > 0
    reserve(client, 30)
    reserve(client, 12, "hasty")
    assert client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 958


def test_a_hundred_must_be_left_for_the_others(client):
    reserve(client, 400, "hasty")
    assert reserve(client, 500)["ReservedConcurrentExecutions"] == 500
    with pytest.raises(client.exceptions.InvalidParameterValueException) as caught:
        reserve(client, 501)
    assert caught.value.response["Error"]["Message"] == (
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
        "its minimum value of [100].")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    # What was reserved before stays so.
    assert client.get_function_concurrency(FunctionName="actor")["ReservedConcurrentExecutions"] == 500


@pytest.mark.parametrize(("operation", "arguments"), [
    ("put_function_concurrency", {"ReservedConcurrentExecutions": 1}), ("get_function_concurrency", {}),
    ("delete_function_concurrency", {}),
])
def test_an_unknown_function_is_not_found(lambda_client, operation, arguments):
    with pytest.raises(ClientError) as caught:
        getattr(lambda_client, operation)(FunctionName="nobody", **arguments)
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert caught.value.response["Error"]["Message"] == f"Function not found: {ARN}:nobody"


def test_zero_throttles_every_call_and_every_version(client):
    reserve(client, 0)
    assert throttled(client) == throttled(client, "actor:live") == throttled(client, "actor:1") == RESERVED
    assert throttled(client, "hasty") is None
    client.delete_function_concurrency(FunctionName="actor")
    assert throttled(client) is None


def test_more_at_once_than_reserved_is_throttled_and_the_rest_runs(client, tmp_path):
    reserve(client, 2)
    marks = [tmp_path / f"mark{number}" for number in range(2)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        events = [{"do": "hang", "mark": str(mark)} for mark in marks]
        calls = [pool.submit(client.invoke, FunctionName="actor", Payload=json.dumps(event)) for event in events]
        eventually(lambda: all(mark.exists() for mark in marks), what="two invocations at once")
        assert throttled(client) == throttled(client, "actor:live") == RESERVED
        assert throttled(client, "hasty") is None
        # A limit that is raised counts at once, also for what is in work.
        reserve(client, 3)
        assert throttled(client) is None
        for mark in marks:
            os.kill(int(mark.read_text()), signal.SIGKILL)
        assert all(call.result()["FunctionError"] == "Unhandled" for call in calls)
    assert throttled(client) is None


def test_an_event_for_a_function_that_is_turned_off_is_given_up(start, tmp_path):
    emulator = start(write_actor(tmp_path))
    client = emulator.client("lambda")
    reserve(client, 0)
    response = client.invoke(FunctionName="actor", InvocationType="Event", Payload="{}")
    assert response["StatusCode"] == 202
    request = response["ResponseMetadata"]["RequestId"]
    given_up = f"event {request} for actor was given up: ZeroReservedConcurrency"
    eventually(lambda: given_up in emulator.log + "".join(emulator.output), what="the end of the event")


def test_a_template_reserves_concurrency(start, tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    template = write_template(tmp_path, {
        "Off": function("actor/", FunctionName="off", ReservedConcurrentExecutions=0),
        "Some": function("actor/", FunctionName="some", ReservedConcurrentExecutions=5),
    })
    emulator = start(template)
    client = emulator.client("lambda")
    assert throttled(client, "off") == RESERVED
    assert throttled(client, "some") is None
    assert client.get_function_concurrency(FunctionName="some")["ReservedConcurrentExecutions"] == 5
    assert "ReservedConcurrentExecutions" not in emulator.log


def test_ten_requests_a_second_for_each_unit_that_is_reserved(client):
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    reserve(client, 1)
    reason = eventually(lambda: throttled(client), what="more than ten requests a second")
    assert reason == "ReservedFunctionInvocationRateLimitExceeded"
    # Events are not limited so, nor are functions without a reservation.
    for _ in range(20):
        client.invoke(FunctionName="actor", InvocationType="Event", Payload="{}")
        assert throttled(client, "hasty") is None
