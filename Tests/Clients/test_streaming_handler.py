# SPDX-License-Identifier: Apache-2.0
"""A streaming handler of the Swift runtime library, through boto3 and through function URLs."""
import http.client
import json
import os
import pathlib
import shutil

import pytest

from conftest import running
from emulator import MARTLET
from functions import function, write_template


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("story")
    (folder / "code").mkdir()
    shutil.copy(pathlib.Path(MARTLET).parent / "StreamingFunction", folder / "code" / "bootstrap")
    template = write_template(folder, {
        name.title(): function("code/", FunctionName=name, FunctionUrlConfig={"AuthType": "NONE", "InvokeMode": mode})
        for name, mode in (("streamed", "RESPONSE_STREAM"), ("whole", "BUFFERED"))})
    with running(folder, template) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def client(emulator):
    return emulator.client("lambda")


def events(client, wish):
    return iter(client.invoke_with_response_stream(
        FunctionName="streamed", Payload=json.dumps(wish))["EventStream"])


def request(emulator, client, wish, name="streamed"):
    address = client.get_function_url_config(FunctionName=name)["FunctionUrl"]
    connection = http.client.HTTPConnection(emulator.endpoint.removeprefix("http://"))
    connection.request("POST", "/", json.dumps(wish), {
        "Host": address.removeprefix("http://").rstrip("/"), "Content-Type": "application/json"})
    return connection.getresponse()


def test_each_piece_arrives_when_it_is_written(client, tmp_path):
    os.mkfifo(gate := tmp_path / "gate")
    pieces = events(client, {"pieces": ["first", f"wait:{gate}", "x" * 100_000]})
    assert next(pieces) == {"PayloadChunk": {"Payload": b"first"}}
    gate.open("w").close()
    *chunks, last = pieces
    assert b"".join(chunk["PayloadChunk"]["Payload"] for chunk in chunks) == b"x" * 100_000
    assert last == {"InvokeComplete": {}}


def test_an_error_comes_behind_what_was_written(client):
    first, last = events(client, {"pieces": ["so far"], "error": "no more"})
    assert first == {"PayloadChunk": {"Payload": b"so far"}}
    assert last["InvokeComplete"]["ErrorCode"] == "Unhandled"
    assert json.loads(last["InvokeComplete"]["ErrorDetails"]) == {
        "errorMessage": "no more", "errorType": "Failure", "stackTrace": []}
    # The environment serves on.
    assert next(events(client, {"pieces": ["again"]})) == {"PayloadChunk": {"Payload": b"again"}}


def test_an_error_before_the_first_byte_is_an_ordinary_one(client):
    response = client.invoke(FunctionName="whole", Payload=json.dumps({"error": "no"}))
    assert response["FunctionError"] == "Unhandled"
    assert json.load(response["Payload"])["errorMessage"] == "no"


def test_a_url_answers_as_the_handler_says_and_while_it_writes(emulator, client, tmp_path):
    os.mkfifo(gate := tmp_path / "gate")
    wish = {"status": 201, "headers": {"x-a": "1", "content-type": "text/plain"}, "cookies": ["a=b"]}
    response = request(emulator, client, wish | {"pieces": ["first", f"wait:{gate}", "second"]})
    assert (response.status, response.headers["x-a"], response.headers["set-cookie"]) == (201, "1", "a=b")
    assert response.headers["content-type"] == "text/plain"
    assert response.read(5) == b"first"
    gate.open("w").close()
    assert response.read() == b"second"
    whole = request(emulator, client, wish | {"pieces": ["one", "two"]}, "whole")
    assert (whole.status, whole.headers["x-a"], whole.read()) == (201, "1", b"onetwo")
