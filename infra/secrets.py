"""Variables that are too precious for a function's configuration: from AWS Secrets Manager.

Each deployed part has a secret of its own, with what it needs and nothing else, that no other part
may read. ``python -m infra.secrets lizheng/prod < all.json`` makes them, or writes them anew, from
one JSON object of all variables; that object itself belongs into a safe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import boto3

_DATABASE = ("MONGODB_URI", "MONGODB_DATABASE")
_CASES = (*_DATABASE, "LIZHENG_CHAIN_KEY")
"""For whoever writes to cases: each write seals them."""
_STORED = (*_CASES, "LIZHENG_MASTER_KEY")
"""For whoever reads who wrote."""
_KNOWN = (*_STORED, "LIZHENG_ACCESS_KEY")
"""For whoever makes links for writers, or tells one writer from another."""
_WECHAT = ("WECHAT_APP_ID", "WECHAT_SECRET", "WECHAT_TEMPLATE")
_DOORS = (
    "LIZHENG_ACCOUNT_KEY",
    "JWKS_URL",
    "TOKEN_ISSUER",
    "TOKEN_AUDIENCE",
    "METRICS_TOKEN",
    "WECHAT_TOKEN",
    "WECHAT_AES_KEY",
)
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "overdue_sweep": _CASES,
    "satisfaction_callback": _KNOWN,
    "monthly_archive": _STORED,
    "deliver_notices": (*_KNOWN, *_WECHAT),
    "monthly_bulletin": _KNOWN,  # it groups the letters that wait for it
    "train_categories": _DATABASE,
    "group_letters": _KNOWN,
    "api": (*_KNOWN, "LIZHENG_PHONE_KEY", *_WECHAT, *_DOORS),
}
"""What the secret of each part holds, of what there is. Who signs tokens and looks letters up by
telephone is the API alone, and who speaks to WeChat is the API and ``deliver_notices``."""


def with_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables, and beside them those in the secret that ``SECRETS_ARN`` names. Blocks.

    The secret is a JSON object of variables; what the environment says itself stands.
    """
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=environ["SECRETS_ARN"])
    kept = json.loads(answer["SecretString"])
    return {**{name: str(value) for name, value in kept.items()}, **environ}


def divide(variables: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What of these variables each part gets.

    Raises ``ValueError``, which names them, for variables that no part needs.
    """
    unknown = variables.keys() - {name for names in VARIABLES.values() for name in names}
    if unknown:
        raise ValueError(f"no part needs {', '.join(sorted(unknown))}")
    return {
        part: {name: variables[name] for name in names if name in variables}
        for part, names in VARIABLES.items()
    }


def write(prefix: str, variables: Mapping[str, str], client: Any) -> list[str]:
    """Makes ``prefix/PART`` for each part, or writes it anew; answers their names."""
    written = []
    for part, values in divide(variables).items():
        name, text = f"{prefix}/{part}", json.dumps(values)
        try:
            client.create_secret(Name=name, SecretString=text)
        except client.exceptions.ResourceExistsException:
            client.put_secret_value(SecretId=name, SecretString=text)
        written.append(name)
    return written


if __name__ == "__main__":
    for name in write(sys.argv[1], json.load(sys.stdin), boto3.client("secretsmanager")):
        sys.stdout.write(f"{name}\n")
