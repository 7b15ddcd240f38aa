# SPDX-License-Identifier: Apache-2.0
"""`martlet replay --diff` and `martlet mirror`: two sides, each in a copy of the emulator."""
import json
import subprocess

import application as images
from emulator import MARTLET, client_environment
from functions import BOOTSTRAP, CALL, write_actor, write_bootstrap
from packages import bootstrap, package

# A post-processor with a mistake: it counts one row too many, and writes no picture.
REGRESSION = CALL + """
while True:
    headers, payload = call("GET", "/invocation/next")
    images = []
    for record in json.loads(payload)["Records"]:
        message = json.loads(record["Sns"]["Message"])
        if "inferenceId" in message:
            images.append({"key": f"images/{message['inferenceId']}.png", "width": 2, "height": 3})
    call("POST", f"/invocation/{headers['Lambda-Runtime-Aws-Request-Id']}/response", json.dumps({"images": images}))
"""


def replay(*arguments, stdin="", folder=None):
    return subprocess.run(
        [MARTLET, "replay", *arguments], cwd=folder, env=client_environment(), input=stdin, capture_output=True,
        text=True, timeout=120)


def publish(emulator, function, code):
    """A second version; the alias stays where it is."""
    client = emulator.client("lambda")
    client.update_function_code(FunctionName=function, ZipFile=package({"bootstrap": bootstrap(code)}))
    client.get_waiter("function_updated_v2").wait(FunctionName=function, WaiterConfig={"Delay": 0.05})
    return client.publish_version(FunctionName=function)["Version"]


def notification(message):
    """What SNS sends of a message."""
    return json.dumps({"Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": images.success_topic() + ":1",
        "Sns": {
            "Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e", "Subject": None,
            "TopicArn": images.success_topic(), "Message": json.dumps(message), "Timestamp": "2026-01-01T12:00:06.000Z",
            "SignatureVersion": "1", "Signature": "EXAMPLE", "SigningCertUrl": "EXAMPLE", "UnsubscribeUrl": "EXAMPLE",
            "MessageAttributes": {}}}]})


def completed(job):
    return notification({
        "awsRegion": "us-east-1", "eventTime": "2026-01-01T12:00:05.000Z", "receivedTime": "2026-01-01T12:00:01.000Z",
        "invocationStatus": "Completed", "requestParameters": {
            "contentType": "application/json", "endpointName": images.ENDPOINT,
            "inputLocation": f"s3://{images.BUCKET}/inputs/{job}.json"},
        "responseParameters": {
            "contentType": "application/json", "outputLocation": f"s3://{images.BUCKET}/outputs/{job}.out"},
        "inferenceId": job, "eventVersion": "1.0", "eventSource": "aws:sagemaker", "eventName": "InferenceResult"})


def test_a_regression_in_version_2_is_found_with_the_first_event_that_shows_it(start):
    emulator = start()
    s3, functions = emulator.client("s3"), emulator.client("lambda")
    colours = [[[200, 30, 30], [30, 200, 30]], [[30, 30, 200], [240, 240, 240]]]
    s3.put_object(
        Bucket=images.BUCKET, Key="outputs/four.out",
        Body=json.dumps({"generated_image": colours, "prompt": "four colours"}).encode())
    for event in (notification({"hello": 1}), completed("four"), completed("four")):
        answer = functions.invoke(FunctionName="PostProcessor", Qualifier="live", Payload=event)
        assert "FunctionError" not in answer, answer["Payload"].read()
    assert publish(emulator, "PostProcessor", REGRESSION) == "2"
    written = s3.head_object(Bucket=images.BUCKET, Key="images/four.png")["LastModified"]
    sides = ("--endpoint", emulator.endpoint, "--function", "PostProcessor", "--ignore", "log", "--diff", "1")
    run = replay(*sides, "2", "--json")
    assert run.returncode == 1, run.stdout + run.stderr
    *events, summary = [json.loads(line) for line in run.stdout.splitlines()]
    assert [event["agreement"] for event in events] == ["same", "different", "different"]
    assert summary["summary"] == {
        "events": 3, "identical": 0, "same": 1, "different": 2, "first": events[1]["id"]}
    assert {found["path"] for found in events[1]["differences"]} == {
        "$.result.images[0].height", "$.effects[0]", "$.effects[1]"}
    height, *effects = sorted(events[1]["differences"], key=lambda found: found["path"], reverse=True)
    assert (height["left"], height["right"]) == (2, 3)
    # The picture, and the event that it causes.
    assert {effect["left"]["kind"] for effect in effects} == {"object", "event"}
    assert all("right" not in effect for effect in effects)
    text = replay(*sides, "2").stdout
    assert "2 different" in text
    assert f"Event {events[1]['id']} of PostProcessor is the first that differs" in text
    assert "$.result.images[0].height" in text
    # Both sides were copies: here nothing was written.
    assert s3.head_object(Bucket=images.BUCKET, Key="images/four.png")["LastModified"] == written
    same = replay(*sides, "live")
    assert same.returncode == 0, same.stdout + same.stderr
    assert "the same" in same.stdout
    nobody = replay(*sides, "nobody")
    assert nobody.returncode == 2
    assert "cannot be run: ResourceNotFoundException" in nobody.stderr


def test_two_templates_are_compared_and_retries_take_no_time(tmp_path):
    left, right = tmp_path / "left", tmp_path / "right"
    for folder in (left, right):
        folder.mkdir()
        write_actor(folder)
    write_bootstrap(right / "actor", BOOTSTRAP.replace("said no", "said never"))
    events = "".join(json.dumps(event) + "\n" for event in (
        {"function": "actor", "event": {"do": "identity"}, "id": "who"},
        {"function": "actor", "event": {"do": "fail"}, "type": "Event", "id": "no"}))
    sides = ("--template", str(left / "template.json"), "--diff", str(left / "template.json"))
    run = replay("-", *sides, str(right / "template.json"), "--json", "--ignore", "result.pid", stdin=events)
    assert run.returncode == 1, run.stdout + run.stderr
    who, no, _ = [json.loads(line) for line in run.stdout.splitlines()]
    assert who["agreement"] == "same"
    assert no["differences"] == [{"path": "$.result.errorMessage", "left": "said no", "right": "said never"}]
    assert (no["left"]["attempts"], no["right"]["attempts"]) == (3, 3)


def test_the_version_that_was_invoked_is_itself_no_difference(tmp_path):
    """Nor where an event ends that is given up, or in what the function is told of itself."""
    template = write_actor(tmp_path)
    events = "".join(json.dumps(event) + "\n" for event in (
        {"function": "actor", "event": {"do": "identity"}, "id": "who"},
        {"function": "actor", "event": {"do": "fail"}, "type": "Event", "id": "no"}))
    run = replay("-", "--template", str(template), "--diff", "live", "$LATEST", "--ignore", "result.pid", stdin=events)
    assert run.returncode == 0, run.stdout + run.stderr


def test_sides_are_two_and_have_no_pace(actors):
    place = ("--endpoint", actors.endpoint)
    assert "--diff takes two sides" in replay("-", *place, "--diff", "1", stdin="{}").stderr
    assert "leave the pace" in replay("-", "--max", *place, "--diff", "1", "2", stdin="{}").stderr


def test_live_traffic_is_copied_to_another_version_without_effect(start, tmp_path):
    emulator = start(write_actor(tmp_path))
    client = emulator.client("lambda")
    assert publish(emulator, "actor", BOOTSTRAP.replace("said no", "said never")) == "2"
    mirror = subprocess.Popen(
        [MARTLET, "mirror", "actor", "--to", "2", "--json", "--count", "2", "--endpoint", emulator.endpoint],
        env=client_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert "Mirroring actor to 2" in mirror.stderr.readline()
    for event in ({"a": 1}, {"do": "fail"}):
        client.invoke(FunctionName="actor", Qualifier="live", Payload=json.dumps(event))
    output, error = mirror.communicate(timeout=60)
    same, different, summary = [json.loads(line) for line in output.splitlines()]
    assert mirror.returncode == 1, error
    assert (same["agreement"], same["left"]["version"], same["right"]["version"]) == ("identical", "1", "2")
    assert different["differences"] == [{"path": "$.result.errorMessage", "left": "said no", "right": "said never"}]
    assert summary["summary"]["events"] == 2
    # The copies ran elsewhere.
    metrics = subprocess.run(
        [MARTLET, "report", "actor", "--json", "--endpoint", emulator.endpoint], env=client_environment(), check=True,
        capture_output=True, text=True, timeout=60)
    assert json.loads(metrics.stdout)["total"]["invocations"] == 2


def test_the_traffic_is_told_from_an_alias_that_it_is_copied_to(actors):
    mirror = subprocess.Popen(
        [MARTLET, "mirror", "actor", "--to", "live", "--count", "1", "--endpoint", actors.endpoint],
        env=client_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert "Mirroring actor to live" in mirror.stderr.readline()
    actors.client("lambda").invoke(FunctionName="actor", Payload=json.dumps({"a": 1}))
    output, error = mirror.communicate(timeout=60)
    assert mirror.returncode == 0, error
    sides = [line.split()[0] for line in output.splitlines() if line.strip()]
    assert "traffic" in sides and "live" in sides, output


def test_what_cannot_be_mirrored_is_refused(actors):
    run = subprocess.run(
        [MARTLET, "mirror", "actor", "--to", "nobody", "--endpoint", actors.endpoint], env=client_environment(),
        capture_output=True, text=True, timeout=60)
    assert run.returncode > 0 and "There is no actor:nobody." in run.stderr
