# SPDX-License-Identifier: Apache-2.0
"""A template in YAML, where `sam init` puts it: found without being named."""
import json
import subprocess

from emulator import MARTLET, client_environment
from functions import BOOTSTRAP, write_bootstrap

TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: {Type: String, Default: hello}
Globals:
  Function: {Runtime: provided.al2023, Handler: bootstrap, Timeout: 20}
Resources:
  Actor:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "${AWS::StackName}-actor"
      CodeUri: actor/
      Environment:
        Variables:
          GREETING: !Join [" ", [!Ref Greeting, !Ref AWS::Region]]
"""


def test_a_template_in_yaml_is_found_and_run(tmp_path):
    write_bootstrap(tmp_path / "actor", BOOTSTRAP)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    run = subprocess.run(
        [MARTLET, "invoke", "martlet-actor", "--event", "-"], input=json.dumps({"do": "environment"}), cwd=tmp_path,
        env=client_environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["GREETING"] == "hello us-east-1"
