# SPDX-License-Identifier: Apache-2.0
"""A run in virtual time whose ids come from a seed is the same again: so is its journal."""
import pathlib
import subprocess

from emulator import MARTLET, client_environment

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
