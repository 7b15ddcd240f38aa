# SPDX-License-Identifier: Apache-2.0
"""`martlet audit`: functions whose effects depend on how often and in which order their events come."""
import concurrent.futures
import json
import subprocess

import pytest

from emulator import MARTLET, REPOSITORY, client_environment
from functions import function, write_bootstrap, write_template

# A custom runtime whose handler changes objects of the bucket `things`. boto3 would take longer to load than all the
# rest: requests are signed here. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
RUNTIME = """
import datetime, hashlib, hmac, http.client, json, os, urllib.parse, uuid

HOST = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc


def call(host, method, path, body=None, headers={}):
    connection = http.client.HTTPConnection(host)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def s3(method, key, body=None):
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": HOST, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": stamp,
               "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"]}
    path, names = "/things/" + key, ";".join(headers)
    fields = "".join(f"{name}:{value}\\n" for name, value in headers.items())
    request = f"{method}\\n{path}\\n\\n{fields}\\n{names}\\nUNSIGNED-PAYLOAD"
    scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\\n{stamp}\\n{scope}\\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in (*scope.split("/"), text):
        signature = hmac.digest(signature, part.encode(), "sha256")
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}, "
        f"Signature={signature.hex()}")
    response, content = call(HOST, method, path, body, headers)
    assert response.status < 300 or response.status == 404, content
    return json.loads(content) if method == "GET" and response.status == 200 else None


def get(key):
    return s3("GET", key)


def put(key, value):
    s3("PUT", key, json.dumps(value))


def handle(event):
    BODY


while True:
    response, payload = call(os.environ["AWS_LAMBDA_RUNTIME_API"], "GET", "/2018-06-01/runtime/invocation/next")
    request = response.headers["Lambda-Runtime-Aws-Request-Id"]
    try:
        handle(json.loads(payload))
        end, answer = "response", "null"
    except Exception as error:
        end, answer = "error", json.dumps({"errorMessage": str(error), "errorType": type(error).__name__})
    call(os.environ["AWS_LAMBDA_RUNTIME_API"], "POST", f"/2018-06-01/runtime/invocation/{request}/{end}", answer)
"""

# What is wrong with each, or what is done about it.
HANDLERS = {
    "counter": """put("count.json", {"count": (get("count.json") or {"count": 0})["count"] + event["n"]})""",
    "fenced": """
    state = get("state.json") or {"seen": [], "count": 0}
    if event["id"] not in state["seen"]:
        put("state.json", {"seen": sorted(state["seen"] + [event["id"]]), "count": state["count"] + event["n"]})
    """,
    "last": """put("price.json", {"price": event["n"]})""",
    "newest": """
    known = get("price.json")
    if known is None or known["time"] < event["time"]:
        put("price.json", {"time": event["time"], "price": event["n"]})
    """,
    "orders": """put(f"orders/{uuid.uuid4()}.json", {"n": event["n"]})""",
    "reader": """
    if event.get("rate"):
        put("rate.json", event["rate"])
    else:
        put(f"bills/{event['id']}.json", {"n": event["n"] * (get("rate.json") or 1)})
    """,
    # Done is what is noted, and noted before it is done: a run that ends in between has it lost.
    "memory": """
    global seen
    seen = globals().get("seen", set())
    if event["id"] not in seen:
        seen.add(event["id"])
        put("count.json", {"count": (get("count.json") or {"count": 0})["count"] + event["n"]})
    """,
    "impatient": """
    if not event.get("opens") and get("account.json") is None:
        raise KeyError("no account yet")
    put("account.json" if event.get("opens") else f"booked/{event['id']}.json", {"id": event["id"]})
    """,
    "varied": """put("stamp.json", {"token": uuid.uuid4().hex, "n": 1})""",
}


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    folder = tmp_path_factory.mktemp("things")
    resources = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "things"}}}
    for name, body in HANDLERS.items():
        write_bootstrap(folder / name, RUNTIME.replace("BODY", body.strip()))
        resources[name.capitalize()] = function(f"{name}/", FunctionName=name)
    return write_template(folder, resources)


def audit(*arguments, stdin="", folder=None):
    return subprocess.run(
        [MARTLET, "audit", *arguments], cwd=folder, env=client_environment(), input=stdin, capture_output=True,
        text=True, timeout=300)


def audited(name, template, events, *arguments, status):
    run = audit(
        name, "-", "--template", str(template), "--json", *arguments,
        stdin="".join(json.dumps({"id": event["id"], "event": event}) + "\n" for event in events))
    assert run.returncode == status, run.stdout + run.stderr
    *checks, summary = [json.loads(line) for line in run.stdout.splitlines()]
    return checks, summary["summary"]


EVENTS = [{"id": f"e{number}", "n": number, "time": f"2026-01-01T00:00:0{number}Z"} for number in (1, 2)]
FOUND = {
    "counter": ("not idempotent", {"duplicate", "crash"}, "$.objects['things/count.json'].count"),
    "last": ("depends on order", {"order"}, "$.objects['things/price.json'].price"),
    "orders": ("not idempotent", {"duplicate", "crash"}, "$.objects['things/orders/<uuid>.json'][1]"),
    "memory": ("not idempotent after a crash", {"crash"}, "$.objects['things/count.json'].count"),
}
FENCED = ["fenced", "newest", "varied"]


@pytest.fixture(scope="module")
def audits(things):
    """The audits of these functions, several at a time."""
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        runs = {name: pool.submit(audited, name, things, EVENTS, status=1 if name in FOUND else 0)
                for name in [*FOUND, *FENCED]}
    return runs


@pytest.mark.parametrize("name", FOUND)
def test_a_handler_without_a_fence_is_found_for_what_it_does(audits, name):
    verdict, kinds, path = FOUND[name]
    checks, summary = audits[name].result()
    assert (summary["verdict"], summary["clean"]) == (verdict, False)
    found = [check for check in checks if check["differences"]]
    assert {difference["path"] for check in found for difference in check["differences"]} == {path}
    assert {check["check"] for check in found} == kinds


@pytest.mark.parametrize("name", FENCED)
def test_a_handler_with_a_fence_passes(audits, name):
    _, summary = audits[name].result()
    assert (summary["verdict"], summary["clean"]) == ("no effect differs", True)
    assert summary["duplicate"] == summary["crash"] == {"checked": 2, "found": 0}
    assert summary["order"] == {"checked": 1, "found": 0}


def test_an_event_that_reads_what_another_writes_depends_on_order(things):
    checks, summary = audited("reader", things, [{"id": "rate", "rate": 2}, {"id": "bill", "n": 10}], status=1)
    assert summary["verdict"] == "depends on order"
    (found,) = [check for check in checks if check["differences"]]
    assert (found["check"], found["events"]) == ("order", ["rate", "bill"])
    assert found["differences"] == [{"path": "$.objects['things/bills/bill.json'].n", "left": 20, "right": 10}]


def test_an_event_that_comes_too_early_may_fail_until_its_time_has_come(things):
    _, summary = audited("impatient", things, [{"id": "open", "opens": True}, {"id": "book"}], status=0)
    assert summary["order"] == {"checked": 1, "found": 0}


def test_people_get_a_table_and_the_first_event_that_shows_it(things, tmp_path):
    events = tmp_path / "events.jsonl"
    events.write_text("".join(json.dumps({"id": event["id"], "event": event}) + "\n" for event in EVENTS[:1]))
    place = (str(events), "--template", str(things))
    run = audit("counter", *place)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "counter        1      1 of 1       -   1 of 1  not idempotent" in run.stdout
    assert "Event e1 leaves something else behind when it comes twice:" in run.stdout
    assert "    once   1\n    twice  2\n" in run.stdout
    ignored = audit("counter", *place, "--ignore", "objects['things/count.json']")
    assert ignored.returncode == 0, ignored.stdout + ignored.stderr
    assert audit("nobody", *place).stderr == "Error: There is no nobody.\n"
    nothing = audit("fenced", "-", "--template", str(things))
    assert (nothing.returncode, "There was no event of fenced to audit" in nothing.stdout) == (2, True)


def test_what_the_function_wrote_when_it_was_recorded_is_not_there_when_it_is_audited(start, things):
    """A fence that has seen all events would pass whatever it lets through the first time."""
    emulator = start(things)
    client = emulator.client("lambda")
    for event in EVENTS:
        assert "FunctionError" not in client.invoke(FunctionName="fenced", Payload=json.dumps(event))
    run = audit("fenced", "--endpoint", emulator.endpoint, "--json")
    assert run.returncode == 0, run.stdout + run.stderr
    summary = json.loads(run.stdout.splitlines()[-1])["summary"]
    assert (summary["events"], summary["order"]) == (2, {"checked": 1, "found": 0})
    # What was audited were copies.
    state = json.loads(emulator.client("s3").get_object(Bucket="things", Key="state.json")["Body"].read())
    assert state == {"seen": ["e1", "e2"], "count": 3}


def test_the_shipped_functions_pass(start, tmp_path):
    """With the events of the demo, as they were recorded."""
    checked = {}
    recorded = tmp_path / "recorded"
    subprocess.run(
        [MARTLET, "test", "events", "--state", str(recorded), "--results", str(tmp_path / "results")], cwd=REPOSITORY,
        env=client_environment(), check=True, capture_output=True, timeout=120)
    emulator = start(REPOSITORY / "template.json", state="recorded")
    names = ("APIHandler", "StateTracker", "PostProcessor")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = pool.map(
            lambda name: audit(name, "--endpoint", emulator.endpoint, "--json", "--limit", "6"), names)
    for name, run in zip(names, runs):
        assert run.returncode == 0, name + run.stdout + run.stderr
        checked[name] = json.loads(run.stdout.splitlines()[-1])["summary"]
    assert all(summary["clean"] and summary["duplicate"]["checked"] >= 3 for summary in checked.values()), checked
    assert all(summary["crash"]["checked"] == summary["duplicate"]["checked"] for summary in checked.values()), checked
    # The state of a picture, whose events may come in any order.
    assert checked["StateTracker"]["order"]["checked"] > 0, checked
