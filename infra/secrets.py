"""Variables that are too precious for a function's configuration: from AWS Secrets Manager."""

from __future__ import annotations

import json
from collections.abc import Mapping

import boto3


def with_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables, and beside them those in the secret that ``SECRETS_ARN`` names. Blocks.

    The secret is a JSON object of variables; what the environment says itself stands.
    """
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=environ["SECRETS_ARN"])
    kept = json.loads(answer["SecretString"])
    return {**{name: str(value) for name, value in kept.items()}, **environ}
