# SPDX-License-Identifier: Apache-2.0
"""`martlet report`: what functions did, and what that would cost."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import urllib.error
import urllib.request

import pytest

from emulator import MARTLET, client_environment
from functions import write_actor


@pytest.fixture
def emulator(start, tmp_path):
    return start(write_actor(tmp_path, MemorySize=1024))


def invoke(emulator, event, name="actor"):
    emulator.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")


def report(emulator, *arguments, **options):
    return subprocess.run(
        [MARTLET, "report", "--endpoint", emulator.endpoint, *arguments], env=client_environment(),
        capture_output=True, text=True, timeout=60, **options)


def json_report(emulator, *arguments):
    run = report(emulator, "--json", *arguments)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_each_function_is_told_with_its_durations_and_costs(emulator):
    for _ in range(5):
        invoke(emulator, {})
    invoke(emulator, {"do": "fail"})
    invoke(emulator, {}, "hasty")
    answer = json_report(emulator)
    actor, hasty = answer["functions"]
    assert [row["function"] for row in (actor, hasty)] == ["actor", "hasty"]
    assert (actor["invocations"], actor["errors"], actor["throttles"], actor["coldStarts"]) == (6, 1, 0, 1)
    duration = actor["duration"]
    assert 0 < duration["p50"] <= duration["p95"] <= duration["p99"]
    # The init is billed too, and each run by whole milliseconds.
    assert actor["billedDuration"] > duration["average"] * 6
    assert actor["gigabyteSeconds"] == pytest.approx(actor["billedDuration"] / 1000)
    assert actor["cost"]["x86"] == pytest.approx(6 * 0.20 / 1e6 + actor["gigabyteSeconds"] * 0.0000166667)
    assert actor["cost"]["arm"] == pytest.approx(6 * 0.20 / 1e6 + actor["gigabyteSeconds"] * 0.0000133334)
    memory = actor["memory"]
    assert 0 < memory["maximumUsed"] < memory["sufficient"] <= 256 < memory["configured"] == 1024
    assert actor["cost"]["withSufficientMemory"] < actor["cost"]["estimated"]
    # One run is not enough to judge by.
    assert "sufficient" not in hasty["memory"]
    assert answer["total"]["invocations"] == 7
    assert answer["total"]["billedDuration"] == actor["billedDuration"] + hasty["billedDuration"]


def test_throttles_are_told_of_functions_that_never_ran(emulator):
    client = emulator.client("lambda")
    client.put_function_concurrency(FunctionName="actor", ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName="actor")
    row, = json_report(emulator)["functions"]
    assert (row["invocations"], row["throttles"], row["cost"]["estimated"]) == (0, 1, 0)
    assert "duration" not in row
    assert report(emulator).returncode == 0


def test_the_table_has_a_row_for_each_function_and_no_colours_in_a_pipe(emulator):
    assert report(emulator).stdout == "No function did anything yet.\n"
    for _ in range(5):
        invoke(emulator, {"do": "fail"})
    invoke(emulator, {}, "hasty")
    lines = report(emulator).stdout.splitlines()
    assert lines[0].startswith("Since 20")
    assert lines[2].split()[:5] == ["function", "runs", "errors", "throttled", "cold"]
    assert lines[3].split()[:5] == ["actor", "5", "5", "0", "1"]
    assert lines[4].split()[:5] == ["hasty", "1", "0", "0", "1"]
    assert lines[5].split()[:5] == ["all", "6", "5", "0", "2"]
    assert any(line.startswith("actor used ") for line in lines)
    assert "\x1b" not in "".join(lines)
    one = report(emulator, "hasty").stdout.splitlines()
    assert [line.split()[0] for line in one[3:4]] == ["hasty"]
    assert not any(line.startswith(("actor", "all")) for line in one)


@pytest.mark.parametrize(("variables", "has_colours"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colours_unless_it_wants_none(emulator, variables, has_colours):
    invoke(emulator, {})
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**client_environment(), "TERM": "xterm", **variables}
    run = subprocess.run(
        [MARTLET, "report", "--endpoint", emulator.endpoint], env=environment, stdout=end, timeout=60)
    os.close(end)
    text = b""
    while chunk := read(terminal):
        text += chunk
    os.close(terminal)
    assert run.returncode == 0
    assert (b"\x1b[1m" in text) == has_colours
    # What is too wide for the terminal comes in two tables.
    lines = re.sub(r"\x1b\[\d+m", "", text.decode()).split("\r\n")
    assert len([line for line in lines if line.startswith("function ")]) == 2
    assert all(len(line) <= 90 for line in lines)


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_what_came_before_since_is_left_out(emulator):
    invoke(emulator, {})
    assert json_report(emulator, "--since", "1h")["total"]["invocations"] == 1
    assert json_report(emulator, "--since", "2020-01-01T00:00:00Z")["total"]["invocations"] == 1
    assert json_report(emulator, "--since", "2099-01-01T00:00:00Z")["functions"] == []
    run = report(emulator, "actor", "--since", "2099-01-01T00:00:00Z")
    assert (run.returncode, "actor did nothing since then." in run.stderr) == (1, True)


def test_what_cannot_be_reported_is_said_in_words(emulator):
    for arguments, words in [
        (("nobody",), "nobody did nothing."), (("--since", "yesterday"), "'yesterday' is invalid for '--since"),
        (("--endpoint", "http://127.0.0.1:1"), "Is 'martlet start' running there?"),
    ]:
        run = report(emulator, *arguments)
        assert run.returncode > 0
        assert words in run.stderr
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(emulator.endpoint + "/_martlet/report?since=x")
    assert caught.value.code == 400
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(emulator.endpoint + "/_martlet/report", b"")
    assert caught.value.code == 405
