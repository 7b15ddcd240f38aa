# SPDX-License-Identifier: Apache-2.0
"""Who may invoke a function: resource policies through boto3, and what services do with and without permission."""
import json
import os

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, REGION, curl
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from waiting import eventually

FUNCTIONS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
EVENTS = {
    "Item": {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/items/{id}"}},
    "File": {"Type": "HttpApi", "Properties": {"Method": "any", "Path": "/files/{proxy+}"}},
    "Tree": {"Type": "HttpApi", "Properties": {"Method": "POST", "Path": "/trees/{path+}"}},
    "Slash": {"Type": "HttpApi", "Properties": {"Method": "PUT", "Path": "/items/"}},
    "Rest": {"Type": "HttpApi"},
    "Put": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}},
    "Said": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}}},
}
RESOURCES = {
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "birds"}},
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "songs"}},
    "Handler": function("code/", FunctionName="handler", AutoPublishAlias="live", Events=EVENTS),
    "Plain": function("code/", FunctionName="plain"),
}


# Marks that a function ran: a file for each event that it got.
TRIGGERED_BOOTSTRAP = BOOTSTRAP.replace(
    "action = event.get", """record = (event.get("Records") or [{}])[0]
    if record:
        name = record["s3"]["object"]["key"] if "s3" in record else record["Sns"]["Message"]
        with open(name, "w"):
            pass
    action = event.get""")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    from conftest import running

    folder = tmp_path_factory.mktemp("permissions")
    write_bootstrap(folder / "code", TRIGGERED_BOOTSTRAP)
    with running(folder, write_template(folder, RESOURCES)) as emulator:
        emulator.marks = folder / "code"
        yield emulator


def ran(emulator, name):
    return os.path.exists(emulator.marks / name)


def statements(client, name, **qualifier):
    return json.loads(client.get_policy(FunctionName=name, **qualifier)["Policy"])["Statement"]


def code(call, *arguments, **parameters):
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_events_imply_the_permissions_that_awss_own_transform_makes(emulator):
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    resources = json.loads(json.dumps(RESOURCES))
    for name in ("Handler", "Plain"):
        resources[name]["Properties"]["CodeUri"] = "s3://packages/code"
    document = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
    made = Translator({}, Parser()).translate(document, parameter_values={})["Resources"]
    (api,) = emulator.apis
    expected = []
    for logical_id, resource in made.items():
        if resource["Type"] != "AWS::Lambda::Permission":
            continue
        properties = resource["Properties"]
        assert properties["FunctionName"] == {"Ref": "HandlerAliaslive"}
        condition = {}
        if "SourceAccount" in properties:
            condition["StringEquals"] = {"AWS:SourceAccount": ACCOUNT}
        source = properties.get("SourceArn")
        if source == {"Ref": "Topic"}:
            condition["ArnLike"] = {"AWS:SourceArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:songs"}
        elif source:
            text, _ = source["Fn::Sub"]
            for name, value in {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT,
                                "__ApiId__": api_id(emulator), "__Stage__": "*"}.items():
                text = text.replace("${%s}" % name, value)
            condition["ArnLike"] = {"AWS:SourceArn": text}
        expected.append((logical_id, {
            "Effect": "Allow", "Principal": {"Service": properties["Principal"]}, "Action": properties["Action"],
            "Resource": f"{FUNCTIONS}:handler:live", "Condition": condition}))
    found = [(statement.pop("Sid").split("-")[1], statement)
             for statement in statements(emulator.client("lambda"), "handler", Qualifier="live")]
    assert len(found) == len(EVENTS)
    assert sorted(found, key=lambda one: one[0]) == sorted(expected, key=lambda one: one[0])
    assert code(emulator.client("lambda").get_policy, FunctionName="handler") == (404, "ResourceNotFoundException")


def api_id(emulator):
    status, _, body = curl(f"{emulator.api}/items/1")
    assert status == 200
    return json.loads(body)["requestContext"]["apiId"]


def test_every_implied_permission_is_enough(emulator):
    for method, path in [("GET", "/items/1"), ("PATCH", "/files/a/b"), ("POST", "/trees/a/b"), ("PUT", "/items/"),
                         ("GET", "/else")]:
        status, _, body = curl("--request", method, f"{emulator.api}{path}")
        assert status == 200, (method, path, body)
    emulator.client("s3").put_object(Bucket="birds", Key="implied-object", Body=b"")
    emulator.client("sns").publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:songs", Message="implied-message")
    eventually(lambda: ran(emulator, "implied-object") and ran(emulator, "implied-message"), what="both events")


def test_an_api_without_permission_is_an_internal_error_and_says_what_is_missing(emulator):
    client = emulator.client("lambda")
    (statement,) = [one for one in statements(client, "handler", Qualifier="live") if "ItemPermission" in one["Sid"]]
    source = statement["Condition"]["ArnLike"]["AWS:SourceArn"]
    rest = [one for one in statements(client, "handler", Qualifier="live") if "RestPermission" in one["Sid"]][0]
    for one in (statement, rest):
        client.remove_permission(FunctionName="handler", Qualifier="live", StatementId=one["Sid"])
    status, headers, body = curl(f"{emulator.api}/items/1")
    assert (status, body) == (500, b'{"message":"Internal Server Error"}')
    exact = source.replace("/*/GET/items/*", "/$default/GET/items/{id}")
    command = (
        "aws lambda add-permission --function-name handler --qualifier 'live' --statement-id apigateway-invoke "
        f"--action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn '{exact}'")
    line = f"apigateway.amazonaws.com may not invoke {FUNCTIONS}:handler:live for {exact}: no permission allows it."
    eventually(lambda: line in emulator.log and command in emulator.log, what="the line about the permission")
    client.add_permission(
        FunctionName="handler", Qualifier="live", StatementId="again", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com", SourceArn=source)
    client.add_permission(
        FunctionName=f"{FUNCTIONS}:handler:live", StatementId="rest", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com", SourceArn=rest["Condition"]["ArnLike"]["AWS:SourceArn"])
    assert curl(f"{emulator.api}/items/1")[0] == 200


def test_a_bucket_notifies_only_a_function_that_lets_it(emulator):
    s3, client = emulator.client("s3"), emulator.client("lambda")
    s3.create_bucket(Bucket="nest")
    configuration = {"LambdaFunctionConfigurations": [
        {"LambdaFunctionArn": f"{FUNCTIONS}:plain", "Events": ["s3:ObjectCreated:*"]}]}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(Bucket="nest", NotificationConfiguration=configuration)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidArgument"
    assert error["Message"] == "Unable to validate the following destination configurations"
    assert error["ArgumentName1"] == f"{FUNCTIONS}:plain, null"
    assert error["ArgumentValue1"] == f"Not authorized to invoke function [{FUNCTIONS}:plain]"

    allow(client, "nest", SourceArn="arn:aws:s3:::other")
    assert code(
        s3.put_bucket_notification_configuration, Bucket="nest", NotificationConfiguration=configuration,
    ) == (400, "InvalidArgument")
    client.remove_permission(FunctionName="plain", StatementId="nest")
    allow(client, "nest", SourceArn="arn:aws:s3:::ne*", SourceAccount=ACCOUNT)
    s3.put_bucket_notification_configuration(Bucket="nest", NotificationConfiguration=configuration)
    s3.put_object(Bucket="nest", Key="first", Body=b"")
    eventually(lambda: ran(emulator, "first"), what="the first event")

    client.remove_permission(FunctionName="plain", StatementId="nest")
    s3.put_object(Bucket="nest", Key="lost", Body=b"")
    line = f"s3.amazonaws.com may not invoke {FUNCTIONS}:plain for arn:aws:s3:::nest: no permission allows it."
    eventually(lambda: emulator.log.count(line) == 3, what="the report of the event that was lost")
    allow(client, "nest", SourceArn="arn:aws:s3:::nest")
    s3.put_object(Bucket="nest", Key="third", Body=b"")
    eventually(lambda: ran(emulator, "third"), what="the third event")
    assert not ran(emulator, "lost")


def allow(client, bucket, **conditions):
    client.add_permission(
        FunctionName="plain", StatementId=bucket, Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
        **conditions)


def test_a_topic_takes_any_subscription_and_delivers_only_with_permission(emulator):
    sns, client = emulator.client("sns"), emulator.client("lambda")
    topic = sns.create_topic(Name="calls")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=f"{FUNCTIONS}:plain")
    sns.publish(TopicArn=topic, Message="unheard")
    line = f"sns.amazonaws.com may not invoke {FUNCTIONS}:plain for {topic}: no permission allows it."
    eventually(lambda: line in emulator.log, what="the report of the delivery")
    client.add_permission(
        FunctionName="plain", StatementId="calls", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com",
        SourceArn=topic)
    sns.publish(TopicArn=topic, Message="heard")
    eventually(lambda: ran(emulator, "heard"), what="the delivery")
    # A client-side error is not tried again.
    assert not ran(emulator, "unheard")
    assert emulator.log.count(line) == 1


def test_a_revision_guards_a_policy(emulator):
    client = emulator.client("lambda")
    permission = {
        "FunctionName": "plain", "StatementId": "guarded", "Action": "lambda:InvokeFunction", "Principal": ACCOUNT}
    assert code(client.add_permission, **permission, RevisionId="other") == (412, "PreconditionFailedException")
    revision = client.get_function(FunctionName="plain")["Configuration"]["RevisionId"]
    statement = json.loads(client.add_permission(**permission, RevisionId=revision)["Statement"])
    assert statement == {
        "Sid": "guarded", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "lambda:InvokeFunction", "Resource": f"{FUNCTIONS}:plain"}
    removal = {"FunctionName": "plain", "StatementId": "guarded"}
    assert code(client.remove_permission, **removal, RevisionId=revision) == (412, "PreconditionFailedException")
    revision = client.get_policy(FunctionName="plain")["RevisionId"]
    assert client.remove_permission(**removal, RevisionId=revision)["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_permissions_of_a_plain_template_are_carried_out(start, tmp_path):
    write_bootstrap(tmp_path / "code", TRIGGERED_BOOTSTRAP)
    resources = {
        "Handler": function("code/", FunctionName="handler"),
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {
            "TopicName": "songs", "Subscription": [{"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["Handler", "Arn"]}}]}},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "birds", "NotificationConfiguration": {
            "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": {"Fn::GetAtt": ["Handler", "Arn"]}}]}}},
        "ForBucket": permission("s3.amazonaws.com", SourceArn="arn:aws:s3:::birds", SourceAccount={"Ref": "AWS::AccountId"}),
        "ForTopic": permission("sns.amazonaws.com", SourceArn={"Ref": "Topic"}),
    }
    emulator = start(write_template(tmp_path, resources))
    emulator.marks = tmp_path / "code"
    emulator.client("s3").put_object(Bucket="birds", Key="object", Body=b"")
    emulator.client("sns").publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:songs", Message="message")
    eventually(lambda: ran(emulator, "object") and ran(emulator, "message"), what="both events")
    assert "ignored" not in emulator.log and "accepted" not in emulator.log


def permission(principal, **conditions):
    return {"Type": "AWS::Lambda::Permission", "Properties": {
        "FunctionName": {"Ref": "Handler"}, "Action": "lambda:InvokeFunction", "Principal": principal, **conditions}}


def test_a_plain_bucket_without_permission_does_not_start(tmp_path):
    from emulator import Emulator

    write_bootstrap(tmp_path / "code", BOOTSTRAP)
    template = write_template(tmp_path, {
        "Handler": function("code/", FunctionName="handler"),
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "birds", "NotificationConfiguration": {
            "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": {"Fn::GetAtt": ["Handler", "Arn"]}}]}}},
    })
    with pytest.raises(AssertionError) as caught:
        Emulator(tmp_path, template)
    assert "Bucket: Unable to validate the following destination configurations" in str(caught.value)
    assert "aws lambda add-permission --function-name handler --statement-id s3-invoke" in str(caught.value)
