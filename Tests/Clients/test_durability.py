# SPDX-License-Identifier: Apache-2.0
"""Events outlive `kill -9` of the emulator: what was answered with 202 reaches a terminal outcome."""
import json
import random
import signal
import threading

import pytest

from emulator import ACCOUNT, Emulator
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from waiting import eventually


class Durable(Emulator):
    """An emulator with a state folder, which is killed and started again; its retries take moments."""

    def __init__(self, folder, template):
        super().__init__(folder, template, "--clock", "scaled:600", state="state")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)
        self.is_stopped = True


def template(folder):
    write_bootstrap(folder / "actor", BOOTSTRAP)
    queue = {"Fn::GetAtt": ["Outcomes", "Arn"]}
    return write_template(folder, {
        "Outcomes": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "outcomes", "VisibilityTimeout": 43200}},
        "Actor": function("actor/", FunctionName="actor", EventInvokeConfig={"DestinationConfig": {
            "OnSuccess": {"Type": "SQS", "Destination": queue},
            "OnFailure": {"Type": "SQS", "Destination": queue}}})})


def sender(emulator, seed, accepted):
    """Sends events as fast as they are taken, until the emulator is gone."""
    client = emulator.client("lambda")
    pick = random.Random(seed)
    while True:
        event = {"do": "fail"} if pick.random() < 0.2 else {"do": "nothing"}
        try:
            answer = client.invoke(FunctionName="actor", InvocationType="Event", Payload=json.dumps(event))
        except Exception:  # The emulator was killed: this event was not accepted, as far as its sender knows.
            return
        accepted.add(answer["ResponseMetadata"]["RequestId"])


@pytest.mark.parametrize("seed", [1, 2])
def test_every_accepted_event_reaches_its_end(tmp_path, seed):
    pick = random.Random(seed)
    path = template(tmp_path)
    accepted = set()
    for life in range(3):
        emulator = Durable(tmp_path, path)
        enough = len(accepted) + pick.randrange(20, 100)
        senders = [
            threading.Thread(target=sender, args=(emulator, f"{seed} {life} {number}", accepted)) for number in range(4)]
        for thread in senders:
            thread.start()
        eventually(lambda: len(accepted) >= enough, what=f"{enough} accepted events")
        emulator.kill()
        for thread in senders:
            thread.join()
    emulator = Durable(tmp_path, path)
    try:
        sqs = emulator.client("sqs")
        url = f"{emulator.endpoint}/{ACCOUNT}/outcomes"
        ended = {}

        def collect():
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
            for message in answer.get("Messages", []):
                context = json.loads(message["Body"])["requestContext"]
                ended.setdefault(context["requestId"], set()).add(context["condition"])
            return accepted <= set(ended)
        eventually(collect, what="the end of every accepted event", deadline=60)
        assert {condition for conditions in ended.values() for condition in conditions} == {
            "Success", "RetriesExhausted"}
        assert emulator.stop() == 0
    finally:
        if not emulator.is_stopped:
            emulator.kill()


def test_messages_of_a_queue_outlive_a_kill(tmp_path):
    path = template(tmp_path)
    first = Durable(tmp_path, path)
    sqs = first.client("sqs")
    url = sqs.get_queue_url(QueueName="outcomes")["QueueUrl"]
    sent = {sqs.send_message(QueueUrl=url, MessageBody=str(number))["MessageId"] for number in range(50)}
    first.kill()
    second = Durable(tmp_path, path)
    try:
        sqs = second.client("sqs")
        url = sqs.get_queue_url(QueueName="outcomes")["QueueUrl"]
        found = set()
        while found != sent:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
            found |= {message["MessageId"] for message in messages}
        assert second.stop() == 0
    finally:
        if not second.is_stopped:
            second.kill()
