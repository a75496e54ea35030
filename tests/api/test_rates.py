"""How much anybody may ask for: said in a field and in headers, and refused with a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from domain.words import Role
from storage import mongo
from tests.api.clients import Answer, Town, letter_input
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("test")

LIMIT, LETTERS = 30, 3
RATE = "{ rateLimit { limit remaining resetAt } }"


@pytest_asyncio.fixture(loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town of few words: every test has its own."""
    async for one in open_town(mongo_uri, driver, rate_limit=LIMIT, letter_limit=LETTERS):
        yield one


def _told(answer: Answer) -> tuple[int, int, int]:
    headers = answer.response.headers
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    limit, remaining, reset = (int(headers[name]) for name in names)
    return limit, remaining, reset


async def test_every_answer_says_what_is_left(town: Town) -> None:
    first = await town.citizen.send(RATE)
    left = first.data["rateLimit"]
    assert (left["limit"], left["remaining"]) == (LIMIT, LIMIT - 1)
    assert datetime.fromisoformat(left["resetAt"]) > town.clock()
    assert _told(first) == (LIMIT, LIMIT - 1, 2)
    assert _told(await town.citizen.send(RATE))[:2] == (LIMIT, LIMIT - 2)


async def test_too_many_requests_are_refused_before_they_are_read(town: Town) -> None:
    for _ in range(LIMIT):
        assert (await town.citizen.send(RATE)).status == 200
    refused = await town.citizen.send("{ this is not even a document")
    assert (refused.status, refused.code) == (429, "TOO_MANY_ATTEMPTS")
    assert 1 <= int(refused.response.headers["Retry-After"]) <= 2
    assert _told(refused)[:2] == (LIMIT, 0)
    town.clock.later = timedelta(seconds=2)
    assert (await town.citizen.send(RATE)).status == 200


async def test_an_account_is_counted_apart_from_its_address(town: Town) -> None:
    for _ in range(LIMIT):
        await town.citizen.send(RATE)
    li = town.person(Role.CITIZEN, subject="li")
    assert _told(await li.send(RATE))[:2] == (LIMIT, LIMIT - 1)
    assert _told(await town.person(Role.CITIZEN, subject="wang").send(RATE))[1] == LIMIT - 1


async def test_bad_tokens_are_counted_for_their_address(town: Town) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    statuses = []
    for _ in range(LIMIT + 1):
        answer = await town.http.post("/graphql", json={"query": RATE}, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [401] * LIMIT + [429]


async def test_a_clock_that_is_set_back_shuts_nobody_out(town: Town) -> None:
    town.clock.later = timedelta(days=20)
    for _ in range(LIMIT):
        await town.citizen.send(RATE)
    town.clock.later = timedelta()
    assert (await town.citizen.send(RATE)).status == 200


async def test_whoever_has_no_account_writes_so_many_letters_an_hour(town: Town) -> None:
    for _ in range(LETTERS):
        await town.letter()
    payload = await town.citizen.do("submitLetter", **letter_input())
    assert payload["case"] is None
    assert [error["code"] for error in payload["errors"]] == ["TOO_MANY_ATTEMPTS"]
    await town.letter(town.person(Role.CITIZEN, subject="li"))
    town.clock.later = timedelta(minutes=20)
    await town.letter()
