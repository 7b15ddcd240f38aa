# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI, told where the endpoint is by AWS_ENDPOINT_URL and by nothing else."""
import json

from application import BUCKET, ENDPOINT, error_topic
from emulator import ACCOUNT


def test_invoke(actors, tmp_path):
    out = tmp_path / "out"
    run = actors.aws(
        "lambda", "invoke", "--function-name", "actor", "--qualifier", "live", "--payload", '{"a": "é"}',
        "--log-type", "Tail", str(out))
    answer = json.loads(run.stdout)
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "1")
    assert answer["LogResult"]
    assert json.loads(out.read_text()) == {"a": "é"}


def test_invoke_of_nobody(actors, tmp_path):
    run = actors.aws("lambda", "invoke", "--function-name", "nobody", str(tmp_path / "out"), check=False)
    assert run.returncode == 254 or run.returncode == 255
    assert "(ResourceNotFoundException)" in run.stderr
    assert "Function not found: " in run.stderr


def test_files_go_there_and_back(application, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(range(256)) * 64 * 1024)  # 16 MiB: in parts
    application.aws("s3", "cp", str(source), f"s3://{BUCKET}/cli/file")
    application.aws("s3", "cp", f"s3://{BUCKET}/cli/file", str(target))
    assert target.read_bytes() == source.read_bytes()
    assert "file" in application.aws("s3", "ls", f"s3://{BUCKET}/cli/").stdout
    application.aws("s3", "rm", f"s3://{BUCKET}/cli/file")
    assert application.aws("s3", "ls", f"s3://{BUCKET}/cli/file", check=False).returncode == 1


def test_publish(application):
    run = application.aws("sns", "publish", "--topic-arn", error_topic(), "--message", "{}")
    assert json.loads(run.stdout)["MessageId"]


def test_invoke_endpoint(application, tmp_path):
    out = tmp_path / "out"
    run = application.aws(
        "sagemaker-runtime", "invoke-endpoint", "--endpoint-name", ENDPOINT, "--content-type", "application/json",
        "--body", '{"prompt": "a sea", "width": 64, "height": 64}', str(out))
    assert json.loads(run.stdout)["InvokedProductionVariant"] == "AllTraffic"
    assert json.loads(out.read_text())["prompt"] == "a sea"


def test_caller_identity(application):
    assert json.loads(application.aws("sts", "get-caller-identity").stdout)["Account"] == ACCOUNT
