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
async def city(office: Office, database: mongo.Database, tmp_path: Path) -> Town:
    city = Town(office, database, DirectoryStore(tmp_path))
    await city.fill()
    return city


async def test_each_way_is_found_and_named(city: Town) -> None:
    assert await city.findings() == []
    found = {way.name: await tried(city, way) for way in WAYS}
    assert [name for name, finding in found.items() if finding is None] == []
    assert await city.findings() == [], "all was put back"


@pytest.mark.parametrize("way", [put_own_key, swap_keys, cut_history_and_seal])
async def test_a_key_that_was_not_sealed_opens_nothing(city: Town, way: Tamper) -> None:
    async def opened(case_id: str) -> list[str]:
        number = await city.number_of(case_id)
        key = city.office.access.key(number, city.codes[number])
        case = await city.office.cases.opened(key, WHOLE)
        return [case.id] if case else []

    assert await opened(city.thief) == [city.thief]
    assert await opened(city.victim) == [city.victim]
    await way(city)
    assert await opened(city.thief) == ([city.thief] if way is cut_history_and_seal else [])
    assert await opened(city.victim) == []


async def test_an_account_is_shown_what_was_sealed_as_its_own(city: Town) -> None:
    ownership = city.office.outside.ownership
    mine = await ownership.changed(WRITER.subject or "", Page(10))
    assert {case.id for case in mine.items} == {city.victim, city.thief}
    await city.set(city.victim, account="thief")
    thief = await ownership.changed("thief", Page(10))
    assert (thief.items, thief.cursors) == ((), ())
    assert [case async for case in ownership.of_account("thief")] == []
