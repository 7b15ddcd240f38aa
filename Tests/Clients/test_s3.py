# SPDX-License-Identifier: Apache-2.0
"""S3 through boto3, and presigned URLs through curl."""
import datetime
import hashlib
import re
import socket
import struct
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from emulator import curl
from functions import write_template
from signing import presigned_get

BUCKET = "shelf"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    from conftest import running

    folder = tmp_path_factory.mktemp("s3")
    template = write_template(folder, {"Shelf": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}})
    with running(folder, template) as emulator:
        yield emulator


@pytest.fixture
def s3(store):
    return store.client("s3")


def code(caught):
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def get(s3, key):
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.mark.parametrize("key", ["plain", "a/b/c.txt", "with space+plus&amp.txt", "ünï/çødé", "trailing/", "%41"])
def test_what_is_put_is_what_is_got(s3, key):
    body = f"body of {key}".encode() * 100
    put = s3.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType="text/x-own", Metadata={"color": "red"})
    got = s3.get_object(Bucket=BUCKET, Key=key)
    assert got["Body"].read() == body
    assert got["ContentType"] == "text/x-own"
    assert got["Metadata"] == {"color": "red"}
    assert put["ETag"] == got["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    assert s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"] == len(body)


def test_a_large_body_comes_back_whole(s3, tmp_path):
    body = hashlib.sha512(b"seed").digest() * (20 * 1024 * 1024 // 64)
    (tmp_path / "large").write_bytes(body)
    s3.upload_file(str(tmp_path / "large"), BUCKET, "large")
    assert get(s3, "large") == body


def test_a_client_that_goes_while_it_is_answered_harms_nobody(s3, store):
    s3.put_object(Bucket=BUCKET, Key="unread", Body=bytes(8 * 1024 * 1024))
    url = urllib.parse.urlsplit(s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "unread"}))
    request = f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode()
    for _ in range(20):
        with socket.create_connection((url.hostname, url.port)) as connection:
            # The close then resets the connection under the server's writes.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(request)
            assert connection.recv(16).startswith(b"HTTP/1.1 200")
    assert len(get(s3, "unread")) == 8 * 1024 * 1024


def test_a_range_is_a_part(s3):
    s3.put_object(Bucket=BUCKET, Key="ranged", Body=b"0123456789")
    part = s3.get_object(Bucket=BUCKET, Key="ranged", Range="bytes=2-4")
    assert part["Body"].read() == b"234"
    assert part["ContentRange"] == "bytes 2-4/10"


def test_a_deleted_object_is_gone_and_may_be_deleted_again(s3):
    s3.put_object(Bucket=BUCKET, Key="short-lived", Body=b"x")
    for _ in range(2):
        assert s3.delete_object(Bucket=BUCKET, Key="short-lived")["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(s3.exceptions.NoSuchKey) as caught:
        get(s3, "short-lived")
    assert caught.value.response["Error"] == {
        "Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "short-lived"}
    with pytest.raises(ClientError) as caught:
        s3.head_object(Bucket=BUCKET, Key="short-lived")
    assert code(caught) == ("404", 404)


def test_a_bucket_that_is_not_there_is_said_to_be_missing(s3):
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.put_object(Bucket="no-such-shelf", Key="a", Body=b"")
    with pytest.raises(ClientError) as caught:
        s3.head_bucket(Bucket="no-such-shelf")
    assert code(caught) == ("404", 404)


def test_keys_are_listed_in_order_page_by_page(s3):
    keys = sorted(f"list/{number:03}" for number in range(25)) + ["list/deeper/a", "list/deeper/b"]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix="list/", Delimiter="/", PaginationConfig={"PageSize": 10})
    pages = list(pages)
    assert [len(page.get("Contents", [])) + len(page.get("CommonPrefixes", [])) for page in pages] == [10, 10, 6]
    assert [item["Key"] for page in pages for item in page.get("Contents", [])] == keys[:25]
    assert [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])] == ["list/deeper/"]


def test_an_object_is_created_once_only_when_asked_so(s3):
    s3.delete_object(Bucket=BUCKET, Key="once")
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=BUCKET, Key="once", Body=b"second", IfNoneMatch="*")
    assert code(caught) == ("PreconditionFailed", 412)
    assert get(s3, "once") == b"first"


def test_an_object_is_replaced_only_as_it_was_read(s3):
    first = s3.put_object(Bucket=BUCKET, Key="compared", Body=b"1")["ETag"]
    s3.put_object(Bucket=BUCKET, Key="compared", Body=b"2", IfMatch=first)
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=BUCKET, Key="compared", Body=b"3", IfMatch=first)
    assert code(caught) == ("PreconditionFailed", 412)
    assert get(s3, "compared") == b"2"


def test_an_unchanged_object_is_not_sent_again(s3):
    etag = s3.put_object(Bucket=BUCKET, Key="cached", Body=b"1")["ETag"]
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=BUCKET, Key="cached", IfNoneMatch=etag)
    assert code(caught) == ("304", 304)


def test_a_wrong_checksum_is_refused_and_nothing_is_stored(s3):
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=BUCKET, Key="damaged", Body=b"body", ChecksumSHA256="A" * 43 + "=")
    assert code(caught) == ("BadDigest", 400)
    with pytest.raises(s3.exceptions.NoSuchKey):
        get(s3, "damaged")


def test_a_presigned_url_opens_its_object_without_credentials(s3):
    s3.put_object(Bucket=BUCKET, Key="shown to all", Body=b"seen", ContentType="text/plain")
    url = s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "shown to all"}, ExpiresIn=300)
    status, headers, body = curl(url)
    assert (status, headers["content-type"], body) == (200, "text/plain", b"seen")


@pytest.mark.parametrize("change", [
    lambda url: url.replace("/shown", "/hidden"),
    lambda url: re.sub(r"Expires=\d+", "Expires=3000", url),
    lambda url: re.sub(r"(Signature=)(\w)", lambda found: found[1] + ("0" if found[2] != "0" else "1"), url),
    lambda url: url + "&response-content-type=text/html",
])
def test_a_presigned_url_that_was_changed_opens_nothing(store, s3, change):
    for key in ("shown", "hidden"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"seen")
    now = datetime.datetime.now(datetime.timezone.utc)
    url = presigned_get(store.endpoint, BUCKET, "shown", now, 300)
    assert curl(url)[0] == 200
    status, _, body = curl(change(url))
    assert status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in body


def test_a_presigned_url_opens_nothing_after_its_time(store, s3):
    s3.put_object(Bucket=BUCKET, Key="late", Body=b"seen")
    signed = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=10)
    status, _, body = curl(presigned_get(store.endpoint, BUCKET, "late", signed, 1))
    assert status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in body


def test_an_object_is_not_public(store, s3):
    s3.put_object(Bucket=BUCKET, Key="private", Body=b"x")
    status, _, body = curl(f"{store.endpoint}/{BUCKET}/private")
    assert status == 403
    assert b"<Code>AccessDenied</Code>" in body


@pytest.mark.parametrize("call", [
    lambda s3: s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}),
    lambda s3: s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration={"IndexDocument": {"Suffix": "i"}}),
    lambda s3: s3.put_object_tagging(Bucket=BUCKET, Key="a", Tagging={"TagSet": []}),
])
def test_what_is_not_emulated_is_refused(s3, call):
    with pytest.raises(ClientError) as caught:
        call(s3)
    assert code(caught) == ("NotImplemented", 501)
