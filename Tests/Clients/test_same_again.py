# SPDX-License-Identifier: Apache-2.0
"""A run in virtual time whose ids come from a seed is the same again: so is its journal."""
import json
import pathlib
import subprocess

import pytest

from emulator import MARTLET, client_environment
from functions import CALL, function, write_actor, write_bootstrap, write_template

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/chaos-demo"


def test_the_same_seed_gives_the_same_journal_byte_for_byte_but_for_what_is_measured():
    run = subprocess.run(
        [SCRIPT, "3", "8", "--martlet", MARTLET], env=client_environment(), capture_output=True, text=True,
        timeout=240)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("twice the same") == 2


def test_a_seed_is_refused_where_it_would_not_make_a_run_the_same_again(tmp_path):
    def test(*options):
        run = subprocess.run(
            [MARTLET, "test", "events", "--seed", "1", *options], cwd=SCRIPT.parents[1], env=client_environment(),
            capture_output=True, text=True, timeout=60)
        assert run.returncode != 0
        return run.stderr

    assert "add --clock virtual" in test()
    assert "a sandbox does not see the clock" in test("--clock", "virtual", "--isolation")
    (tmp_path / "martlet.sqlite").touch()
    assert "A run with a seed begins with nothing" in test("--clock", "virtual", "--state", str(tmp_path))


# Asks for another function without signing, and for itself again as often as the event says.
ASKER = CALL + """
import urllib.request

while True:
    headers, payload = call("GET", "/invocation/next")
    depth = json.loads(payload)["depth"]
    url = os.environ["AWS_ENDPOINT_URL"] + "/2015-03-31/functions/asker/invocations"
    if depth:
        with urllib.request.urlopen(url, json.dumps({"depth": depth - 1}).encode()) as response:
            depth = 1 + json.load(response)
    call("POST", f"/invocation/{headers['Lambda-Runtime-Aws-Request-Id']}/response", json.dumps(depth))
"""


def test_a_function_may_call_others_without_signing_while_it_has_its_turn(start, tmp_path):
    write_bootstrap(tmp_path / "asker", ASKER)
    template = write_template(tmp_path, {"Asker": function("asker/", FunctionName="asker")})
    client = start(template, "--clock", "virtual", "--seed", "4").client("lambda")
    answer = client.invoke(FunctionName="asker", Payload=json.dumps({"depth": 3}))
    assert "FunctionError" not in answer and json.load(answer["Payload"]) == 3


@pytest.fixture
def invoke(start, tmp_path):
    client = start(write_actor(tmp_path), "--clock", "virtual", "--seed", "4").client("lambda")

    def invoke(name, event):
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event))
        return answer.get("FunctionError"), json.load(answer["Payload"])

    return invoke


def test_functions_end_as_in_other_runs(invoke):
    for name, event, error in [
        ("actor", {"do": "kill"}, "Runtime.ExitError"),
        ("actor", {"do": "exit", "status": 3}, "Runtime.ExitError"),
        ("actor", {"do": "fail"}, "Function.Own"),
        ("hasty", {"do": "hang"}, "Sandbox.Timedout"),
        ("unable", {}, "Runtime.Broken"),
        ("silent", {}, "Runtime.ExitError"),
        ("empty", {}, "Runtime.InvalidEntrypoint"),
    ]:
        failed, answer = invoke(name, event)
        assert failed and answer["errorType"] == error, name
    assert invoke("actor", "still there") == (None, "still there")


def test_a_request_that_is_refused_before_its_body_came_is_answered(start, tmp_path):
    client = start(write_actor(tmp_path), "--clock", "virtual", "--seed", "4").client("lambda")
    with pytest.raises(client.exceptions.RequestTooLargeException):
        client.invoke(FunctionName="actor", Payload=json.dumps("x" * 6_291_556))


def test_functions_find_the_time_in_a_file(invoke):
    _, environment = invoke("actor", {"do": "environment"})
    time = pathlib.Path(environment["MARTLET_CLOCK"]).read_bytes()
    # 2026-01-01T00:00:00Z
    assert int.from_bytes(time, "little") == 1_767_225_600_000
