# SPDX-License-Identifier: Apache-2.0
"""The journal: `/_martlet/events` and `martlet events`."""
import json
import os
import pty
import select
import signal
import subprocess
import urllib.error
import urllib.request

import pytest

import application as images
from emulator import MARTLET, Emulator, client_environment
from functions import BOOTSTRAP, function, write_actor, write_bootstrap, write_template
from waiting import eventually


def events(*arguments, **options):
    return subprocess.run(
        [MARTLET, "events", *arguments], env=client_environment(), capture_output=True, text=True, timeout=60,
        **options)


def listed(emulator, *arguments):
    """The records, oldest first."""
    run = events("list", "--json", "--limit", "1000", "--endpoint", emulator.endpoint, *arguments)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()][::-1]


def tree(emulator, record):
    """All that has the same beginning, by number."""
    run = events("graph", str(record), "--json", "--endpoint", emulator.endpoint)
    assert run.returncode == 0, run.stderr
    return {found["id"]: found for found in map(json.loads, run.stdout.splitlines())}


def path(records, record):
    """What led to a record, from the beginning: kinds, with the function where there is one."""
    steps = []
    while record:
        steps.append(f"{record['kind']} {record['function']}" if record.get("function") else record["kind"])
        record = records.get(record.get("cause"))
    return steps[::-1]


@pytest.fixture
def emulator(start, tmp_path):
    return start(write_actor(tmp_path))


def invoke(emulator, event, name="actor", **options):
    answer = emulator.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **options)
    return answer["ResponseMetadata"]["RequestId"]


def test_an_invocation_is_told_with_what_went_in_and_came_out(emulator):
    request = invoke(emulator, {"a": 1}, LogType="Tail", Qualifier="live")
    records = eventually(lambda: listed(emulator, "--request", request, "--kind", "invocation"), what="the record")
    (record,) = records
    assert record["outcome"] == "succeeded"
    assert (record["function"], record["qualifier"], record["version"]) == ("actor", "live", "1")
    assert record["source"] == "lambda" and "cause" not in record
    assert record["payload"] == '{"a": 1}' and record["result"] == '{"a": 1}'
    assert record["run"]["coldStart"] and record["run"]["initDuration"] > 0
    assert record["run"]["billedDuration"] >= record["run"]["duration"]
    assert record["run"]["memorySize"] == 128 and record["run"]["maxMemoryUsed"] > 0
    # What it wrote hangs below it.
    family = tree(emulator, request)
    (line,) = [found for found in family.values() if found["kind"] == "log"]
    assert line["cause"] == record["id"] and line["payload"] == "log of None\n" and line["operation"] == "stdout"


def test_filters_choose(emulator):
    invoke(emulator, {"detail": {"id": 7, "name": "Köln"}}, LogType="Tail")
    invoke(emulator, {"detail": {"id": 8}}, LogType="Tail")
    invoke(emulator, {"do": "fail"}, LogType="Tail")
    invoke(emulator, {}, "hasty", LogType="Tail")
    eventually(lambda: len(listed(emulator, "--kind", "invocation")) == 4, what="four invocations")

    def payloads(*arguments):
        return [record["payload"] for record in listed(emulator, "--kind", "invocation", *arguments)]

    assert [json.loads(text) for text in payloads("--where", "$.detail.id == 7")] == [
        {"detail": {"id": 7, "name": "Köln"}}]
    assert len(payloads("--where", "$.detail.id > 6")) == 2
    assert payloads("--outcome", "failed,throttled") == ['{"do": "fail"}']
    assert payloads("--text", "SAID NO") == ['{"do": "fail"}']
    assert payloads("--function", "hasty") == ["{}"]
    assert payloads("--source", "s3") == []
    assert len(payloads("--since", "1h")) == 4
    assert payloads("--until", "1h") == []
    assert payloads("--since", "2035-01-01T00:00:00Z") == []


def test_retries_and_the_dead_letter_hang_below_their_event(start, tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    emulator = start(write_template(tmp_path, {
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
        "Actor": function("actor/", FunctionName="actor", DeadLetterQueue={
            "Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}),
    }), "--clock", "scaled:600")
    request = invoke(emulator, {"do": "fail"}, InvocationType="Event")
    (message,) = eventually(lambda: listed(emulator, "--kind", "message"), what="the dead letter")
    # The outcome of the delivery is written after the message's.
    (delivery,) = eventually(lambda: listed(emulator, "--kind", "delivery"), what="the delivery")
    family = tree(emulator, message["id"])
    (event,) = [record for record in family.values() if record["kind"] == "event"]
    assert event["requestId"] == request and event["outcome"] == "accepted"
    attempts = [record for record in family.values() if record["kind"] == "attempt"]
    assert [(record["attempt"], record["outcome"], record["cause"]) for record in attempts] == [
        (number, "failed", event["id"]) for number in (1, 2, 3)]
    assert [record["error"] for record in family.values() if record["kind"] == "drop"] == ["RetriesExhausted"]
    assert path(family, message) == ["event actor", "delivery actor", "message"]
    assert delivery["resource"].endswith(":dead") and delivery["outcome"] == "accepted"
    assert message["payload"] == '{"do": "fail"}'
    text = events("graph", request, "--endpoint", emulator.endpoint).stdout
    assert "├─ " in text and "└─ " in text and "attempt 3" in text


def test_the_application_is_one_tree_from_the_call_to_the_picture(start):
    emulator = start()
    request = urllib.request.Request(
        f"{emulator.api}/images", json.dumps({"prompt": "a swift"}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        job = json.loads(answer.read())["id"]
    images.wait_for(emulator, job, "READY")

    def picture():
        written = listed(emulator, "--kind", "object", "--text", ".png")
        return [record for record in written if record["resource"].endswith(".png")]

    (image,) = eventually(picture, what="the record of the picture")
    family = tree(emulator, image["id"])
    steps = path(family, image)
    assert steps[0] == "request"
    assert steps[-1] == "object"
    # The call reaches the model through the bucket or the endpoint, and its answer the post-processor.
    assert [step.split()[0] for step in steps].count("inference") == 1
    assert any("APIHandler" in step or "image-api" in step.lower() for step in steps), steps
    kinds = {record["kind"] for record in family.values()}
    assert {"request", "invocation", "object", "inference", "publish", "event", "attempt"} <= kinds


def test_what_was_committed_outlives_a_kill(tmp_path):
    path = write_actor(tmp_path)
    emulator = Emulator(tmp_path, path, state="state")
    requests = [invoke(emulator, {"n": number}, LogType="Tail") for number in range(20)]
    eventually(lambda: len(listed(emulator, "--kind", "invocation")) == 20, what="twenty records")
    emulator.process.send_signal(signal.SIGKILL)
    emulator.process.wait(timeout=30)
    emulator.is_stopped = True
    # Without an emulator, from the folder that it left.
    run = events("list", "--json", "--kind", "invocation", "--state", str(tmp_path / "state"))
    left = [json.loads(line) for line in run.stdout.splitlines()]
    assert [record["requestId"] for record in left[::-1]] == requests
    # The next run goes on where no number was given out.
    again = Emulator(tmp_path, path, state="state")
    try:
        invoke(again, {"n": 20}, LogType="Tail")
        records = eventually(
            lambda: (found := listed(again, "--kind", "invocation"))[20:] and found, what="the record after the start")
        assert records[20]["id"] > max(record["id"] for record in records[:20]) + 1000
    finally:
        again.stop()


def test_an_export_is_imported_elsewhere_with_the_same_bytes(emulator, tmp_path):
    invoke(emulator, {"first": "ä"}, LogType="Tail")
    invoke(emulator, {"do": "fail"}, LogType="Tail")
    eventually(lambda: len(listed(emulator, "--kind", "invocation")) == 2, what="two records")
    file = tmp_path / "run.jsonl"
    assert events("export", "--endpoint", emulator.endpoint, "--output", str(file)).returncode == 0
    exported = [json.loads(line) for line in file.read_text().splitlines()]
    other = tmp_path / "other"
    other.mkdir()
    target = Emulator(other, write_actor(other))
    try:
        run = events("import", str(file), "--endpoint", target.endpoint)
        assert run.stdout == f"{len(exported)} records imported.\n", run.stderr
        imported = listed(target)
        numbers = {old["id"]: new["id"] for old, new in zip(exported, imported)}
        for old, new in zip(exported, imported):
            assert new == {**old, "id": numbers[old["id"]],
                           **({"cause": numbers[old["cause"]]} if "cause" in old else {})}
    finally:
        target.stop()
    file.write_text("{}\n")
    run = events("import", str(file), "--endpoint", emulator.endpoint)
    assert run.returncode == 1 and "Line 1 is no record of an export" in run.stderr


def test_tail_shows_records_as_they_are_written(emulator):
    with subprocess.Popen(
            [MARTLET, "events", "tail", "--json", "--kind", "invocation", "--endpoint", emulator.endpoint],
            env=client_environment(), stdout=subprocess.PIPE, text=True) as tail:
        try:
            # Who follows is there once something is seen: until then more is sent.
            while not select.select([tail.stdout], [], [], 0.2)[0]:
                invoke(emulator, {"seen": True}, LogType="Tail")
            record = json.loads(tail.stdout.readline())
            assert record["kind"] == "invocation" and json.loads(record["payload"]) == {"seen": True}
        finally:
            tail.terminate()


def test_the_list_is_picked_from_on_a_terminal(emulator):
    invoke(emulator, {"picked": "this"}, LogType="Tail")
    eventually(lambda: listed(emulator, "--kind", "invocation"), what="the record")
    parent, child = pty.openpty()
    picker = subprocess.Popen(
        [MARTLET, "events", "--kind", "invocation", "--endpoint", emulator.endpoint], stdin=child, stdout=child,
        stderr=subprocess.PIPE, env={**client_environment(), "TERM": "xterm"})
    os.close(child)
    screen = b""

    def read_until(text):
        nonlocal screen
        while text not in screen:
            assert select.select([parent], [], [], 30)[0], screen
            screen += os.read(parent, 65536)

    try:
        read_until(b"Enter shows")
        os.write(parent, b"actor")
        read_until(b"search: actor")
        os.write(parent, b"\r")
        read_until(b'"picked" : "this"')
        read_until(b"r runs it again")
        os.write(parent, b"r")
        read_until(b"once more")
        read_until(b"As recorded, to the byte.")
        os.write(parent, b"\x1b")
        os.write(parent, b"\x03")
        assert picker.wait(timeout=30) == 0
    finally:
        picker.kill()
        os.close(parent)


def test_secrets_are_taken_out_and_long_payloads_cut(start, tmp_path):
    path = write_actor(tmp_path)
    (tmp_path / "martlet.toml").write_text(
        '[journal]\nredact = ["$..password"]\npayload = "1KiB"\nage = "1d"\nsize = "64MiB"\n')
    emulator = start(path)
    invoke(emulator, {"user": {"password": "hunter2"}}, LogType="Tail")
    invoke(emulator, {"long": "x" * 2000}, LogType="Tail")
    first, second = eventually(
        lambda: len(found := listed(emulator, "--kind", "invocation")) == 2 and found, what="two records")
    assert json.loads(first["payload"]) == {"user": {"password": "[redacted]"}} == json.loads(first["result"])
    assert second["payloadSize"] > 2000 and len(second["payload"]) == 1024


@pytest.mark.parametrize(("settings", "words"), [
    ('size = "big"', "martlet.toml:2: size is a number of bytes"), ('age = "x"', "martlet.toml:2: age is a time"),
    ('redact = "$.a"', "martlet.toml:2: redact is a list"), ('redact = ["$["]', "redact in [journal]"),
    ('colour = "red"', "there is no setting colour in [journal]"),
])
def test_settings_that_are_wrong_are_told(tmp_path, settings, words):
    path = write_actor(tmp_path)
    (tmp_path / "martlet.toml").write_text(f"[journal]\n{settings}\n")
    with pytest.raises(AssertionError, match="ended with 1") as failure:
        Emulator(tmp_path, path)
    assert words in str(failure.value)


def test_without_a_journal_nothing_is_kept(start, tmp_path):
    emulator = start(write_actor(tmp_path), "--no-journal")
    invoke(emulator, {})
    run = events("list", "--endpoint", emulator.endpoint)
    assert run.returncode == 1 and "--no-journal" in run.stderr


@pytest.mark.parametrize(("query", "words"), [
    ("kind=nothing", "kind is one of"), ("limit=0", "limit is a number"), ("where=%24.a%20%3D", "where: "),
    ("since=soon", "since is a time"), ("colour=red", "There is no parameter colour."),
])
def test_requests_that_are_wrong_are_told(actors, query, words):
    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(f"{actors.endpoint}/_martlet/events?{query}")
    assert failure.value.code == 400
    assert words in json.loads(failure.value.read())["message"]


def test_what_is_not_there_is_told(actors):
    for command in ("show", "graph"):
        run = events(command, "999999999999", "--endpoint", actors.endpoint)
        assert run.returncode == 1 and "The journal has no record" in run.stderr
    run = events("list", "--endpoint", "http://127.0.0.1:9")
    assert run.returncode == 1 and "No answer from" in run.stderr
