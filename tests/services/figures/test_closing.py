"""A closed month stays as it was; what came later is in the next edition, which says so."""

from __future__ import annotations

import asyncio

import pytest

from domain.bulletins import Bulletin, BulletinState
from domain.editions import ChangeReason, FigureChange
from domain.figures import Part
from domain.refusals import ActionNotAllowed, InvalidInput
from services.figures.bulletins import bulletin_of
from services.figures.closing import closed, publish_edition
from services.office import Office
from storage.mongo import Database, transaction
from tests.services.months import CLOSED, MARCH, NOW, answered, approved, came, froze, handled
from tests.services.months import replied as replied_to
from tests.services.offices import CLERK, at, documents

pytestmark = pytest.mark.ring("test")

LATER = at("2017-04-26 09:00")
WHY = "补录四月二十五日以后的来信和评价"


async def publish(office: Office, reason: str = WHY) -> Bulletin:
    return await publish_edition(office, MARCH, reason, NOW)


def changed(bulletin: Bulletin) -> dict[str, FigureChange]:
    assert bulletin.revision is not None
    return {one.definition: one for one in bulletin.revision.figures}


def told(one: FigureChange) -> tuple[Part, Part, list[tuple[ChangeReason, int]]]:
    because = [(because.reason, len(because.numbers)) for because in one.because]
    return one.before, one.after, because


async def test_late_letters_and_answers_change_nothing_but_a_new_edition(
    office: Office, database: Database
) -> None:
    silent, waiting = await replied_to(office), await handled(office)
    await froze(office, database)
    before = await bulletin_of(office, MARCH, NOW, reader=CLERK)
    stored = await documents(database, "bulletins")
    late = await came(office, "2017-03-31 23:00")
    await answered(office, silent, LATER, 1, resolved=False)
    await approved(office, waiting, LATER)
    assert await bulletin_of(office, MARCH, NOW, reader=CLERK) == before

    second = await publish(office)
    assert (second.edition, second.state, second.as_of) == (2, BulletinState.FROZEN, NOW)
    assert second.revision is not None
    assert (second.revision.letters_before, second.revision.letters_after) == (2, 3)
    assert second.revision.reason == WHY
    figures = changed(second)
    assert told(figures["REPLY_RATE/1"]) == (
        Part(1, 2),
        Part(2, 3),
        [(ChangeReason.LATE_LETTER, 1), (ChangeReason.LATE_REPLY, 1)],
    )
    assert figures["REPLY_RATE/1"].because[0].numbers == (late.number,)
    assert told(figures["SATISFACTION_RATE/2"]) == (
        Part(0, 0),
        Part(0, 1),
        [(ChangeReason.LATE_ANSWER, 1)],
    )
    assert figures["RESOLUTION_RATE/1"].after == Part(1, 2)
    assert figures["SATISFACTION_RATE/2"].because[0].numbers == (silent.number,)
    assert second.digest != before.digest

    assert await bulletin_of(office, MARCH, NOW, reader=CLERK, edition=1) == before
    latest = await bulletin_of(office, MARCH, NOW, reader=CLERK)
    assert (latest.edition, latest.letters, latest.revision) == (2, 3, second.revision)
    (first,) = [one for one in await documents(database, "bulletins") if one["edition"] == 1]
    assert [first] == stored


async def test_an_edition_is_of_a_frozen_month_and_has_a_reason_and_a_difference(
    office: Office, database: Database
) -> None:
    await replied_to(office)
    with pytest.raises(ActionNotAllowed, match="not frozen yet"):
        await publish(office)
    preliminary, counted = await closed(office, MARCH, BulletinState.PRELIMINARY, CLOSED)
    async with transaction(database.client) as session:
        await office.bulletins.save(preliminary, counted, session)
    with pytest.raises(ActionNotAllowed, match="not frozen yet"):
        await publish(office)
    await froze(office, database)
    for reason in ("", " x ", "x" * 1_001):
        with pytest.raises(InvalidInput) as refused:
            await publish(office, reason)
        assert refused.value.field == "reason"
    with pytest.raises(ActionNotAllowed, match="Nothing has changed since edition 1"):
        await publish(office)
    await came(office)
    assert (await publish(office)).edition == 2
    await came(office)
    third = await publish(office)
    assert third.edition == 3
    assert changed(third)["REPLY_RATE/1"].before == Part(1, 2)


async def test_of_two_editions_at_once_one_is_published(office: Office, database: Database) -> None:
    await froze(office, database)
    await came(office)
    results = await asyncio.gather(*(publish(office) for _ in range(3)), return_exceptions=True)
    published = [one for one in results if isinstance(one, Bulletin)]
    assert [one.edition for one in published] == [2]
    for one in results:
        if not isinstance(one, Bulletin):
            assert isinstance(one, ActionNotAllowed), one
    assert len(await documents(database, "bulletins")) == 2
    members = await office.bulletins.members(published[0])
    assert len(members) == 1


async def test_the_same_letters_give_the_same_hash_however_late_they_are_counted(
    office: Office,
) -> None:
    case = await replied_to(office)
    first, _ = await closed(office, MARCH, BulletinState.FROZEN, CLOSED)
    await answered(office, case, LATER)
    again, _ = await closed(office, MARCH, BulletinState.FROZEN, CLOSED)
    assert again == first
    otherwise, _ = await closed(office, MARCH, BulletinState.FROZEN, NOW)
    assert otherwise.digest != first.digest
