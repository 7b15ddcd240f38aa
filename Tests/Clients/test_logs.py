# SPDX-License-Identifier: Apache-2.0
"""CloudWatch Logs through boto3 and the AWS CLI, and `martlet logs`."""
import json
import os
import signal
import subprocess

import pytest
from botocore.exceptions import ClientError

from emulator import MARTLET, client_environment

GROUP = "/aws/lambda/actor"


@pytest.fixture
def logs(actors):
    return actors.client("logs")


def invoked(client):
    """Invokes, and returns the request id; who asks for the tail of the log is answered after its last line."""
    response = client.invoke(FunctionName="actor", Payload='{"logs": 1}', LogType="Tail")
    return response["ResponseMetadata"]["RequestId"]


def test_what_an_invocation_wrote_is_found_by_its_request_id(lambda_client, logs):
    request_id = invoked(lambda_client)
    found = logs.filter_log_events(logGroupName=GROUP, filterPattern=f'"{request_id}"')["events"]
    messages = [event["message"] for event in found]
    assert messages[0] == f"START RequestId: {request_id} Version: $LATEST\n"
    assert messages[-1].startswith(f"REPORT RequestId: {request_id}\tDuration: ")
    assert [event["timestamp"] for event in found] == sorted(event["timestamp"] for event in found)
    stream = logs.describe_log_streams(
        logGroupName=GROUP, orderBy="LastEventTime", descending=True)["logStreams"][0]
    assert found[0]["logStreamName"] == stream["logStreamName"]
    assert stream["lastEventTimestamp"] >= found[-1]["timestamp"]


def test_a_stream_is_read_page_by_page_in_both_directions(logs):
    logs.create_log_group(logGroupName="own")
    logs.create_log_stream(logGroupName="own", logStreamName="s")
    logs.put_log_events(logGroupName="own", logStreamName="s", logEvents=[
        {"timestamp": 1000 + number, "message": f"m{number}"} for number in range(5)])

    def page(**options):
        answer = logs.get_log_events(logGroupName="own", logStreamName="s", limit=2, **options)
        return [event["message"] for event in answer["events"]], answer

    assert page()[0] == ["m3", "m4"]
    messages, answer = page(startFromHead=True)
    assert messages == ["m0", "m1"]
    messages, answer = page(nextToken=answer["nextForwardToken"])
    assert messages == ["m2", "m3"]
    assert page(nextToken=answer["nextBackwardToken"])[0] == ["m0", "m1"]
    messages, answer = page(nextToken=answer["nextForwardToken"])
    assert messages == ["m4"]
    messages, end = page(nextToken=answer["nextForwardToken"])
    # At the end the token stays what it was: that is how clients know.
    assert (messages, end["nextForwardToken"]) == ([], answer["nextForwardToken"])
    logs.delete_log_group(logGroupName="own")


def test_groups_are_described_with_their_retention(lambda_client, logs):
    invoked(lambda_client)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    group, = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert group["retentionInDays"] == 7
    assert group["arn"] == f"arn:aws:logs:us-east-1:000000000000:log-group:{GROUP}:*"
    assert group["storedBytes"] > 0
    logs.delete_retention_policy(logGroupName=GROUP)
    assert "retentionInDays" not in logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"][0]


@pytest.mark.parametrize(("call", "code"), [
    (lambda logs: logs.filter_log_events(logGroupName="none"), "ResourceNotFoundException"),
    (lambda logs: logs.get_log_events(logGroupName=GROUP, logStreamName="none"), "ResourceNotFoundException"),
    (lambda logs: logs.filter_log_events(logGroupName=GROUP, filterPattern="a:b"), "InvalidParameterException"),
    (lambda logs: logs.put_retention_policy(logGroupName=GROUP, retentionInDays=2), "InvalidParameterException"),
    (lambda logs: logs.create_log_group(logGroupName="a b"), "InvalidParameterException"),
    (lambda logs: logs.create_log_group(logGroupName=GROUP), "ResourceAlreadyExistsException"),
    (lambda logs: logs.start_query(logGroupName=GROUP, startTime=0, endTime=1, queryString="fields @message"),
     "UnknownOperationException"),
])
def test_wrong_requests_are_refused(lambda_client, logs, call, code):
    invoked(lambda_client)
    with pytest.raises(ClientError) as caught:
        call(logs)
    assert caught.value.response["Error"]["Code"] == code


def command(*arguments, **options):
    return [MARTLET, "logs", *arguments]


def test_the_command_shows_what_matches(actors, lambda_client):
    request_id = invoked(lambda_client)
    run = subprocess.run(
        command("actor", "--endpoint", actors.endpoint, "--filter", f'"{request_id}"', "--since", "1h"),
        env=client_environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"START RequestId: {request_id}")
    assert f"REPORT RequestId: {request_id}" in run.stdout
    run = subprocess.run(
        command("--endpoint", actors.endpoint, "--filter", f'"START RequestId: {request_id}"', "--json"),
        env=client_environment(), capture_output=True, text=True, timeout=60)
    line = json.loads(run.stdout)
    assert (line["function"], line["message"]) == ("actor", f"START RequestId: {request_id} Version: $LATEST\n")


def test_the_command_follows_until_it_is_told_to_end(actors, lambda_client):
    first = invoked(lambda_client)
    with subprocess.Popen(
            command("actor", "--endpoint", actors.endpoint, "--follow", "--filter", "START"),
            env=client_environment(), stdout=subprocess.PIPE, text=True) as run:
        lines = iter(run.stdout.readline, "")
        assert any(first in line for line in lines)
        second = invoked(lambda_client)
        assert any(second in line for line in lines)
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(timeout=60) == 0


def test_a_wrong_function_or_endpoint_is_said_in_words(actors):
    for arguments, words in [
        (("nobody", "--endpoint", actors.endpoint), "The specified log group does not exist."),
        (("--endpoint", "http://127.0.0.1:1"), "Is 'martlet start' running there?"),
        (("--since", "yesterday"), "'yesterday' is invalid for '--since"),
    ]:
        run = subprocess.run(
            command(*arguments), env=client_environment(), capture_output=True, text=True, timeout=60)
        assert run.returncode > 0
        assert words in run.stderr
