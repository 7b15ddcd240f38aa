# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on purpose, what AWS's services do about it, and that the same seed does the same again."""
import functools
import json
import pathlib
import subprocess
import urllib.error
import urllib.request

import botocore.exceptions
import pytest

from application import BUCKET, wait_for
from conftest import running
from emulator import MARTLET, client_environment
from functions import CALL, function, write_bootstrap, write_template
from waiting import eventually

# Writes down each event that it gets, with its request id.
WITNESS = CALL + """
import time

while True:
    headers, payload = call("GET", "/invocation/next")
    request = headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(payload)
    with open(os.environ["WITNESS"], "a") as file:
        file.write(json.dumps({"request": request, "event": event}) + "\\n")
    began = time.monotonic()
    while isinstance(event, dict) and time.process_time() < event.get("cpu", 0):
        pass
    result = {"pid": os.getpid(), "wall": time.monotonic() - began, "event": event}
    call("POST", f"/invocation/{request}/response", json.dumps(result))
"""


class World:
    """An emulator whose minutes take a tenth of a second, with a function that S3 and SNS call too."""

    def __init__(self, emulator, folder):
        self.emulator = emulator
        self.file = folder / "witness"
        self.file.touch()
        self.client = functools.cache(emulator.client)
        self.topic = emulator.client("sns").create_topic(Name="news")["TopicArn"]
        self.queue = emulator.client("sqs").get_queue_url(QueueName="letters")["QueueUrl"]

    def call(self, method, path="", body=None):
        request = urllib.request.Request(
            f"{self.emulator.endpoint}/_martlet/chaos{path}", method=method,
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["message"]) from None

    def add(self, kind, **where):
        return self.call("POST", "/rules", {"kind": kind, **where})["id"]

    def struck(self):
        return [rule["struck"] for rule in self.call("GET")["rules"]]

    def invoke(self, event, name="witness", **options):
        return self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **options)

    def send(self, event):
        return self.invoke(event, InvocationType="Event")["ResponseMetadata"]["RequestId"]

    def seen(self, mark):
        """What the function has got that holds a text, in order."""
        return [json.loads(line) for line in self.file.read_text().splitlines() if mark in line]

    def started(self, request):
        """When an invocation began, in milliseconds, by the emulator's clock."""
        logs = self.client("logs")
        return eventually(
            lambda: logs.filter_log_events(
                logGroupName="/aws/lambda/witness", filterPattern=f'"START RequestId: {request}"')["events"],
            what=f"the start of {request}")[0]["timestamp"]

    def wait(self, mark, count):
        """Waits until it has got so many, and returns them."""
        eventually(lambda: len(self.seen(mark)) >= count, what=f"{count} times {mark}")
        return self.seen(mark)


@pytest.fixture(scope="module")
def emulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chaos")
    write_bootstrap(folder / "witness", WITNESS)
    environment = {"Environment": {"Variables": {"WITNESS": str(folder / "witness.log")}}}
    template = write_template(folder, {
        "Witness": function("witness/", FunctionName="witness", **environment, Events={
            "Put": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Inbox"}, "Events": "s3:ObjectCreated:*"}},
            "Told": {"Type": "SNS", "Properties": {"Topic": {"Ref": "News"}}}}),
        # One after the other, in the order in which they come.
        "Single": function("witness/", FunctionName="single", **environment, ReservedConcurrentExecutions=1, Events={
            "Put": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Lane"}, "Events": "s3:ObjectCreated:*"}},
            "Told": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Street"}}}}),
        "Lane": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "lane"}},
        "Street": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "street"}},
        "Fresh": function("witness/", FunctionName="fresh", **environment),
        "Frozen": function("witness/", FunctionName="frozen", **environment),
        "Hasty": function("witness/", FunctionName="hasty", **{**environment, "Timeout": 1}),
        "Inbox": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "inbox"}},
        "News": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
        "Letters": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "letters"}},
    })
    with running(folder, template, "--clock", "scaled:600") as emulator:
        world = World(emulator, folder)
        world.file = folder / "witness.log"
        world.file.touch()
        yield world


@pytest.fixture
def world(emulated):
    emulated.call("PUT", "/seed", {"seed": 1})
    yield emulated
    emulated.call("DELETE", "/rules")


def error_of(response):
    payload = json.loads(response["Payload"].read())
    return response["FunctionError"], payload["errorType"], payload["errorMessage"].split(" ", 2)[2]


# Environments

def test_a_function_that_is_killed_at_work_fails_as_one_that_exits(world):
    world.add("kill", function="witness", first=1)
    assert error_of(world.invoke("a")) == (
        "Unhandled", "Runtime.ExitError", "Error: Runtime exited with error: signal: killed")
    assert "FunctionError" not in world.invoke("a")
    assert world.struck() == [1]


def test_an_event_whose_function_is_killed_before_it_can_answer_comes_again(world):
    world.add("kill", function="witness", at="response", first=2)
    request = world.send("killed twice")
    # The effect of each attempt has happened: only the answers are lost.
    assert [seen["request"] for seen in world.wait("killed twice", 3)] == [request] * 3
    assert world.struck() == [2]


def test_an_init_that_is_killed_runs_again_for_the_invocation(world):
    world.add("kill", function="fresh", at="init", first=1)
    assert "FunctionError" not in world.invoke("b", "fresh")
    assert world.struck() == [1]


def test_a_function_that_stands_still_runs_into_its_timeout_or_goes_on(world):
    world.add("stall", function="hasty", first=1)
    world.add("stall", function="hasty", every=2, delay="100ms-200ms")
    assert error_of(world.invoke("c", "hasty")) == (
        "Unhandled", "Sandbox.Timedout", "Error: Task timed out after 1.00 seconds")
    assert "FunctionError" not in world.invoke("c", "hasty")
    assert world.struck() == [1, 1]


def test_a_result_that_is_held_up_beyond_the_timeout_is_none(world):
    world.add("stall", function="hasty", at="response", first=1)
    assert error_of(world.invoke("d", "hasty"))[1] == "Sandbox.Timedout"
    assert "FunctionError" not in world.invoke("d", "hasty")


def test_a_slow_function_takes_longer_than_its_work(world):
    world.add("slow", function="witness", every=1, factor=5)
    # The process has used some of its CPU time before: it works until it has used that much.
    result = json.loads(world.invoke({"cpu": 0.5})["Payload"].read())
    world.call("DELETE", "/rules")
    assert result["wall"] > 0.8


def test_the_clock_may_jump_while_an_environment_is_frozen(world):
    def ahead():
        with urllib.request.urlopen(f"{world.emulator.endpoint}/_martlet/clock") as response:
            return json.load(response)["now"]

    pid = json.loads(world.invoke("awake", "frozen")["Payload"].read())["pid"]
    stat = pathlib.Path(f"/proc/{pid}/stat")
    eventually(lambda: stat.read_text().rsplit(") ", 1)[1].startswith("T"), what="a frozen process")
    world.add("clock-jump", function="frozen", first=1, by="30d")
    before = ahead()
    world.invoke("awake", "frozen")
    eventually(lambda: ahead() - before >= 30 * 86_400_000, what="the jump")


def test_results_that_break_off_or_are_others(world):
    world.add("truncate", function="witness", first=1)
    assert error_of(world.invoke("e"))[1] == "Runtime.TruncatedResponse"
    whole = world.invoke("e")["Payload"].read()
    world.add("corrupt", function="witness", first=1)
    payload = world.invoke("e")["Payload"].read()
    assert payload != whole


@pytest.mark.parametrize("reason", [
    "ConcurrentInvocationLimitExceeded", "ReservedFunctionConcurrentInvocationLimitExceeded"])
def test_a_throttled_call_gets_429_and_a_throttled_event_comes_later(world, reason):
    world.add("throttle", function="witness", first=3, reason=reason)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        world.invoke("f")
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert (response["Error"]["Code"], response["Reason"]) == ("TooManyRequestsException", reason)
    world.send(f"throttled for {reason}")
    world.wait(f"throttled for {reason}", 1)
    assert world.struck() == [3]


# Deliveries

def test_an_event_may_come_twice_with_one_request_id(world):
    world.add("duplicate", service="lambda", function="witness", first=1)
    request = world.send("a double event")
    assert [seen["request"] for seen in world.wait("a double event", 2)] == [request, request]


def test_a_message_of_a_topic_may_come_twice_with_one_id(world):
    world.add("duplicate", topic="news", function="witness", first=1)
    message = world.client("sns").publish(TopicArn=world.topic, Message="told twice")["MessageId"]
    seen = world.wait("told twice", 2)
    assert [one["event"]["Records"][0]["Sns"]["MessageId"] for one in seen] == [message, message]
    assert len({one["request"] for one in seen}) == 2


def test_a_bucket_may_tell_twice_of_one_change(world):
    world.add("duplicate", bucket="inbox", key="twice/*", first=1)
    world.client("s3").put_object(Bucket="inbox", Key="twice/1", Body=b"1")
    seen = world.wait("twice/1", 2)
    assert len({one["event"]["Records"][0]["s3"]["object"]["sequencer"] for one in seen}) == 1


def test_a_queue_may_give_a_message_twice(world):
    sqs = world.client("sqs")
    world.add("duplicate", queue="letters", first=1)
    sent = sqs.send_message(QueueUrl=world.queue, MessageBody="a")["MessageId"]
    first = sqs.receive_message(QueueUrl=world.queue, VisibilityTimeout=43200)["Messages"][0]
    second = sqs.receive_message(QueueUrl=world.queue, VisibilityTimeout=43200)["Messages"][0]
    assert [first["MessageId"], second["MessageId"]] == [sent, sent]
    sqs.delete_message(QueueUrl=world.queue, ReceiptHandle=second["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=world.queue)


def test_deliveries_may_come_late(world):
    # Ten minutes are a second here, and more than anything else takes.
    for service in ["lambda", "sns", "s3", "sqs"]:
        world.add("delay", service=service, first=1, delay="10m-20m")
    before = world.started(world.invoke("now")["ResponseMetadata"]["RequestId"])
    world.client("sqs").send_message(QueueUrl=world.queue, MessageBody="late letter")
    world.send("late event")
    world.client("sns").publish(TopicArn=world.topic, Message="late message")
    world.client("s3").put_object(Bucket="inbox", Key="late/object", Body=b"1")
    for mark in ["late event", "late message", "late/object"]:
        assert world.started(world.wait(mark, 1)[0]["request"]) - before >= 600_000
    message = eventually(
        lambda: world.client("sqs").receive_message(QueueUrl=world.queue, AttributeNames=["All"]).get("Messages"),
        what="the letter")[0]
    times = message["Attributes"]
    assert int(times["ApproximateFirstReceiveTimestamp"]) - int(times["SentTimestamp"]) >= 600_000
    world.client("sqs").delete_message(QueueUrl=world.queue, ReceiptHandle=message["ReceiptHandle"])


# What is overtaken waits for an hour at most, which are six seconds here.

def test_events_may_overtake_each_other(world):
    world.add("reorder", service="lambda", function="witness", first=1, delay="1h")
    for name in ["first", "second"]:
        world.send(f"order: {name}")
    assert [seen["event"] for seen in world.wait("order: ", 2)] == ["order: second", "order: first"]


def test_messages_of_a_topic_may_overtake_each_other(world):
    world.add("reorder", topic="street", first=1, delay="1h")
    street = world.client("sns").create_topic(Name="street")["TopicArn"]
    for name in ["first", "second"]:
        world.client("sns").publish(TopicArn=street, Message=f"sns order: {name}")
    seen = world.wait("sns order: ", 2)
    assert [one["event"]["Records"][0]["Sns"]["Message"].rsplit(" ", 1)[1] for one in seen] == ["second", "first"]


def test_news_of_a_bucket_may_overtake_each_other(world):
    world.add("reorder", bucket="lane", key="*/first", first=1, delay="1h")
    for name in ["first", "second"]:
        world.client("s3").put_object(Bucket="lane", Key=f"order/{name}", Body=b"1")
    seen = world.wait("order/", 2)
    assert [one["event"]["Records"][0]["s3"]["object"]["key"] for one in seen] == ["order/second", "order/first"]


def test_messages_of_a_queue_may_overtake_each_other(world):
    sqs = world.client("sqs")
    world.add("reorder", queue="letters", first=1)
    for body in "ab":
        sqs.send_message(QueueUrl=world.queue, MessageBody=body)
    received = [sqs.receive_message(QueueUrl=world.queue)["Messages"][0] for _ in "ab"]
    for message in received:
        sqs.delete_message(QueueUrl=world.queue, ReceiptHandle=message["ReceiptHandle"])
    assert [message["Body"] for message in received] == ["b", "a"]


def test_an_attempt_to_deliver_that_fails_is_made_again(world):
    world.add("drop", service="lambda", function="witness", first=2)
    world.add("drop", topic="news", first=4)
    world.add("drop", bucket="inbox", first=3)
    world.send("dropped event")
    world.wait("dropped event", 1)
    world.client("sns").publish(TopicArn=world.topic, Message="dropped message")
    world.wait("dropped message", 1)
    world.client("s3").put_object(Bucket="inbox", Key="dropped/object", Body=b"1")
    world.wait("dropped/object", 1)
    assert world.struck() == [2, 4, 3]


def test_a_message_that_nobody_got_comes_again_after_its_visibility_timeout(world):
    sqs = world.client("sqs")
    world.add("drop", queue="letters", first=1)
    sqs.send_message(QueueUrl=world.queue, MessageBody="once more")
    received = eventually(
        lambda: sqs.receive_message(
            QueueUrl=world.queue, VisibilityTimeout=30, AttributeNames=["All"]).get("Messages"), what="the message")
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in received] == ["2"]
    sqs.delete_message(QueueUrl=world.queue, ReceiptHandle=received[0]["ReceiptHandle"])


def test_what_a_rule_says_to_lose_is_lost_and_nothing_else(world):
    world.add("lose", first=1)
    world.send("lost event 1")
    world.send("lost event 2")
    assert [seen["event"] for seen in world.wait("lost event", 1)] == ["lost event 2"]


def test_requests_fail_with_the_services_own_errors(world):
    calls = {
        "s3": lambda: world.client("s3").put_object(Bucket="inbox", Key="x/y", Body=b"1"),
        "sns": lambda: world.client("sns").publish(TopicArn=world.topic, Message="x"),
        "sqs": lambda: world.client("sqs").send_message(QueueUrl=world.queue, MessageBody="x"),
    }
    for service, code, status in [
            ("s3", "SlowDown", 503), ("s3", "InternalError", 500), ("s3", "ServiceUnavailable", 503),
            ("sns", "InternalError", 500), ("sns", "Throttled", 429), ("sqs", "InternalFailure", 500),
            ("sqs", "RequestThrottled", 403)]:
        world.add("error", service=service, code=code, first=1)
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            calls[service]()
        response = caught.value.response
        assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
        calls[service]()
    world.call("DELETE", "/rules")
    world.client("sqs").purge_queue(QueueUrl=world.queue)


def test_a_full_disk_loses_nothing_that_was_acknowledged(world):
    s3, sqs = world.client("s3"), world.client("sqs")
    s3.put_object(Bucket="inbox", Key="kept/object", Body=b"old")
    world.wait("kept/object", 1)
    world.add("disk-full", service="s3", first=1)
    world.add("disk-full", service="sqs", first=1)
    for call, code in [
            (lambda: s3.put_object(Bucket="inbox", Key="kept/object", Body=b"new"), "InternalError"),
            (lambda: sqs.send_message(QueueUrl=world.queue, MessageBody="x"), "InternalError")]:
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            call()
        response = caught.value.response
        assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, 500)
    assert s3.get_object(Bucket="inbox", Key="kept/object")["Body"].read() == b"old"
    assert "Messages" not in sqs.receive_message(QueueUrl=world.queue)
    world.add("disk-full", service="lambda", first=1)
    with pytest.raises(world.client("lambda").exceptions.ServiceException):
        world.send("not stored")
    # The second write fails, which is the one that says that the event is done with.
    world.add("disk-full", service="lambda", every=2)
    world.send("stored")
    eventually(lambda: world.struck()[-1] >= 1, what="a full disk")
    assert len(world.wait("stored", 1)) == 1


# Rules

def test_the_same_seed_strikes_the_same_again(world):
    def trace(seed):
        world.call("PUT", "/seed", {"seed": seed})
        for number in range(16):
            try:
                world.invoke(f"traced {number}", "fresh" if number % 3 else "witness")
            except botocore.exceptions.ClientError:
                pass
        return world.call("GET")["strikes"]

    world.add("throttle", rate=0.2)
    world.add("truncate", function="w*", rate=0.3)
    first = trace(5)
    assert {strike["kind"] for strike in first} == {"throttle", "truncate"}
    assert trace(5) == first
    assert trace(6) != first


def test_a_rule_that_cannot_be_carried_out_is_refused_with_the_reason(world):
    for rule, reason in [
            ({"kind": "kill"}, "how often"), ({"kind": "melt", "rate": 1}, "no kind melt"),
            ({"kind": "error", "rate": 1, "service": "s3", "code": "Teapot"}, "SlowDown"),
            ({"kind": "kill", "rate": [1]}, "string or a number")]:
        with pytest.raises(ValueError, match=reason):
            world.call("POST", "/rules", rule)
    with pytest.raises(ValueError, match="no rule 99"):
        world.call("DELETE", "/rules/99")
    assert world.call("GET")["rules"] == []


def test_the_command_adds_shows_and_removes_rules(world):
    def martlet(*arguments, status=0):
        run = subprocess.run(
            [MARTLET, "chaos", *arguments, "--endpoint", world.emulator.endpoint], capture_output=True, text=True,
            env=client_environment())
        assert run.returncode == status, run.stderr
        return run.stdout + run.stderr

    assert "Nothing goes wrong" in martlet()
    assert "throttle function=witness first=1" in martlet("add", "throttle", "--function", "witness", "--first", "1")
    with pytest.raises(botocore.exceptions.ClientError):
        world.invoke("g")
    rule = json.loads(martlet("show", "--json"))["rules"][0]
    assert (rule["met"], rule["struck"]) == (1, 1)
    assert "throttle  " in martlet() and "witness" in martlet("show", "--strikes", "1")
    assert "seed 9" in martlet("seed", "9")
    assert "how often" in martlet("add", "kill", status=1)
    assert "Nothing" in martlet("remove", str(rule["id"]))
    martlet("add", "kill", "--rate", "0.5")
    assert "Nothing" in martlet("clear")


def test_a_strike_is_a_record_below_what_it_struck(world):
    def listed(*arguments):
        run = subprocess.run(
            [MARTLET, "events", "list", "--json", *arguments, "--endpoint", world.emulator.endpoint],
            capture_output=True, text=True, env=client_environment())
        assert run.returncode == 0, run.stderr
        return [json.loads(line) for line in run.stdout.splitlines()]

    rule = world.add("kill", function="witness", first=1)
    request = world.invoke("struck")["ResponseMetadata"]["RequestId"]
    (struck,) = eventually(lambda: listed("--request", request, "--kind", "invocation"), what="the record")
    strikes = [found for found in listed("--kind", "chaos", "--function", "witness") if found["cause"] == struck["id"]]
    (strike,) = strikes
    assert (strike["operation"], strike["source"], strike["qualifier"]) == ("kill", "lambda", "$LATEST")
    assert json.loads(strike["payload"]) == {"rule": rule, "at": "invocation", "occurrence": 1}


def test_rules_stand_in_files(tmp_path, start):
    write_bootstrap(tmp_path / "witness", WITNESS)
    template = write_template(tmp_path, {"Witness": function(
        "witness/", FunctionName="witness", Environment={"Variables": {"WITNESS": str(tmp_path / "log")}})})
    (tmp_path / "martlet.toml").write_text('[chaos]\nseed = 3\n[[chaos.rules]]\nkind = "throttle"\nfirst = 1\n')
    emulator = start(template)
    client = emulator.client("lambda")
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName="witness")
    assert "throttle lambda witness" in emulator.log
    emulator.stop()
    (tmp_path / "other.toml").write_text('[[chaos.rules]]\nkind = "kill"\nrate = 0.5\n')
    emulator = start(template, "--chaos", "other.toml", "--chaos-seed", "11")
    with urllib.request.urlopen(f"{emulator.endpoint}/_martlet/chaos") as response:
        report = json.load(response)
    assert (report["seed"], [rule["text"] for rule in report["rules"]]) == (11, ["kill rate=0.5"])
    emulator.stop()
    (tmp_path / "martlet.toml").write_text('\n[[chaos.rules]]\nkind = "kill"\nrate = 2\n')
    run = subprocess.run(
        [MARTLET, "start", "--port", "0", "--api-port", "0", "--ephemeral", str(template)], cwd=tmp_path,
        capture_output=True, text=True, env=client_environment())
    assert run.returncode != 0 and "martlet.toml:3: rate is" in run.stderr


# The application

def test_a_model_that_fails_and_an_endpoint_in_trouble(application):
    def rule(body):
        request = urllib.request.Request(
            f"{application.endpoint}/_martlet/chaos/rules", method="POST", data=json.dumps(body).encode())
        urllib.request.urlopen(request).close()

    runtime = application.client("sagemaker-runtime")
    try:
        for code, status in [("ServiceUnavailable", 503), ("InternalFailure", 500), ("ThrottlingException", 400)]:
            rule({"kind": "error", "endpoint": BUCKET, "operation": "InvokeEndpoint", "code": code, "first": 1})
            with pytest.raises(botocore.exceptions.ClientError) as caught:
                runtime.invoke_endpoint(EndpointName=BUCKET, Body=b"{}")
            response = caught.value.response
            assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
        rule({"kind": "error", "service": "sagemaker", "code": "ModelError", "first": 2})
        with pytest.raises(runtime.exceptions.ModelError):
            runtime.invoke_endpoint(EndpointName=BUCKET, Body=b"{}")
        application.client("s3").put_object(
            Bucket=BUCKET, Key="inputs/chaos.json",
            Body=json.dumps({"prompt": "a storm", "width": 64, "height": 64}))
        assert "Received server error (500) from model" in wait_for(application, "chaos", "FAILED")["reason"]
    finally:
        request = urllib.request.Request(f"{application.endpoint}/_martlet/chaos/rules", method="DELETE")
        urllib.request.urlopen(request).close()
