# SPDX-License-Identifier: Apache-2.0
"""`--isolation`: functions in sandboxes of bubblewrap."""
import base64
import json
import os
import shutil
import subprocess
import sys

import pytest

from conftest import running
from emulator import MARTLET, birth, client_environment
from functions import function, write_bootstrap, write_template
from waiting import eventually

# The virtual environment may lie in /tmp, of which a sandbox has one of its own.
PYTHON = os.path.realpath(sys.executable)

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")

BOOTSTRAP = """
import errno, http.client, json, os, signal, sys, threading

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
held = []


def call(method, path, body=None):
    connection = http.client.HTTPConnection(API)
    connection.request(method, "/2018-06-01/runtime/invocation/" + path, body)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.headers, content


def write(path, text="x"):
    try:
        with open(path, "w") as file:
            file.write(text)
        return "written"
    except OSError as error:
        return errno.errorcode[error.errno]


while True:
    headers, payload = call("GET", "next")
    request = headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(payload)
    result = {"pid": os.getpid()}
    match event.get("do"):
        case "look":
            result |= {
                "folder": os.getcwd(), "task": sorted(os.listdir("/var/task")), "opt": os.path.isdir("/opt"),
                "tmp": sorted(os.listdir("/tmp")), "environment": dict(os.environ),
                "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
            }
        case "write":
            result["written"] = {path: write(path) for path in event["paths"]}
        case "fill":
            with open("/tmp/large", "wb") as file:
                try:
                    os.posix_fallocate(file.fileno(), 0, event["megabytes"] << 20)
                    result["free"] = True
                except OSError as error:
                    result["free"] = errno.errorcode[error.errno]
            os.unlink("/tmp/large")
        case "exit":
            sys.exit(event["status"])
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "crash":
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            threading.Event().wait()
        case "take":
            held.append(b"x" * (event["megabytes"] << 20))
    call("POST", request + "/response", json.dumps(result))
"""


@pytest.fixture(scope="module")
def isolated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("isolated")
    write_bootstrap(folder / "code", BOOTSTRAP, PYTHON)
    (folder / "python").mkdir()
    (folder / "python" / "app.py").write_text(
        "import os\n\n\ndef handler(event, context):\n    return [os.getcwd(), __file__]\n")
    (folder / "martlet.toml").write_text(
        f'[runtimes]\n"python3.12" = ["{sys.executable}", "-m", "awslambdaric"]\n')
    template = write_template(folder, {
        "Box": function("code/", FunctionName="box", EphemeralStorage={"Size": 620}),
        "Hasty": function("code/", FunctionName="hasty", Timeout=1),
        "Python": function("python/", FunctionName="python", Runtime="python3.12", Handler="app.handler"),
    })
    with running(folder, template, "--isolation") as emulator:
        yield emulator


def invoke(client, name="box", **event):
    response = client.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
    report = base64.b64decode(response["LogResult"]).decode().splitlines()[-1]
    return response, json.loads(response["Payload"].read()), report


def test_a_function_has_the_paths_that_it_has_on_aws(isolated):
    _, answer, report = invoke(isolated.client("lambda"), do="look")
    assert (answer["folder"], answer["task"], answer["opt"], answer["tmp"]) == ("/var/task", ["bootstrap"], True, [])
    assert answer["processes"] <= 3
    environment = answer["environment"]
    assert environment["LAMBDA_TASK_ROOT"] == "/var/task"
    assert environment["PATH"] == "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"
    assert "TMPDIR" not in environment
    # The runtime's memory, not that of the sandbox around it.
    assert int(report.split("Max Memory Used: ")[1].split()[0]) >= 8


def test_only_tmp_can_be_written_to_and_it_is_kept_while_warm(isolated):
    client = isolated.client("lambda")
    paths = ["/tmp/kept", "/var/task/x", "/opt/x", "/etc/x", "/x", os.path.expanduser("~/x")]
    written = invoke(client, do="write", paths=paths)[1]["written"]
    assert written.pop("/tmp/kept") == "written"
    assert set(written.values()) <= {"EROFS", "EACCES"}
    assert invoke(client, do="look")[1]["tmp"] == ["kept"]
    assert "FunctionError" in invoke(client, do="exit", status=1)[0]
    assert invoke(client, do="look")[1]["tmp"] == []


def test_tmp_has_the_size_that_is_set(isolated):
    client = isolated.client("lambda")
    assert invoke(client, do="fill", megabytes=600)[1]["free"] is True
    assert invoke(client, do="fill", megabytes=640)[1]["free"] == "ENOSPC"


@pytest.mark.parametrize(("event", "message"), [
    ({"do": "exit", "status": 3}, "Runtime exited with error: exit status 3"),
    ({"do": "exit", "status": 0}, "Runtime exited without providing a reason"),
    ({"do": "kill"}, "Runtime exited with error: signal: killed"),
    ({"do": "crash"}, "Runtime exited with error: signal: segmentation fault"),
    ({"do": "take", "megabytes": 200}, "Runtime exited with error: signal: killed"),
])
def test_ends_are_reported_as_without_a_sandbox(isolated, event, message):
    client = isolated.client("lambda")
    invoke(client, do="exit", status=1)
    response, payload, report = invoke(client, **event)
    assert response["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError" and payload["errorMessage"].endswith(message)
    if event["do"] == "take":
        assert "Max Memory Used: 128 MB" in report and report.endswith("Error Type: Runtime.OutOfMemory")


def test_a_function_that_takes_too_long_is_stopped_with_its_sandbox(isolated):
    before = isolated.functions()
    _, payload, _ = invoke(isolated.client("lambda"), "hasty", do="hang")
    assert payload["errorType"] == "Sandbox.Timedout"
    eventually(lambda: set(isolated.functions()) <= set(before), what="the end of the sandbox")


@pytest.mark.skipif(sys.prefix.startswith("/tmp/"), reason="the runtime's client lies in /tmp")
def test_a_managed_runtime_runs_in_a_sandbox(isolated):
    assert invoke(isolated.client("lambda"), "python")[1] == ["/var/task", "/var/task/app.py"]


def test_a_linked_executable_is_found(start, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    write_bootstrap(tmp_path / "elsewhere", BOOTSTRAP, PYTHON)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "bootstrap").symlink_to(tmp_path / "elsewhere" / "bootstrap")
    template = write_template(tmp_path, {"Box": function("code/", FunctionName="box")})
    emulator = start(template, "--isolation")
    assert invoke(emulator.client("lambda"), do="look")[1]["task"] == ["bootstrap"]
    family = emulator.functions()
    assert emulator.stop() == 0
    eventually(lambda: not any(birth(pid) == born for pid, born in family.items()), what="the end of the sandboxes")


def test_without_bubblewrap_it_says_so(tmp_path):
    write_bootstrap(tmp_path / "code", BOOTSTRAP, PYTHON)
    template = write_template(tmp_path, {"Box": function("code/", FunctionName="box")})
    environment = client_environment() | {"PATH": str(tmp_path)}
    run = subprocess.run(
        [MARTLET, "start", "--port", "0", "--api-port", "0", "--ephemeral", "--isolation", str(template)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode != 0
    assert "there is no bwrap on the PATH. Install the package bubblewrap. Or leave out --isolation." in run.stderr
