# SPDX-License-Identifier: Apache-2.0
"""SigV4 in a query, written from the specification, so that a moment in the past can be signed without waiting for it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""
import hashlib
import hmac
import urllib.parse

from emulator import REGION


def presigned_get(endpoint, bucket, key, moment, seconds, key_id="test", secret="test"):
    """A URL to get an object, signed at `moment` (UTC) for so many seconds."""
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    path = urllib.parse.quote(f"/{bucket}/{key}")
    query = urllib.parse.urlencode(sorted({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{key_id}/{scope}", "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds), "X-Amz-SignedHeaders": "host"}.items()), quote_via=urllib.parse.quote, safe="")
    host = endpoint.removeprefix("http://")
    request = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = f"AWS4{secret}".encode()
    for part in (stamp[:8], REGION, "s3", "aws4_request", text):
        signature = hmac.digest(signature, part.encode(), "sha256")
    return f"{endpoint}{path}?{query}&X-Amz-Signature={signature.hex()}"
