# SPDX-License-Identifier: Apache-2.0
"""Layers through boto3 and in templates.

Wording: recorded from AWS by a public test suite (LocalStack's
tests/aws/services/lambda_/test_lambda_api.snapshot.json).
"""
import base64
import hashlib
import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, REGION
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from packages import bootstrap, constant, create, link, package

LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer"

# Tells what a program of a layer prints, and what the variables say.
TELLER = bootstrap("""
import http.client, json, os, subprocess
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    answer.read()
    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    tool = subprocess.run(["tool"], capture_output=True, text=True).stdout if os.environ.get("TOOL") else ""
    result = json.dumps({"tool": tool, "path": os.environ["PATH"], "libraries": os.environ["LD_LIBRARY_PATH"]})
    api.request("POST", f"/2018-06-01/runtime/invocation/{request}/response", result)
    api.getresponse().read()
""")


@pytest.fixture
def client(actors):
    return actors.client("lambda")


def answer(client, name):
    return json.loads(client.invoke(FunctionName=name)["Payload"].read())


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def tool(text):
    """A layer with a program that prints a text."""
    return package({"bin/tool": f"#!/bin/sh\necho {text}\n", "bin/alias": link("tool")})


def publish(client, name, content, **members):
    return client.publish_layer_version(LayerName=name, Content={"ZipFile": content}, **members)["LayerVersionArn"]


def test_a_layer_is_published_described_listed_and_deleted(client):
    content = tool("one")
    published = client.publish_layer_version(
        LayerName="life", Content={"ZipFile": content}, Description="tools", CompatibleRuntimes=["provided.al2023"],
        CompatibleArchitectures=["x86_64"], LicenseInfo="MIT")
    assert published["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (published["Version"], published["LayerArn"]) == (1, f"{LAYER}:life")
    assert published["LayerVersionArn"] == f"{LAYER}:life:1"
    assert (published["Description"], published["LicenseInfo"]) == ("tools", "MIT")
    assert published["CompatibleRuntimes"] == ["provided.al2023"]
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert (published["Content"]["CodeSha256"], published["Content"]["CodeSize"]) == (digest, len(content))
    with urllib.request.urlopen(published["Content"]["Location"]) as response:
        assert response.read() == content
    for found in [
        client.get_layer_version(LayerName="life", VersionNumber=1),
        client.get_layer_version(LayerName=f"{LAYER}:life", VersionNumber=1),
        client.get_layer_version_by_arn(Arn=f"{LAYER}:life:1"),
    ]:
        assert {k: v for k, v in found.items() if k != "ResponseMetadata"} == {
            k: v for k, v in published.items() if k != "ResponseMetadata"}
    publish(client, "life", tool("two"), CompatibleRuntimes=["provided.al2"])
    versions = client.list_layer_versions(LayerName="life")["LayerVersions"]
    assert [version["Version"] for version in versions] == [2, 1]
    assert "Content" not in versions[0]
    versions = client.list_layer_versions(LayerName="life", CompatibleRuntime="provided.al2023")["LayerVersions"]
    assert [version["Version"] for version in versions] == [1]
    (layer,) = [layer for layer in client.list_layers()["Layers"] if layer["LayerName"] == "life"]
    assert (layer["LayerArn"], layer["LatestMatchingVersion"]["Version"]) == (f"{LAYER}:life", 2)
    assert client.list_layers(CompatibleArchitecture="arm64")["Layers"] == []
    for _ in range(2):
        deleted = client.delete_layer_version(LayerName="life", VersionNumber=2)
        assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert publish(client, "life", tool("three")) == f"{LAYER}:life:3"


def test_what_is_no_layer_is_refused(client):
    gone = ("ResourceNotFoundException", 404, "The resource you requested does not exist.")
    assert refusal(client.get_layer_version, LayerName="nothing", VersionNumber=1) == gone
    assert refusal(client.get_layer_version_by_arn, Arn=f"{LAYER}:nothing:1") == gone
    assert refusal(client.get_layer_version, LayerName="nothing", VersionNumber=0) == (
        "InvalidParameterValueException", 400, "Layer Version Cannot be less than 1")
    assert refusal(client.get_layer_version_by_arn, Arn=f"{LAYER}:nothing")[0] == "ValidationException"
    assert client.list_layer_versions(LayerName="nothing")["LayerVersions"] == []
    for arguments, message in [
        ({"Content": {"ZipFile": b"no zip file"}},
         "Could not unzip uploaded file. Please check your file, then try to upload again."),
        ({"Content": {"ZipFile": tool("x")}, "CompatibleRuntimes": ["rust1"]},
         "1 validation error detected: Value '[rust1]' at 'compatibleRuntimes' failed to satisfy constraint: "
         "Member must satisfy constraint: [Member must satisfy enum value set: ["),
        ({"Content": {"ZipFile": tool("x")}, "LicenseInfo": "x" * 513},
         f"1 validation error detected: Value '{'x' * 513}' at 'licenseInfo' failed to satisfy constraint: "
         "Member must have length less than or equal to 512"),
        ({"Content": {"ZipFile": package({"../evil": "x"})}},
         "Could not unzip uploaded file. Please check your file, then try to upload again."),
    ]:
        code, status, found = refusal(client.publish_layer_version, LayerName="never", **arguments)
        assert (status, found[:len(message)]) == (400, message)


def test_a_functions_layers_lie_over_each_other(client):
    first = publish(client, "first", tool("first"))
    second = publish(client, "second", tool("second"))
    create(
        client, "layered", package({"bootstrap": TELLER}), Layers=[first, second],
        Environment={"Variables": {"TOOL": "1"}})
    configuration = client.get_function_configuration(FunctionName="layered")
    assert [layer["Arn"] for layer in configuration["Layers"]] == [first, second]
    assert all(layer["CodeSize"] > 0 for layer in configuration["Layers"])
    told = answer(client, "layered")
    assert told["tool"] == "second\n"
    folder = told["libraries"].rsplit(":", 1)[1].removesuffix("/lib")
    assert told["path"].endswith(f":{folder}/bin")
    # Turned round, the other one is on top; new code leaves the layers.
    client.update_function_configuration(FunctionName="layered", Layers=[second, first])
    assert answer(client, "layered")["tool"] == "first\n"
    client.update_function_code(FunctionName="layered", ZipFile=package({"bootstrap": TELLER, "new": "x"}))
    assert answer(client, "layered")["tool"] == "first\n"
    client.publish_version(FunctionName="layered")
    # What is deleted stays with those that have it.
    client.delete_layer_version(LayerName="first", VersionNumber=1)
    client.update_function_configuration(FunctionName="layered", Layers=[first])
    assert answer(client, "layered")["tool"] == "first\n"
    client.update_function_configuration(FunctionName="layered", Layers=[], Environment={})
    assert "Layers" not in client.get_function_configuration(FunctionName="layered")
    assert answer(client, "layered")["libraries"].endswith("/opt/lib")
    assert [layer["Arn"] for layer in client.get_function_configuration(
        FunctionName="layered", Qualifier="1")["Layers"]] == [second, first]


def test_a_layer_may_bring_the_bootstrap(client):
    layer = publish(client, "runtime", package({"bootstrap": constant('"of the layer"')}))
    create(client, "bare", package({"data": ("x", 0o100644)}), Layers=[layer])
    assert answer(client, "bare") == "of the layer"
    create(client, "own", package({"bootstrap": constant('"own"')}), Layers=[layer])
    assert answer(client, "own") == "own"


@pytest.mark.parametrize(("layers", "error"), [
    ([f"{LAYER}:l:{number}" for number in range(1, 7)],
     ("InvalidParameterValueException", 400, "Cannot reference more than 5 layers.")),
    ([f"{LAYER}:nothing:1"],
     ("InvalidParameterValueException", 400, f"Layer version {LAYER}:nothing:1 does not exist.")),
    ([f"arn:aws:lambda:{REGION}:111111111111:layer:theirs:1"],
     ("AccessDeniedException", 403,
      f"User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform: lambda:GetLayerVersion on resource: "
      f"arn:aws:lambda:{REGION}:111111111111:layer:theirs:1 because no resource-based policy allows the "
      "lambda:GetLayerVersion action")),
    ([f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:theirs:1"],
     ("InvalidParameterValueException", 400,
      f"Layers are not in the same region as the function. Layers are expected to be in region {REGION}.")),
])
def test_layers_that_cannot_be_are_refused(client, layers, error):
    assert refusal(create, client=client, name="never", Layers=layers) == error
    assert refusal(client.update_function_configuration, FunctionName="actor", Layers=layers) == error


def test_a_layer_comes_from_a_bucket(actors, client):
    s3 = actors.client("s3")
    s3.create_bucket(Bucket="layers")
    s3.put_object(Bucket="layers", Key="tool.zip", Body=tool("stored"))
    layer = client.publish_layer_version(LayerName="stored", Content={"S3Bucket": "layers", "S3Key": "tool.zip"})
    create(
        client, "of-bucket", package({"bootstrap": TELLER}), Layers=[layer["LayerVersionArn"]],
        Environment={"Variables": {"TOOL": "1"}})
    assert answer(client, "of-bucket")["tool"] == "stored\n"
    total = client.get_account_settings()["AccountUsage"]["TotalCodeSize"]
    client.delete_layer_version(LayerName="stored", VersionNumber=1)
    assert client.get_account_settings()["AccountUsage"]["TotalCodeSize"] == total - len(tool("stored"))


def test_templates_have_layers(start, tmp_path):
    write_bootstrap(tmp_path / "teller", TELLER.split("\n", 1)[1])
    write_bootstrap(tmp_path / "plain", BOOTSTRAP)
    (tmp_path / "tools/bin").mkdir(parents=True)
    (tmp_path / "tools/bin/tool").write_text("#!/bin/sh\necho folder\n")
    (tmp_path / "tools/bin/tool").chmod(0o755)
    (tmp_path / "more.zip").write_bytes(package({"lib/more": ("x", 0o100644)}))
    emulator = start(write_template(tmp_path, {
        "Tools": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "tools/"}},
        "More": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"LayerName": "more", "Content": "more.zip"}},
        "Teller": function(
            "teller/", FunctionName="teller", Layers=[{"Ref": "Tools"}, {"Ref": "More"}],
            Environment={"Variables": {"TOOL": "1"}}),
    }))
    client = emulator.client("lambda")
    assert answer(client, "teller")["tool"] == "folder\n"
    layers = client.get_function_configuration(FunctionName="teller")["Layers"]
    assert [layer["Arn"] for layer in layers] == [f"{LAYER}:Tools:1", f"{LAYER}:more:1"]
    assert [layer["LayerName"] for layer in client.list_layers()["Layers"]] == ["Tools", "more"]
    # The API goes on from there.
    assert publish(client, "more", tool("x")) == f"{LAYER}:more:2"
