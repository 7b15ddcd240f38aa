# SPDX-License-Identifier: Apache-2.0
"""SQS with boto3 (the JSON protocol), with forms and curl (the query protocol), and with the AWS CLI.

Wording: LocalStack's recorded snapshots of AWS, tests/aws/services/sqs/test_sqs.snapshot.json.
"""
import itertools
import json
import re
import threading
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, REGION, curl
from functions import write_template

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def emulator(actors):
    return actors


@pytest.fixture(scope="module")
def sqs(emulator):
    return emulator.client("sqs")


@pytest.fixture
def make(sqs):
    """make(**attributes) creates a queue and returns its URL."""
    def create(**attributes):
        return sqs.create_queue(
            QueueName=f"queue-{next(NUMBERS)}",
            Attributes={name: str(value) for name, value in attributes.items()})["QueueUrl"]
    return create


def arn(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def failure(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_a_queue_is_found_by_its_name(emulator, sqs):
    url = sqs.create_queue(QueueName="found")["QueueUrl"]
    assert url == f"{emulator.endpoint}/{ACCOUNT}/found"
    assert sqs.create_queue(QueueName="found")["QueueUrl"] == url
    assert sqs.get_queue_url(QueueName="found")["QueueUrl"] == url
    assert url in sqs.list_queues(QueueNamePrefix="fou")["QueueUrls"]
    sqs.delete_queue(QueueUrl=url)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="found")
    assert failure(sqs.create_queue, QueueName="found")[0] == "AWS.SimpleQueueService.QueueDeletedRecently"


def test_queues_are_listed_in_pages(sqs):
    urls = [sqs.create_queue(QueueName=f"page-{number}")["QueueUrl"] for number in range(5)]
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-", PaginationConfig={"PageSize": 2})
    assert [url for page in pages for url in page["QueueUrls"]] == urls


def test_attributes_have_their_defaults_and_are_set(sqs, make):
    url = make(VisibilityTimeout=20)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes.pop("CreatedTimestamp") == attributes.pop("LastModifiedTimestamp")
    name = url.rsplit("/", 1)[1]
    assert attributes == {
        "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "VisibilityTimeout": "20", "DelaySeconds": "0",
        "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0",
        "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "7"})
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds", "VisibilityTimeout"])[
        "Attributes"] == {"DelaySeconds": "7", "VisibilityTimeout": "20"}


def test_a_message_comes_with_what_it_was_sent_with(sqs, make):
    url = make()
    attributes = {
        "General": {"DataType": "String", "StringValue": "Kenobi"},
        "Hello": {"DataType": "String", "StringValue": "There"},
        "Help.Me": {"DataType": "String", "StringValue": "Me"}}
    sent = sqs.send_message(QueueUrl=url, MessageBody="msg", MessageAttributes=attributes)
    assert sent["MD5OfMessageBody"] == "6e2baaf3b97dbeef01c0043275f9a0e7"
    assert sent["MD5OfMessageAttributes"] == "4c360f3fdafd970e05fae2f149d997f5"
    (message,) = sqs.receive_message(
        QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"], VisibilityTimeout=0)["Messages"]
    assert (message["Body"], message["MessageId"]) == ("msg", sent["MessageId"])
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    system = message["Attributes"]
    assert system.pop("SentTimestamp") <= system.pop("ApproximateFirstReceiveTimestamp")
    assert system == {"SenderId": ACCOUNT, "ApproximateReceiveCount": "1"}
    (some,) = sqs.receive_message(
        QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"], MessageAttributeNames=["He.*"],
        VisibilityTimeout=0)["Messages"]
    assert some["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert set(some["MessageAttributes"]) == {"Hello", "Help.Me"}
    assert some["MD5OfMessageAttributes"] == "83fee93c1bcd8b9a5a923ffacdc636c7"
    (plain,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert set(plain) == {"MessageId", "ReceiptHandle", "MD5OfBody", "Body"}


def test_a_binary_attribute_keeps_its_bytes(sqs, make):
    url = make()
    value = {"DataType": "Binary", "BinaryValue": b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"}
    sqs.send_message(QueueUrl=url, MessageBody="test", MessageAttributes={"attr1": value})
    (message,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["attr1"])["Messages"]
    assert message["MessageAttributes"] == {"attr1": value}
    assert message["MD5OfMessageAttributes"] == "8cbe4db156db8a94db8b801b7addb984"


def test_a_message_belongs_to_its_receiver_until_it_is_given_back_or_deleted(sqs, make):
    url = make()
    sqs.send_message(QueueUrl=url, MessageBody="one")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    (again,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert again["ReceiptHandle"] != message["ReceiptHandle"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    for _ in range(2):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_batches_tell_what_became_of_each_entry(sqs, make):
    url = make()
    answer = sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "a", "MessageBody": "a"}, {"Id": "b", "MessageBody": "b", "DelaySeconds": 901},
        {"Id": "c", "MessageBody": "c"}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["a", "c"]
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("b", "InvalidParameterValue", True)
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in messages] == ["a", "c"]
    first, second = [message["ReceiptHandle"] for message in messages]
    answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
        {"Id": "1", "ReceiptHandle": first, "VisibilityTimeout": 60},
        {"Id": "2", "ReceiptHandle": "fake", "VisibilityTimeout": 60}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["1"]
    assert answer["Failed"] == [{
        "Id": "2", "SenderFault": True, "Code": "ReceiptHandleIsInvalid",
        "Message": 'The input receipt handle "fake" is not a valid receipt handle.'}]
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=[
        {"Id": "1", "ReceiptHandle": first}, {"Id": "2", "ReceiptHandle": second}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["1", "2"]


def test_who_waits_gets_what_is_sent_meanwhile(emulator, sqs, make):
    url = make()
    received = []
    waiter = threading.Thread(target=lambda: received.extend(
        emulator.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]))
    waiter.start()
    sqs.send_message(QueueUrl=url, MessageBody="at last")
    waiter.join(timeout=15)
    assert [message["Body"] for message in received] == ["at last"]


def test_what_is_received_too_often_goes_to_the_dead_letter_queue(sqs, make):
    dead = make()
    policy = {"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": 1}
    url = make(RedrivePolicy=json.dumps(policy))
    sent = sqs.send_message(QueueUrl=url, MessageBody="poison")
    assert sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    (message,) = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"]
    assert (message["Body"], message["MessageId"]) == ("poison", sent["MessageId"])
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn(sqs, url)
    assert json.loads(sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]) == policy


def test_a_purged_queue_is_empty(sqs, make):
    url = make()
    sqs.send_message(QueueUrl=url, MessageBody="m")
    sqs.purge_queue(QueueUrl=url)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    name = url.rsplit("/", 1)[1]
    assert failure(sqs.purge_queue, QueueUrl=url) == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        f"Only one PurgeQueue operation on {name} is allowed every 60 seconds.", 403)


def test_a_message_of_the_longest_and_one_byte_more(sqs, make):
    url = make(MaximumMessageSize=1024)
    sqs.send_message(QueueUrl=url, MessageBody="x" * 1024)
    assert failure(sqs.send_message, QueueUrl=url, MessageBody="x" * 1025) == (
        "InvalidParameterValue",
        "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.", 400)
    entries = [{"Id": str(n), "MessageBody": "x" * (1 << 18)} for n in range(4)]
    url = make()
    assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 4
    entries[0]["MessageBody"] += "x"
    assert failure(sqs.send_message_batch, QueueUrl=url, Entries=entries) == (
        "AWS.SimpleQueueService.BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.", 400)


@pytest.mark.parametrize(("operation", "parameters", "error"), [
    ("receive_message", {"MaxNumberOfMessages": 11}, (
        "InvalidParameterValue",
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", 400)),
    ("receive_message", {"WaitTimeSeconds": 21}, (
        "InvalidParameterValue",
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.", 400)),
    ("delete_message", {"ReceiptHandle": "garbage"}, (
        "ReceiptHandleIsInvalid", 'The input receipt handle "garbage" is not a valid receipt handle.', 400)),
    ("send_message", {"MessageBody": "m", "MessageAttributes": {
        "ErrorDetails": {"DataType": "String", "StringValue": ""}}}, (
        "InvalidParameterValue",
        "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.", 400)),
    ("send_message_batch", {"Entries": [{"Id": str(n), "MessageBody": "m"} for n in range(20)]}, (
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 20.", 400)),
    ("delete_message_batch", {"Entries": [{"Id": "invalid:id", "ReceiptHandle": "r"}]}, (
        "AWS.SimpleQueueService.InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "
        "letters long.", 400)),
    ("set_queue_attributes", {"Attributes": {"FifoQueue": "false"}}, (
        "InvalidAttributeName", "Unknown Attribute FifoQueue.", 400)),
    ("set_queue_attributes", {"Attributes": {"KmsMasterKeyId": "key"}}, (
        "InvalidParameterValue", "The attribute KmsMasterKeyId is not supported by Martlet.", 400)),
    ("send_message", {"MessageBody": "m", "MessageGroupId": "g"}, (
        "InvalidParameterValue", "The parameter MessageGroupId is not supported by Martlet.", 400)),
    ("tag_queue", {"Tags": {"a": "b"}}, (
        "InvalidAction", "The action TagQueue is not valid for this endpoint.", 400)),
])
def test_what_is_wrong_is_said_in_awss_words(sqs, make, operation, parameters, error):
    assert failure(getattr(sqs, operation), QueueUrl=make(), **parameters) == error


def test_a_queue_that_is_not_there(emulator, sqs):
    url = f"{emulator.endpoint}/{ACCOUNT}/nowhere"
    expected = ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", 400)
    assert failure(sqs.get_queue_url, QueueName="nowhere") == expected
    assert failure(sqs.receive_message, QueueUrl=url) == expected
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.send_message(QueueUrl=url, MessageBody="m")


def test_a_queue_cannot_be_made_twice_with_different_attributes(sqs, make):
    name = make(DelaySeconds=1).rsplit("/", 1)[1]
    assert failure(sqs.create_queue, QueueName=name, Attributes={"DelaySeconds": "2"}) == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds", 400)


def test_a_fifo_queue_is_refused(sqs):
    code, message, _ = failure(sqs.create_queue, QueueName="q.fifo", Attributes={"FifoQueue": "true"})
    assert code == "InvalidParameterValue"
    assert "FIFO" in message


def form(url, **parameters):
    body = urllib.parse.urlencode({"Version": "2012-11-05", **{
        name.replace("_", "."): value for name, value in parameters.items()}})
    status, _, content = curl("--data", body, url)
    return status, content.decode()


def test_the_query_protocol_at_the_queues_own_url(emulator, sqs):
    status, answer = form(
        emulator.endpoint, Action="CreateQueue", QueueName="old", Attribute_1_Name="DelaySeconds",
        Attribute_1_Value="0")
    assert status == 200
    url = re.search("<QueueUrl>(.*)</QueueUrl>", answer)[1]
    assert url == sqs.get_queue_url(QueueName="old")["QueueUrl"]
    status, answer = form(
        url, Action="SendMessage", MessageBody="a <b> & c", MessageAttribute_1_Name="n",
        MessageAttribute_1_Value_DataType="String", MessageAttribute_1_Value_StringValue="v")
    assert status == 200
    assert "<SendMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><SendMessageResult>" in answer
    status, answer = form(
        url, Action="ReceiveMessage", AttributeName_1="ApproximateReceiveCount", MessageAttributeName_1="All")
    assert "<Body>a &lt;b&gt; &amp; c</Body>" in answer
    assert "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>" in answer
    assert re.search(
        "<MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue><DataType>String</DataType></Value>"
        "</MessageAttribute>", answer)
    handle = re.search("<ReceiptHandle>(.*)</ReceiptHandle>", answer)[1]
    status, answer = form(
        url, Action="DeleteMessageBatch", DeleteMessageBatchRequestEntry_1_Id="x",
        DeleteMessageBatchRequestEntry_1_ReceiptHandle=handle)
    assert "<DeleteMessageBatchResultEntry><Id>x</Id></DeleteMessageBatchResultEntry>" in answer
    status, answer = form(f"{emulator.endpoint}/{ACCOUNT}/none", Action="ReceiveMessage")
    assert status == 400
    assert "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>" in answer
    assert "The specified queue does not exist for this wsdl version." in answer


def test_the_aws_cli(emulator, sqs):
    url = json.loads(emulator.aws(
        "--endpoint-url", emulator.endpoint, "sqs", "create-queue", "--queue-name", "cli").stdout)["QueueUrl"]
    emulator.aws("--endpoint-url", emulator.endpoint, "sqs", "send-message", "--queue-url", url, "--message-body", "hi")
    answer = emulator.aws("--endpoint-url", emulator.endpoint, "sqs", "receive-message", "--queue-url", url).stdout
    assert json.loads(answer)["Messages"][0]["Body"] == "hi"


def test_queues_of_a_template(start, tmp_path):
    emulator = start(write_template(tmp_path, {
        "Work": {"Type": "AWS::SQS::Queue", "Properties": {
            "VisibilityTimeout": 77,
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 4}}},
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead", "DelaySeconds": 3}},
    }))
    sqs = emulator.client("sqs")
    (work,) = [url for url in sqs.list_queues()["QueueUrls"] if not url.endswith("/dead")]
    attributes = sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "77"
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 4}
