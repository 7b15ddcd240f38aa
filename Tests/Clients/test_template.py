# SPDX-License-Identifier: Apache-2.0
"""template.json as other tools see it: AWS's linter and AWS's own serverless transform."""

import json
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.json"


@pytest.fixture(scope="module")
def transformed():
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    document = json.loads(TEMPLATE.read_text())
    # What `aws cloudformation package` does before the transform runs: code is uploaded, its folder becomes an address.
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://packages/" + resource["Properties"]["CodeUri"].strip("/")
    policies = {"S3CrudPolicy": "arn:aws:iam::aws:policy/unused"}
    return Translator(policies, Parser()).translate(document, parameter_values={})


def test_the_linter_finds_nothing():
    from cfnlint.api import lint_file

    assert [str(match) for match in lint_file(TEMPLATE)] == []


def of_type(template, name):
    return {key: value["Properties"] for key, value in template["Resources"].items() if value["Type"] == name}


def test_the_transform_makes_three_functions_with_an_alias_each(transformed):
    assert set(of_type(transformed, "AWS::Lambda::Function")) == {"APIHandler", "StateTracker", "PostProcessor"}
    aliases = of_type(transformed, "AWS::Lambda::Alias")
    assert sorted(alias["FunctionName"]["Ref"] for alias in aliases.values()) == [
        "APIHandler", "PostProcessor", "StateTracker",
    ]
    assert {alias["Name"] for alias in aliases.values()} == {"live"}


def test_the_transform_makes_the_routes(transformed):
    (api,) = of_type(transformed, "AWS::ApiGatewayV2::Api").values()
    routes = {(method, path) for path, methods in api["Body"]["paths"].items() for method in methods}
    assert routes == {("get", "/images"), ("post", "/images"), ("get", "/images/{id}")}


def test_the_transform_subscribes_and_notifies(transformed):
    subscriptions = of_type(transformed, "AWS::SNS::Subscription").values()
    assert sorted((one["TopicArn"]["Ref"], one["Endpoint"]["Ref"]) for one in subscriptions) == [
        ("ErrorTopic", "StateTrackerAliaslive"),
        ("SuccessTopic", "PostProcessorAliaslive"),
        ("SuccessTopic", "StateTrackerAliaslive"),
    ]
    (bucket,) = of_type(transformed, "AWS::S3::Bucket").values()
    assert len(bucket["NotificationConfiguration"]["LambdaConfigurations"]) == 2


def references(value):
    """Every logical id that a value refers to."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    found = set().union(*map(references, value.values()))
    if "Ref" in value:
        found.add(value["Ref"])
    if "Fn::GetAtt" in value:
        found.add(value["Fn::GetAtt"][0])
    return found


def test_the_transformed_resources_can_be_made_in_some_order(transformed):
    resources = transformed["Resources"]
    needs = {}
    for name, resource in resources.items():
        depends = resource.get("DependsOn", [])
        depends = {depends} if isinstance(depends, str) else set(depends)
        needs[name] = (references(resource.get("Properties", {})) | depends) & set(resources)
    made = set()
    while ready := {name for name, wanted in needs.items() if name not in made and wanted <= made}:
        made |= ready
    assert made == set(resources)
