"""Many who fail in the same moment are counted; nobody is shut out before the limit is reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("all")

MANY = 200
TRACKED = """query($number: String!, $queryCode: String!) {
    trackedCase(number: $number, queryCode: $queryCode) { number } }"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where as many may come at once, and fail, as come here."""
    limits = {"guesses_per_number": 10 * MANY, "guesses_per_address": 10 * MANY}
    async for one in open_town(mongo_uri, driver, **limits):
        yield one


@pytest.mark.parametrize("number", ["", "first", "second", "third"])
async def test_two_hundred_wrong_guesses_at_once_are_two_hundred_misses(
    town: Town, number: str
) -> None:
    letter = await town.letter()
    wrong = {"number": number, "queryCode": ""}
    answers = await asyncio.gather(*(town.citizen.send(TRACKED, **wrong) for _ in range(MANY)))
    assert {(answer.status, answer.code) for answer in answers} == {(200, None)}
    right = await town.citizen.ask(TRACKED, **letter.proof)
    assert right["trackedCase"]["number"] == letter.number


async def test_so_are_those_of_one_request(town: Town) -> None:
    letter = await town.letter()
    guesses = " ".join(
        f'g{n}: trackedCase(number: "", queryCode: "{n}") {{ number }}' for n in range(10)
    )
    data = await town.citizen.ask(f"{{ {guesses} }}")
    assert not any(data.values())
    assert (await town.citizen.ask(TRACKED, **letter.proof))["trackedCase"]
