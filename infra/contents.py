"""What is deployed: the parts, what each is made of, and what of it nobody reads there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

CHARTS = "node_modules/chart.js/dist/chart.umd.min.js"
_COMMON = (
    "boto3",
    "chinesecalendar",
    "cronsim",
    "httpx",
    "motor",
    "orjson",
    "pymongo[encryption]",
    "rjieba",
    "tzdata",
    "zstandard",
)
_FUNCTION = (*_COMMON, "aws-lambda-powertools", "phonenumbers")
_HOUSE = ("settings.py", "data", "domain", "functions", "infra", "services", "storage")


@dataclass(frozen=True, slots=True)
class Part:
    """What is deployed under one key of serverless.yml: packages, and code of ours."""

    name: str
    packages: tuple[str, ...]
    code: tuple[str, ...] = _HOUSE


PARTS = {
    part.name: part
    for part in (
        Part("overdue_sweep", _FUNCTION),
        Part("satisfaction_callback", _FUNCTION),
        Part("monthly_archive", (*_FUNCTION, "duckdb")),
        Part("deliver_notices", (*_FUNCTION, "standardwebhooks")),
        Part("monthly_bulletin", _FUNCTION),
        Part("train_categories", _FUNCTION),
        Part("group_letters", _FUNCTION),
        Part(
            "api",
            (
                *_COMMON,
                "altcha",
                "jinja2",
                "mangum",
                "phonenumbers",
                "pillow",
                "prometheus-client",
                "python-multipart",
                "pyjwt[crypto]",
                "starlette",
                "strawberry-graphql",
                "wechatpy",
            ),
            # npm's (`make explorer`): without it the city's page has tables and no charts.
            (*_HOUSE, "api", "resolvers", "schema", "widget", CHARTS),
        ),
    )
}

SERVICES = ("lambda", "s3", "scheduler", "secretsmanager", "sesv2", "ses", "sns", "sqs", "sts")
"""Of AWS's, those that we call: botocore describes some four hundred."""
_LEFT_OUT = (
    "data/README.md",
    "data/chengdu/",
    "data/demo_letters.jsonl",
    "infra/bytecode.py",
    "infra/contents.py",
    "infra/embedded.py",
    "infra/keeping.py",
    "infra/local_lambda.py",
    "infra/packaging.py",
    "infra/process.py",
    "infra/resources/",
    "infra/runtime_api.py",
    "infra/wheels.py",
    # Names of places and carriers: nobody asks a number for them.
    "phonenumbers/carrierdata/",
    "phonenumbers/geodata/",
    "phonenumbers/tzdata/",
    "boto3/examples/",
)


FILTER = hashlib.sha256(repr((SERVICES, _LEFT_OUT)).encode()).hexdigest()[:8]
"""Names the rule of `is_deployed`: what was made under another rule is made anew."""


def is_deployed(path: str) -> bool:
    """Whether a file of a wheel or of ours goes into a zip."""
    parts = PurePosixPath(path).parts
    if "__pycache__" in parts or path.startswith(_LEFT_OUT) or parts[-1] in ("RECORD", "INSTALLER"):
        return False
    if parts[:2] == ("botocore", "data") and len(parts) > 3:
        return parts[2] in SERVICES
    return True
