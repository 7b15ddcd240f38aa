# SPDX-License-Identifier: Apache-2.0
"""`martlet init`, and the commands that the README of a new package names."""
import json
import os
import pathlib
import subprocess

from emulator import MARTLET, client_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(folder, *command, timeout=600):
    # The tools of Swift want the environment as it is; Martlet has no need of it.
    environment = client_environment() if command[0] == MARTLET else os.environ
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout)


def test_a_new_package_builds_passes_its_tests_and_runs(tmp_path):
    made = run(tmp_path, MARTLET, "init", "bird-counter", "--martlet", str(ROOT))
    assert made.returncode == 0, made.stderr
    package = tmp_path / "bird-counter"
    files = sorted(str(path.relative_to(package)) for path in package.rglob("*") if path.is_file())
    assert sorted(line.strip() for line in made.stdout.splitlines()[1:]) == files

    tested = run(package, "swift", "test", "--disable-xctest")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    played = run(package, MARTLET, "test")
    assert played.returncode == 0, played.stdout + played.stderr
    assert "1 event gave what it should" in played.stdout
    invoked = run(package, MARTLET, "invoke", "BirdCounter", "--event", '{"name": "you"}', "--fresh")
    assert invoked.returncode == 0, invoked.stderr
    assert json.loads(invoked.stdout) == {"greeting": "Hello, you!"}


def test_nothing_is_written_over_and_no_folder_is_left(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine.txt").write_text("mine")
    for arguments, complaint in (
            (["here", "--martlet", str(ROOT)], "The folder here is there and has something in it"),
            (["../up", "--martlet", str(ROOT)], "A name begins with a letter"),
            (["string", "--martlet", str(ROOT)], "A function cannot be named String"),
            (["birds", "--martlet", str(tmp_path)], "is no checkout of Martlet")):
        refused = run(tmp_path, MARTLET, "init", *arguments)
        assert refused.returncode != 0
        assert complaint in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["mine.txt"]
