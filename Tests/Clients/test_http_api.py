# SPDX-License-Identifier: Apache-2.0
"""An HTTP API in front of a function of the test's own: the event it gets, and what becomes of its answers."""
import base64
import json

import pytest

from emulator import ACCOUNT, curl
from functions import BOOTSTRAP, function, write_bootstrap, write_template

# Answers what the query asks for, else the event itself.
GATEWAY_BOOTSTRAP = BOOTSTRAP.replace(
    "event = json.loads(payload)",
    """event = json.loads(payload)
    wish = (event.get("queryStringParameters") or {}).get("answer")
    if wish:
        payload = wish
        event = {}
    event = event if "do" in event else event.get("queryStringParameters") or {}""")


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    from conftest import running

    folder = tmp_path_factory.mktemp("api")
    write_bootstrap(folder / "code", GATEWAY_BOOTSTRAP)
    routes = {"One": ("GET", "/things/{id}"), "Any": ("ANY", "/files/{path+}"), "Post": ("POST", "/things")}
    events = {name: {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Gate"}, "Method": method, "Path": path}}
              for name, (method, path) in routes.items()}
    template = write_template(folder, {
        "Gate": {"Type": "AWS::Serverless::HttpApi", "Properties": {}},
        "Answerer": function("code/", FunctionName="answerer", Events=events),
    })
    with running(folder, template) as emulator:
        yield emulator.api


def event(api, path, *options):
    status, _, body = curl(*options, f"{api}{path}")
    assert status == 200
    return json.loads(body)


def answer(api, value):
    return curl("--get", "--data-urlencode", f"answer={value}", f"{api}/things/1")


def test_the_event_is_payload_format_2(api):
    got = event(api, "/things/a%20b?x=1&x=2", "--cookie", "c=1; d=2", "--header", "X-Own: yes")
    assert got["version"] == "2.0"
    assert got["routeKey"] == "GET /things/{id}"
    assert got["rawPath"] == "/things/a b"
    assert got["rawQueryString"] == "x=1&x=2"
    assert got["queryStringParameters"] == {"x": "1,2"}
    assert got["pathParameters"] == {"id": "a b"}
    assert got["cookies"] == ["c=1", "d=2"]
    assert got["headers"]["x-own"] == "yes"
    assert got["isBase64Encoded"] is False
    context = got["requestContext"]
    assert context["accountId"] == ACCOUNT
    assert context["stage"] == "$default"
    assert context["http"]["sourceIp"] == "127.0.0.1"
    assert set(context) == {
        "accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage", "time",
        "timeEpoch"}


def test_a_greedy_route_takes_every_method_and_the_rest_of_the_path(api):
    got = event(api, "/files/a/b/c", "--request", "PATCH")
    assert (got["routeKey"], got["pathParameters"]) == ("ANY /files/{path+}", {"path": "a/b/c"})


def test_bytes_reach_the_function_as_base64(api, tmp_path):
    (tmp_path / "body").write_bytes(bytes(range(256)))
    got = event(
        api, "/things", "--header", "Content-Type: application/octet-stream", "--data-binary",
        f"@{tmp_path / 'body'}")
    assert got["isBase64Encoded"] is True
    assert base64.b64decode(got["body"]) == bytes(range(256))


def test_a_result_without_a_status_is_a_json_body(api):
    status, headers, body = answer(api, '{"a": 1}')
    assert (status, headers["content-type"], body) == (200, "application/json", b'{"a": 1}')


def test_a_result_with_a_status_is_the_response(api):
    status, headers, body = answer(
        api, '{"statusCode": 418, "headers": {"x-a": "b"}, "cookies": ["c=d"], "body": "AP8=", "isBase64Encoded": true}')
    assert (status, body) == (418, b"\x00\xff")
    assert (headers["x-a"], headers["set-cookie"]) == ("b", "c=d")


@pytest.mark.parametrize("query", ["answer=no-json", "do=fail", "do=kill", "do=exit&status=3"])
def test_a_function_that_does_not_answer_is_an_internal_error(api, query):
    status, _, body = curl(f"{api}/things/1?{query}")
    assert (status, body) == (500, b'{"message":"Internal Server Error"}')
    assert curl(f"{api}/things/1")[0] == 200


def test_a_path_that_cannot_be_decoded_is_refused(api):
    assert curl(f"{api}/things/%zz")[0] == 400


def test_a_body_over_10_mb_is_refused(api, tmp_path):
    (tmp_path / "body").write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    status, _, body = curl("--data-binary", f"@{tmp_path / 'body'}", f"{api}/things")
    assert (status, body) == (413, b'{"message":"Request Entity Too Large"}')


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """An API with a route of two requests at once and one a second, and CORS for one origin."""
    from conftest import running

    folder = tmp_path_factory.mktemp("limited")
    write_bootstrap(folder / "code", GATEWAY_BOOTSTRAP)
    events = {name: {"Type": "HttpApi", "Properties": {
        "ApiId": {"Ref": "Gate"}, "Method": "GET", "Path": f"/{name.lower()}"}} for name in ("Slow", "Free")}
    template = write_template(folder, {
        "Gate": {"Type": "AWS::Serverless::HttpApi", "Properties": {
            "RouteSettings": {"GET /slow": {"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.001}},
            "CorsConfiguration": {"AllowOrigins": ["https://birds.example"], "AllowMethods": ["GET"]}}},
        "Dev": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {
            "ApiId": {"Ref": "Gate"}, "StageName": "dev", "AutoDeploy": True,
            "DefaultRouteSettings": {"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0}}},
        "Answerer": function("code/", FunctionName="answerer", Events=events),
    })
    with running(folder, template) as emulator:
        yield emulator.api


def test_a_route_over_its_limit_is_throttled(limited):
    assert [curl(f"{limited}/slow")[0] for _ in range(3)] == [200, 200, 429]
    status, headers, body = curl(f"{limited}/slow")
    assert (status, body) == (429, b'{"message":"Too Many Requests"}')
    assert headers["content-type"] == "application/json"
    assert curl(f"{limited}/free")[0] == 200
    assert curl(f"{limited}/dev/free")[0] == 429


def test_cors_is_answered_by_the_api(limited):
    origin = ("--header", "Origin: https://birds.example")
    status, headers, body = curl(
        "--request", "OPTIONS", *origin, "--header", "Access-Control-Request-Method: GET", f"{limited}/free")
    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == "https://birds.example"
    assert headers["access-control-allow-methods"] == "GET"
    assert curl(*origin, f"{limited}/free")[1]["access-control-allow-origin"] == "https://birds.example"
    assert "access-control-allow-origin" not in curl("--header", "Origin: https://a.example", f"{limited}/free")[1]
