"""What Prometheus reads: counted as it happened, under names that no client can add to."""

from __future__ import annotations

from typing import Any

import pytest

from domain.words import Stage
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("test")

STATUS = 'query CaseStatus { trackedCase(number: "?", queryCode: "?") { number } }'
TOKEN = "a-token-of-the-operators"


async def scraped(town: Town, **headers: str) -> str:
    response = await town.http.get("/metrics", headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/plain")
    return response.text


def value(text: str, name: str) -> float:
    """The sample of this name with its labels; 0 while there is none."""
    found = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


async def post(town: Town, query: str, **more: Any) -> int:
    response = await town.http.post("/graphql", json={"query": query, **more})
    return response.status_code


async def test_our_clients_operations_are_counted_by_name_and_all_others_as_other(
    town: Town,
) -> None:
    ours = 'lizheng_request_seconds_count{operation="CaseStatus",status="200"}'
    other = 'lizheng_request_seconds_count{operation="other",status="200"}'
    before = await scraped(town)
    assert await post(town, STATUS) == 200
    for name in ("Mine", "Yours", "CaseStatus2"):
        assert await post(town, f"query {name} {{ __typename }}") == 200
    after = await scraped(town)
    assert value(after, ours) == value(before, ours) + 1
    assert value(after, other) == value(before, other) + 3
    assert "Yours" not in after


async def test_refusals_are_counted_by_code_in_payloads_and_of_requests(town: Town) -> None:
    payload = 'lizheng_refusals_total{code="NOT_FOUND",place="payload"}'
    request = 'lizheng_refusals_total{code="GRAPHQL_PARSE_FAILED",place="request"}'
    before = await scraped(town)
    survey = (
        'mutation { answerSurvey(input: {number: "20170306000014", queryCode: "no such code",'
        " resolved: true, satisfaction: 5}) { errors { field } } }"
    )
    assert await post(town, survey) == 200
    await post(town, "{")
    after = await scraped(town)
    assert value(after, request) == value(before, request) + 1
    assert value(after, payload) == value(before, payload) + 1, after


async def test_the_database_is_timed_by_command(town: Town) -> None:
    finds = 'lizheng_database_seconds_count{command="find",outcome="ok"}'
    before = await scraped(town)
    assert await post(town, STATUS) == 200
    assert value(await scraped(town), finds) > value(before, finds)


async def test_queues_are_told_by_stage_with_the_age_of_their_heads(
    mongo_uri: str, driver: mongo.Driver
) -> None:
    async for town in open_town(mongo_uri, driver):
        await town.letter()
        text = await scraped(town)
        assert value(text, 'lizheng_queue_cases{stage="ACCEPTANCE"}') == 1
        assert value(text, 'lizheng_queue_cases{stage="REVIEW"}') == 0
        assert value(text, 'lizheng_queue_head_overdue_seconds{stage="ACCEPTANCE"}') < 0
        assert value(text, 'lizheng_queue_head_age_seconds{stage="ACCEPTANCE"}') >= 0
        assert f'stage="{Stage.ARCHIVE}"' not in text


async def test_the_gate_the_event_loop_and_the_process_are_there(town: Town) -> None:
    text = await scraped(town)
    assert value(text, "lizheng_requests_running") == 0
    assert value(text, "lizheng_requests_limit") == town.settings.max_concurrent
    assert "lizheng_event_loop_lag_seconds_count" in text
    assert value(text, "process_resident_memory_bytes") > 0
    assert value(text, "lizheng_subscriptions") == 0


@pytest.mark.parametrize(
    ("environment", "token", "sent", "status"),
    [
        ("production", None, "", 404),  # never open to the world
        ("production", TOKEN, f"Bearer {TOKEN}", 200),
        ("production", TOKEN, "", 401),
        ("test", TOKEN, "Bearer another", 401),
        ("test", TOKEN, f"bearer {TOKEN}x", 401),
        ("test", None, "", 200),
    ],
)
async def test_metrics_are_for_whoever_has_the_token(
    mongo_uri: str,
    driver: mongo.Driver,
    environment: str,
    token: str | None,
    sent: str,
    status: int,
) -> None:
    async for town in open_town(mongo_uri, driver, environment=environment, metrics_token=token):
        response = await town.http.get("/metrics", headers={"Authorization": sent})
        assert response.status_code == status
