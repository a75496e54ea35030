"""The audits of ``graphql-http``: GraphQL over HTTP as its working group specifies it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from infra.process import wait_until
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.node, pytest.mark.database]
SCRIPT = Path(__file__).with_name("audits.mjs")


def test_every_audit_is_passed(running: Product) -> None:
    audited = subprocess.run(
        ["node", SCRIPT, f"{running.url}/graphql"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert audited.returncode == 0, audited.stderr
    assert json.loads(audited.stdout) == {"total": 61, "failed": []}


def test_what_the_server_says_is_json_but_for_its_greeting(running: Product) -> None:
    with running.client() as client:
        answer = client.post("/graphql", json={"query": "query Q { categories { id } }"})
    assert wait_until(lambda: answer.headers["X-Request-Id"] in running.said(), timeout=10)
    lines = [json.loads(line) for line in running.said().splitlines() if line.startswith("{")]
    asked = [line for line in lines if line.get("requestId") == answer.headers["X-Request-Id"]]
    assert [(line["operation"], line["status"]) for line in asked] == [("Q", 200)]
    assert {line["level"] for line in lines} == {"INFO"}
