# SPDX-License-Identifier: Apache-2.0
"""`martlet events generate`: events as services send them."""
import json
import subprocess

import pytest

from emulator import MARTLET, client_environment


def generate(*arguments):
    return subprocess.run(
        [MARTLET, "events", "generate", *arguments], env=client_environment(), capture_output=True, text=True, timeout=60)


def test_without_arguments_there_is_a_list():
    run = generate()
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0].split() == ["SERVICE", "EVENT", "WHAT", "IT", "TELLS"]
    assert "apigateway" in run.stdout and "\x1b" not in run.stdout
    of_one = generate("sqs")
    assert [line.split()[:2] for line in of_one.stdout.splitlines()[1:]] == [
        ["sqs", "receive-message"], ["sqs", "receive-message-fifo"]]


def test_an_event_has_the_values_that_are_set():
    run = generate(
        "s3", "put", "--set", "Records[0].s3.object.key=a+b.json", "--set", "$..size=7", "--set", "Records[0].new.it=[1]",
        "--account", "123456789012", "--region", "eu-north-1")
    assert run.returncode == 0, run.stderr
    (record,) = json.loads(run.stdout)["Records"]
    assert record["eventName"] == "ObjectCreated:Put" and record["awsRegion"] == "eu-north-1"
    assert record["s3"]["object"]["key"] == "a+b.json" and record["s3"]["object"]["size"] == 7
    assert record["new"] == {"it": [1]}


def test_random_events_follow_from_their_seed():
    first, again = (generate("sqs", "receive-message", "--random", "20", "--seed", "7") for _ in range(2))
    other = generate("sqs", "receive-message", "--random", "20")
    assert first.stdout == again.stdout != other.stdout
    events = [json.loads(line) for line in first.stdout.splitlines()]
    assert len(events) == 20 and len({json.dumps(event) for event in events}) == 20
    seed = other.stderr.split()[1]
    assert generate("sqs", "receive-message", "--random", "20", "--seed", seed).stdout == other.stdout


@pytest.mark.parametrize(("arguments", "words"), [
    (("s4",), "There are no events of 's4'. There are those of alb, apigateway,"),
    (("s3", "puts"), "s3 has no event 'puts'. It has batch-invocation,"),
    (("s3", "put", "--set", "Records[0"), "$.Records[0: at character 12, ']' is expected"),
    (("s3", "put", "--set", "Records[7].x=1"), "nothing can be set there"),
    (("s3", "put", "--seed", "1"), "add --random"),
    (("s3", "put", "--random", "0"), "--random takes a number from 1"),
])
def test_what_cannot_be_generated_is_said_in_words(arguments, words):
    run = generate(*arguments)
    assert run.returncode != 0 and run.stdout == ""
    assert words in run.stderr
