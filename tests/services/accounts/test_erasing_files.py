"""Files of an erased account: what no letter has goes; of a letter's, what tells who sent it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, product
from pathlib import Path

import pytest

from domain.actors import ANONYMOUS
from domain.attachments import WAITS
from domain.refusals import InvalidInput
from domain.runs import RunState
from infra.attachment_store import AttachmentDirectory
from services.accounts.erasing import erase_my_account
from services.attachments.binding import look_at
from services.office import Office
from storage import mongo
from storage.attachments import name_place
from tests.services.accounts.leavers import (
    HOUR,
    MINUTE,
    NAME,
    Calls,
    Dying,
    Killed,
    desk_at,
    dying,
    sent_with,
    store_of,
    stored,
    swept,
    uploaded,
)
from tests.services.accounts.people import actor_of, desk_of, signed_in
from tests.services.offices import MONDAY, documents

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(minutes=10)
SOON, MUCH_LATER = LATER + MINUTE, LATER + HOUR + 2 * MINUTE


async def over(database: mongo.Database) -> None:
    """Every case is concluded, and its writer told."""
    await database["cases"].update_many(
        {}, {"$set": {"stage": "CONCLUSION"}, "$unset": {"notify_at": ""}}
    )


async def test_what_no_letter_has_goes_with_its_bytes(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    await uploaded(office, desk, li, "one")
    assert len(stored(tmp_path)) == 1
    await erase_my_account(office, desk_of(office), li, LATER)
    [left] = await documents(database, "attachments")
    assert {"account", "expires_at", "announced_at"}.isdisjoint(left)
    assert await office.personal.revealed(left["file_name"], name_place(left["_id"])) == "-"
    await swept(office, store_of(desk), SOON)
    assert stored(tmp_path) == set()
    await swept(office, store_of(desk), MUCH_LATER)
    assert await documents(database, "attachments") == []


async def test_no_letter_takes_an_upload_that_was_given_up(office: Office, tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    file = await uploaded(office, desk, li, "one")
    await erase_my_account(office, desk_of(office), li, LATER)
    zhao = actor_of(await signed_in(office, desk_of(office), "13900139000"))
    with pytest.raises(InvalidInput):
        await sent_with(office, desk, zhao, file, now=LATER)
    assert not await office.outside.attachments.bind(file, "a case", 0, 5)


@pytest.mark.ring("all")
async def test_what_arrives_after_the_erasure_goes_an_hour_later(
    office: Office, tmp_path: Path
) -> None:
    """By a form that was handed out before it."""
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    file = await uploaded(office, desk, li, "one")
    await erase_my_account(office, desk_of(office), li, LATER)
    await swept(office, store_of(desk), SOON)
    await store_of(desk).receive(f"uploads/{file}", b"late")
    assert stored(tmp_path) == {f"uploads/{file}"}
    await swept(office, store_of(desk), MUCH_LATER)
    assert stored(tmp_path) == set()


async def test_a_photograph_stays_without_its_name_and_what_the_camera_wrote(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    first, second = [await uploaded(office, desk, li, key) for key in ("one", "two")]
    letter = await sent_with(office, desk, li, first, second)
    await erase_my_account(office, desk_of(office), li, LATER)
    await swept(office, store_of(desk), SOON)
    kept = {
        f"attachments/{id_}/{what}" for id_ in (first, second) for what in ("shown", "thumbnail")
    }
    assert stored(tmp_path) == kept
    files = (await office.outside.attachments.of_cases([letter.case.id]))[letter.case.id]
    assert [file.file_name for file in files] == ["1.jpg", "2.jpg"]
    assert [
        one["account"] for one in await documents(database, "attachments") if "account" in one
    ] == []
    [event] = await office.audit.of_case(letter.case.id)
    assert event[1:] == ("ATTACHMENTS_GIVEN_UP", li.subject, "")
    await swept(office, store_of(desk), MUCH_LATER)
    assert not await office.outside.given_up_files.has_going(MUCH_LATER + HOUR)


async def test_a_document_goes_whole_when_its_case_is_over(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    file = await uploaded(office, desk, li, "one", is_document=True)
    letter = await sent_with(office, desk, li, file)
    await erase_my_account(office, desk_of(office), li, LATER)
    await swept(office, store_of(desk), SOON)
    assert stored(tmp_path) == {f"attachments/{file}/shown"}, "whoever works on it reads it"
    assert await office.outside.attachments.of_cases([letter.case.id]) != {}
    await over(database)
    await swept(office, store_of(desk), SOON + MINUTE)
    assert stored(tmp_path) == set()
    assert await office.outside.attachments.of_cases([letter.case.id]) == {}
    told = [one[1] for one in await office.audit.of_case(letter.case.id)]
    assert told == ["ATTACHMENTS_GIVEN_UP", "DOCUMENTS_ERASED"]
    await swept(office, store_of(desk), MUCH_LATER + HOUR)
    assert await documents(database, "attachments") == []


@pytest.mark.ring("all")
async def test_files_of_a_letter_that_was_never_made_go_like_uploads(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    file = await uploaded(office, desk, li, "one")
    await look_at(office, desk, (file,), "somebody", MONDAY)
    assert await office.outside.attachments.bind(file, "a case that nobody stored", 0, 5)
    assert len(stored(tmp_path)) == 4
    await erase_my_account(office, desk_of(office), li, LATER)
    for at in (SOON, MUCH_LATER):
        await swept(office, store_of(desk), at)
    assert stored(tmp_path) == set()
    assert await documents(database, "attachments") == []


@pytest.mark.ring("all")
async def test_what_waited_too_long_goes_with_its_bytes(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    """Also what was made of it for a letter that was refused, which nothing else would find."""
    desk = desk_at(tmp_path)
    file = await uploaded(office, desk, ANONYMOUS, "one")
    await look_at(office, desk, (file,), "somebody", MONDAY)
    await swept(office, store_of(desk), MONDAY + WAITS - MINUTE)
    assert len(stored(tmp_path)) == 4, "a letter may still come"
    for late in (MINUTE, 2 * HOUR):
        await swept(office, store_of(desk), MONDAY + WAITS + late)
    assert stored(tmp_path) == set()
    assert await documents(database, "attachments") == []


async def test_others_keep_their_files(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    zhao = actor_of(await signed_in(office, desk_of(office), "13900139000"))
    waiting, taken = [await uploaded(office, desk, zhao, key) for key in ("one", "two")]
    await sent_with(office, desk, zhao, taken)
    before, objects = await documents(database, "attachments"), stored(tmp_path)
    await erase_my_account(office, desk_of(office), li, LATER)
    await swept(office, store_of(desk), MUCH_LATER)
    assert await documents(database, "attachments") == before
    assert stored(tmp_path) == objects
    assert waiting != taken


async def test_a_file_in_somebody_elses_letter_is_theirs(office: Office, tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    zhao = actor_of(await signed_in(office, desk_of(office), "13900139000"))
    letter = await sent_with(office, desk, zhao, await uploaded(office, desk, li, "one"))
    await erase_my_account(office, desk_of(office), li, LATER)
    [file] = (await office.outside.attachments.of_cases([letter.case.id]))[letter.case.id]
    assert file.file_name == NAME
    [upload] = (await office.outside.attachments.uploads_of_cases([letter.case.id]))[letter.case.id]
    assert upload.account is None


class Failing(AttachmentDirectory):
    """A store that is out of reach for some of it."""

    async def remove(self, key: str) -> None:
        raise OSError("no answer")


@pytest.mark.ring("all")
async def test_a_store_that_fails_is_asked_again_and_holds_nobody_up(
    office: Office, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    file = await uploaded(office, desk, li, "one")
    await erase_my_account(office, desk_of(office), li, LATER)
    entry = await swept(office, Failing(tmp_path), SOON)
    assert entry.counts.failed == 1
    assert NAME not in str(entry)
    assert len(stored(tmp_path)) == 1
    await swept(office, store_of(desk), SOON + MINUTE)
    assert len(stored(tmp_path)) == 1, "it waits for a while"
    await swept(office, store_of(desk), SOON + timedelta(minutes=11))
    assert stored(tmp_path) == set()
    assert file


@pytest.mark.ring("all")
async def test_without_a_store_they_wait(office: Office, tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    await uploaded(office, desk, li, "one")
    await erase_my_account(office, desk_of(office), li, LATER)
    assert (await swept(office, None, SOON)).state is RunState.SUCCEEDED
    assert await office.outside.given_up_files.has_going(SOON)


@pytest.mark.ring("all")
async def test_killed_before_any_call_the_files_still_go(
    office: Office, database: mongo.Database, tmp_path: Path
) -> None:
    desk = desk_at(tmp_path)
    li = actor_of(await signed_in(office, desk_of(office)))
    await uploaded(office, desk, li, "waits")
    taken = [
        await uploaded(office, desk, li, "photograph"),
        await uploaded(office, desk, li, "document", is_document=True),
    ]
    letter = await sent_with(office, desk, li, *taken)
    await over(database)
    for killed in count():
        try:
            await erase_my_account(dying(office, killed), desk_of(office), li, LATER)
            break
        except Killed:
            continue
    assert killed > 10
    deaths = 0
    for late, calls in product((MINUTE, 2 * HOUR), range(15)):
        try:
            await swept(office, Dying(store_of(desk), Calls(calls)), LATER + late + calls * MINUTE)
        except Killed:
            deaths += 1
    assert deaths > 5
    assert stored(tmp_path) == {f"attachments/{taken[0]}/{what}" for what in ("shown", "thumbnail")}
    [left] = await documents(database, "attachments")
    assert left["case"] == letter.case.id
    assert "going" not in left
