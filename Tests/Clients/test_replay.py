# SPDX-License-Identifier: Apache-2.0
"""`martlet replay`: events of the journal and of files are run again."""
import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess

import pytest

import application as images
from emulator import MARTLET, REPOSITORY, client_environment
from functions import write_actor
from waiting import eventually


def replay(*arguments, stdin="", folder=None):
    return subprocess.run(
        [MARTLET, "replay", *arguments], cwd=folder, env=client_environment(), input=stdin, capture_output=True,
        text=True, timeout=120)


def replayed(*arguments, status=0, **options):
    """The results by the ids of their events, and the summary."""
    run = replay(*arguments, "--json", **options)
    assert run.returncode == status, run.stdout + run.stderr
    *results, summary = [json.loads(line) for line in run.stdout.splitlines()]
    return {result["id"]: result for result in results}, summary["summary"]


def lines(*events):
    return "".join(json.dumps(event) + "\n" for event in events)


@pytest.fixture
def emulator(start, tmp_path):
    return start(write_actor(tmp_path), "--clock", "scaled:1000")


def invoke(emulator, event, name="actor", **options):
    return emulator.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **options)


def records(emulator, kind):
    run = subprocess.run(
        [MARTLET, "events", "list", "--json", "--kind", kind, "--endpoint", emulator.endpoint],
        env=client_environment(), capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()][::-1]


def test_the_journals_events_run_again_and_come_to_the_same(emulator):
    invoke(emulator, {"a": 1}, Qualifier="live")
    invoke(emulator, {"do": "fail"})
    invoke(emulator, {"do": "identity"})
    invoke(emulator, {"do": "fail"}, InvocationType="Event")
    eventually(lambda: records(emulator, "drop"), what="the end of the event")
    for _ in range(2):
        # What was run again is not run again the next time.
        results, summary = replayed("--endpoint", emulator.endpoint, "--until-idle")
        first, failing, random, queued = results.values()
        assert (first["outcome"], first["version"], first["recorded"]) == ("succeeded", "1", "identical")
        assert (failing["outcome"], failing["error"], failing["recorded"]) == ("failed", "Function.Own", "identical")
        # The request id is known to vary.
        assert random["recorded"] == "same"
        assert (queued["outcome"], queued["attempts"], queued["recorded"]) == ("failed", 3, "identical")
        assert summary["outcomes"] == {"succeeded": 2, "failed": 2}
        assert (summary["attempts"], summary["throttles"]) == (6, 0)
        assert summary["cost"] > 0 and summary["latency"]["max"] >= summary["latency"]["p50"] > 0


def test_filters_and_numbers_choose_records(emulator):
    invoke(emulator, {"a": 1})
    invoke(emulator, {"a": 2}, Qualifier="live")
    first, second = records(emulator, "invocation")
    results, _ = replayed("--endpoint", emulator.endpoint, "--where", "$.a == 2")
    assert list(results) == [str(second["id"])]
    results, _ = replayed(str(first["id"]), second["requestId"], "--endpoint", emulator.endpoint, "--qualifier", "live")
    assert [result["version"] for result in results.values()] == ["1", "1"]
    (log,) = [record for record in records(emulator, "log") if record["cause"] == first["id"]]
    run = replay(str(log["id"]), "--endpoint", emulator.endpoint)
    assert run.returncode == 1 and "only invocations and events are run again" in run.stderr
    run = replay("99999999", "--endpoint", emulator.endpoint)
    assert run.returncode == 1 and "The journal has no record 99999999." in run.stderr


def test_events_come_from_files_folders_and_standard_input(emulator, tmp_path):
    folder = tmp_path / "events"
    folder.mkdir()
    (folder / "a.json").write_text('{ "a" : 1 }')
    (folder / "b.jsonl").write_text(lines({"function": "actor", "event": {"do": "fail"}, "type": "Event", "id": "x"}))
    place = ("--endpoint", emulator.endpoint)
    results, _ = replayed(str(folder), "--function", "actor", *place)
    assert {name: result["outcome"] for name, result in results.items()} == {"a.json": "succeeded", "x": "failed"}
    assert results["a.json"]["size"] == len('{ "a" : 1 }')
    results, summary = replayed("-", "--function", "actor", "--set", "b.c=3", "--set", "a=x", *place, stdin='{"a": 1}')
    assert results["stdin"]["size"] == len('{"a":"x","b":{"c":3}}')
    results, summary = replayed("-", *place, status=1, stdin=lines({"event": 1}, {"event": 2, "function": "nobody"}))
    assert summary["outcomes"] == {"refused": 2}
    assert "does not say for which function" in results["line 1"]["error"]
    assert results["line 2"]["error"].startswith("ResourceNotFoundException: ")


def test_events_come_from_a_dead_letter_queue_and_from_logs(actors, tmp_path):
    place = ("--function", "actor", "--endpoint", actors.endpoint)
    dump, log = tmp_path / "dump.json", tmp_path / "log.json"
    attributes = {
        name: {"StringValue": value, "DataType": "String"}
        for name, value in (("RequestID", "r"), ("ErrorCode", "200"), ("ErrorMessage", "said no"))}
    dump.write_text(json.dumps({"Messages": [
        {"MessageId": "1", "ReceiptHandle": "r", "MD5OfBody": "m", "MessageAttributes": attributes, "Body": body}
        for body in ('{"do": "fail"}', '{"a": 1}')]}))
    log.write_text(json.dumps({"events": [{
        "logStreamName": "s", "timestamp": 1767225600000, "message": '{"event": {"Records": []}}', "ingestionTime": 1,
        "eventId": "1"}], "searchedLogStreams": []}))
    results, summary = replayed(str(dump), *place)
    assert summary["outcomes"] == {"failed": 1, "succeeded": 1}
    results, _ = replayed(str(log), *place)
    assert [result["size"] for result in results.values()] == [len('{"Records":[]}')]


def test_an_export_is_replayed_with_what_was_recorded(emulator, tmp_path):
    invoke(emulator, {"a": 1})
    invoke(emulator, {"a": 2}, InvocationType="Event")
    eventually(lambda: records(emulator, "attempt"), what="the attempt")
    export = tmp_path / "run.jsonl"
    subprocess.run(
        [MARTLET, "events", "export", "--output", str(export), "--endpoint", emulator.endpoint],
        env=client_environment(), check=True, timeout=60)
    # Without an emulator: one is started for it.
    results, _ = replayed(str(export), folder=tmp_path)
    assert [result["recorded"] for result in results.values()] == ["identical", "identical"]


def test_a_throttled_event_is_told_as_such(emulator):
    emulator.client("lambda").put_function_concurrency(FunctionName="actor", ReservedConcurrentExecutions=0)
    _, summary = replayed("-", "--endpoint", emulator.endpoint, stdin=lines({"event": 1, "function": "actor"}))
    assert (summary["outcomes"], summary["throttles"]) == ({"throttled": 1}, 1)


def test_events_begin_at_a_rate_or_as_far_apart_as_they_were(actors):
    events = lines(*[
        {"event": number, "function": "actor", "time": f"2026-01-01T00:00:00.{number}00Z"} for number in range(4)])
    place = ("--endpoint", actors.endpoint)
    assert replayed("-", "--rate", "20/s", *place, stdin=events)[1]["seconds"] >= 0.15
    assert replayed("-", "--original-timing", *place, stdin=events)[1]["seconds"] >= 0.3
    _, summary = replayed("-", "--max", *place, stdin=events * 50)
    assert summary["outcomes"] == {"succeeded": 200}


@pytest.mark.parametrize(("arguments", "words"), [
    (("nothing.json",), "nothing.json is neither a file or a folder that is there, nor a record"),
    (("-", "--set", "a"), "'=' and a value are expected"),
    (("-", "--rate", "0"), "--rate"), (("-", "--rate", "1", "--max"), "exclude each other"),
    (("-", "--concurrency", "1001"), "--concurrency takes a number from 1 to 1000"),
    (("-", "--ignore", "["), "character"),
])
def test_what_is_wrong_is_said_in_words(actors, arguments, words):
    run = replay(*arguments, "--endpoint", actors.endpoint, stdin="{}")
    assert run.returncode > 0
    assert words in run.stderr


@pytest.mark.parametrize(("body", "query", "status", "words"), [
    (b"", "colour=red", 400, "There is no parameter colour."), (b"{", "", 200, "Line 1 is no event"),
    (b"", "journal=kind%3Dnone", 400, "kind is one of"), (b"", "set=%5B", 400, "character"),
])
def test_the_api_refuses_what_it_does_not_understand(actors, body, query, status, words):
    answer = subprocess.run(
        ["curl", "--silent", "--write-out", "%{http_code}", "--data-binary", "@-",
         f"{actors.endpoint}/_martlet/replay?{query}"], input=body, capture_output=True, check=True, timeout=60).stdout
    assert answer.decode().endswith(str(status))
    assert words in answer.decode()


def test_ctrl_c_ends_it_with_what_was_done(actors):
    process = subprocess.Popen(
        [MARTLET, "replay", "-", "--rate", "1", "--json", "--endpoint", actors.endpoint], env=client_environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(lines(*[{"event": number, "function": "actor"} for number in range(1000)]))
    process.stdin.close()
    assert json.loads(process.stdout.readline())["id"] == "line 1"
    process.send_signal(signal.SIGINT)
    *_, summary = process.stdout.read().splitlines()
    assert json.loads(summary)["summary"]["interrupted"]
    assert process.wait(timeout=30) == 130


def test_people_get_a_table(emulator):
    invoke(emulator, {"do": "identity"})
    run = replay("--endpoint", emulator.endpoint)
    assert run.returncode == 0
    assert run.stdout.startswith("1 event in ")
    assert "succeeded       1" in run.stdout
    assert "As recorded: " in run.stdout


def test_people_are_told_how_many_events_differ_in_which_way(emulator):
    for event in ({"a": 1}, {"a": 1, "b": 2}):
        invoke(emulator, event)
    run = replay("--endpoint", emulator.endpoint, "--set", "a=2")
    assert run.returncode == 0
    assert "2 different" in run.stdout
    (row,) = [line.split() for line in run.stdout.splitlines() if "now 2" in line]
    assert row[:-1] == ["2", "actor", "$.result.a:", "1,", "now", "2"]
    assert "came to something else than recorded:" in run.stdout
    run = replay("--endpoint", emulator.endpoint, "--where", "$.a == 9")
    assert run.returncode == 0 and "The journal has no such events" in run.stdout


def test_a_run_of_the_demo_comes_to_the_same_again(start, tmp_path):
    """Recorded, wiped, imported, replayed: the same outcomes, the same bytes where nothing random enters."""
    recorded, state, export = tmp_path / "recorded", tmp_path / "state", tmp_path / "run.jsonl"
    subprocess.run(
        [MARTLET, "test", "events", "--state", str(recorded), "--results", str(tmp_path / "results")], cwd=REPOSITORY,
        env=client_environment(), check=True, capture_output=True, timeout=120)
    subprocess.run(
        [MARTLET, "events", "export", "--output", str(export), "--state", str(recorded)], env=client_environment(),
        check=True, timeout=60)
    events = [json.loads(line) for line in export.read_text().splitlines()]
    triggers = {event["id"]: event for event in events if event["kind"] in ("invocation", "event")}
    ends = {event["cause"]: event for event in events if event["kind"] == "attempt"}
    assert [event for event in events if event["outcome"] == "failed"], "the demo has failures"
    # What the functions wrote goes, and so does the journal; what they read stays.
    shutil.copytree(recorded, state)
    for file in state.glob("journal.sqlite*"):
        file.unlink()
    emulator = start(REPOSITORY / "template.json", state="state")
    s3 = emulator.client("s3")
    for prefix in ("state/", "images/"):
        for item in s3.list_objects_v2(Bucket=images.BUCKET, Prefix=prefix).get("Contents", []):
            s3.delete_object(Bucket=images.BUCKET, Key=item["Key"])
    subprocess.run(
        [MARTLET, "events", "import", str(export), "--endpoint", emulator.endpoint], env=client_environment(),
        check=True, capture_output=True, timeout=60)
    results, summary = replayed("--endpoint", emulator.endpoint, "--until-idle")
    assert len(results) == len(triggers)
    numbers = dict(zip(sorted(results, key=int), sorted(triggers)))
    for name, result in results.items():
        trigger = triggers[numbers[name]]
        if result["recorded"] == "different":
            # A request whose id is random has another one now; events that were delivered at once may change places.
            isPoll = trigger["function"].endswith("APIHandler") and "GET /images/" in trigger["payload"]
            paths = {found["path"] for found in result["differences"]}
            assert isPoll or paths == {"$.result.states[0].status"}, result
            assert result["outcome"] == ends.get(trigger["id"], trigger)["outcome"]
    explained = [result for result in results.values() if result["recorded"] == "different"]
    assert summary["recorded"]["identical"] + summary["recorded"].get("same", 0) == len(results) - len(explained)


def test_the_bar_on_a_terminal_knows_how_many_events_of_the_journal_there_are(start, tmp_path):
    emulator = start(write_actor(tmp_path))
    for number in range(12):
        invoke(emulator, {"a": number})
    parent, child = pty.openpty()
    # At a rate: a bar that was drawn just before is not drawn again.
    run = subprocess.Popen(
        [MARTLET, "replay", "--endpoint", emulator.endpoint, "--rate", "8/s"], stdin=child, stdout=subprocess.PIPE,
        stderr=child, env={**client_environment(), "TERM": "xterm"}, text=True)
    os.close(child)
    screen = b""
    try:
        while b"/12  " not in screen:
            assert select.select([parent], [], [], 30)[0], screen
            screen += os.read(parent, 65536)
        assert "12 events in" in run.communicate(timeout=60)[0]
        assert run.returncode == 0
    finally:
        run.kill()
        os.close(parent)
