# SPDX-License-Identifier: Apache-2.0
"""SNS, SageMaker runtime and STS through boto3, in the application of template.json."""
import json

import pytest
from botocore.exceptions import ClientError

from application import BUCKET, ENDPOINT, error_topic, s3_json
from emulator import ACCOUNT, REGION
from waiting import eventually


def test_the_caller_is_the_emulators_account(application):
    identity = application.client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"].startswith(f"arn:aws:iam::{ACCOUNT}:")
    assert identity["UserId"]


def test_an_endpoint_draws_a_picture(application):
    response = application.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT, ContentType="application/json",
        Body=json.dumps({"prompt": "a red boat", "width": 64, "height": 64, "seed": 7}))
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert response["ContentType"].startswith("application/json")
    assert response["InvokedProductionVariant"] == "AllTraffic"
    assert json.loads(response["Body"].read())["prompt"] == "a red boat"


def test_an_endpoint_that_is_not_there_is_a_validation_error(application):
    with pytest.raises(ClientError) as caught:
        application.client("sagemaker-runtime").invoke_endpoint(EndpointName="nowhere", Body=b"{}")
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("ValidationError", 400)
    assert "nowhere" in error["Error"]["Message"]


def test_a_model_that_fails_is_a_model_error(application):
    with pytest.raises(ClientError) as caught:
        application.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=ENDPOINT, ContentType="application/json", Body=b"no json")
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("ModelError", 424)
    assert 400 <= error["OriginalStatusCode"] < 600


def test_an_asynchronous_call_writes_its_output_where_it_said(application):
    s3 = application.client("s3")
    s3.put_object(
        Bucket=BUCKET, Key="raw/async.txt", Body=json.dumps({"prompt": "a tree", "width": 64, "height": 64}))
    response = application.client("sagemaker-runtime").invoke_endpoint_async(
        EndpointName=ENDPOINT, InputLocation=f"s3://{BUCKET}/raw/async.txt", ContentType="application/json")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert response["InferenceId"]
    prefix = f"s3://{BUCKET}/"
    assert response["OutputLocation"].startswith(f"{prefix}outputs/")
    key = response["OutputLocation"].removeprefix(prefix)
    output = eventually(lambda: s3_json(application, key), what=f"the output {key}")
    assert output["prompt"] == "a tree"


def test_an_asynchronous_call_without_input_is_refused(application):
    with pytest.raises(ClientError) as caught:
        application.client("sagemaker-runtime").invoke_endpoint_async(
            EndpointName="nowhere", InputLocation=f"s3://{BUCKET}/raw/none.json")
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_a_message_gets_an_id(application):
    sns = application.client("sns")
    response = sns.publish(TopicArn=error_topic(), Message="{}", Subject="from a test")
    assert len(response["MessageId"]) == 36


@pytest.mark.parametrize(("change", "error", "status"), [
    ({"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:nothing"}, "NotFound", 404),
    ({"TopicArn": "no arn"}, "InvalidParameter", 400),
    ({"Message": ""}, "InvalidParameter", 400),
    ({"Message": "x" * (256 * 1024 + 1)}, "InvalidParameter", 400),
])
def test_a_message_that_cannot_be_published_is_refused(application, change, error, status):
    with pytest.raises(ClientError) as caught:
        application.client("sns").publish(**{"TopicArn": error_topic(), "Message": "m", **change})
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (error, status)


@pytest.mark.parametrize(("service", "call"), [
    ("sns", lambda client: client.list_phone_numbers_opted_out()),
    ("sts", lambda client: client.get_session_token()),
])
def test_unknown_operations_are_invalid_actions(application, service, call):
    with pytest.raises(ClientError) as caught:
        call(application.client(service))
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == ("InvalidAction", 400)


def test_the_control_plane_of_sagemaker_is_not_there(application):
    with pytest.raises(ClientError) as error:
        application.client("sagemaker").list_endpoints()
    assert error.value.response["Error"]["Code"] == "UnknownOperationException"


def test_a_service_that_is_not_there_is_an_error(application):
    with pytest.raises(ClientError) as caught:
        application.client("dynamodb").list_tables()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 400
