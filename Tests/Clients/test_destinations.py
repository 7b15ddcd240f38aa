# SPDX-License-Identifier: Apache-2.0
"""What becomes of asynchronous events: configurations, destinations, dead letters and loops, with boto3.

Shapes and wording: LocalStack's recorded snapshots of AWS, test_lambda_destinations.snapshot.json and
test_lambda_api.snapshot.json in tests/aws/services/lambda_.
"""
import io
import json
import re
import zipfile

import pytest
from botocore.exceptions import ClientError

from conftest import running
from emulator import ACCOUNT, REGION
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from waiting import eventually

# Calls itself with the trace header that it was called with, as AWS's SDKs do.
CALLER = """
import http.client, json, os

API = os.environ["AWS_LAMBDA_RUNTIME_API"]


def call(address, method, path, body=None, headers={}):
    connection = http.client.HTTPConnection(address)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


while True:
    head, payload = call(API, "GET", "/2018-06-01/runtime/invocation/next")
    event = json.loads(payload)
    print("was called", flush=True)
    trace = {"X-Amzn-Trace-Id": head.headers["Lambda-Runtime-Trace-Id"]}
    address = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
    answer, content = call(
        address, "POST", f"/2015-03-31/functions/{os.environ['AWS_LAMBDA_FUNCTION_NAME']}/invocations", payload,
        {**trace, "X-Amz-Invocation-Type": event["type"]})
    # What the innermost call was answered with, and how many stand around it.
    result = {"depth": 0, "status": answer.status, "error": answer.headers.get("x-amzn-ErrorType")}
    if answer.status == 200 and content.startswith(b'{"depth"'):
        result = json.loads(content)
        result["depth"] += 1
    call(API, "POST", "/2018-06-01/runtime/invocation/" + head.headers["Lambda-Runtime-Aws-Request-Id"] + "/response",
         json.dumps(result))
"""


def queue(**properties):
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def attribute(resource, name="Arn"):
    return {"Fn::GetAtt": [resource, name]}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("destinations")
    write_bootstrap(folder / "actor", BOOTSTRAP)
    write_bootstrap(folder / "caller", CALLER)
    once = {"MaximumRetryAttempts": 0}
    template = write_template(folder, {
        "Success": queue(QueueName="success"), "Failure": queue(QueueName="failure"), "Dead": queue(QueueName="dead"),
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "failures"}},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "failures"}},
        # Its destinations are declared with it, for its alias.
        "Actor": function("actor/", FunctionName="actor", AutoPublishAlias="live", EventInvokeConfig={
            **once, "DestinationConfig": {
                "OnSuccess": {"Type": "SQS", "Destination": attribute("Success")},
                "OnFailure": {"Type": "SQS", "Destination": attribute("Failure")}}},
            DeadLetterQueue={"Type": "SQS", "TargetArn": attribute("Dead")}),
        "ToTopic": function("actor/", FunctionName="to-topic", EventInvokeConfig={
            **once, "DestinationConfig": {"OnFailure": {"Type": "SNS", "Destination": {"Ref": "Topic"}}}}),
        "ToBucket": function("actor/", FunctionName="to-bucket"),
        "BucketConfig": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {
            "FunctionName": {"Ref": "ToBucket"}, "Qualifier": "$LATEST", **once,
            "DestinationConfig": {"OnFailure": {"Destination": attribute("Bucket")}}}},
        "ToFunction": function("actor/", FunctionName="to-function", EventInvokeConfig={
            "DestinationConfig": {"OnSuccess": {"Type": "Lambda", "Destination": attribute("Listener")}}}),
        "Listener": function("actor/", FunctionName="listener", EventInvokeConfig={
            "DestinationConfig": {"OnSuccess": {"Type": "SQS", "Destination": attribute("Success")}}}),
        "TopicListener": function("actor/", FunctionName="topic-listener", Events={
            "Failures": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}}}}, EventInvokeConfig={
            "DestinationConfig": {"OnSuccess": {"Type": "SQS", "Destination": attribute("Success")}}}),
        "Off": function("actor/", FunctionName="off", ReservedConcurrentExecutions=0, EventInvokeConfig={
            "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": attribute("Failure")}}}),
        "Caller": function("caller/", FunctionName="caller", EventInvokeConfig={
            **once, "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": attribute("Failure")}}}),
        "Free": function("caller/", FunctionName="free", RecursiveLoop="Allow"),
        "Plain": function("actor/", FunctionName="plain"),
    })
    with running(folder, template) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def client(emulator):
    return emulator.client("lambda")


@pytest.fixture(scope="module")
def receive(emulator):
    """receive(name) takes the next message out of a queue."""
    sqs = emulator.client("sqs")

    def take(name):
        url = f"{emulator.endpoint}/{ACCOUNT}/{name}"
        (message,) = sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"])["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return message
    return take


def send(client, name, event):
    answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
    assert answer["StatusCode"] == 202
    return answer["ResponseMetadata"]["RequestId"]


def arn(name, qualifier=None):
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" + (f":{qualifier}" if qualifier else "")


def test_the_record_of_a_success(client, receive):
    request = send(client, "actor:live", {"n": 1})
    record = json.loads(receive("success")["Body"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("timestamp"))
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request, "functionArn": arn("actor", "live"), "condition": "Success",
            "approximateInvokeCount": 1},
        "requestPayload": {"n": 1}, "responseContext": {"statusCode": 200, "executedVersion": "1"},
        "responsePayload": {"n": 1}}


def test_the_record_of_a_failure_and_the_dead_letter(client, receive):
    request = send(client, "actor:live", {"do": "fail"})
    record = json.loads(receive("failure")["Body"])
    assert record["requestContext"] == {
        "requestId": request, "functionArn": arn("actor", "live"), "condition": "RetriesExhausted",
        "approximateInvokeCount": 1}
    assert record["responseContext"] == {
        "statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"}
    assert record["responsePayload"] == {"errorMessage": "said no", "errorType": "Function.Own", "stackTrace": []}
    letter = receive("dead")
    assert json.loads(letter["Body"]) == {"do": "fail"}
    assert letter["MessageAttributes"] == {
        "RequestID": {"DataType": "String", "StringValue": request},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
        "ErrorMessage": {"DataType": "String", "StringValue": "said no"}}


def test_a_topic_gets_the_record(client, receive):
    request = send(client, "to-topic", {"do": "fail"})
    (notification,) = json.loads(receive("success")["Body"])["requestPayload"]["Records"]
    record = json.loads(notification["Sns"]["Message"])
    assert record["requestContext"]["requestId"] == request
    assert record["requestContext"]["functionArn"] == arn("to-topic", "$LATEST")


def test_a_bucket_gets_the_record(emulator, client):
    request = send(client, "to-bucket", {"do": "fail"})
    s3 = emulator.client("s3")
    found = eventually(
        lambda: s3.list_objects_v2(Bucket="failures").get("Contents"), what="the record in the bucket")
    pattern = (r"aws/lambda/async/to-bucket/\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-"
               r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
    assert re.fullmatch(pattern, found[0]["Key"])
    record = json.loads(s3.get_object(Bucket="failures", Key=found[0]["Key"])["Body"].read())
    assert record["requestContext"]["requestId"] == request


def test_a_function_gets_the_record(client, receive):
    request = send(client, "to-function", {"n": 2})
    record = json.loads(receive("success")["Body"])
    assert record["requestContext"]["functionArn"] == arn("listener", "$LATEST")
    assert record["requestPayload"]["requestContext"]["requestId"] == request
    assert record["requestPayload"]["responsePayload"] == {"n": 2}


def test_a_function_that_is_turned_off(client, receive):
    request = send(client, "off", {})
    record = json.loads(receive("failure")["Body"])
    assert record["requestContext"] == {
        "requestId": request, "functionArn": arn("off", "$LATEST"), "condition": "ZeroReservedConcurrency",
        "approximateInvokeCount": 0}
    assert "responseContext" not in record and "responsePayload" not in record


def test_a_configuration_is_put_changed_listed_and_deleted(client):
    success = f"arn:aws:sqs:{REGION}:{ACCOUNT}:success"
    answer = client.put_function_event_invoke_config(
        FunctionName="plain", MaximumRetryAttempts=1, DestinationConfig={"OnSuccess": {"Destination": success}})
    assert answer.pop("LastModified")
    answer.pop("ResponseMetadata")
    assert answer == {
        "FunctionArn": arn("plain", "$LATEST"), "MaximumRetryAttempts": 1,
        "DestinationConfig": {"OnSuccess": {"Destination": success}, "OnFailure": {}}}
    answer = client.update_function_event_invoke_config(FunctionName="plain", MaximumEventAgeInSeconds=60)
    assert (answer["MaximumRetryAttempts"], answer["MaximumEventAgeInSeconds"]) == (1, 60)
    assert client.get_function_event_invoke_config(FunctionName="plain", Qualifier="$LATEST")[
        "MaximumEventAgeInSeconds"] == 60
    answer = client.put_function_event_invoke_config(FunctionName="plain", MaximumEventAgeInSeconds=70)
    assert "MaximumRetryAttempts" not in answer
    listed = client.list_function_event_invoke_configs(FunctionName="plain")["FunctionEventInvokeConfigs"]
    assert [item["FunctionArn"] for item in listed] == [arn("plain", "$LATEST")]
    client.delete_function_event_invoke_config(FunctionName="plain")
    assert client.list_function_event_invoke_configs(FunctionName="plain")["FunctionEventInvokeConfigs"] == []
    assert client.get_function_event_invoke_config(FunctionName="actor", Qualifier="live")["MaximumRetryAttempts"] == 0
    with pytest.raises(ClientError):
        client.get_function_event_invoke_config(FunctionName="actor")


@pytest.mark.parametrize(("parameters", "code", "status", "message"), [
    ({}, "InvalidParameterValueException", 400,
     "You must specify at least one of error handling or destination setting."),
    ({"MaximumRetryAttempts": 0, "FunctionName": "nobody"}, "ResourceNotFoundException", 404,
     "The function doesn't exist."),
    ({"MaximumRetryAttempts": 0, "Qualifier": "nothing"}, "ResourceNotFoundException", 404,
     "The function doesn't exist."),
    ({"DestinationConfig": {"OnFailure": {"Destination": arn("plain")}}}, "InvalidParameterValueException", 400,
     "You can't specify the function as a destination for itself."),
    ({"DestinationConfig": {"OnFailure": {"Destination": arn("nobody")}}}, "InvalidParameterValueException", 400,
     f"The destination ARN {arn('nobody')} is invalid."),
    ({"DestinationConfig": {"OnSuccess": {"Destination": f"arn:aws:sqs:{REGION}:{ACCOUNT}:nothing"}}},
     "InvalidParameterValueException", 400,
     f"The destination ARN arn:aws:sqs:{REGION}:{ACCOUNT}:nothing is invalid."),
    ({"DestinationConfig": {"OnSuccess": {"Destination": "arn:aws:s3:::failures"}}},
     "InvalidParameterValueException", 400, "Amazon S3 buckets are supported only for on-failure destinations."),
    ({"DestinationConfig": {"OnSuccess": {"Destination": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"}}},
     "InvalidParameterValueException", 400,
     f"EventBridge is not supported by this emulator: arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"),
    ({"DestinationConfig": {"OnSuccess": {"Destination": f"arn:aws:iam::{ACCOUNT}:role/r"}}},
     "InvalidParameterValueException", 400,
     "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
     f"arn:aws:iam::{ACCOUNT}:role/r), onFailure=null) is invalid."),
])
def test_a_wrong_configuration_is_refused_in_awss_words(client, parameters, code, status, message):
    with pytest.raises(ClientError) as caught:
        client.put_function_event_invoke_config(**{"FunctionName": "plain", **parameters})
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert response["Error"]["Message"] == message


def test_a_configuration_that_is_not_there(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.get_function_event_invoke_config(FunctionName="listener", Qualifier="none")
    assert caught.value.response["Error"]["Message"] == (
        f"The function {arn('listener', 'none')} doesn't have an EventInvokeConfig")


def test_a_dead_letter_target_is_given_with_the_function(client, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    target = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
    parameters = {
        "FunctionName": "made", "Runtime": "provided.al2023", "Handler": "h", "Code": {"ZipFile": buffer.getvalue()},
        "Role": f"arn:aws:iam::{ACCOUNT}:role/r"}
    assert client.create_function(**parameters, DeadLetterConfig={"TargetArn": target})[
        "DeadLetterConfig"] == {"TargetArn": target}
    assert client.get_function_configuration(FunctionName="made")["DeadLetterConfig"] == {"TargetArn": target}
    with pytest.raises(ClientError) as caught:
        client.create_function(**{**parameters, "FunctionName": "other"}, DeadLetterConfig={
            "TargetArn": "arn:aws:s3:::failures"})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_loop_of_events_is_stopped_after_16_runs(emulator, client, receive):
    send(client, "caller", {"type": "Event"})
    record = json.loads(receive("failure")["Body"])
    assert record["requestContext"]["functionArn"] == arn("caller", "$LATEST")
    assert record["requestPayload"] == {"type": "Event"}
    assert "responsePayload" not in record
    logs = emulator.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/caller", filterPattern='"was called"')["events"]
    assert len(events) == 16


def test_a_loop_of_calls_ends_with_an_exception(client):
    answer = json.loads(client.invoke(FunctionName="caller", Payload='{"type": "RequestResponse"}')["Payload"].read())
    assert answer == {"depth": 15, "status": 400, "error": "RecursiveInvocationException"}


def test_a_function_may_be_allowed_to_loop(emulator, client):
    assert client.get_function_recursion_config(FunctionName="free")["RecursiveLoop"] == "Allow"
    send(client, "free", {"type": "Event"})
    logs = emulator.client("logs")

    def calls():
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName="/aws/lambda/free", filterPattern='"was called"')
        return sum(len(page["events"]) for page in pages)
    eventually(lambda: calls() > 20, what="more than 20 calls")
    assert client.put_function_recursion_config(
        FunctionName="free", RecursiveLoop="Terminate")["RecursiveLoop"] == "Terminate"
    with pytest.raises(ClientError) as caught:
        client.put_function_recursion_config(FunctionName="free", RecursiveLoop="Never")
    assert caught.value.response["Error"]["Code"] == "ValidationException"


# boto3 hands the trace header on by itself, from where the runtime puts it.
COPIER = """
import http.client, os
import boto3

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
s3 = boto3.client("s3")
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    head = api.getresponse()
    head.read()
    os.environ["_X_AMZN_TRACE_ID"] = head.headers["Lambda-Runtime-Trace-Id"]
    print("was called", flush=True)
    s3.put_object(Bucket="loop", Key="key", Body=b"x")
    api.request("POST", f"/2018-06-01/runtime/invocation/{head.headers['Lambda-Runtime-Aws-Request-Id']}/response", "1")
    api.getresponse().read()
"""


def test_a_loop_over_a_bucket_is_stopped(start, tmp_path):
    write_bootstrap(tmp_path / "copier", COPIER)
    emulator = start(write_template(tmp_path, {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "loop"}},
        "Stopped": queue(QueueName="stopped"),
        "Copier": function("copier/", FunctionName="copier", Events={
            "Put": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}}},
            EventInvokeConfig={"MaximumRetryAttempts": 0, "DestinationConfig": {
                "OnFailure": {"Type": "SQS", "Destination": attribute("Stopped")}}})}))
    emulator.client("s3").put_object(Bucket="loop", Key="key", Body=b"x")
    sqs = emulator.client("sqs")
    (message,) = sqs.receive_message(
        QueueUrl=f"{emulator.endpoint}/{ACCOUNT}/stopped", WaitTimeSeconds=20)["Messages"]
    record = json.loads(message["Body"])
    assert record["requestPayload"]["Records"][0]["s3"]["object"]["key"] == "key"
    events = emulator.client("logs").filter_log_events(
        logGroupName="/aws/lambda/copier", filterPattern='"was called"')["events"]
    assert len(events) == 16
