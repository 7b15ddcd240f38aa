# SPDX-License-Identifier: Apache-2.0
"""Deployment packages and functions that tests make through the API."""
import io
import sys
import zipfile

from emulator import ACCOUNT, REGION
from functions import BOOTSTRAP

ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/tester"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"


def package(files):
    """A zip file: names and texts, or texts with a mode; what is not said to be otherwise is executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            text, mode = content if isinstance(content, tuple) else (content, 0o100755)
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.create_system = 3
            archive.writestr(info, text)
    return buffer.getvalue()


def link(target):
    """A symbolic link, as an entry of a package."""
    return target, 0o120777


def bootstrap(text=BOOTSTRAP):
    """A bootstrap in the Python of these tests."""
    return f"#!{sys.executable}\n{text.strip()}\n"


def constant(answer):
    """A bootstrap that answers every event with the same JSON text."""
    return bootstrap(f"""
import http.client, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    answer.read()
    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    api.request("POST", f"/2018-06-01/runtime/invocation/{{request}}/response", {answer!r})
    api.getresponse().read()
""")


ACTOR = package({"bootstrap": bootstrap()})


def create(client, name, code=None, **members):
    """Creates a function that does what its event says, unless its code is another."""
    request = {
        "FunctionName": name, "Runtime": "provided.al2023", "Role": ROLE, "Handler": "bootstrap", "Timeout": 20,
        "Code": {"ZipFile": ACTOR if code is None else code}, **members,
    }
    return client.create_function(**{name: value for name, value in request.items() if value is not None})
