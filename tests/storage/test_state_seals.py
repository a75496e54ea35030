"""Whatever changes in a stored case changes under its seal, or is found and named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.history import Chain
from services.office import Office
from storage import mongo
from storage.sealed_cases import SealedCases
from storage.state_seals import COVERED, SEAL, StateSeals
from tests.services.offices import MONDAY, SEALS, TO_CALLBACK, documents, sent, walked

pytestmark = pytest.mark.ring("test")

ONE: dict[str, Any] = {
    "_id": "one",
    "number": "20170306-000001-5",
    "account": None,
    "confidential": False,
    "seen_by": ["5101"],
    "keys": [b"k" * 32],
    "updated_at": datetime(2017, 3, 6, tzinfo=UTC),
    "notices": [{"id": "a", "state": "QUEUED"}],
}


@pytest.mark.parametrize("name", COVERED)
def test_a_field_that_is_changed_added_or_taken_away_is_named(name: str) -> None:
    sealed = SEALS.sealed(ONE)
    assert SEALS.differing(sealed) == []
    assert SEALS.differing({**sealed, name: "another"}) == [name]
    without = {field: value for field, value in sealed.items() if field != name}
    assert SEALS.differing(without) == ([name] if name in ONE else [])


@pytest.mark.parametrize(
    "seal",
    [
        None,
        b"",
        "text",
        SEALS.seal({**ONE, "_id": "two"}),
        StateSeals(Chain(b"another key")).seal(ONE),
        SEALS.seal(ONE)[:-1],
        SEALS.seal(ONE, revision=2)[:9] + SEALS.seal(ONE)[9:],
    ],
)
def test_a_seal_of_another_case_key_or_state_is_none(seal: object) -> None:
    document = {**ONE, SEAL: seal}
    assert SEALS.differing(document) == [SEAL]
    assert not SEALS.admits(document)
    assert StateSeals(SEALS.chain, required=False).differing(document) == [SEAL]


def test_a_write_renews_what_it_writes_and_heals_nothing() -> None:
    changed = {**SEALS.sealed(ONE), "account": "thief", "notices": []}
    after = {**changed, "notices": [{"id": "b"}], "confidential": True}
    after[SEAL] = SEALS.renew(changed, after, ["notices", "confidential"])
    assert SEALS.revision(after) == 2
    assert SEALS.differing(after) == ["account", "notices"]


def test_a_write_does_not_bring_back_a_seal_that_is_gone() -> None:
    assert SEALS.renew(ONE, {**ONE, "account": "a"}, ["account"]) is None
    broken = {**ONE, SEAL: b"broken"}
    assert SEALS.renew(broken, {**broken, "account": "a"}, ["account"]) == b"broken"


async def test_every_field_of_a_case_is_covered_on_its_whole_way(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    for action in TO_CALLBACK.split():
        case = await walked(office, case, action)
    [document] = await documents(database)
    assert document.keys() - set(COVERED) == {"_id", SEAL}
    assert SEALS.differing(document) == []
    assert SEALS.revision(document) == document["version"]


async def test_who_only_marks_a_case_is_in_nobodys_way(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    cases = SealedCases(database["cases"], SEALS)
    assert await cases.update({"_id": case.id, "version": 1}, {"$set": {"leaving": True}})
    assert not await cases.update({"_id": case.id, "version": 2}, {"$set": {"leaving": False}})
    await cases.mark([case.id, "nobody"], {"$set": {"publication_decided": True}})
    await walked(office, case, "ACCEPT")
    [document] = await documents(database)
    assert (document["leaving"], document["publication_decided"]) == (True, True)
    assert SEALS.differing(document) == []


@pytest.mark.parametrize(
    "update",
    [
        {"$set": {"notices.0.state": "SENT", "writer.name": None}, "$min": {"notify_at": MONDAY}},
        {"$unset": {"notify_at": "", "writer.salts.name": "", "nothing.there": ""}},
        {"$push": {"notices": {"$each": [{"id": "x", "at": MONDAY}]}}, "$inc": {"version": 1}},
        {"$push": {"history": {"$each": []}}, "$inc": {"notices_retried": 1}},
        {"$min": {"schema": 3, "wake_at": datetime(2016, 1, 1, tzinfo=UTC)}},
        {"$min": {"schema": 9_999, "call_at": MONDAY}},
        {"$set": {"keys.2": b"k" * 32}},
    ],
)
async def test_what_an_update_makes_is_foreseen_as_the_database_makes_it(
    office: Office, database: mongo.Database, update: dict[str, dict[str, Any]]
) -> None:
    case = (await sent(office)).case
    assert await SealedCases(database["cases"], SEALS).update({"_id": case.id}, update)
    [document] = await documents(database)
    assert SEALS.differing(document) == []
