"""An operation that takes too long is cancelled, and the next one is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import CoroutineType

import pytest
import pytest_asyncio

from services.office import Keys, close_office, open_office
from storage import mongo
from tests.api.clients import Town, letter_input, mutation
from tests.api.conftest import SECRETS, open_town
from tests.api.lines import Line

pytestmark = pytest.mark.ring("test")

SEVERAL = "{ a: units(first: 9) { totalCount } b: mailboxes(first: 9) { totalCount } }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town with little patience."""
    async for one in open_town(mongo_uri, driver, operation_seconds=0.5):
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def line(town: Town, mongo_uri: str) -> AsyncIterator[Line]:
    """The town's office reaches the database over this line, with patience of its own."""
    direct, driver = town.office, town.settings.mongodb_driver
    keys = Keys(SECRETS.master_key, SECRETS.access_key, SECRETS.chain_key, SECRETS.lookup_key)
    async with Line(mongo_uri) as line:
        client = mongo.connect(line.uri, driver)
        office = await open_office(client, town.settings.mongodb_database, driver, keys)
        town.app.state.office = office
        yield line
        # Motor joins its monitor when it closes, on the loop that the line needs to answer it.
        await line.cut()
        town.app.state.office = direct
        await close_office(office)
        await mongo.close(client)


def _at_work() -> list[str]:
    """The resolvers and executions that run or wait at this moment."""
    coroutines = [task.get_coro() for task in asyncio.all_tasks()]
    files = [one.cr_code.co_filename for one in coroutines if isinstance(one, CoroutineType)]
    return [file for file in files if "/graphql/" in file or "/resolvers/" in file]


async def test_what_takes_too_long_is_cancelled_and_says_so(town: Town, line: Line) -> None:
    assert (await town.citizen.send(SEVERAL)).errors == []
    line.hold()
    for document, given in ((SEVERAL, {}), (mutation("submitLetter"), {"input": letter_input()})):
        asked = asyncio.create_task(town.citizen.send(document, **given))
        answer = await asked
        assert (answer.status, answer.code) == (503, "TIMEOUT")
        assert answer.response.headers["Retry-After"] == "1"
        assert "0.5 seconds" in answer.errors[0]["message"]
        assert "data" not in answer.body
        assert _at_work() == []


@pytest.mark.ring("all")
async def test_a_letter_that_was_cut_off_can_be_sent_again(town: Town, line: Line) -> None:
    given = letter_input()
    line.hold()
    assert (await town.citizen.send(mutation("submitLetter"), input=given)).code == "TIMEOUT"
    line.release()
    payload = await town.citizen.do("submitLetter", **given)
    again = await town.citizen.do("submitLetter", **given)
    assert payload["errors"] == []
    assert again == payload


class Unfinished:
    """A body whose end never comes."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/graphql", "application/json"), ("/survey/x", "application/x-www-form-urlencoded")],
)
async def test_a_body_that_does_not_arrive_gives_its_place_up(
    town: Town, path: str, media_type: str
) -> None:
    headers = {"Content-Type": media_type}
    answer = await town.http.post(path, content=Unfinished(), headers=headers)
    assert answer.status_code == 408
    assert answer.headers["connection"] == "close"
