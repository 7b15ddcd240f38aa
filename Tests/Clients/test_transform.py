# SPDX-License-Identifier: Apache-2.0
"""What Martlet makes of a serverless template is what it makes of the template that AWS's own transform makes of it.

The transform is the public one, https://github.com/aws/serverless-application-model.
"""
import copy
import json
import os
import pathlib
import subprocess

import pytest

from emulator import MARTLET, client_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]


def serverless(resources, **sections):
    return {
        "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31", **sections,
        "Resources": resources,
    }


def function(**properties):
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {"CodeUri": "build/", "Handler": "bootstrap", "Runtime": "provided.al2023", **properties},
    }


TEMPLATES = {
    "a function": serverless({"Resize": function(
        Timeout=7, MemorySize=512, Environment={"Variables": {"A": "b"}}, Tags={"team": "birds"},
        Architectures=["arm64"], EphemeralStorage={"Size": 1024}, ReservedConcurrentExecutions=3,
        LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})}),
    "globals": serverless(
        {"First": function(Timeout=5), "Second": function(MemorySize=256)},
        Globals={"Function": {"Timeout": 9, "Environment": {"Variables": {"LEVEL": "1"}}}}),
    "an alias": serverless({"Resize": function(
        AutoPublishAlias="live", VersionDescription="the first",
        ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 2})}),
    "an API of routes": serverless({
        "List": function(Events={
            "All": {"Type": "HttpApi", "Properties": {"Method": "get", "Path": "/birds"}},
            "One": {"Type": "HttpApi", "Properties": {"Method": "ANY", "Path": "/birds/{id}", "TimeoutInMillis": 5000}},
        }),
        "Rest": function(AutoPublishAlias="live", Events={"Default": {"Type": "HttpApi"}}),
    }),
    "an API with a name and origins": serverless({
        "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {
            "StageName": "test", "StageVariables": {"colour": "blue"},
            "DefaultRouteSettings": {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.5},
            "CorsConfiguration": {"AllowOrigins": ["https://birds.example"], "AllowMethods": ["GET"], "MaxAge": 60}}},
        "List": function(Events={"All": {"Type": "HttpApi", "Properties": {
            "ApiId": {"Ref": "Api"}, "Method": "POST", "Path": "/x/{proxy+}", "PayloadFormatVersion": "2.0"}}}),
    }),
    "a topic and a bucket": serverless({
        "Songs": {"Type": "AWS::SNS::Topic"}, "Pictures": {"Type": "AWS::S3::Bucket"},
        "Handler": function(AutoPublishAlias="live", Events={
            "Song": {"Type": "SNS", "Properties": {
                "Topic": {"Ref": "Songs"}, "FilterPolicy": {"kind": ["wren"]}, "FilterPolicyScope": "MessageBody"}},
            "Picture": {"Type": "S3", "Properties": {
                "Bucket": {"Ref": "Pictures"}, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
                "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".png"}]}}}}}),
    }),
    "what becomes of events": serverless({
        "Dead": {"Type": "AWS::SQS::Queue"}, "Done": {"Type": "AWS::SNS::Topic"},
        "Handler": function(
            AutoPublishAlias="live", DeadLetterQueue={"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}},
            EventInvokeConfig={
                "MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 600,
                "DestinationConfig": {
                    "OnSuccess": {"Type": "SNS", "Destination": {"Ref": "Done"}},
                    "OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}}}),
    }),
    "a function URL": serverless({"Handler": function(
        AutoPublishAlias="live",
        FunctionUrlConfig={"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM", "Cors": {"AllowOrigins": ["*"]}})}),
    "policy templates": serverless({"Handler": function(Policies=[
        "AWSLambdaBasicExecutionRole", {"S3CrudPolicy": {"BucketName": "pictures"}}, {"VPCAccessPolicy": {}},
        {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}])}),
    "connectors": serverless({
        "Songs": {"Type": "AWS::SNS::Topic", "Connectors": {"ToHandler": {"Properties": {
            "Destination": {"Id": "Handler"}, "Permissions": ["Write"]}}}},
        "Pictures": {"Type": "AWS::S3::Bucket"}, "Jobs": {"Type": "AWS::SQS::Queue"},
        "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {"StageName": "$default", "DefinitionBody": {
            "openapi": "3.0.1", "paths": {}}}},
        "Handler": function(),
        "FromPictures": {"Type": "AWS::Serverless::Connector", "Properties": {
            "Source": {"Id": "Pictures"}, "Destination": {"Id": "Handler"}, "Permissions": ["Write"]}},
        "FromApi": {"Type": "AWS::Serverless::Connector", "Properties": {
            "Source": {"Id": "Api", "Qualifier": "*/GET/birds"}, "Destination": [{"Id": "Handler"}],
            "Permissions": ["Write"]}},
        "Rest": {"Type": "AWS::Serverless::Connector", "Properties": {
            "Source": {"Id": "Handler"}, "Destination": [{"Id": "Pictures"}, {"Id": "Jobs"}],
            "Permissions": ["Read", "Write"]}},
    }),
    "conditions": serverless(
        {"Handler": {**function(Timeout={"Fn::If": ["Slow", 60, 3]}), "Condition": "Slow"}, "Other": function()},
        Parameters={"Speed": {"Type": "String", "Default": "slow"}},
        Conditions={"Slow": {"Fn::Equals": [{"Ref": "Speed"}, "slow"]}}),
}


def transform(template):
    """The template after `aws cloudformation package` and the transform; code is a folder again."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://packages/" + resource["Properties"]["CodeUri"].strip("/")
    values = {name: one["Default"] for name, one in template.get("Parameters", {}).items() if "Default" in one}
    plain = Translator({"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/basic"}, Parser()).translate(template, values)
    for resource in plain["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Code"] = resource["Properties"]["Code"]["S3Key"] + "/"
    return plain


# Names that the transform is free to choose, and how many things the template itself names.
CHOSEN = {"logicalID", "statementID", "id", "urlID"}


def model(template, folder):
    """What Martlet sees, without the order of what has none."""
    path = folder / "template.json"
    path.write_text(json.dumps(template))
    run = subprocess.run(
        [MARTLET, "template", str(path), "--json"], env=client_environment(), capture_output=True, text=True,
        timeout=60)
    assert run.returncode == 0, run.stderr
    resources = json.loads(run.stdout)
    del resources["diagnostics"], resources["outputs"]

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if key not in CHOSEN}
        if isinstance(value, list):
            return sorted((plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return value

    return plain(resources)


@pytest.mark.parametrize("name", [*TEMPLATES, "template.json"])
def test_both_forms_have_one_model(name, tmp_path):
    template = TEMPLATES[name] if name in TEMPLATES else json.loads((ROOT / name).read_text())
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::Serverless::Function":
            resource.pop("Metadata", None)
    assert model(template, tmp_path) == model(transform(template), tmp_path)
