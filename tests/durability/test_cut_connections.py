"""Whichever write loses its connection, before or after it is made, nothing is lost or doubled.

Runs of functions are ended at each of their writes by the tests of each function.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import TypeVar

import pytest
import pytest_asyncio

from domain.case import Case
from domain.workflow import Action
from services.office import Office, close_office, open_office
from services.verification import verify_all
from storage import mongo
from tests.durability.cutting import CuttingProxy
from tests.services.offices import (
    CLERK,
    KEYS,
    TO_CALLBACK,
    sent,
    walked,
)

pytestmark = [pytest.mark.ring("release"), pytest.mark.database]
T = TypeVar("T")
TRIES = 5


@pytest.fixture(params=[False, True], ids=["before it is made", "after it is made"])
def is_made(request: pytest.FixtureRequest) -> bool:
    """Whether the server carries out a write whose connection is cut."""
    return bool(request.param)


@pytest.fixture
def proxy(mongo_uri: str, *, is_made: bool) -> CuttingProxy:
    """In front of the database, not listening yet."""
    port = int(mongo_uri.rpartition(":")[2].partition("/")[0])
    return CuttingProxy(port, is_made=is_made)


@pytest_asyncio.fixture
async def cut_off(
    office: Office, database: mongo.Database, driver: mongo.Driver, proxy: CuttingProxy
) -> AsyncIterator[Office]:
    """The office's database, through the proxy."""
    with proxy.listen() as port:
        client = mongo.connect(f"mongodb://127.0.0.1:{port}/?directConnection=true", driver)
        cut_off = await open_office(client, database.name, driver, KEYS)
        yield cut_off
        await close_office(cut_off)
        await mongo.close(client)


async def repeat(work: Callable[[], Awaitable[T]]) -> T:
    """What a client does that got no answer: the same again."""
    for _ in range(TRIES):
        try:
            return await work()
        except Exception as error:
            if not mongo.is_outage(error):
                raise
    raise AssertionError(f"no answer in {TRIES} tries")


async def take(office: Office, case: Case, action: str) -> Case:
    """The case after the action, which a client without an answer looks for before it repeats."""

    async def act() -> Case:
        found = await office.cases.by_id(case.id, CLERK)
        assert found is not None
        done = found.history[-1].action is Action[action] and found.version > case.version
        return found if done else await walked(office, found, action)

    return await repeat(act)


async def live(office: Office, key: str) -> Case:
    """A letter's life from its submission to its reply."""
    case = (await repeat(lambda: sent(office, key))).case
    for action in TO_CALLBACK.split():
        case = await take(office, case, action)
    return case


async def test_no_cut_connection_loses_or_doubles_anything(
    cut_off: Office, office: Office, proxy: CuttingProxy
) -> None:
    expected = await live(cut_off, "uncut")
    for number in count(1):  # until a life has no more writes
        cut_before, first = proxy.cut, proxy.writes + number
        proxy.cuts = {first, first + 1}  # the driver's own second try fails too
        case = await live(cut_off, f"cut {number}")
        assert [one.action for one in case.history] == [one.action for one in expected.history]
        assert await office.cases.count() == 1 + number
        if proxy.cut == cut_before:
            break
    assert number > len(TO_CALLBACK.split())
    assert [one.problem async for one in verify_all(office) if one.problem] == []


@pytest.mark.ring("all")
@pytest.mark.parametrize("is_made", [False], indirect=True)
async def test_a_lease_that_cannot_be_asked_for_is_an_outage_and_no_other_run(
    cut_off: Office, proxy: CuttingProxy
) -> None:
    lease = await cut_off.functions.take("overdue_sweep", "a run", 60)
    assert lease is not None
    await cut_off.functions.release(lease)
    first = proxy.writes + 1
    proxy.cuts = set(range(first, first + 50))
    with pytest.raises(mongo.DatabaseFailure) as failed:
        await cut_off.functions.take("overdue_sweep", "another run", 60)
    assert mongo.is_outage(failed.value)
