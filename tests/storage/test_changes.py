"""Which cases change, as the database tells it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from storage import changes, mongo
from storage.changes import EVERYTHING, CaseChanges, pause
from tests.api.reading import until

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

PATIENCE = 20


async def _next(ids: AsyncGenerator[str | None, None]) -> str | None:
    async with asyncio.timeout(PATIENCE):
        return await anext(ids)


async def test_each_change_of_a_case_is_told_and_nothing_else(database: mongo.Database) -> None:
    source = CaseChanges(database)
    ids = source.ids()
    assert await _next(ids) is EVERYTHING
    await database["units"].insert_one({"_id": "unit"})
    await database["cases"].insert_one({"_id": "a", "version": 1})
    await database["cases"].update_one({"_id": "a"}, {"$inc": {"version": 1}})
    await database["cases"].replace_one({"_id": "a"}, {"version": 3})
    await database["cases"].delete_one({"_id": "a"})
    await database["cases"].insert_one({"_id": "b"})
    assert [await _next(ids) for _ in range(5)] == ["a", "a", "a", "a", "b"]
    assert (source.opened, source.breaks) == (1, 0)
    await ids.aclose()


async def test_a_break_is_resumed_where_it_was(database: mongo.Database) -> None:
    source = _Breaking(database)
    ids = source.ids()
    assert await _next(ids) is EVERYTHING
    await database["cases"].insert_one({"_id": "a"})
    assert await _next(ids) == "a"
    source.error = AutoReconnect("away")
    await database["cases"].insert_one({"_id": "b"})
    assert await _next(ids) == "b"
    assert (source.opened, source.breaks) == (2, 1)
    await ids.aclose()


@pytest.mark.parametrize("code", [286, 280, 260, 9])
async def test_a_lost_point_to_resume_from_concerns_everything(
    database: mongo.Database, code: int
) -> None:
    source = _Breaking(database)
    ids = source.ids()
    assert await _next(ids) is EVERYTHING
    await database["cases"].insert_one({"_id": "a"})
    assert await _next(ids) == "a"
    source.error = OperationFailure("the log does not reach back so far", code)
    await database["cases"].insert_one({"_id": "b"})
    assert await _next(ids) is EVERYTHING
    await database["cases"].insert_one({"_id": "c"})
    assert await _next(ids) == "c"
    await ids.aclose()


async def test_a_server_that_says_nothing_at_all_is_left(
    database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = CaseChanges(database)
    ids = source.ids()
    assert await _next(ids) is EVERYTHING
    await database["cases"].insert_one({"_id": "a"})
    assert await _next(ids) == "a"
    waiting = asyncio.create_task(_next(ids))
    monkeypatch.setattr(changes, "STALL_SECONDS", 0.1)
    await until(lambda: source.breaks > 0)
    monkeypatch.setattr(changes, "STALL_SECONDS", 15)
    await database["cases"].insert_one({"_id": "b"})
    assert await waiting == "b"
    await ids.aclose()


def test_pauses_grow_and_end_at_five_seconds() -> None:
    pauses = [pause(failures) for failures in range(100)]
    assert pauses[:4] == [0.05, 0.1, 0.2, 0.4]
    assert pauses[-1] == max(pauses) == 5.0


class _Breaking(CaseChanges):
    """A stream that breaks once, with what the driver would raise."""

    error: Exception | None = None

    async def _next(self, stream: mongo.ChangeStream) -> mongo.Document | None:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return await super()._next(stream)
