"""OpenIDs at rest: encrypted, committed to by nothing, and gone with the telephone number."""

from __future__ import annotations

import pytest

from services.office import Office
from storage import mongo
from storage.archive_lines import ArchivedCase, read_line
from tests.services.conversations.writing import OPENID, letter_by_wechat
from tests.services.offices import MONDAY, documents, sent

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]


async def test_an_openid_is_encrypted_at_random_and_committed_to_by_nothing(
    office: Office, database: mongo.Database
) -> None:
    for _ in range(2):
        await letter_by_wechat(office, MONDAY)
    first, second = await documents(database)
    assert first["writer"]["openid"] != second["writer"]["openid"]
    assert "openid" not in first["writer"]["salts"]
    assert not any("openid" in name for name in first["history"][0]["details"])
    for name in await database.list_collection_names():
        assert OPENID not in repr(await documents(database, name)), name
    writer = (await office.cases.writers_of([first["_id"]]))[first["_id"]]
    assert writer.openid == OPENID
    assert OPENID not in repr(writer)


async def test_it_goes_wherever_the_telephone_number_goes(
    office: Office, database: mongo.Database
) -> None:
    await letter_by_wechat(office, MONDAY, phone="13880001234")
    [document] = await documents(database)
    whole = read_line(ArchivedCase(document).line(erased=False)).document["writer"]
    assert whole["openid"] == document["writer"]["openid"]
    erased = read_line(ArchivedCase(document).line(erased=True)).document["writer"]
    assert (erased["phone"], "openid" in erased) == (None, False)
    change = {"stage": "CONCLUSION", "leaving": True}
    await database["cases"].update_one({}, {"$set": change, "$unset": {"notify_at": ""}})
    await office.outside.ownership.forget_phones()
    [after] = await documents(database)
    assert (after["writer"]["phone"], "openid" in after["writer"]) == (None, False)


async def test_a_letter_without_one_lies_as_letters_always_did(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    [document] = await documents(database)
    assert document["writer"].keys() == {"name", "phone", "phone_index", "anonymous", "salts"}
    erased = read_line(ArchivedCase(document).line(erased=True)).document["writer"]
    assert erased.keys() == {"name", "phone", "anonymous", "salts"}
    assert (await office.cases.writers_of([case.id]))[case.id].openid is None
