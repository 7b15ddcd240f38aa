# SPDX-License-Identifier: Apache-2.0
"""A function's life with the AWS CLI: made, called, versioned, limited, watched, removed.

The runtime is two shell scripts and curl, as in AWS's tutorial on custom runtimes
(https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html).
"""
import json
import subprocess

import pytest

from functions import write_template
from packages import ROLE, package
from waiting import eventually

BOOTSTRAP = """#!/bin/sh
set -eu
. "$LAMBDA_TASK_ROOT/${_HANDLER%.*}.sh"
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
    event=$(curl -sS --noproxy '*' -D "$TMPDIR/head" "$api/next")
    id=$(tr -d '\\r' < "$TMPDIR/head" | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
    if answer=$("${_HANDLER#*.}" "$event"); then
        curl -sS --noproxy '*' -d "$answer" "$api/$id/response" > "$TMPDIR/out"
    else
        curl -sS --noproxy '*' -d '{"errorMessage": "refused", "errorType": "Shell.Error"}' "$api/$id/error" \\
            > "$TMPDIR/out"
    fi
done
"""

FUNCTION = """
handler() {
    echo "heard $1" >&2
    case $1 in *bad*) return 1 ;; esac
    printf '{"version": "%s", "heard": %s}' "$RELEASE" "$1"
}
"""


@pytest.fixture
def cli(start, tmp_path):
    """Runs `aws` and reads its answer; the code lies in `function.zip`."""
    emulator = start(write_template(tmp_path, {"Queue": {"Type": "AWS::SQS::Queue"}}))
    code = {"bootstrap": BOOTSTRAP, "function.sh": (FUNCTION, 0o100644)}
    (tmp_path / "function.zip").write_bytes(package(code))

    def run(*arguments, check=True):
        if arguments[0] == "sqs":  # For queues, version 1 of the AWS CLI does not look at AWS_ENDPOINT_URL.
            arguments += ("--endpoint-url", emulator.endpoint)
        try:
            answer = emulator.aws(*arguments, check=check, cwd=tmp_path)
        except subprocess.CalledProcessError as error:
            raise AssertionError(f"aws {' '.join(arguments)}: {error.stderr}") from error
        if not check:
            return answer
        return json.loads(answer.stdout) if answer.stdout.strip() else None

    def invoke(payload, *options):
        answer = run("lambda", "invoke", "--function-name", "shell", "--payload", payload, *options, "out")
        text = (tmp_path / "out").read_text()
        return answer, json.loads(text) if text else None

    run.invoke = invoke
    return run


def test_the_life_of_a_function(cli):
    made = cli(
        "lambda", "create-function", "--function-name", "shell", "--runtime", "provided.al2023", "--handler",
        "function.handler", "--role", ROLE, "--zip-file", "fileb://function.zip", "--timeout", "20",
        "--environment", "Variables={RELEASE=one}", "--tags", "team=birds")
    assert (made["FunctionName"], made["Version"], made["Timeout"]) == ("shell", "$LATEST", 20)
    cli("lambda", "wait", "function-active-v2", "--function-name", "shell")

    answer, result = cli.invoke('{"a": 1}', "--log-type", "Tail")
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert result == {"version": "one", "heard": {"a": 1}}
    answer, result = cli.invoke('"bad"')
    assert answer["FunctionError"] == "Unhandled"
    assert result == {"errorMessage": "refused", "errorType": "Shell.Error"}

    assert cli("lambda", "publish-version", "--function-name", "shell")["Version"] == "1"
    cli("lambda", "update-function-configuration", "--function-name", "shell", "--environment", "Variables={RELEASE=two}")
    cli("lambda", "wait", "function-updated-v2", "--function-name", "shell")
    assert cli("lambda", "publish-version", "--function-name", "shell")["Version"] == "2"
    alias = cli(
        "lambda", "create-alias", "--function-name", "shell", "--name", "live", "--function-version", "2",
        "--routing-config", "AdditionalVersionWeights={1=0.5}")
    assert alias["RoutingConfig"] == {"AdditionalVersionWeights": {"1": 0.5}}
    answer, result = cli.invoke("{}", "--qualifier", "live")
    assert (answer["ExecutedVersion"], result["version"]) in {("1", "one"), ("2", "two")}

    cli("lambda", "put-function-concurrency", "--function-name", "shell", "--reserved-concurrent-executions", "0")
    refused = cli("lambda", "invoke", "--function-name", "shell", "out", check=False)
    assert refused.returncode in {254, 255}
    assert "(TooManyRequestsException)" in refused.stderr and "Rate Exceeded." in refused.stderr
    cli("lambda", "delete-function-concurrency", "--function-name", "shell")

    cli("lambda", "delete-function", "--function-name", "shell")
    gone = cli("lambda", "get-function", "--function-name", "shell", check=False)
    assert "(ResourceNotFoundException)" in gone.stderr


def test_an_event_its_log_its_metrics_and_its_dead_letter(cli):
    queue = cli("sqs", "list-queues")["QueueUrls"][0]
    target = cli("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "QueueArn")
    cli(
        "lambda", "create-function", "--function-name", "shell", "--runtime", "provided.al2", "--handler",
        "function.handler", "--role", ROLE, "--zip-file", "fileb://function.zip", "--timeout", "20",
        "--environment", "Variables={RELEASE=one}")
    cli(
        "lambda", "put-function-event-invoke-config", "--function-name", "shell", "--maximum-retry-attempts", "0",
        "--destination-config", f'OnFailure={{Destination={target["Attributes"]["QueueArn"]}}}')
    answer, _ = cli.invoke('{"is": "bad"}', "--invocation-type", "Event")
    assert answer["StatusCode"] == 202

    message = cli("sqs", "receive-message", "--queue-url", queue, "--wait-time-seconds", "20")["Messages"][0]
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == {"is": "bad"}
    assert record["responsePayload"]["errorType"] == "Shell.Error"

    def lines():
        found = cli("logs", "filter-log-events", "--log-group-name", "/aws/lambda/shell", "--filter-pattern", "heard")
        return [event["message"] for event in found["events"]]

    eventually(lambda: 'heard {"is": "bad"}\n' in lines(), what="the function's line in its log")
    sums = cli(
        "cloudwatch", "get-metric-statistics", "--namespace", "AWS/Lambda", "--metric-name", "Errors", "--dimensions",
        "Name=FunctionName,Value=shell", "--start-time", "2020-01-01T00:00:00Z", "--end-time", "2099-01-01T00:00:00Z",
        "--period", "1576800000", "--statistics", "Sum")
    assert [point["Sum"] for point in sums["Datapoints"]] == [1]
