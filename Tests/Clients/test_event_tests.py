# SPDX-License-Identifier: Apache-2.0
"""`martlet test`: events with what they must give."""
import json
import subprocess
import xml.etree.ElementTree

import pytest

from emulator import MARTLET, client_environment
from functions import BOOTSTRAP, function, write_bootstrap, write_template


@pytest.fixture
def play(tmp_path):
    """Writes files of tests and plays them: play({"a": {...}}, "--json")."""
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    write_template(tmp_path, {
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Actor": function("actor/", EventInvokeConfig={"MaximumRetryAttempts": 0}, DeadLetterQueue={
            "Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}),
        "Listener": function("actor/", Events={"Written": {"Type": "S3", "Properties": {
            "Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}}}),
    })
    (tmp_path / "events").mkdir()

    def run(files, *arguments):
        for name, content in files.items():
            (tmp_path / "events" / f"{name}.json").write_text(
                content if isinstance(content, str) else json.dumps(content, indent=2) + "\n")
        return subprocess.run(
            [MARTLET, "test", *arguments], cwd=tmp_path, env=client_environment(), capture_output=True, text=True,
            timeout=120)
    return run


def echo(event, **checks):
    return {"description": "echo", "invoke": {"function": "Actor", "event": event}, **checks}


EFFECTS = {
    "description": "A dead letter",
    "invoke": {"function": "Actor", "event": {"do": "fail", "id": "${run}"}, "asynchronous": True},
    "effects": [
        {"message": {"queue": "Dead", "body": {"id": "${run}"}}},
        {"invocation": {"function": "Actor", "outcome": "failed", "times": 1}},
    ],
}
WRITTEN = {
    "description": "An object",
    "putObject": {"bucket": "Bucket", "key": "a b.json", "body": {"n": 1}, "contentType": "application/json"},
    "effects": [
        {"object": {"bucket": "Bucket", "key": "a b.json", "body": {"n": 1}, "contentType": "application/*"}},
        {"object": {"bucket": "Bucket", "key": "nothing", "absent": True}},
        {"invocation": {"function": "Listener", "outcome": "succeeded"}},
        {"invocation": {"function": "Actor", "times": 0}, "seconds": 0.05},
    ],
}


def test_every_kind_of_expectation_can_hold(play):
    run = play({
        "1": echo({"a": 1, "b": [1, 2]}, expect={"payload": {"a": 1}}),
        "2": {"steps": [
            echo({"a": 1}, exact={"payload": {"a": 1}}, capture={"kept": "payload.a"}),
            echo({"a": "${kept}", "t": 5}, exact={"payload": {"a": "1", "t": 6}}, ignore=["$.payload.t"]),
        ]},
        "3": echo({"a": 1}, schema={"payload": {"type": "object", "properties": {"a": {"type": "integer"}}}}),
        "4": echo({"a": [1, 2]}, **{"assert": ["$.payload.a[?@ == 2]", {"path": "$.payload.a[*]", "count": 2}]}),
        "5": echo({}, limits={"durationMilliseconds": 20000, "memoryMegabytes": 128}),
        "6": EFFECTS, "7": WRITTEN,
        **{f"8{letter}": {"independent": True, **echo({"is": letter}, exact={"payload": {"is": letter}})} for letter in "abcdef"},
    }, "--junit", "report.xml", "--jobs", "3")
    assert run.returncode == 0, run.stderr
    assert "14 events gave what they should." in run.stdout
    assert "\x1b" not in run.stdout + run.stderr


def test_every_kind_of_expectation_can_fail(play, tmp_path):
    failing = {
        "subset": (echo({"a": 1}, expect={"payload": {"a": 2}}), "$.payload.a differs\n       - 2\n       + 1"),
        "exact": (echo({"a": 1, "b": 1}, exact={"payload": {"a": 1}}), "$.payload.b is not expected\n       + 1"),
        "schema": (echo({"a": "x"}, schema={"payload": {"properties": {"a": {"type": "null"}}}}), "$.payload.a is no null"),
        "assertion": (echo({}, **{"assert": ["$.payload.a"]}), "$.payload.a finds nothing"),
        "error": (echo({"do": "fail"}), 'the function failed ("Unhandled")'),
        "duration": (echo({}, limits={"durationMilliseconds": 0.001}), "ms, more than 0.001"),
        "memory": (echo({}, limits={"memoryMegabytes": 1}), "MB, more than 1"),
        "message": ({**EFFECTS, "effects": [{"message": {"queue": "Dead", "body": {"id": "x"}}, "seconds": 2}]},
                    '$.id differs\n       - "x"'),
        "object": ({**WRITTEN, "effects": [{"object": {"bucket": "Bucket", "key": "none"}, "seconds": 0.1}]}, "/none is missing"),
        "content": ({**WRITTEN, "effects": [{"object": {"bucket": "Bucket", "key": "a b.json", "body": {"n": 2}}, "seconds": 0.1}]},
                    "a b.json: $.n differs\n       - 2\n       + 1"),
        "present": ({**WRITTEN, "effects": [{"object": {"bucket": "Bucket", "key": "a b.json", "absent": True}, "seconds": 0.1}]},
                    "must not be there"),
        "run": (echo({}, effects=[{"invocation": {"function": "Listener"}, "seconds": 0.1}]), "did not run"),
        "outcome": (echo({}, effects=[{"invocation": {"function": "Actor", "outcome": "failed"}, "seconds": 0.1}]),
                    "ran otherwise: succeeded"),
        "times": (echo({}, effects=[{"invocation": {"function": "Actor", "times": 2}, "seconds": 0.1}]),
                  "ran 1 times, not 2"),
    }
    run = play({name: step for name, (step, _) in failing.items()}, "--junit", "report.xml")
    assert run.returncode == 1, run.stderr
    for name, (_, words) in failing.items():
        told = run.stderr.split(f"FAIL {name}: ", 1)
        assert len(told) == 2 and words in told[1].split("\nFAIL ")[0], (name, run.stderr)
    assert f"{len(failing)} of {len(failing)} events did not give what they should." in run.stdout
    suites = xml.etree.ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == (str(len(failing)), str(len(failing)))
    case = suites.find("testsuite[@name='exact']/testcase")
    assert case.get("name") == "exact: echo"
    assert case.find("failure").get("message") == "$.payload.b is not expected"


def test_results_are_accepted_into_the_files(play, tmp_path):
    files = {
        "a": '{\n  "description": "echo",  "invoke": {"function": "Actor", "event": {"n": 1, "id": "x-${run}"}},\n'
             '  "expect": {"payload": {"n": 2, "id": "x-*"}}\n}\n',
        "b": {"steps": [echo({"n": 1}, expect={"payload": {"n": 3}}, capture={"kept": "payload.n"}),
                        echo({"n": "${kept}"})]},
        "c": echo({"n": 1}, **{"assert": ["$.payload.m"]}),
    }
    run = play(files, "--update")
    assert run.returncode == 1, "an assertion is for people to change"
    assert "updated a.json\nupdated b.json\n" in run.stderr and "updated c.json" not in run.stderr
    changed = (tmp_path / "events" / "a.json").read_text()
    assert changed.startswith('{\n  "description": "echo",  "invoke": {"function": "Actor", "event": {"n": 1, "id": "x-${run}"}},\n')
    assert json.loads(changed)["expect"] == {"payload": {"n": 1, "id": "x-*"}}
    steps = json.loads((tmp_path / "events" / "b.json").read_text())["steps"]
    assert (steps[0]["expect"], steps[1]["exact"]) == ({"payload": {"n": 1}}, {"payload": {"n": "1"}})
    again = play({}, "--filter", "ECHO", "events/a.json")
    assert again.returncode == 0, again.stderr
    assert play({}, "events/b.json", "--update").stderr.count("updated") == 0


def test_results_are_json_for_programs(play):
    run = play({"a": echo({"n": 1}, expect={"payload": {"n": 2}}), "b": echo({"n": 1}), "c": echo({})}, "--json", "--filter", "b")
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    assert (document["passed"], document["failed"]) == (1, 0)
    (test,) = document["tests"]
    assert (test["name"], test["outcome"], test["mismatches"]) == ("b", "passed", [])
    assert [(run["outcome"], run["attempt"]) for run in test["runs"]] == [("succeeded", 1)]
    failed = json.loads(play({}, "--json", "events/a.json").stdout)["tests"][0]
    assert failed["mismatches"] == [{"place": "$.payload.n", "reason": "differs", "expected": 2, "actual": 1}]


@pytest.mark.parametrize(("files", "arguments", "words"), [
    ({}, (), "The folder events has no events"), ({"a": echo({})}, ("nowhere",), "There is no folder nowhere"),
    ({"a": echo({})}, ("--filter", "zebra"), "No event has 'zebra'"),
    ({"a": echo({}, expct={})}, (), "a.json: expct is not known"),
    ({"a": echo({}, schema={"payload": {"format": "date"}})}, (), "this keyword is not understood"),
])
def test_what_cannot_be_played_is_said_in_words(play, files, arguments, words):
    run = play(files, *arguments)
    assert run.returncode not in (0, 1) and words in run.stderr
