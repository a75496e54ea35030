""" "Me too" of an erased account counts on, once, and nobody can tell whose it was."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from domain.actors import Actor
from services.accounts.erasing import erase_my_account
from services.office import Office
from services.publication.reading import published_letter, support, withdraw_support
from services.publication.supports import supporter, supports_of
from storage import mongo
from tests.services.accounts.leavers import Killed, dying
from tests.services.accounts.people import actor_of, desk_of, signed_in
from tests.services.offices import documents
from tests.services.publication.letters import LATER, citizen, published

pytestmark = pytest.mark.ring("test")

AFTER = LATER + timedelta(minutes=1)


async def people(office: Office, key: str, reader: Actor) -> tuple[int, bool]:
    shown = await published_letter(office, key, reader)
    assert shown is not None
    return shown.supporters, shown.has_supported


async def test_the_count_stays_and_the_person_goes(
    office: Office, database: mongo.Database
) -> None:
    _, first = await published(office, "one")
    _, second = await published(office, "two")
    li = actor_of(await signed_in(office, desk_of(office)))
    zhao = citizen("zhao")
    for key, by in ((first, li), (second, li), (first, zhao)):
        await support(office, key, f"{key} {by.subject}", by, LATER)
    await erase_my_account(office, desk_of(office), li, AFTER)
    assert await people(office, first, zhao) == (2, True)
    assert await people(office, second, zhao) == (1, False)
    assert await people(office, second, li) == (1, False)
    assert await supports_of(office, li.account or "") == []
    known = {supporter(office, key, li.account or "") for key in (first, second)}
    left = await documents(database, "publication_support")
    assert known.isdisjoint(one["_id"] for one in left)
    nameless = [one for one in left if one["_id"] != supporter(office, first, "zhao")]
    assert [one.keys() for one in nameless] == [{"_id", "letter"}] * 2, "not even when it was"


async def test_nobody_takes_back_what_is_nobodys(office: Office) -> None:
    _, key = await published(office)
    li = actor_of(await signed_in(office, desk_of(office)))
    await support(office, key, "k", li, LATER)
    await erase_my_account(office, desk_of(office), li, AFTER)
    assert (await withdraw_support(office, key, li)).supporters == 1


@pytest.mark.ring("all")
async def test_however_often_it_is_killed_each_counts_once(
    office: Office, database: mongo.Database
) -> None:
    keys = [(await published(office, name))[1] for name in ("one", "two", "three")]
    li = actor_of(await signed_in(office, desk_of(office)))
    for key in keys:
        await support(office, key, key, li, LATER)
    for killed in count():
        try:
            await erase_my_account(dying(office, killed), desk_of(office), li, AFTER)
            break
        except Killed:
            continue
    assert killed > 10
    assert [await people(office, key, li) for key in keys] == [(1, False)] * 3
    assert len(await documents(database, "publication_support")) == 3
