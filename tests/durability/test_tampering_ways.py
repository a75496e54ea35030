"""Every way of changing the database without a key is found and named; some are refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.objects import DirectoryStore
from services.office import Office
from storage import mongo
from storage.cases import WHOLE
from storage.pages import Page
from tests.durability.tampering import (
    WAYS,
    WRITER,
    Tamper,
    Town,
    cut_history_and_seal,
    put_own_key,
    swap_keys,
    tried,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.database]


@pytest.fixture
async def town(office: Office, database: mongo.Database, tmp_path: Path) -> Town:
    town = Town(office, database, DirectoryStore(tmp_path))
    await town.fill()
    return town


async def test_each_way_is_found_and_named(town: Town) -> None:
    assert await town.findings() == []
    found = {way.name: await tried(town, way) for way in WAYS}
    assert [name for name, finding in found.items() if finding is None] == []
    assert await town.findings() == [], "all was put back"


@pytest.mark.parametrize("way", [put_own_key, swap_keys, cut_history_and_seal])
async def test_a_key_that_was_not_sealed_opens_nothing(town: Town, way: Tamper) -> None:
    async def opened(case_id: str) -> list[str]:
        number = await town.number_of(case_id)
        key = town.office.access.key(number, town.codes[number])
        case = await town.office.cases.opened(key, WHOLE)
        return [case.id] if case else []

    assert await opened(town.thief) == [town.thief]
    assert await opened(town.victim) == [town.victim]
    await way(town)
    assert await opened(town.thief) == ([town.thief] if way is cut_history_and_seal else [])
    assert await opened(town.victim) == []


async def test_an_account_is_shown_what_was_sealed_as_its_own(town: Town) -> None:
    ownership = town.office.outside.ownership
    mine = await ownership.changed(WRITER.subject or "", Page(10))
    assert {case.id for case in mine.items} == {town.victim, town.thief}
    await town.set(town.victim, account="thief")
    thief = await ownership.changed("thief", Page(10))
    assert (thief.items, thief.cursors) == ((), ())
    assert [case async for case in ownership.of_account("thief")] == []
