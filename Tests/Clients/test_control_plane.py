# SPDX-License-Identifier: Apache-2.0
"""Functions, versions, aliases and tags through boto3 and the AWS CLI.

Wording, and which members there are when: recorded from AWS by a public test suite (LocalStack's
tests/aws/services/lambda_/test_lambda_api.snapshot.json).
"""
import base64
import hashlib
import io
import json
import urllib.request
import zipfile

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, REGION
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from packages import ACTOR, ARN, ROLE, constant, create, package

STALE = (
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the "
    "latest Revision Id")


@pytest.fixture
def client(actors):
    """A client of Lambda; what a test makes is its own by the names that it gives."""
    return actors.client("lambda")


def answer(client, name, event="{}", **options):
    return json.loads(client.invoke(FunctionName=name, Payload=event, **options)["Payload"].read())


def refusal(call, **arguments):
    """The code, status and message of the error that a call gives."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def published(client, name, *answers):
    """A function with a version for each answer."""
    create(client, name, package({"bootstrap": constant(answers[0])}))
    client.publish_version(FunctionName=name)
    for text in answers[1:]:
        client.update_function_code(
            FunctionName=name, ZipFile=package({"bootstrap": constant(text)}), Publish=True)


def test_a_function_is_pending_then_active_and_its_updates_are_in_progress_then_successful(client):
    created = create(client, "life")
    assert (created["State"], created["StateReasonCode"]) == ("Pending", "Creating")
    assert created["StateReason"] == "The function is being created."
    assert "LastUpdateStatus" not in created
    for waiter in ["function_exists", "function_active_v2"]:
        client.get_waiter(waiter).wait(FunctionName="life")
    active = client.get_function_configuration(FunctionName="life")
    assert (active["State"], active["LastUpdateStatus"]) == ("Active", "Successful")
    assert active["RevisionId"] != created["RevisionId"]

    updated = client.update_function_configuration(FunctionName="life", Description="changed")
    assert (updated["State"], updated["LastUpdateStatus"]) == ("Active", "InProgress")
    assert updated["LastUpdateStatusReasonCode"] == "Creating"
    client.get_waiter("function_updated_v2").wait(FunctionName="life")
    settled = client.get_function(FunctionName="life")["Configuration"]
    assert (settled["LastUpdateStatus"], settled["Description"]) == ("Successful", "changed")
    assert len({each["RevisionId"] for each in [created, active, updated, settled]}) == 4

    code = client.update_function_code(FunctionName="life", ZipFile=package({"bootstrap": constant("1")}))
    assert code["LastUpdateStatus"] == "InProgress"
    assert answer(client, "life") == 1
    assert client.delete_function(FunctionName="life")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refusal(client.get_function, FunctionName="life") == (
        "ResourceNotFoundException", 404, f"Function not found: {ARN}:life")


def test_a_configuration_is_updated_and_carried_out(client):
    create(client, "tuned", Environment={"Variables": {"OLD": "1"}})
    changed = {
        "Description": "tuned", "Handler": "other", "Timeout": 7, "MemorySize": 256, "Runtime": "provided.al2",
        "Role": ROLE + "2", "EphemeralStorage": {"Size": 1024}, "Environment": {"Variables": {"NEW": "2"}},
    }
    logging = {"LogFormat": "JSON", "SystemLogLevel": "WARN", "LogGroup": "/own/group"}
    client.update_function_configuration(FunctionName="tuned", LoggingConfig=logging, **changed)
    found = client.get_function_configuration(FunctionName="tuned")
    assert {name: found[name] for name in changed} == changed
    assert found["LoggingConfig"] == {**logging, "ApplicationLogLevel": "INFO"}
    variables = answer(client, "tuned", '{"do": "environment"}')
    assert (variables["NEW"], variables["_HANDLER"]) == ("2", "other")
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert variables["AWS_LAMBDA_LOG_GROUP_NAME"] == "/own/group"
    assert variables["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    assert "OLD" not in variables
    # What is not named stays; what is named empty goes.
    client.update_function_configuration(FunctionName="tuned", Environment={}, LoggingConfig={"LogFormat": "Text"})
    found = client.get_function_configuration(FunctionName="tuned")
    assert "Environment" not in found
    assert found["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/own/group"}
    assert (found["Timeout"], found["Description"]) == (7, "tuned")


def test_members_that_ask_for_nothing_are_taken(client):
    create(
        client, "plain", Architectures=["x86_64"], EphemeralStorage={"Size": 512},
        VpcConfig={"SubnetIds": [], "SecurityGroupIds": [], "Ipv6AllowedForDualStack": False}, KMSKeyArn="", Layers=[],
        DeadLetterConfig={"TargetArn": ""}, FileSystemConfigs=[], TracingConfig={"Mode": "PassThrough"},
        SnapStart={"ApplyOn": "None"}, PackageType="Zip")
    client.update_function_configuration(
        FunctionName="plain", VpcConfig={"SubnetIds": [], "SecurityGroupIds": []}, KMSKeyArn="")


ENUM = "Member must satisfy enum value set: "
PATTERN = "Member must satisfy regular expression pattern: "
FILE_SYSTEM = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-0123456789abcdef0"


@pytest.mark.parametrize(("members", "code", "message"), [
    ({"Role": "r1"}, "ValidationException",
     "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: "
     + PATTERN + r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"),
    ({"Timeout": 901, "MemorySize": 10241}, "ValidationException",
     "2 validation errors detected: Value '901' at 'timeout' failed to satisfy constraint: "
     "Member must have value less than or equal to 900; Value '10241' at 'memorySize' failed to satisfy "
     "constraint: Member must have value less than or equal to 10240"),
    ({"EphemeralStorage": {"Size": 10241}}, "ValidationException",
     "1 validation error detected: Value '10241' at 'ephemeralStorage.size' failed to satisfy constraint: "
     "Member must have value less than or equal to 10240"),
    ({"Description": "x" * 257}, "ValidationException",
     f"1 validation error detected: Value '{'x' * 257}' at 'description' failed to satisfy constraint: "
     "Member must have length less than or equal to 256"),
    ({"LoggingConfig": {"LogFormat": "XML"}}, "ValidationException",
     "1 validation error detected: Value 'XML' at 'loggingConfig.logFormat' failed to satisfy constraint: "
     + ENUM + "[JSON, Text]"),
    ({"LoggingConfig": {"SystemLogLevel": "DEBUG"}}, "InvalidParameterValueException",
     "Log levels can only be set when the LogFormat is JSON."),
    ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException",
     "Lambda was unable to configure your environment variables because the environment variables you have provided "
     "contains reserved keys that are currently not supported for modification. Reserved keys used in this request: "
     "AWS_REGION"),
    ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "InvalidParameterValueException",
     "provided.al2023 is not supported for SnapStart enabled functions."),
    ({"TracingConfig": {"Mode": "Active"}}, "InvalidParameterValueException",
     "TracingConfig with the mode Active is not supported by this emulator."),
    ({"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}, "InvalidParameterValueException",
     "VpcConfig is not supported by this emulator."),
    ({"FileSystemConfigs": [{"Arn": FILE_SYSTEM, "LocalMountPath": "/mnt/x"}]},
     "InvalidParameterValueException", "FileSystemConfigs is not supported by this emulator."),
])
def test_what_cannot_be_is_refused_alike_by_creation_and_update(client, members, code, message):
    if "refuser" not in names(client):
        create(client, "refuser")
    assert refusal(client.update_function_configuration, FunctionName="refuser", **members) == (code, 400, message)
    assert refusal(create, client=client, name="never", **members) == (code, 400, message)


def names(client):
    pages = client.get_paginator("list_functions").paginate()
    return [function["FunctionName"] for page in pages for function in page["Functions"]]


@pytest.mark.parametrize(("members", "message"), [
    ({"Architectures": ["x86_64", "arm64"]},
     "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: "
     "Member must have length less than or equal to 1"),
    ({"Architectures": ["X86_64"]},
     "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: "
     "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"),
    ({"Runtime": "non-existent"},
     "Value non-existent at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "),
    ({"Handler": None},
     "Runtime and Handler are mandatory parameters for functions created with deployment packages."),
    ({"PackageType": "Image"}, "PackageType Image is not supported by this emulator."),
    ({"name": "x" * 65},
     f"1 validation error detected: Value '{'x' * 65}' at 'functionName' failed to satisfy constraint: "
     "Member must have length less than or equal to 64"),
    ({"code": b"no zip file"}, "Could not unzip uploaded file. Please check your file, then try to upload again."),
    ({"Code": {}}, "Please provide a source for function code."),
])
def test_a_function_that_cannot_be_is_not_made(client, members, message):
    _, status, found = refusal(create, client=client, **{"name": "never", **members})
    assert (status, found[:len(message)]) == (400, message)


def raw(actors, method, path, body):
    """A request as no SDK would send it."""
    request = urllib.request.Request(
        f"{actors.endpoint}/2015-03-31/functions{path}", json.dumps(body).encode(), method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.headers["x-amzn-ErrorType"], json.load(error)["message"]


@pytest.mark.parametrize(("body", "error"), [
    ({"Timeout": "long"}, ("SerializationException", "STRING_VALUE can not be converted to an Integer")),
    ({"Timeout": 1.5}, ("SerializationException", "NUMBER_VALUE can not be converted to an Integer")),
    ({"Role": 7}, ("SerializationException", "NUMBER_VALUE can not be converted to a String")),
    ({"Role": {}}, ("SerializationException", "Start of structure or map found where not expected.")),
    ({"Environment": {"Variables": {"AB": True}}},
     ("SerializationException", "TRUE_VALUE can not be converted to a String")),
    ({"Environment": [1]}, ("SerializationException", "Start of list found where not expected.")),
])
def test_members_of_the_wrong_type_are_serialization_errors(actors, body, error):
    assert raw(actors, "PUT", "/actor/configuration", body) == error
    assert raw(actors, "POST", "", body) == error


def test_all_that_is_missing_is_told_at_once(actors):
    missing = "; ".join(
        f"Value null at '{name}' failed to satisfy constraint: Member must not be null"
        for name in ["functionName", "role", "code"])
    assert raw(actors, "POST", "", {}) == ("ValidationException", f"3 validation errors detected: {missing}")


def test_a_stale_revision_changes_nothing(client):
    create(client, "stale")
    client.publish_version(FunctionName="stale")
    client.create_alias(FunctionName="stale", Name="live", FunctionVersion="1")
    for call, arguments in [
        (client.update_function_configuration, {"Description": "x"}),
        (client.update_function_code, {"ZipFile": ACTOR}),
        (client.publish_version, {}),
        (client.update_alias, {"Name": "live", "Description": "x"}),
    ]:
        assert refusal(call, FunctionName="stale", RevisionId="other", **arguments) == (
            "PreconditionFailedException", 412, STALE)
    revision = client.get_function_configuration(FunctionName="stale")["RevisionId"]
    client.update_function_configuration(FunctionName="stale", Description="x", RevisionId=revision)
    revision = client.get_alias(FunctionName="stale", Name="live")["RevisionId"]
    assert client.update_alias(FunctionName="stale", Name="live", Description="y", RevisionId=revision)["Description"] == "y"


def test_a_dry_run_of_new_code_tells_its_digest_and_changes_nothing(client):
    before = create(client, "dry")["CodeSha256"]
    zipped = package({"bootstrap": constant("1")})
    digest = base64.b64encode(hashlib.sha256(zipped).digest()).decode()
    response = client.update_function_code(FunctionName="dry", ZipFile=zipped, DryRun=True, Publish=True)
    assert (response["CodeSha256"], response["Version"]) == (digest, "$LATEST")
    assert client.get_function_configuration(FunctionName="dry")["CodeSha256"] == before
    assert len(client.list_versions_by_function(FunctionName="dry")["Versions"]) == 1


def test_a_function_is_published_when_it_is_made_or_updated(client):
    created = create(client, "eager", Publish=True)
    # AWS answers with the version, and with the ARN of the function.
    assert (created["Version"], created["FunctionArn"]) == ("1", f"{ARN}:eager")
    updated = client.update_function_code(
        FunctionName="eager", ZipFile=package({"bootstrap": constant("2")}), Publish=True)
    assert (updated["Version"], updated["FunctionArn"]) == ("2", f"{ARN}:eager:2")
    assert answer(client, "eager", Qualifier="2") == 2


def test_code_is_read_from_a_bucket(actors, client):
    s3 = actors.client("s3")
    s3.create_bucket(Bucket="packages")
    s3.put_object(Bucket="packages", Key="a/one.zip", Body=package({"bootstrap": constant("1")}))
    s3.put_object(Bucket="packages", Key="text", Body=b"no zip file")
    client.create_function(
        FunctionName="stored", Role=ROLE, Runtime="provided.al2023", Handler="x",
        Code={"S3Bucket": "packages", "S3Key": "a/one.zip"})
    assert answer(client, "stored") == 1
    s3.put_object(Bucket="packages", Key="a/one.zip", Body=package({"bootstrap": constant("2")}))
    client.update_function_code(FunctionName="stored", S3Bucket="packages", S3Key="a/one.zip")
    assert answer(client, "stored") == 2
    failure = "Error occurred while GetObject. S3 Error Code: "
    for place, message in [
        ({"S3Bucket": "nowhere", "S3Key": "k"},
         f"{failure}NoSuchBucket. S3 Error Message: The specified bucket does not exist"),
        ({"S3Bucket": "packages", "S3Key": "k"},
         f"{failure}NoSuchKey. S3 Error Message: The specified key does not exist."),
        ({"S3Bucket": "packages", "S3Key": "text"},
         "Could not unzip uploaded file. Please check your file, then try to upload again."),
        ({"S3Bucket": "packages", "S3Key": "k", "S3ObjectVersion": "v"},
         "S3ObjectVersion is not supported by this emulator."),
        ({"S3Bucket": "packages"}, "Please provide a source for function code."),
        ({"S3Bucket": "packages", "S3Key": "k", "ZipFile": ACTOR},
         "Please do not provide other FunctionCode parameters when providing a ZipFile."),
    ]:
        assert refusal(client.update_function_code, FunctionName="stored", **place) == (
            "InvalidParameterValueException", 400, message)


def download(location):
    with urllib.request.urlopen(location) as response:
        return response.headers["Content-Type"], response.read()


def test_code_can_be_had_again(client):
    create(client, "given")
    code = client.get_function(FunctionName="given")["Code"]
    assert code["RepositoryType"] == "S3"
    assert download(code["Location"]) == ("application/zip", ACTOR)
    # What came as a folder is packed.
    _, content = download(client.get_function(FunctionName="actor")["Code"]["Location"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        info = archive.getinfo("bootstrap")
        assert info.external_attr >> 16 & 0o111
        assert b"RUNTIME_API" in archive.read(info)
    with pytest.raises(urllib.error.HTTPError) as caught:
        download(code["Location"].replace(".zip", "0.zip"))
    assert caught.value.code == 404


def test_versions_and_aliases_are_described_by_the_name_they_were_asked_for(client):
    published(client, "many", "1", "2")
    client.create_alias(FunctionName="many", Name="live", FunctionVersion="1")
    for qualifier, version in [("1", "1"), ("live", "1"), ("$LATEST", "$LATEST")]:
        for found in [
            client.get_function(FunctionName="many", Qualifier=qualifier)["Configuration"],
            client.get_function_configuration(FunctionName=f"many:{qualifier}"),
        ]:
            assert (found["FunctionArn"], found["Version"]) == (f"{ARN}:many:{qualifier}", version)
    listed = client.list_versions_by_function(FunctionName="many")["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2"]
    assert [version["FunctionArn"] for version in listed] == [f"{ARN}:many:{v}" for v in ["$LATEST", "1", "2"]]
    # Lists say nothing of states.
    assert not {"State", "LastUpdateStatus"} & set(listed[0])
    assert refusal(client.get_function, FunctionName="many", Qualifier="a?b") == (
        "ValidationException", 400,
        "1 validation error detected: Value 'a?b' at 'qualifier' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)")
    assert refusal(client.delete_function, FunctionName="many", Qualifier="1")[:2] == ("ResourceConflictException", 409)


def test_lists_come_whole_by_pages(client):
    published(client, "paged", "1", "2")
    all_versions = [
        function["FunctionArn"]
        for page in client.get_paginator("list_functions").paginate(
            FunctionVersion="ALL", PaginationConfig={"PageSize": 2})
        for function in page["Functions"]]
    assert {f"{ARN}:paged:{version}" for version in ["$LATEST", "1", "2"]} <= set(all_versions)
    assert len(all_versions) == len(set(all_versions))
    assert client.list_functions(MasterRegion="ALL", FunctionVersion="ALL")["Functions"] == []
    assert refusal(client.list_functions, FunctionVersion="invalid")[2] == (
        "1 validation error detected: Value 'invalid' at 'functionVersion' failed to satisfy constraint: "
        "Member must satisfy enum value set: [ALL]")
    for alias, version in [("a", "1"), ("b", "2"), ("c", "1")]:
        client.create_alias(FunctionName="paged", Name=alias, FunctionVersion=version)
    aliases = client.list_aliases(FunctionName="paged", FunctionVersion="1")["Aliases"]
    assert [alias["Name"] for alias in aliases] == ["a", "c"]


def test_an_alias_moves_shares_its_calls_and_goes(client):
    published(client, "moved", "1", "2")
    alias = {"FunctionName": "moved", "Name": "live"}
    client.create_alias(**alias, FunctionVersion="1")
    assert answer(client, "moved:live") == 1
    assert client.update_alias(**alias, FunctionVersion="2")["FunctionVersion"] == "2"
    assert answer(client, "moved:live") == 2
    routing = {"AdditionalVersionWeights": {"1": 0.5}}
    assert client.update_alias(**alias, RoutingConfig=routing)["RoutingConfig"] == routing
    # What is not named stays.
    assert client.update_alias(**alias, Description="x")["RoutingConfig"] == routing
    assert {answer(client, "moved:live") for _ in range(40)} == {1, 2}
    assert "RoutingConfig" not in client.update_alias(**alias, RoutingConfig={"AdditionalVersionWeights": {}})
    assert client.delete_alias(**alias)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert client.delete_alias(**alias)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refusal(client.get_alias, **alias)[2] == f"Cannot find alias arn: {ARN}:moved:live"
    assert refusal(client.update_alias, **alias)[2] == f"Alias not found: {ARN}:moved:live"


@pytest.mark.parametrize(("members", "message"), [
    ({"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.1, "2": 0.1}}},
     "Number of items in AdditionalVersionWeights cannot be greater than 1"),
    ({"FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.1}}},
     "$LATEST is not supported for an alias pointing to more than 1 version"),
    ({"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1}}, "FunctionVersion": "2"},
     "Invalid function version 2. Function version 2 is already included in routing configuration."),
    ({"RoutingConfig": {"AdditionalVersionWeights": {"2": 2.0}}},
     "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
     "constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must "
     "have value greater than or equal to 0.0, Member must not be null]"),
    ({"FunctionVersion": "99"}, f"Function not found: {ARN}:routed:99"),
    ({"FunctionVersion": "x"},
     "1 validation error detected: Value 'x' at 'functionVersion' failed to satisfy constraint: "
     r"Member must satisfy regular expression pattern: (\$LATEST(\.PUBLISHED)?|[0-9]+)"),
])
def test_an_alias_that_cannot_be_is_refused(client, members, message):
    if "routed" not in names(client):
        published(client, "routed", "1", "2")
        client.create_alias(FunctionName="routed", Name="live", FunctionVersion="1")
    assert refusal(client.update_alias, FunctionName="routed", Name="live", **members)[2] == message
    assert refusal(
        client.create_alias, FunctionName="routed", Name="other", **{"FunctionVersion": "1", **members})[2] == message


def test_a_function_has_tags(client):
    arn = create(client, "tagged", Tags={"team": "birds", "stage": "test"})["FunctionArn"]
    before = client.get_function(FunctionName="tagged")
    assert before["Tags"] == client.list_tags(Resource=arn)["Tags"] == {"team": "birds", "stage": "test"}
    assert client.tag_resource(Resource=arn, Tags={"stage": "live", "größe": "1"})[
        "ResponseMetadata"]["HTTPStatusCode"] == 204
    client.untag_resource(Resource=arn, TagKeys=["team", "unknown"])
    after = client.get_function(FunctionName="tagged")
    assert after["Tags"] == {"stage": "live", "größe": "1"}
    assert after["Configuration"]["RevisionId"] != before["Configuration"]["RevisionId"]
    client.tag_resource(Resource=arn, Tags={f"tag{number}": "" for number in range(48)})
    for tags, message in [
        ({"one": "more"}, "Number of tags exceeds resource tag limit."),
        ({}, "An error occurred and the request cannot be processed."),
        ({"stage": "a*"}, "1 validation error detected: Value '{"),
    ]:
        code, status, found = refusal(client.tag_resource, Resource=arn, Tags=tags)
        assert (status, found[:len(message)]) == (400, message)
    client.untag_resource(Resource=arn, TagKeys=[f"tag{number}" for number in range(48)])
    assert refusal(client.tag_resource, Resource=arn, Tags={"aws:mine": "1"}) == (
        "InvalidParameterValueException", 400, "aws: prefixed tag key names are not allowed for external use.")
    assert refusal(client.tag_resource, Resource=f"{arn}:1", Tags={"a": "b"})[2] == (
        "Tags on function aliases and versions are not supported. Please specify a function ARN.")
    assert refusal(client.list_tags, Resource=f"{ARN}:nobody") == (
        "ResourceNotFoundException", 404, f"Function not found: {ARN}:nobody")
    assert refusal(client.list_tags, Resource="tagged")[0] == "ValidationException"


def test_settings_that_tools_read_are_those_of_a_function_without(client):
    assert "CodeSigningConfigArn" not in client.get_function_code_signing_config(FunctionName="actor")
    client.delete_function_code_signing_config(FunctionName="actor")
    config = f"arn:aws:lambda:{REGION}:{ACCOUNT}:code-signing-config:csc-0123456789abcdef0"
    assert refusal(
        client.put_function_code_signing_config, FunctionName="actor", CodeSigningConfigArn=config) == (
            "CodeSigningConfigNotFoundException", 404,
            "The code signing configuration cannot be found. Check that the provided configuration is not deleted: "
            f"{config}.")
    management = client.get_runtime_management_config(FunctionName="actor")
    assert (management["UpdateRuntimeOn"], management["FunctionArn"]) == ("Auto", f"{ARN}:actor")
    client.put_runtime_management_config(FunctionName="actor", UpdateRuntimeOn="Auto")
    assert refusal(
        client.put_runtime_management_config, FunctionName="actor", UpdateRuntimeOn="FunctionUpdate")[1] == 400


def test_a_template_gives_functions_tags_and_storage(start, tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    emulator = start(write_template(tmp_path, {
        "Tagged": function("actor/", FunctionName="tagged", Tags={"team": "birds"}, EphemeralStorage={"Size": 600}),
    }))
    found = emulator.client("lambda").get_function(FunctionName="tagged")
    # AWS SAM adds one of its own: "AWS::Serverless::Function", property Tags.
    assert found["Tags"] == {"team": "birds", "lambda:createdBy": "SAM"}
    assert found["Configuration"]["EphemeralStorage"] == {"Size": 600}


def test_the_aws_cli_does_all_of_it(actors, tmp_path):
    (tmp_path / "code.zip").write_bytes(ACTOR)
    zipped = f"fileb://{tmp_path}/code.zip"

    def aws(*arguments):
        output = actors.aws("lambda", *arguments, "--output", "json").stdout
        return json.loads(output) if output.strip() else None

    aws("create-function", "--function-name", "cli", "--runtime", "provided.al2023", "--role", ROLE, "--handler", "x",
        "--zip-file", zipped, "--tags", "team=birds")
    aws("wait", "function-active-v2", "--function-name", "cli")
    aws("update-function-configuration", "--function-name", "cli", "--timeout", "9", "--environment", "Variables={A1=b}")
    aws("wait", "function-updated-v2", "--function-name", "cli")
    aws("update-function-code", "--function-name", "cli", "--zip-file", zipped, "--publish")
    aws("create-alias", "--function-name", "cli", "--name", "live", "--function-version", "1")
    aws("tag-resource", "--resource", f"{ARN}:cli", "--tags", "stage=test")
    found = aws("get-function", "--function-name", "cli:live")
    assert (found["Configuration"]["Timeout"], found["Tags"]) == (9, {"team": "birds", "stage": "test"})
    aws("delete-function", "--function-name", "cli")
    assert "ResourceNotFoundException" in actors.aws(
        "lambda", "get-function", "--function-name", "cli", check=False).stderr
