# SPDX-License-Identifier: Apache-2.0
"""A prompt becomes a picture, from outside: the API with curl, uploads with the AWS CLI."""
import json
import struct
import urllib.parse
import uuid

import pytest

from application import BUCKET, FAILING_PROMPT, state_of, wait_for
from emulator import curl

PNG = b"\x89PNG\r\n\x1a\n"


def post(application, body):
    text = body if isinstance(body, str) else json.dumps(body)
    status, headers, answer = curl(
        "--header", "Content-Type: application/json", "--data-binary", text, f"{application.api}/images")
    return status, headers, json.loads(answer)


def size_of(png):
    return struct.unpack(">II", png[16:24])


def picture(url):
    status, headers, body = curl(url)
    assert (status, headers["content-type"]) == (200, "image/png")
    assert body.startswith(PNG)
    return body


def test_a_prompt_posted_to_the_api_becomes_a_picture(application):
    status, _, accepted = post(application, {"prompt": "a lighthouse", "width": 128, "height": 64, "seed": 3})
    assert status == 202
    assert (set(accepted), accepted["status"]) == ({"id", "status"}, "SUBMITTED")
    wait_for(application, accepted["id"], "READY")
    status, headers, answer = curl(f"{application.api}/images/{accepted['id']}")
    state = json.loads(answer)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert (state["id"], state["status"], state["prompt"]) == (accepted["id"], "READY", "a lighthouse")
    assert set(state["times"]) == {"SUBMITTED", "COMPLETED", "READY"}
    assert size_of(picture(state["url"])) == (128, 64)


def test_a_picture_drawn_at_once_is_the_one_that_its_url_shows(application):
    query = urllib.parse.urlencode({"prompt": "a boat & a moon"})
    status, _, answer = curl(f"{application.api}/images?{query}")
    assert status == 200
    answer = json.loads(answer)
    assert answer["prompt"] == "a boat & a moon"
    picture(answer["url"])


def test_the_same_seed_draws_the_same_picture(application):
    pictures = []
    for _ in range(2):
        _, _, accepted = post(application, {"prompt": "a star", "width": 64, "height": 64, "seed": 11})
        wait_for(application, accepted["id"], "READY")
        answer = json.loads(curl(f"{application.api}/images/{accepted['id']}")[2])
        pictures.append(picture(answer["url"]))
    assert pictures[0] == pictures[1]


def test_a_prompt_uploaded_with_the_cli_becomes_a_picture(application, tmp_path):
    job = str(uuid.uuid4())
    prompt = tmp_path / "prompt.json"
    prompt.write_text(json.dumps({"prompt": "a hill", "width": 64, "height": 64}))
    application.aws("s3", "cp", str(prompt), f"s3://{BUCKET}/inputs/{job}.json")
    wait_for(application, job, "READY")
    listing = application.aws("s3", "ls", f"s3://{BUCKET}/images/{job}").stdout
    assert listing.rstrip().endswith(f"{job}.png")


def test_an_uploaded_prompt_that_is_none_fails_with_its_reason(application, tmp_path):
    job = str(uuid.uuid4())
    prompt = tmp_path / "prompt.json"
    prompt.write_text(json.dumps({"prompt": "a hill", "width": 63, "height": -1}))
    application.aws("s3", "cp", str(prompt), f"s3://{BUCKET}/inputs/{job}.json")
    record = wait_for(application, job, "FAILED")
    assert record["reason"].startswith("invalid request: width must be a multiple of 8")


def test_a_prompt_that_makes_the_model_fail_fails_through_the_error_topic(application):
    _, _, accepted = post(application, {"prompt": FAILING_PROMPT, "width": 64, "height": 64})
    record = wait_for(application, accepted["id"], "FAILED")
    assert "Received server error (500) from model" in record["reason"]
    state = json.loads(curl(f"{application.api}/images/{accepted['id']}")[2])
    assert (state["status"], state["reason"]) == ("FAILED", record["reason"])
    assert "url" not in state


def test_a_file_elsewhere_in_the_bucket_starts_nothing(application):
    s3 = application.client("s3")
    job = str(uuid.uuid4())
    for key in (f"inputs/{job}.txt", f"other/{job}.json"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b'{"prompt": "x", "width": 64, "height": 64}')
    _, _, accepted = post(application, {"prompt": "the next", "width": 64, "height": 64})
    wait_for(application, accepted["id"], "READY")
    assert state_of(application, job) is None


@pytest.mark.parametrize("body", [
    "", "{", "[]", {}, {"prompt": ""}, {"prompt": 7, "width": 64, "height": 64},
    {"prompt": "word " * 78, "width": 64, "height": 64}, {"prompt": "a", "width": 65, "height": 64},
    {"prompt": "a", "width": 56, "height": 64}, {"prompt": "a", "width": 64, "height": 1032},
    {"prompt": "a", "width": "64", "height": 64},
])
def test_a_bad_request_is_refused_with_a_reason(application, body):
    status, headers, answer = post(application, body)
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert answer["message"]


@pytest.mark.parametrize("query", ["", "?prompt=", "?other=a", "?prompt=" + "word+" * 78])
def test_a_picture_of_nothing_is_refused(application, query):
    assert curl(f"{application.api}/images{query}")[0] == 400


def test_a_job_that_is_not_there_is_not_found(application):
    assert curl(f"{application.api}/images/{uuid.uuid4()}")[0] == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("DELETE", "/images"), ("GET", "/images/a/b")])
def test_no_route_gives_api_gateways_answer(application, method, path):
    status, headers, body = curl("--request", method, f"{application.api}{path}")
    assert (status, body) == (404, b'{"message":"Not Found"}')
    assert headers["content-type"] == "application/json"
    assert headers["apigw-requestid"]


def test_the_api_answers_under_its_name_on_the_shared_port(application):
    (api,) = application.apis
    status, _, body = curl(
        "--header", f"Host: {api}.execute-api.localhost", f"{application.endpoint}/images/{uuid.uuid4()}")
    assert status == 404
    assert json.loads(body) == {"message": "there is no image with this id"}
