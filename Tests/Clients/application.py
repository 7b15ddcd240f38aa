# SPDX-License-Identifier: Apache-2.0
"""What the tests know of the application of template.json: its names, and how to look at its state."""
import json

from emulator import ACCOUNT, REGION
from waiting import eventually

BUCKET = "martlet-images"
ENDPOINT = "martlet-images"
# What the stand-in model does not draw, for the sake of those who handle failures.
FAILING_PROMPT = "please fail"


def success_topic():
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:martlet-success"


def error_topic():
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:martlet-error"


def s3_json(emulator, key):
    """An object's JSON; None while it is not there."""
    s3 = emulator.client("s3")
    try:
        return json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None


def state_of(emulator, job):
    """The state's name, `READY` say; None while there is none."""
    state = s3_json(emulator, f"state/{job}.json")
    return state and state["status"]


def wait_for(emulator, job, *names):
    """Waits until a job is in one of these states, and returns its whole record."""
    eventually(lambda: state_of(emulator, job) in names, what=f"{job} to be {' or '.join(names)}")
    return s3_json(emulator, f"state/{job}.json")
