# SPDX-License-Identifier: Apache-2.0
"""Emulated time, end to end: retries, ages, dead letters and delays with real processes, and the clock moved by hand."""
import datetime
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from conftest import running
from emulator import ACCOUNT, MARTLET, client_environment
from functions import BOOTSTRAP, function, write_actor, write_bootstrap, write_template
from waiting import eventually

HOUR = 3_600_000
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: from 1 second up to 5 minutes,
# until the event is 6 hours old.
BACKOFF = [1, 2, 4, 8, 16, 32, 64, 128, 256] + [300] * 70

# Tells how many milliseconds it has left, by its own clock.
TELLER = """
import http.client, os, time

API = os.environ["AWS_LAMBDA_RUNTIME_API"]


def call(method, path, body=None):
    connection = http.client.HTTPConnection(API)
    connection.request(method, "/2018-06-01/runtime/invocation" + path, body)
    response = connection.getresponse()
    response.read()
    return response.headers


while True:
    headers = call("GET", "/next")
    left = int(headers["Lambda-Runtime-Deadline-Ms"]) - time.time() * 1000
    call("POST", f"/{headers['Lambda-Runtime-Aws-Request-Id']}/response", str(left))
"""


def attribute(resource, name="Arn"):
    return {"Fn::GetAtt": [resource, name]}


def queue(name, **properties):
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def clock(emulator, path="", method="GET"):
    request = urllib.request.Request(f"{emulator.endpoint}/_martlet/clock{path}", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def martlet_clock(emulator, *arguments):
    run = subprocess.run(
        [MARTLET, "clock", *arguments, "--endpoint", emulator.endpoint], env=client_environment(),
        capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout, run.stderr


def send(client, name, event):
    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
    return answer["ResponseMetadata"]["RequestId"]


def receive(emulator, name):
    sqs = emulator.client("sqs")
    url = f"{emulator.endpoint}/{ACCOUNT}/{name}"
    return eventually(
        lambda: sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"], AttributeNames=["All"]).get("Messages"),
        what=f"a message in {name}")[0]


def journal(emulator, *arguments):
    """Records, oldest first."""
    run = subprocess.run(
        [MARTLET, "events", "list", "--json", *arguments, "--endpoint", emulator.endpoint], env=client_environment(),
        capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()][::-1]


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def ages(emulator, name, since):
    """How old the events of a function were at each attempt, where a minute has one; with the sum of all."""
    begin = datetime.datetime.fromtimestamp(since / 1000 - 60, datetime.timezone.utc)
    points = emulator.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda", MetricName="AsyncEventAge", Dimensions=[{"Name": "FunctionName", "Value": name}],
        StartTime=begin, EndTime=begin + datetime.timedelta(hours=7), Period=60,
        Statistics=["Sum", "SampleCount"])["Datapoints"]
    single = sorted(round(point["Sum"]) for point in points if point["SampleCount"] == 1)
    return single, round(sum(point["Sum"] for point in points)), round(sum(point["SampleCount"] for point in points))


def test_retries_a_dead_letter_and_six_hours_of_throttling_pass_in_seconds(start, tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    emulator = start(write_template(tmp_path, {
        "Dead": queue("dead"), "Given": queue("given-up"),
        "Failing": function("actor/", FunctionName="failing", DeadLetterQueue={
            "Type": "SQS", "TargetArn": attribute("Dead")}),
        "Holder": function("actor/", FunctionName="holder", EventInvokeConfig={"MaximumRetryAttempts": 0}),
        # All that is reserved for it is provisioned for version 1: nothing is left for $LATEST
        # (https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html).
        "Throttled": function(
            "actor/", FunctionName="throttled", AutoPublishAlias="live", ReservedConcurrentExecutions=1,
            ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1}),
    }), "--clock", "virtual")
    client = emulator.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName="throttled", DestinationConfig={"OnFailure": {
            "Destination": f"arn:aws:sqs:us-east-1:{ACCOUNT}:given-up"}})
    # While a function runs, time goes by as on the machine: both are accepted before anything is due.
    began, mark = time.monotonic(), tmp_path / "mark"
    send(client, "holder", {"do": "hang", "mark": str(mark)})
    eventually(mark.exists, what="a function at work")
    accepted = clock(emulator)["now"]
    failing = send(client, "failing", {"do": "fail"})
    throttled = send(client, "throttled", {})
    os.kill(int(mark.read_text()), signal.SIGKILL)

    letter = receive(emulator, "dead")
    assert letter["MessageAttributes"]["RequestID"]["StringValue"] == failing
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "said no"
    assert json.loads(letter["Body"]) == {"do": "fail"}
    record = json.loads(receive(emulator, "given-up")["Body"])
    assert record["requestContext"]["requestId"] == throttled
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    took = time.monotonic() - began
    assert took < 10

    # Three attempts of one request: one and two minutes after the failures before them, to the millisecond but for
    # what the function itself took.
    events = emulator.client("logs").filter_log_events(logGroupName="/aws/lambda/failing")["events"]
    starts = [event["timestamp"] for event in events if event["message"].startswith(f"START RequestId: {failing} ")]
    ends = [event["timestamp"] for event in events if event["message"].startswith(f"END RequestId: {failing}")]
    assert len(starts) == len(ends) == 3
    gaps = [start - end for start, end in zip(starts[1:], ends)]
    running = took * 1000
    assert 60_000 - running <= gaps[0] <= 60_000 + running and 120_000 - running <= gaps[1] <= 120_000 + running
    single, total, count = ages(emulator, "failing", accepted)
    assert count == 3 and single[-2] >= 60_000 and single[-1] - single[-2] >= 120_000
    assert int(letter["Attributes"]["SentTimestamp"]) - accepted < 180_000 + running

    # By the journal, from one beginning to the next: a minute and two, and what the run in between took.
    attempts = journal(emulator, "--kind", "attempt", "--request", failing)
    times = [milliseconds(attempt["time"]) for attempt in attempts]
    extras = [times[1] - times[0] - 60_000, times[2] - times[1] - 120_000]
    for extra, attempt in zip(extras, attempts):
        took_itself = attempt["run"]["duration"] + attempt["run"].get("initDuration", 0)
        assert 0 <= extra <= took_itself + 100, (extras, attempts)

    # Each attempt that was throttled, to the millisecond after the one before it.
    single, total, count = ages(emulator, "throttled", accepted)
    assert count == 80
    base = single[-1] - 21_511_000
    expected = [base + 1000 * sum(BACKOFF[:number]) for number in range(80)]
    assert single == [age for age in expected if age in single] and len(single) >= 70
    # The first came at once; the clock ran still while it was taken.
    assert total == pytest.approx(sum(expected), abs=1000)
    assert 0 <= base < running
    # It was given up when its next attempt would have come too late.
    assert 0 <= milliseconds(record["timestamp"]) - accepted - 21_511_000 < running
    assert clock(emulator)["ahead"] >= 21_511_000 - running


def test_a_function_runs_in_real_time_whatever_waits(start, tmp_path):
    emulator = start(write_actor(tmp_path), "--clock", "virtual")
    client = emulator.client("lambda")
    mark = tmp_path / "mark"
    hanging = send(client, "hasty", {"do": "hang", "mark": str(mark)})
    eventually(mark.exists, what="the function at work")
    # Its second of timeout passes as on the machine, and its retries do not wait for the machine.
    logs = emulator.client("logs")

    def ends():
        events = logs.filter_log_events(logGroupName="/aws/lambda/hasty")["events"]
        found = [event for event in events if event["message"].startswith(f"REPORT RequestId: {hanging}")]
        return found if len(found) == 3 else None
    reports = eventually(ends, what="three attempts")
    assert all("Status: timeout" in report["message"] for report in reports)
    gaps = [after["timestamp"] - before["timestamp"] for before, after in zip(reports, reports[1:])]
    assert 61_000 <= gaps[0] < 70_000 and 121_000 <= gaps[1] < 130_000


def test_messages_that_are_delayed_or_hidden_come_at_their_time(start, tmp_path):
    emulator = start(
        write_template(tmp_path, {"Work": queue("work", DelaySeconds=15, VisibilityTimeout=18)}), "--clock", "virtual")
    sqs = emulator.client("sqs")
    url = f"{emulator.endpoint}/{ACCOUNT}/work"
    began = time.monotonic()
    sqs.send_message(QueueUrl=url, MessageBody="later")

    def take():
        (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, AttributeNames=["All"])["Messages"]
        times = message["Attributes"]
        return int(times["ApproximateFirstReceiveTimestamp"]) - int(times["SentTimestamp"])
    assert take() == 15_000
    before = clock(emulator)["now"]
    assert take() == 15_000
    assert 17_000 < clock(emulator)["now"] - before < 19_000
    assert time.monotonic() - began < 10


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moved")
    write_bootstrap(folder / "actor", BOOTSTRAP)
    write_bootstrap(folder / "teller", TELLER)
    template = write_template(folder, {
        "Actor": function("actor/", FunctionName="actor"), "Teller": function("teller/", FunctionName="teller")})
    with running(folder, template) as emulator:
        yield emulator


def attempts(emulator, request):
    events = emulator.client("logs").filter_log_events(logGroupName="/aws/lambda/actor")["events"]
    return [event["timestamp"] for event in events if event["message"].startswith(f"START RequestId: {request} ")]


def test_a_real_clock_is_moved_by_hand(moved):
    request = send(moved.client("lambda"), "actor", {"do": "fail"})
    eventually(lambda: attempts(moved, request), what="the first attempt")
    status, text, errors = martlet_clock(moved, "advance", "30s")
    assert status == 0, errors
    assert "moved by 30s" in text and "1 waiting" in text
    assert len(attempts(moved, request)) == 1
    report = clock(moved)
    assert report["pace"] == "real" and report["ahead"] >= 30_000 and report["waiting"] == 1
    assert 0 < report["next"] - report["now"] <= 30_000
    assert martlet_clock(moved, "step")[0] == 0
    # When the command returns, what was due is done.
    assert len(attempts(moved, request)) == 2
    status, text, _ = martlet_clock(moved, "until-idle", "--json")
    assert json.loads(text)["waiting"] == 0
    first, second, third = attempts(moved, request)
    assert 60_000 <= second - first < 61_000 + 2000 and 120_000 <= third - second < 121_000 + 2000
    assert "nothing waits for its time" in martlet_clock(moved)[1]


def test_a_deadline_is_told_by_the_clock_that_functions_have(moved):
    clock(moved, "/advance?milliseconds=7200000", "POST")
    answer = moved.client("lambda").invoke(FunctionName="teller")
    assert 0 < json.load(answer["Payload"]) <= 20_000


def test_mistakes_are_told(moved):
    assert martlet_clock(moved, "advance", "soon")[0] == 64
    status, _, errors = martlet_clock(moved, "advance", "40000000d")
    assert status != 0 and "Say how far" in errors
    for path, method, code in [
            ("/step", "GET", 405), ("", "POST", 405), ("/advance", "POST", 400),
            ("/advance?milliseconds=-1", "POST", 400), ("/advance?milliseconds=99999999999999999999", "POST", 400),
            ("/back", "POST", 404)]:
        with pytest.raises(urllib.error.HTTPError) as caught:
            clock(moved, path, method)
        assert caught.value.code == code, path
