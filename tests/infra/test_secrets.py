"""Each deployed part reads a secret of its own, with what it needs and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import boto3
import pytest

from infra.contents import PARTS
from infra.secrets import VARIABLES, divide, with_secrets, write
from services.functions.table import FUNCTIONS
from tests.infra.moto import CREDENTIALS, running_moto

pytestmark = pytest.mark.ring("test")
ROOT = Path(__file__).resolve().parents[2]
ALL = {name: f"the value of {name}" for names in VARIABLES.values() for name in names}


def test_every_part_has_one_and_no_function_what_signs_tokens_or_reads_theirs() -> None:
    divided = divide(ALL)
    assert divided.keys() == PARTS.keys() == {*FUNCTIONS, "api"}
    for name in FUNCTIONS:
        assert not divided[name].keys() & {"LIZHENG_ACCOUNT_KEY", "JWKS_URL", "WECHAT_TOKEN"}
    with_wechat = {part for part, given in divided.items() if "WECHAT_SECRET" in given}
    assert with_wechat == {"api", "deliver_notices"}
    assert divide({"MONGODB_URI": "x"})["api"] == {"MONGODB_URI": "x"}


def test_what_no_part_needs_is_not_written_anywhere() -> None:
    with pytest.raises(ValueError, match="no part needs LIZHENG_TOKEN_KEY"):
        divide({**ALL, "LIZHENG_TOKEN_KEY": "x"})


def test_each_role_may_read_its_own_and_each_function_is_told_of_it() -> None:
    roles = (ROOT / "infra" / "resources" / "roles.yml").read_text(encoding="utf-8")
    for part in re.split(r"(?m)^  (?=\w+Role:$)", roles)[1:]:
        role = part.partition("Role:")[0]
        own = [name for name in PARTS if name.title().replace("_", "") == role]
        assert re.findall(r":secret:\$\{self:service\}/\$\{sls:stage\}(.*)", part) == [
            f"/{name}-??????" for name in own
        ], role
    functions = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    said = re.findall(r"(?m)^      SECRETS_ARN: !Sub .*:secret:.*/(\w+)$", functions)
    assert sorted(said) == sorted(PARTS)
    assert functions.count("SECRETS_ARN") == len(PARTS)


@pytest.mark.ring("all")
def test_they_are_made_once_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_moto(tmp_path) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name.upper().replace("REGION_NAME", "AWS_DEFAULT_REGION"), value)
        client = boto3.client("secretsmanager")
        for uri in ("one", "two"):
            names = write("lizheng/dev", {**ALL, "MONGODB_URI": uri}, client)
            assert names == [f"lizheng/dev/{part}" for part in VARIABLES]
            kept = client.get_secret_value(SecretId="lizheng/dev/api")["SecretString"]
            assert json.loads(kept)["MONGODB_URI"] == uri
        found = with_secrets({"SECRETS_ARN": "lizheng/dev/group_letters", "ENVIRONMENT": "test"})
        assert found.keys() == {*VARIABLES["group_letters"], "SECRETS_ARN", "ENVIRONMENT"}
        client.close()
