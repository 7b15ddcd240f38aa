# SPDX-License-Identifier: Apache-2.0
"""Function URLs: their configuration with boto3, and what curl gets from them."""
import json
import os
import sys

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from conftest import running
from emulator import REGION, curl
from functions import BOOTSTRAP, function, write_bootstrap, write_template
from streaming import STREAMER

FORBIDDEN = ("Forbidden. For troubleshooting Function URL authorization issues, see: "
             "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")
INTEGRATION = "application/vnd.awslambda.http-integration-response"
HANDLER = """
def handler(event, context):
    answer = event.get("body")
    if answer == "raise":
        raise ValueError("no")
    if answer and answer.startswith("="):
        return eval(answer[1:])
    return event
"""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("urls")
    write_bootstrap(folder / "streamer", STREAMER)
    write_bootstrap(folder / "actor", BOOTSTRAP)
    write_bootstrap(
        folder / "python", f'cd "$LAMBDA_TASK_ROOT"\nexec "{sys.executable}" -m awslambdaric app.handler', "/bin/sh")
    (folder / "python" / "app.py").write_text(HANDLER)
    cors = {"AllowOrigins": ["https://page.example"], "AllowMethods": ["GET", "POST"], "MaxAge": 60}
    template = write_template(folder, {
        "Open": function("python/", FunctionName="open", FunctionUrlConfig={"AuthType": "NONE", "Cors": cors}),
        "Aliased": function("python/", FunctionName="aliased", AutoPublishAlias="live",
                            FunctionUrlConfig={"AuthType": "NONE"}),
        "Streamed": function("streamer/", FunctionName="streamed",
                             FunctionUrlConfig={"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"}),
        "Whole": function("streamer/", FunctionName="whole", FunctionUrlConfig={"AuthType": "NONE"}),
        "Signed": function("python/", FunctionName="signed"),
        "SignedUrl": {"Type": "AWS::Lambda::Url",
                      "Properties": {"AuthType": "AWS_IAM", "TargetFunctionArn": {"Fn::GetAtt": ["Signed", "Arn"]}}},
        "Actor": function("actor/", FunctionName="actor", AutoPublishAlias="live"),
    })
    with running(folder, template) as emulator:
        yield emulator


@pytest.fixture
def client(emulator):
    return emulator.client("lambda")


@pytest.fixture
def url(emulator, client):
    """Calls a function's URL with curl: url(name, path, curl's arguments …)."""
    port = emulator.endpoint.rsplit(":", 1)[1]

    def call(name, path="", *arguments, **qualifier):
        address = client.get_function_url_config(FunctionName=name, **qualifier)["FunctionUrl"]
        host = address.removeprefix("http://").split(":")[0]
        return curl("--path-as-is", "--resolve", f"{host}:{port}:127.0.0.1", *arguments, address + path)

    return call


def test_a_url_has_a_configuration_that_can_be_changed(client):
    # Shapes and wording: LocalStack's recorded snapshots of AWS, test_lambda_api.snapshot.json, TestLambdaUrl.
    arn = client.get_function(FunctionName="actor")["Configuration"]["FunctionArn"]
    made = client.create_function_url_config(FunctionName="actor", AuthType="NONE")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["FunctionArn"] == arn and made["AuthType"] == "NONE" and made["CreationTime"]
    assert not {"InvokeMode", "Cors", "LastModifiedTime"} & made.keys()
    label, rest = made["FunctionUrl"].removeprefix("http://").split(".", 1)
    assert len(label) == 32 and rest.startswith(f"lambda-url.{REGION}.localhost:") and rest.endswith("/")
    with pytest.raises(client.exceptions.ResourceConflictException) as caught:
        client.create_function_url_config(FunctionName="actor", AuthType="NONE")
    assert caught.value.response["Error"]["Message"] == (
        f"Failed to create function url config for [functionArn = {arn}]. "
        "Error message:  FunctionUrlConfig exists for this Lambda function")
    read = client.get_function_url_config(FunctionName="actor")
    assert read["InvokeMode"] == "BUFFERED" and read["FunctionUrl"] == made["FunctionUrl"]
    alias = client.create_function_url_config(
        FunctionName="actor", Qualifier="live", AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM")
    assert alias["FunctionArn"] == f"{arn}:live" and alias["InvokeMode"] == "RESPONSE_STREAM"
    cors = {"AllowOrigins": ["*"], "AllowHeaders": ["x-a"], "AllowMethods": ["GET"], "ExposeHeaders": ["x-b"],
            "MaxAge": 5, "AllowCredentials": False}
    changed = client.update_function_url_config(FunctionName="actor", AuthType="AWS_IAM", Cors=cors)
    assert changed["AuthType"] == "AWS_IAM" and changed["Cors"] == cors and "InvokeMode" not in changed
    assert client.update_function_url_config(FunctionName="actor", Cors={}).get("Cors") is None
    listed = client.list_function_url_configs(FunctionName="actor", MaxItems=1)
    assert [item["FunctionArn"] for item in listed["FunctionUrlConfigs"]] == [arn]
    listed = client.list_function_url_configs(FunctionName="actor", Marker=listed["NextMarker"])
    assert [item["FunctionArn"] for item in listed["FunctionUrlConfigs"]] == [f"{arn}:live"]
    for qualifier in ({}, {"Qualifier": "live"}):
        client.delete_function_url_config(FunctionName="actor", **qualifier)
        with pytest.raises(client.exceptions.ResourceNotFoundException, match="The resource you requested does not"):
            client.get_function_url_config(FunctionName="actor", **qualifier)


def test_a_configuration_that_cannot_be_is_refused(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="Function does not exist"):
        client.create_function_url_config(FunctionName="nobody", AuthType="NONE")
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="Function does not exist"):
        client.create_function_url_config(FunctionName="actor", Qualifier="nothing", AuthType="NONE")
    for settings in ({"AuthType": "SOME"}, {"AuthType": "NONE", "InvokeMode": "SOME"},
                     {"AuthType": "NONE", "Qualifier": "1"}, {"AuthType": "NONE", "Qualifier": "$LATEST"},
                     {"AuthType": "NONE", "Cors": {"AllowMethods": ["SHOUT"]}},
                     {"AuthType": "NONE", "Cors": {"AllowOrigins": ["x" * 254]}}):
        with pytest.raises(client.exceptions.ClientError) as caught:
            client.create_function_url_config(FunctionName="actor", **settings)
        assert caught.value.response["Error"]["Code"] == "ValidationException", settings


def test_a_request_becomes_an_event_of_format_2(url, emulator):
    # https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
    status, headers, body = url(
        "open", "pa2%Fth/1%20a?q=1&q=a%20b&r", "-d", "text", "-H", "Content-Type: text/plain", "-H", "X-Up: A",
        "-H", "Cookie: a=b; c=d", "-A", "agent")
    event = json.loads(body)
    assert status == 200 and headers["content-type"] == "application/json"
    assert headers["x-amzn-requestid"] == event["requestContext"]["requestId"] and headers["x-amzn-trace-id"]
    host = event["headers"]["host"].split(":")[0]
    assert event["rawPath"] == "/pa2%Fth/1%20a" and event["rawQueryString"] == "q=1&q=a%20b&r"
    assert event["queryStringParameters"] == {"q": "1,a b", "r": ""}
    assert (event["version"], event["routeKey"], event["body"], event["isBase64Encoded"]) == (
        "2.0", "$default", "text", False)
    assert event["cookies"] == ["a=b", "c=d"] and event["headers"]["x-up"] == "A"
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1" and event["headers"]["x-forwarded-proto"] == "http"
    context = event["requestContext"]
    assert context["accountId"] == "anonymous" and context["stage"] == context["routeKey"] == "$default"
    assert context["domainName"] == host and context["domainPrefix"] == context["apiId"] == host.split(".")[0]
    assert context["http"] == {"method": "POST", "path": "/pa2%Fth/1%20a", "protocol": "HTTP/1.1",
                               "sourceIp": "127.0.0.1", "userAgent": "agent"}
    binary = json.loads(url("open", "", "-d", "\u00e9", "-H", "Content-Type: image/png")[2])
    assert (binary["body"], binary["isBase64Encoded"]) == ("w6k=", True)


@pytest.mark.parametrize(("result", "status", "kind", "body"), [
    ("'text'", 200, "application/json", b"text"), ("3", 200, "application/json", b"3"),
    ("3.1", 200, "application/json", b"3.1"), ("True", 200, "application/json", b"true"),
    ("[1, 'a']", 200, "application/json", b'[1, "a"]'), ("{'a': 1}", 200, "application/json", b'{"a": 1}'),
    ("{'statusCode': 201, 'body': 'b'}", 201, "application/json", b"b"),
    ("{'statusCode': '202', 'headers': {'Content-Type': 'text/x'}, 'body': 'aGk=', 'isBase64Encoded': True}",
     202, "text/x", b"hi"),
    ("{'statusCode': 'many'}", 502, "application/json", b"Internal Server Error"),
])
def test_the_response_is_the_functions_or_is_inferred(url, result, status, kind, body):
    # LocalStack's recorded tests against AWS, test_lambda.py, TestLambdaURL.
    answer = url("open", "", "-d", f"={result}", "-H", "Content-Type: text/plain")
    assert (answer[0], answer[1]["content-type"], answer[2]) == (status, kind, body)


def test_a_function_that_fails_is_a_502(url):
    status, headers, body = url("open", "", "-d", "raise", "-H", "Content-Type: text/plain")
    assert (status, body) == (502, b"Internal Server Error") and headers["x-amzn-requestid"]


def test_a_request_of_more_than_6_mb_is_a_413(url, tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 6_291_457)
    status, headers, _ = url("open", "", "--data-binary", f"@{tmp_path / 'large'}", "-H", "Expect:")
    assert (status, headers["x-amzn-errortype"]) == (413, "RequestTooLargeException")


def test_an_alias_has_a_url_of_its_own(url, client):
    event = json.loads(url("aliased", "", Qualifier="live")[2])
    assert event["routeKey"] == "$default"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_url_config(FunctionName="aliased")


def test_who_may_not_call_is_told_where_to_read_on(url, client, emulator):
    client.create_function_url_config(FunctionName="actor", AuthType="NONE")
    permit = {"FunctionName": "actor", "Principal": "*"}
    try:
        status, headers, body = url("actor")
        assert (status, headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
        assert json.loads(body) == {"Message": FORBIDDEN}
        # Since October 2025 it takes two permissions (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
        client.add_permission(
            StatementId="url", Action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE", **permit)
        assert url("actor")[0] == 403
        client.add_permission(StatementId="call", Action="lambda:InvokeFunction", InvokedViaFunctionUrl=True, **permit)
        assert url("actor")[0] == 200
        client.put_function_concurrency(FunctionName="actor", ReservedConcurrentExecutions=0)
        status, headers, _ = url("actor")
        assert (status, headers["x-amzn-errortype"]) == (429, "TooManyRequestsException")
    finally:
        client.delete_function_concurrency(FunctionName="actor")
        client.delete_function_url_config(FunctionName="actor")
    host = f"{'a' * 32}.lambda-url.{REGION}.on.aws"
    status, _, body = curl("-H", f"Host: {host}", emulator.endpoint)
    assert (status, json.loads(body)) == (403, {"Message": FORBIDDEN})


def signed(address, body, secret="test"):
    """The header fields of a POST that botocore has signed for Lambda, as curl's arguments."""
    request = botocore.awsrequest.AWSRequest("POST", address, data=body)
    credentials = botocore.credentials.Credentials("test", secret)
    botocore.auth.SigV4Auth(credentials, "lambda", REGION).add_auth(request)
    return [part for name, value in request.headers.items() for part in ("-H", f"{name}: {value}")]


def test_a_url_may_want_signatures(url, client):
    address = client.get_function_url_config(FunctionName="signed")["FunctionUrl"]
    status, headers, body = url("signed", "", "-d", "a")
    assert (status, json.loads(body)) == (403, {"Message": FORBIDDEN})
    status, _, body = url("signed", "", "-d", "a", "-H", "Content-Type: text/plain", *signed(address, b"a"))
    event = json.loads(body)
    assert status == 200 and event["requestContext"]["accountId"] == "000000000000"
    assert event["requestContext"]["authorizer"]["iam"]["accessKey"] == "test"
    status, headers, _ = url("signed", "", "-d", "a", *signed(address, b"other"))
    assert (status, headers["x-amzn-errortype"]) == (403, "InvalidSignatureException")
    assert url("signed", "", "-d", "a", *signed(address, b"a", "wrong"))[0] == 403


def test_pages_of_allowed_origins_are_told_so(url):
    origin = ["-H", "Origin: https://page.example"]
    status, headers, body = url("open", "", "-X", "OPTIONS", *origin, "-H", "Access-Control-Request-Method: POST")
    assert (status, body) == (200, b"")
    assert headers["access-control-allow-origin"] == "https://page.example"
    assert headers["access-control-allow-methods"] == "GET,POST" and headers["access-control-max-age"] == "60"
    status, headers, body = url("open", "", *origin)
    assert headers["access-control-allow-origin"] == "https://page.example" and json.loads(body)["version"] == "2.0"
    assert "access-control-allow-origin" not in url("open", "", "-H", "Origin: https://other.example")[1]


def test_a_stream_goes_on_as_it_is_written(url, client, tmp_path):
    prelude = json.dumps({"statusCode": 201, "headers": {"X-A": "1", "content-type": "text/event-stream"},
                          "cookies": ["a=b"]}) + "\0" * 8
    event = json.dumps({"type": INTEGRATION, "pieces": [prelude[:20], prelude[20:] + "on", "e", "two"]})
    for name in ("streamed", "whole"):
        status, headers, body = url(name, "", "-d", event, "-H", "Content-Type: application/json")
        assert (status, body) == (201, b"onetwo"), name
        assert (headers["x-a"], headers["content-type"], headers["set-cookie"]) == ("1", "text/event-stream", "a=b")
    # Without a prelude the bytes are the body, and the type is the runtime's.
    status, headers, body = url(
        "streamed", "", "-d", json.dumps({"pieces": ["a", "b"], "type": "text/x"}), "-H",
        "Content-Type: application/json")
    assert (status, headers["content-type"], body) == (200, "text/x", b"ab")


def test_the_first_bytes_of_a_stream_do_not_wait_for_the_last(emulator, client, tmp_path):
    import http.client

    os.mkfifo(gate := tmp_path / "gate")
    address = client.get_function_url_config(FunctionName="streamed")["FunctionUrl"]
    connection = http.client.HTTPConnection(emulator.endpoint.removeprefix("http://"))
    connection.request(
        "POST", "/", json.dumps({"pieces": ["first", {"wait": str(gate)}, "second"], "type": "text/x"}),
        {"Host": address.removeprefix("http://").rstrip("/"), "Content-Type": "application/json"})
    response = connection.getresponse()
    assert response.read(5) == b"first"
    gate.open("w").close()
    assert response.read() == b"second"
    connection.close()


def test_a_stream_that_fails_before_its_first_byte_is_a_502(url):
    for event in ({"error": {"errorType": "Own"}}, {"whole": {"errorType": "Own"}, "failed": True},
                  {"type": INTEGRATION, "pieces": ["no prelude"]}):
        status, _, body = url("streamed", "", "-d", json.dumps(event), "-H", "Content-Type: application/json")
        assert (status, body) == (502, b"Internal Server Error"), event
