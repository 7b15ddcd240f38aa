# SPDX-License-Identifier: Apache-2.0
"""`martlet invoke`: one invocation, with or without a server."""
import json
import os
import subprocess

import pytest

from conftest import running
from emulator import MARTLET, client_environment
from functions import write_actor
from waiting import eventually


@pytest.fixture
def invoke(tmp_path):
    write_actor(tmp_path)

    def run(*arguments, stdin="", **options):
        return subprocess.run(
            [MARTLET, "invoke", *arguments], cwd=tmp_path, env=client_environment(), input=stdin, capture_output=True,
            text=True, timeout=120, **options)
    return run


def test_the_result_is_on_standard_output_and_the_log_on_standard_error(invoke, tmp_path):
    (tmp_path / "event.json").write_text('{"hello": "wörld"}')
    run = invoke("actor", "--event", "event.json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {"hello": "wörld"}
    assert "START RequestId: " in run.stderr
    assert "log of None" in run.stderr
    assert "REPORT RequestId: " in run.stderr


def test_the_event_can_come_from_standard_input(invoke):
    run = invoke("actor", "--event", "-", "--qualifier", "live", stdin='{"do": "identity"}')
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["arn"].endswith(":function:actor:live")


@pytest.mark.parametrize(("event", "kind"), [
    ({"do": "fail"}, "Function.Own"), ({"do": "kill"}, "Runtime.ExitError"),
])
def test_a_function_that_fails_is_a_failure(invoke, event, kind):
    run = invoke("actor", "--event", "-", stdin=json.dumps(event))
    assert run.returncode == 1
    assert json.loads(run.stdout)["errorType"] == kind


@pytest.mark.parametrize(("arguments", "stdin", "words"), [
    (("nobody", "--event", "-"), "{}", "ResourceNotFoundException: Function not found: "),
    (("nobody", "--event", "-"), "{}", "template.json has actor"),
    (("actor", "--event", "nothing.json"), "", "Cannot read the event nothing.json."),
    (("actor", "--event", "-"), "{", "InvalidRequestContentException: "),
    (("actor", "--event", "-", "--qualifier", "dead"), "{}", "ResourceNotFoundException: "),
])
def test_what_cannot_be_invoked_is_said_in_words(invoke, arguments, stdin, words):
    run = invoke(*arguments, stdin=stdin)
    assert run.returncode > 0
    assert run.stdout == ""
    assert words in run.stderr
    assert "ServiceError(" not in run.stderr


def test_the_event_can_come_from_a_pipe(invoke):
    run = invoke("actor", "--event", "/dev/stdin", stdin='{"do": "identity"}')
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("end", ["", "/"])
def test_a_running_emulator_can_be_used(invoke, actors, end):
    run = invoke("actor", "--event", "-", "--endpoint", actors.endpoint + end, stdin='{"do": "identity"}')
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["pid"] in actors.functions()


def test_the_emulator_that_runs_the_template_is_found(invoke, tmp_path, start):
    emulator = start(tmp_path / "template.json")
    run = invoke("actor", "--event", '{"do": "identity"}')
    assert json.loads(run.stdout)["pid"] in emulator.functions()
    assert "log of identity" in run.stderr
    quiet = invoke("actor", "--event", '{"do": "identity"}', "--no-tail")
    assert quiet.returncode == 0 and quiet.stderr == ""
    # Another one when that is wanted, and when the template is another.
    assert json.loads(invoke("actor", "--event", '{"do": "identity"}', "--fresh").stdout)["pid"] not in (
        emulator.functions())
    emulator.stop()
    assert json.loads(invoke("actor", "--event", '{"do": "identity"}').stdout)["pid"]


def test_the_result_can_be_json(invoke, actors):
    there = ("--endpoint", actors.endpoint)
    run = invoke("actor", "--event", '{"a": 1}', "--qualifier", "live", "--json", *there)
    answer = json.loads(run.stdout)
    assert answer["payload"] == {"a": 1} and answer["functionError"] is None
    assert answer["executedVersion"] == "1" and f"START RequestId: {answer['requestId']}" in answer["log"]
    run = invoke("actor", "--event", '{"do": "fail"}', "--json", "--no-tail", *there)
    answer = json.loads(run.stdout)
    assert run.returncode == 1 and answer["functionError"] == "Unhandled" and "log" not in answer
    assert answer["payload"]["errorType"] == "Function.Own"


def test_an_event_can_be_left_to_be_run_later(invoke, actors, tmp_path):
    mark = tmp_path / "mark"
    run = invoke(
        "actor", "--async", "--event", json.dumps({"mark": str(mark)}), "--endpoint", actors.endpoint)
    assert run.returncode == 0 and len(run.stdout.strip()) == 36, run.stderr
    eventually(mark.exists, what="the run")
    run = invoke("actor", "--async")
    assert run.returncode > 0 and "martlet start" in run.stderr


def test_a_reader_that_has_gone_ends_nothing_early(invoke, tmp_path):
    events = tmp_path / "events"
    events.mkdir()
    for number in range(3):
        (events / f"{number}.json").write_text(json.dumps(
            {"description": "echo", "invoke": {"function": "Actor", "event": {"n": number}},
             "expect": {"payload": {"n": number}}}))
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as nobody:
        run = subprocess.run(
            [MARTLET, "test", "events"], cwd=tmp_path, env=client_environment(), stdout=subprocess.PIPE, stderr=nobody,
            text=True, timeout=120)
    assert run.returncode == 0
    assert "3 events gave what they should." in run.stdout


def martlet(*arguments, folder):
    return subprocess.run(
        [MARTLET, *arguments], cwd=folder, env=client_environment(), capture_output=True, text=True, timeout=120)


def test_what_is_wrong_while_a_command_runs_is_told_without_the_usage_of_another(tmp_path):
    for command in (("start",), ("invoke", "F"), ("test",)):
        run = martlet(*command, folder=tmp_path)
        assert run.returncode == 64
        assert run.stderr.startswith("Error: There is no ") and "Usage" not in run.stderr
    assert "Usage: martlet start" in martlet("start", "--clock", "slow", folder=tmp_path).stderr


def test_commands_find_the_emulator_that_runs(tmp_path, monkeypatch):
    """Emulators leave notes in the temporary folder; here it is one that nobody else has."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folders = [tmp_path / name for name in ("left", "right", "elsewhere")]
    left, right, elsewhere = folders
    for folder in folders:
        folder.mkdir()
    with running(left, write_actor(left)) as one:
        one.client("lambda").invoke(FunctionName="actor", Payload='{"of": "one"}')
        commands = ("logs", "report", "clock", "chaos", "replay", "events", "events show 1")
        for command in map(str.split, commands):
            run = martlet(*command, folder=elsewhere)
            assert run.returncode == 0, (command, run.stdout + run.stderr)
        assert "log of None" in martlet("logs", folder=elsewhere).stdout
        assert "1 event in" in martlet("replay", folder=elsewhere).stdout
        # A journal that was left here is read before that of an emulator of another folder.
        with running(right, write_actor(right), state=".martlet") as other:
            other.client("lambda").invoke(FunctionName="actor", Payload='{"of": "other"}')
            assert '"of" : "other"' in martlet("events", "show", "1", folder=right).stdout
        assert '"of" : "other"' in martlet("events", "show", "1", folder=right).stdout
        assert '"of" : "one"' in martlet("events", "show", "1", folder=left).stdout
        with running(right, write_actor(right)) as other:
            # The one of this folder; elsewhere there is a choice.
            assert "log of None" in martlet("logs", folder=left).stdout
            assert "log of None" not in martlet("logs", folder=right).stdout
            run = martlet("clock", folder=elsewhere)
            assert run.returncode == 1
            assert "Several emulators run: say which with --endpoint." in run.stderr
            for emulator, folder in ((one, left), (other, right)):
                assert f"{emulator.endpoint}  {folder}/template.json" in run.stderr
            assert martlet("clock", "--endpoint", other.endpoint, folder=elsewhere).returncode == 0
