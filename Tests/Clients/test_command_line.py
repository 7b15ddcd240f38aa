# SPDX-License-Identifier: Apache-2.0
"""`martlet invoke`: one invocation, with or without a server."""
import json
import os
import subprocess

import pytest

from emulator import MARTLET, client_environment
from functions import write_actor


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
