# SPDX-License-Identifier: Apache-2.0
"""A running martlet, as a user runs it: the binary, its ready line, its end."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

import boto3
import botocore.config

from waiting import eventually

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
MARTLET = os.environ.get("MARTLET") or str(REPOSITORY / ".build/debug/martlet")
ACCOUNT = "000000000000"
REGION = "us-east-1"
START_SECONDS = 60


def client_environment(endpoint=None):
    """What the AWS tools need to know, and nothing that this machine has set for its user."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    kept = {name: value for name, value in kept.items() if not name.startswith("AWS_")}
    kept |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
    if endpoint:
        kept["AWS_ENDPOINT_URL"] = endpoint
    return kept


def birth(pid):
    """When a process started; None when it is gone or only its exit status is left."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def descendants(pid):
    """The processes below one, with their times of birth."""
    children = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, rest = {}, list(children.get(pid, []))
    while rest:
        child = rest.pop()
        found[child] = birth(child)
        rest += children.get(child, [])
    return {child: born for child, born in found.items() if born}


class Emulator:
    """`martlet start` on ports that the system chose; ready when it says so."""

    def __init__(self, folder, template=None, *options, state=None):
        if not os.access(MARTLET, os.X_OK):
            raise FileNotFoundError(f"{MARTLET} is not there: build it, or name another in MARTLET")
        self.log_path = pathlib.Path(folder) / "martlet.log"
        self.output = []
        self.is_stopped = False
        command = [MARTLET, "start", "--port", "0", "--api-port", "0", "--json", *options]
        command += ["--state", str(pathlib.Path(folder) / state)] if state else ["--ephemeral"]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command + ([str(template)] if template else []), cwd=folder if template else REPOSITORY,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, env=client_environment())
        self.ready = self._read_ready_line()
        self.endpoint = self.ready["endpoint"]
        self.apis = self.ready["apis"]
        threading.Thread(target=self._drain, daemon=True).start()

    def _read_ready_line(self):
        # A process that never gets ready is ended, which ends the reading below.
        limit = threading.Timer(START_SECONDS, self.process.kill)
        limit.start()
        try:
            for line in self.process.stdout:
                self.output.append(line)
                if line.startswith("{") and json.loads(line).get("event") == "ready":
                    return json.loads(line)
        finally:
            limit.cancel()
        raise AssertionError(
            f"martlet ended with {self.process.wait()} before it was ready\n{''.join(self.output)}\n{self.log}")

    def _drain(self):
        for line in self.process.stdout:
            self.output.append(line)

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def api(self):
        """The address of the one HTTP API."""
        (address,) = self.apis.values()
        return address

    def client(self, service, **settings):
        """A boto3 client that does not try again by itself."""
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        config = botocore.config.Config(retries={"total_max_attempts": 1}, proxies={}, **settings)
        return session.client(service, endpoint_url=self.endpoint, config=config)

    def aws(self, *arguments, check=True, **options):
        """Runs the AWS CLI, told nothing but where the endpoint is."""
        command = [str(pathlib.Path(sys.executable).parent / "aws"), *arguments]
        return subprocess.run(
            command, env=client_environment(self.endpoint), capture_output=True, text=True, check=check, timeout=120,
            **options)

    def functions(self):
        """The processes that run functions and models."""
        return descendants(self.process.pid)

    def stop(self):
        """Ctrl-C; returns the exit status once the emulator and everything it started are gone."""
        self.is_stopped = True
        if self.process.poll() is not None:
            raise AssertionError(f"martlet had ended by itself with {self.process.returncode}\n{self.log}")
        family = self.functions()
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"martlet did not end on Ctrl-C\n{self.log}")
        eventually(
            lambda: not [pid for pid, born in family.items() if birth(pid) == born],
            what="the end of every child process", deadline=10)
        return status


def curl(*arguments):
    """Runs curl; returns the status, the headers by lower-case name, and the body."""
    run = subprocess.run(
        ["curl", "--silent", "--show-error", "--noproxy", "*", "--include", "--write-out",
         "%{stderr}%{http_code} %{size_header}", *arguments],
        capture_output=True, check=True, timeout=120)
    status, header_bytes = run.stderr.decode().split()[-2:]
    head, body = run.stdout[:int(header_bytes)], run.stdout[int(header_bytes):]
    fields = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
    return int(status), {name.lower(): value for name, value in fields}, body
