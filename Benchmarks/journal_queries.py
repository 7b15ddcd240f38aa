#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast a large journal answers: makes records, imports them, and asks.

    python3 Benchmarks/journal_queries.py .build/release/martlet [--records 1000000] [--folder /tmp/journal]

Each question is asked until its last page, or until a page of 50 is full; the time is that of all its requests.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

FUNCTIONS = [f"Function{number}" for number in range(40)]
START = 1_790_000_000_000


def stamp(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03}Z"


def uuid(pick):
    digits = f"{pick.getrandbits(128):032x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def records(count):
    """A run like those of applications: invocations, events with their attempts, lines and objects."""
    pick = random.Random(1)
    moment, number = START, 0
    while number < count:
        number += 1
        moment += pick.randrange(0, 8)
        function = FUNCTIONS[min(int(pick.expovariate(0.2)), 39)]
        request = uuid(pick)
        kind = "event" if pick.random() < 0.2 else "invocation"
        payload = json.dumps({
            "version": "2.0", "detail": {"id": pick.randrange(200_000), "user": uuid(pick), "tags": ["a", "b"]},
            "path": f"/orders/{pick.randrange(10 ** 9)}", "prompt": "a small bird in flight"})
        outcome = "failed" if pick.random() < 0.01 else "throttled" if pick.random() < 0.00002 else "succeeded"
        first = {"id": number, "time": stamp(moment), "kind": kind, "source": "s3" if kind == "event" else "lambda",
                 "outcome": "accepted" if kind == "event" else outcome, "function": function, "qualifier": "live",
                 "version": "7", "requestId": request, "payloadSize": len(payload), "payload": payload}
        run = {"coldStart": False, "duration": 12.5, "billedDuration": 13, "memorySize": 128, "maxMemoryUsed": 60}
        result = json.dumps({"statusCode": 200, "body": uuid(pick)})
        if kind == "invocation":
            first |= {"run": run, "resultSize": len(result), "result": result}
        yield first
        cause = number
        if kind == "event":
            number += 1
            yield {"id": number, "time": stamp(moment + 5), "kind": "attempt", "source": "lambda", "attempt": 1,
                   "outcome": outcome, "function": function, "cause": cause, "requestId": request, "run": run,
                   "resultSize": len(result), "result": result}
            cause = number
        for _ in range(pick.randrange(3)):
            number += 1
            line = f"INFO order {pick.randrange(10 ** 9)} was handled by {function}"
            yield {"id": number, "time": stamp(moment + 6), "kind": "log", "source": "lambda", "outcome": "succeeded",
                   "operation": "stdout", "function": function, "cause": cause, "requestId": request,
                   "payloadSize": len(line), "payload": line}
        if pick.random() < 0.3:
            number += 1
            yield {"id": number, "time": stamp(moment + 7), "kind": "object", "source": "s3", "outcome": "succeeded",
                   "operation": "ObjectCreated:Put", "cause": cause, "requestId": uuid(pick)[:16],
                   "resource": f"arn:aws:s3:::images/{uuid(pick)}.png"}


def ask(endpoint, **query):
    """Milliseconds, records, requests."""
    began, found, requests = time.monotonic(), 0, 0
    slowest = 0
    while True:
        start = time.monotonic()
        with urllib.request.urlopen(f"{endpoint}/_martlet/events?{urllib.parse.urlencode(query)}") as answer:
            page = json.loads(answer.read())
        slowest = max(slowest, time.monotonic() - start)
        requests += 1
        found += len(page["events"])
        if "next" not in page or found >= 50:
            return (time.monotonic() - began) * 1000, slowest * 1000, found, requests
        query["after"] = page["next"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("martlet")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--folder", type=pathlib.Path)
    arguments = parser.parse_args()
    martlet = str(pathlib.Path(arguments.martlet).resolve())
    folder = arguments.folder or pathlib.Path(tempfile.mkdtemp(prefix="journal-"))
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / "template.json"
    template.write_text('{"Resources": {}}')
    emulator = subprocess.Popen(
        [martlet, "start", str(template), "--port", "0", "--api-port", "0", "--json", "--state", str(folder / "state")],
        stdout=subprocess.PIPE, text=True, cwd=folder)
    try:
        endpoint = json.loads(emulator.stdout.readline())["endpoint"]
        if not ask(endpoint, limit=1)[2]:
            export = folder / "records.jsonl"
            with open(export, "w") as file:
                for record in records(arguments.records):
                    file.write(json.dumps(record) + "\n")
            began = time.monotonic()
            print(subprocess.run([martlet, "events", "import", str(export), "--endpoint", endpoint],
                                 capture_output=True, text=True, check=True).stdout.strip(),
                  f"in {time.monotonic() - began:.1f} s")
            export.unlink()
        print(f"journal: {sum(path.stat().st_size for path in (folder / 'state').glob('journal.sqlite*')) >> 20} MiB")
        with urllib.request.urlopen(f"{endpoint}/_martlet/events?order=asc&limit=1&kind=invocation&payloads=true") as answer:
            oldest = json.loads(answer.read())["events"][0]
        payload = json.loads(oldest["payload"])
        questions = {
            "newest": {}, "oldest first": {"order": "asc"}, "function": {"function": "Function39"},
            "function of no record": {"function": "Nothing"}, "kind": {"kind": "event"}, "source": {"source": "s3"},
            "failed": {"outcome": "failed"}, "throttled, which is rare": {"outcome": "throttled"},
            "function and outcome": {"function": "Function20", "outcome": "throttled"},
            "request id of the oldest": {"request": oldest["requestId"]},
            "the first second": {"until": oldest["time"][:19] + "Z", "kind": "invocation"},
            "a minute in the middle": {"since": START + 900_000, "until": START + 960_000, "outcome": "failed"},
            "text of the oldest": {"text": payload["detail"]["user"]}, "part of that text": {"text": payload["detail"]["user"][9:23]},
            "text of no record": {"text": "not to be found"}, "common text": {"text": "small bird"},
            "member of the oldest": {"where": f"$.path == '{payload['path']}'"},
            "number": {"where": f"$.detail.id == {payload['detail']['id']}"},
            "number of no record": {"where": "$.detail.id == 300000"},
            "function and text": {"function": oldest["function"], "text": payload["detail"]["user"]},
        }
        print(f"{'question':28} {'ms':>8} {'slowest':>8} {'records':>8} {'requests':>8}")
        for name, query in questions.items():
            ask(endpoint, **query)
            times = sorted(ask(endpoint, **query) for _ in range(5))
            total, slowest, found, requests = times[2]
            print(f"{name:28} {total:8.1f} {slowest:8.1f} {found:8} {requests:8}")
    finally:
        emulator.terminate()
        emulator.wait()


if __name__ == "__main__":
    main()
