"""The database dies and comes back: whoever follows a case misses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from infra.embedded import EmbeddedDatabase
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.reading import PATIENCE, Reader, serving, until

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

LETTERS = 5
STEPS = ("ACCEPT", "REVIEW", "SIGN_FOR")


async def test_a_subscription_survives_a_database_that_is_killed(
    tmp_path: Path, driver: mongo.Driver
) -> None:
    database = EmbeddedDatabase.start(tmp_path)
    try:
        async for town in open_town(database.uri, driver):
            await _follow_through_kills(town, tmp_path)
    finally:
        last = EmbeddedDatabase.running(tmp_path)
        if last is not None:
            last.stop(timeout=0)


async def _follow_through_kills(town: Town, folder: Path) -> None:
    letters = [await town.letter() for _ in range(LETTERS)]
    async with serving(town.app) as served, served.reader() as reader:
        await reader.greeted()
        for letter in letters:
            await reader.follow(letter, letter.number)
        await served.followed_by(LETTERS)
        await until(lambda: served.figures.readings >= LETTERS)
        for version, step in enumerate(STEPS, start=2):
            await town.walk(letters[0], step)
            await _killed_and_restarted(folder)
            for letter in letters[1:]:
                await _again(lambda letter=letter, step=step: town.walk(letter, step))  # type: ignore[misc]
            await _told(reader, dict.fromkeys((one.number for one in letters), version))
        assert served.figures.streams == 1


async def _killed_and_restarted(folder: Path) -> None:
    """On the same port, with what was acknowledged."""
    database = EmbeddedDatabase.running(folder)
    assert database is not None
    os.kill(database.pid, signal.SIGKILL)
    await until(lambda: not database.is_running())
    again = await asyncio.to_thread(EmbeddedDatabase.start, folder)
    assert (again.port, again.adopted) == (database.port, False)


async def _again(act: Callable[[], Awaitable[object]]) -> None:
    """Until the API has found the database again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await act()
            except (AssertionError, httpx.TransportError):
                continue
            return


async def _told(reader: Reader, wanted: dict[str, int]) -> None:
    """Everybody's newest version arrives, whatever comes before it."""
    while wanted:
        case = await reader.case()
        if wanted.get(case["number"]) == case["version"]:
            del wanted[case["number"]]
