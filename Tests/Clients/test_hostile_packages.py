# SPDX-License-Identifier: Apache-2.0
"""Zip files that are made to do harm are refused, and leave nothing behind.

The error: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""
import io
import zipfile

import botocore.exceptions
import pytest

from functions import write_actor

DAMAGED = "Could not unzip uploaded file. Please check your file, then try to upload again."


def archive(*entries, compression=zipfile.ZIP_STORED):
    """A zip file of names and contents; a mode makes an entry something else than a file."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as file:
        for name, content, *mode in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            info.external_attr = (mode[0] if mode else 0o100755) << 16
            file.writestr(info, content)
    return memory.getvalue()


def with_wrong_checksum():
    whole = archive(("bootstrap", b"#!/bin/sh\n"))
    return whole.replace(b"#!/bin/sh\n", b"#!/bin/no\n")


HOSTILE = {
    "a path upwards": (lambda: archive(("../escaped", "x")), DAMAGED),
    "an absolute path": (lambda: archive(("/tmp/escaped", "x")), DAMAGED),
    "an absolute link": (lambda: archive(("link", "/etc", 0o120777)), DAMAGED),
    "a link upwards": (lambda: archive(("a/link", "../../..", 0o120777)), DAMAGED),
    "a file through a link": (lambda: archive(("a", "b", 0o120777), ("a/escaped", "x")), DAMAGED),
    "a bomb": (
        lambda: archive(("bootstrap", bytes(300 << 20)), compression=zipfile.ZIP_DEFLATED),
        "Unzipped size must be smaller than 262144000 bytes"),
    "a wrong checksum": (with_wrong_checksum, DAMAGED),
    "a truncated file": (lambda: archive(("bootstrap", "x" * 1000))[:-300], DAMAGED),
    "100,000 entries": (lambda: archive(*((f"file{number}", "") for number in range(100_000))), DAMAGED),
    "no entry": (archive, "Uploaded file must be a non-empty zip"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_and_leaves_nothing(name, start, tmp_path):
    make, complaint = HOSTILE[name]
    client = start(write_actor(tmp_path)).client("lambda")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        client.create_function(
            FunctionName="hostile", Runtime="provided.al2023", Handler="bootstrap",
            Role="arn:aws:iam::000000000000:role/any", Code={"ZipFile": make()})
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert complaint in refused.value.response["Error"]["Message"]
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.suffix != ".sqlite-wal"] == []
    assert "hostile" not in [one["FunctionName"] for one in client.list_functions()["Functions"]]
