"""Functions on Lambda, invoked without waiting for them."""

from __future__ import annotations

import json

import pytest
from botocore.stub import Stubber

from infra.invoking import Lambdas

pytestmark = pytest.mark.ring("test")


async def test_a_function_is_invoked_by_its_full_name_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-east-1")
    lambdas = Lambdas("lizheng-dev-")
    event = {"at": "2017-03-06T01:00:00+00:00", "trigger": "OPS", "dryRun": False}
    with Stubber(lambdas._client) as aws:
        aws.add_response(
            "invoke",
            {"StatusCode": 202},
            {
                "FunctionName": "lizheng-dev-overdue_sweep",
                "InvocationType": "Event",
                "Payload": json.dumps(event).encode(),
            },
        )
        await lambdas.dispatch("overdue_sweep", event)
        aws.assert_no_pending_responses()
