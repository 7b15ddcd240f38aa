# SPDX-License-Identifier: Apache-2.0
"""What was made through the API outlives the emulator, whichever way that ended."""
import json
import urllib.parse
import urllib.request

import pytest

from emulator import ACCOUNT, REGION
from functions import function, write_actor, write_bootstrap, write_template
from packages import bootstrap, constant, create, package
from waiting import eventually

LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer"


def kill(emulator):
    emulator.is_stopped = True
    emulator.process.kill()
    emulator.process.wait()


def answer(client, name):
    return json.loads(client.invoke(FunctionName=name)["Payload"].read())


@pytest.mark.parametrize("end", [kill, lambda emulator: emulator.stop()], ids=["kill", "stop"])
def test_functions_and_layers_are_there_after_a_restart(start, tmp_path, end):
    template = write_actor(tmp_path)
    first = start(template, state="state")
    client = first.client("lambda")
    layer = client.publish_layer_version(
        LayerName="kept", Content={"ZipFile": package({"bootstrap": constant('"of the layer"')})})["LayerVersionArn"]
    create(client, "kept", package({"data": ("x", 0o100644)}), Layers=[layer], Tags={"a": "b"})
    create(client, "moved", package({"bootstrap": constant("1")}), Publish=True)
    client.create_alias(FunctionName="moved", Name="live", FunctionVersion="1")
    client.update_function_code(FunctionName="moved", ZipFile=package({"bootstrap": constant("2")}))
    client.put_function_concurrency(FunctionName="moved", ReservedConcurrentExecutions=4)
    create(client, "gone")
    client.delete_function(FunctionName="gone")
    before = [client.get_function_configuration(FunctionName=name) for name in ["kept", "moved", "moved:live"]]
    end(first)

    second = start(template, state="state")
    client = second.client("lambda")
    after = [client.get_function_configuration(FunctionName=name) for name in ["kept", "moved", "moved:live"]]
    for old, new in zip(before, after):
        del old["ResponseMetadata"], new["ResponseMetadata"]
        assert old == new
    assert answer(client, "kept") == "of the layer"
    assert (answer(client, "moved"), answer(client, "moved:live")) == (2, 1)
    found = client.get_function(FunctionName="moved")
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 4}
    assert client.get_function(FunctionName="kept")["Tags"] == {"a": "b"}
    names = {function["FunctionName"] for function in client.list_functions()["Functions"]}
    assert names == {"kept", "moved", "actor", "hasty", "unable", "silent", "empty"}
    assert client.publish_layer_version(
        LayerName="kept", Content={"ZipFile": package({"x": "y"})})["LayerVersionArn"] == f"{LAYER}:kept:2"
    assert client.publish_version(FunctionName="moved")["Version"] == "2"


def test_a_function_url_is_served_after_a_restart(start, tmp_path):
    template = write_actor(tmp_path)
    first = start(template, state="state")
    client = first.client("lambda")
    create(client, "open", package({"bootstrap": constant('"here"')}))
    created = client.create_function_url_config(FunctionName="open", AuthType="NONE")
    for number, action in enumerate(["InvokeFunctionUrl", "InvokeFunction"]):
        conditions = {"FunctionUrlAuthType": "NONE"} if number == 0 else {"InvokedViaFunctionUrl": True}
        client.add_permission(
            FunctionName="open", StatementId=str(number), Action=f"lambda:{action}", Principal="*", **conditions)
    host = urllib.parse.urlsplit(created["FunctionUrl"]).hostname
    assert get(first, host) == "here"
    first.stop()

    second = start(template, state="state")
    assert get(second, host) == "here"
    assert second.client("lambda").get_function_url_config(FunctionName="open")["AuthType"] == "NONE"


def get(emulator, host):
    with urllib.request.urlopen(urllib.request.Request(emulator.endpoint + "/", headers={"Host": host})) as answer:
        return answer.read().decode()


def test_an_event_is_run_after_a_restart_by_a_function_of_the_api(start, tmp_path):
    mark = tmp_path / "mark"
    template = write_template(tmp_path, {"Other": function("other/", FunctionName="other")})
    write_bootstrap(tmp_path / "other", "pass")
    waiting = bootstrap(f"""
import http.client, os, pathlib, threading
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    answer.read()
    began = pathlib.Path({str(tmp_path / "began")!r})
    if not began.exists():
        began.touch()
        threading.Event().wait()
    pathlib.Path({str(mark)!r}).touch()
    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    api.request("POST", f"/2018-06-01/runtime/invocation/{{request}}/response", "1")
    api.getresponse().read()
""")
    first = start(template, state="state")
    create(first.client("lambda"), "waiting", package({"bootstrap": waiting}), Timeout=900)
    first.client("lambda").invoke(FunctionName="waiting", InvocationType="Event")
    eventually((tmp_path / "began").exists, what="the first attempt")
    kill(first)
    start(template, state="state")
    eventually(mark.exists, what="the attempt after the restart")
