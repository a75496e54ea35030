"""The demo case is told at every start, though its code can be read only once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cli.demo import demo_case
from services.directory import import_directory
from services.office import Office
from storage import mongo
from tests.services.offices import MONDAY, sent

pytestmark = pytest.mark.ring("all")

CHENGDU = Path(__file__).resolve().parents[2] / "data" / "chengdu"


@pytest.fixture
async def chengdu(office: Office) -> Office:
    await import_directory(CHENGDU, office.directory)
    return office


async def test_it_is_remembered_for_this_user_alone(chengdu: Office, tmp_path: Path) -> None:
    first = await demo_case(chengdu, tmp_path / "data", MONDAY)
    assert first is not None
    assert await demo_case(chengdu, tmp_path / "data", MONDAY) == first
    assert stat.S_IMODE((tmp_path / "data" / "demo.json").stat().st_mode) == 0o600


async def test_what_opens_nothing_here_is_not_told(
    chengdu: Office, database: mongo.Database, tmp_path: Path
) -> None:
    await demo_case(chengdu, tmp_path, MONDAY)
    await database.cases.delete_many({})
    await sent(chengdu)  # somebody else's database, with cases of its own
    assert await demo_case(chengdu, tmp_path, MONDAY) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"number": "1"}'])
async def test_a_file_that_says_nothing_is_no_harm(
    office: Office, tmp_path: Path, text: str
) -> None:
    (tmp_path / "demo.json").write_text(text, encoding="utf-8")
    await sent(office)
    assert await demo_case(office, tmp_path, MONDAY) is None
