"""What is stored of a bulletin comes back as it was, in chunks, and once it is frozen for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.baselines import Baseline
from domain.bulletins import Bulletin, BulletinState, Month
from domain.editions import Because, ChangeReason, FigureChange, Revision
from domain.facts import CohortLetter
from domain.figures import Part, Tabulated, sum_of, tabulate
from domain.words import Channel, MailboxLevel
from services.office import Office
from storage import bulletin_parts
from storage.bulletins import EditionTaken
from storage.mongo import Database, transaction
from tests.domain.cohort import COUNTED, LATER, TOWNSHIP, answered, letter, replied
from tests.services.offices import documents

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

JANUARY = Month(2017, 1)
BASELINE = Baseline("before trial operation", True, {"REPLY_RATE": 0.99}, "a report")
CHANGE = FigureChange(
    "REPLY_RATE/1", Part(1, 2), Part(2, 3), (Because(ChangeReason.LATE_LETTER, ("N000001",)),)
)


def cohort() -> tuple[CohortLetter, ...]:
    return (
        letter(answered()),
        letter(replied(2.5), path=TOWNSHIP, responsible=TOWNSHIP, channel=Channel.SMS),
        letter(replied(6.125), level=MailboxLevel.DISTRICT),
        letter(),
    )


def made(*letters: CohortLetter, **changed: object) -> tuple[Bulletin, Tabulated]:
    counted = tabulate(letters, LATER, {}, COUNTED)
    bulletin = Bulletin(
        month=JANUARY,
        edition=1,
        state=BulletinState.FROZEN,
        as_of=LATER,
        code="1.2.3",
        digest="d" * 64,
        counts=sum_of(counted.cells),
        baseline=BASELINE,
    )
    return replace(bulletin, **changed), counted  # type: ignore[arg-type]  # its fields, by name


async def save(office: Office, database: Database, one: tuple[Bulletin, Tabulated]) -> bool:
    async with transaction(database.client) as session:
        return await office.bulletins.save(*one, session)


async def test_a_bulletin_comes_back_as_it_was(office: Office, database: Database) -> None:
    bulletin, counted = made(*cohort(), revision=Revision("late", 2, 3, (CHANGE,)))
    assert await save(office, database, (bulletin, counted))
    for _ in ("read", "kept"):
        found = await office.bulletins.find(JANUARY, 1)
        assert found == bulletin
        assert await office.bulletins.cells(bulletin) == counted.cells
        assert await office.bulletins.members(bulletin) == counted.members


async def test_letters_and_cells_lie_in_chunks(
    office: Office, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulletin_parts, "LETTERS", 3)
    monkeypatch.setattr(bulletin_parts, "CELLS", 2)
    bulletin, counted = made(*cohort())
    await save(office, database, (bulletin, counted))
    kinds = [one["_id"] for one in await documents(database, "bulletin_parts")]
    assert sorted(kinds) == [
        "2017-01/1/cells/0",
        "2017-01/1/cells/1",
        "2017-01/1/letters/0",
        "2017-01/1/letters/1",
    ]
    assert await office.bulletins.members(bulletin) == counted.members


async def test_a_preliminary_one_is_replaced_with_all_that_lies_beside_it(
    office: Office, database: Database
) -> None:
    letters = cohort()
    await save(office, database, made(*letters, state=BulletinState.PRELIMINARY))
    final, counted = made(*letters[:1])
    assert await save(office, database, (final, counted))
    assert await office.bulletins.latest(JANUARY) == final
    assert await office.bulletins.cells(final) == counted.cells
    assert len(await office.bulletins.members(final)) == 1


async def test_a_frozen_one_is_never_written_again(office: Office, database: Database) -> None:
    first, counted = made(*cohort())
    assert await save(office, database, (first, counted))
    assert not await save(office, database, made(letter()))
    assert await office.bulletins.latest(JANUARY) == first
    assert await office.bulletins.members(first) == counted.members


async def test_an_edition_is_published_once(office: Office, database: Database) -> None:
    await save(office, database, made())
    second = made(letter(), edition=2)
    await office.bulletins.publish(*second)
    with pytest.raises(EditionTaken):
        await office.bulletins.publish(*made(*cohort(), edition=2))
    assert await office.bulletins.latest(JANUARY) == second[0]
    assert len(await office.bulletins.members(second[0])) == 1
    assert await office.bulletins.editions([JANUARY, Month(2017, 2)]) == {JANUARY: 2}


async def test_an_edition_made_by_fewer_definitions_can_still_be_read(
    office: Office, database: Database
) -> None:
    bulletin, counted = made(*cohort())
    await save(office, database, (bulletin, counted))
    names = ["REPLY_RATE/1", "AVERAGE_REPLY_DAYS/1"]
    numbers: list[float] = [3, 4, 10, 2]
    older = {"definitions": names, "counts.parts": numbers}
    await database["bulletins"].update_one({}, {"$set": older})
    found = await office.bulletins.find(JANUARY, 1)
    assert found is not None
    assert found.counts.parts == {"REPLY_RATE/1": Part(3, 4), "AVERAGE_REPLY_DAYS/1": Part(10, 2)}
    letters = {"definitions": names, "bits": [0b1111, 0b0011, 0b0001, 0], "days": [2.5, None, 1, 2]}
    await database["bulletin_parts"].update_one({"kind": "letters"}, {"$set": letters})
    amounts = [one.amounts for one in await office.bulletins.members(found)]
    assert amounts == [
        (1, None, None, None, None, 2.5),
        (1, None, None, None, None, None),
        (0, None, None, None, None, None),
        (None, None, None, None, None, None),
    ]
