"""One message a day to a unit, frozen before it is sent: the same words however often."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.case import Case
from domain.messages import MOST_LINES
from domain.notices import Audience
from domain.runs import RunState
from services.functions.messages import Message
from services.functions.posting import Refused
from services.office import Office
from storage import mongo
from tests.services.functions.delivering import (
    BUSY,
    Letterbox,
    delivered,
    queued,
    settle,
    states,
    waits_until,
    warning,
)
from tests.services.offices import DISTRICT, TO_HANDLING, at, documents, sent, walked

pytestmark = pytest.mark.ring("test")

EVENING = at("2017-03-06 18:00")
MORNING = at("2017-03-07 09:00")
DIGEST = f"digest-{DISTRICT}-2017-03-07"


async def at_work(office: Office, name: str, **changed: Any) -> Case:
    """A case that the district handles; its first notices were delivered."""
    case = await walked(office, (await sent(office, name, **changed)).case, TO_HANDLING)
    await settle(office, at("2017-03-06 12:00"))
    return case


async def warned(
    office: Office, database: mongo.Database, name: str, when: datetime = EVENING
) -> Case:
    case = await at_work(office, name)
    await queued(office, database, warning(case, when))
    return case


async def test_a_unit_reads_in_the_morning_what_it_was_warned_of(
    office: Office, database: mongo.Database
) -> None:
    first = await warned(office, database, "one")
    second = await warned(office, database, "two")
    post = Letterbox()
    await delivered(office, post, at("2017-03-07 08:59"))
    assert post.taken == []
    await delivered(office, post, MORNING)
    [message] = post.taken
    assert (message.id, message.to, message.about) == (DIGEST, DISTRICT, "DIGEST")
    for case in (first, second):
        assert f"临近超期　{case.number}《{case.letter.title}》　办理时限2017-03-13" in message.text
    assert "（2条）" in (message.subject or "")
    told = await states(database, "state", "message")
    assert [told[warning(case, EVENING).id] for case in (first, second)] == [("SENT", DIGEST)] * 2
    assert await waits_until(database) == {None}


async def test_each_unit_has_its_own_and_the_unit_above_one_of_its_subtree(
    office: Office, database: mongo.Database
) -> None:
    case = await warned(office, database, "one")
    await queued(office, database, warning(case, EVENING, Audience.SUPERIOR))
    post = Letterbox()
    await delivered(office, post, MORNING)
    await delivered(office, post, at("2017-03-07 09:01"))
    assert sorted(message.to for message in post.taken) == ["5101", DISTRICT]
    assert await waits_until(database) == {None}


async def test_a_digest_that_was_refused_is_sent_again_with_the_same_words(
    office: Office, database: mongo.Database
) -> None:
    first = await warned(office, database, "one")
    tried: list[Message] = []

    def refuses(message: Message) -> Refused | None:
        tried.append(message)
        return BUSY

    entry = await delivered(office, Letterbox(refuses), MORNING)
    assert entry.counts.errors == (f"{first.number}: busy",)
    late = await warned(office, database, "two", at("2017-03-07 09:00"))
    await walked(office, late, "NOTE_PROGRESS")
    post = Letterbox()
    await delivered(office, post, at("2017-03-07 09:01"))
    assert post.taken == tried
    told = await states(database)
    assert told[warning(first, EVENING).id] == "SENT"
    assert told[warning(late, MORNING).id] == "QUEUED"
    await delivered(office, post, at("2017-03-08 09:00"))
    assert [message.id for message in post.taken] == [DIGEST, f"digest-{DISTRICT}-2017-03-08"]
    assert late.number in post.taken[1].text
    assert first.number not in post.taken[1].text


async def test_what_a_digest_has_told_is_marked_without_another_message(
    office: Office, database: mongo.Database
) -> None:
    """As after a kill between the digest's mark and its notices'."""
    case = await warned(office, database, "one")
    await delivered(office, Letterbox(), MORNING)
    key = warning(case, EVENING).id
    await database["cases"].update_one(
        {"_id": case.id, "notices.id": key},
        {"$set": {"notices.$.state": "QUEUED", "notify_at": MORNING}},
    )
    post = Letterbox()
    await delivered(office, post, at("2017-03-07 09:01"))
    assert post.taken == []
    assert (await states(database))[key] == "SENT"


async def test_what_waited_over_the_night_goes_into_the_digest_of_the_day_before(
    office: Office, database: mongo.Database
) -> None:
    await warned(office, database, "one", at("2017-03-07 08:00"))
    await warned(office, database, "two", at("2017-03-07 12:00"))
    post = Letterbox()
    await delivered(office, post, at("2017-03-08 00:10"))
    await delivered(office, post, at("2017-03-08 09:00"))
    assert [message.id for message in post.taken] == [
        DIGEST,
        f"digest-{DISTRICT}-2017-03-08",
    ]


async def test_a_case_that_moved_on_is_no_line(office: Office, database: mongo.Database) -> None:
    case = await warned(office, database, "one")
    await walked(office, case, "SUBMIT_REPLY APPROVE_REPLY")
    post = Letterbox()
    await delivered(office, post, MORNING)
    assert {message.about for message in post.taken} == {"APPROVE_REPLY"}
    assert (await states(database))[warning(case, EVENING).id] == "LEFT_OUT"


async def test_a_title_of_a_confidential_case_is_in_no_digest(
    office: Office, database: mongo.Database
) -> None:
    case = await at_work(office, "one")
    await database["cases"].update_one({"_id": case.id}, {"$set": {"confidential": True}})
    await queued(office, database, warning(case, EVENING))
    post = Letterbox()
    await delivered(office, post, MORNING)
    assert case.number in post.taken[0].text
    assert case.letter.title not in post.taken[0].text


async def test_a_run_out_of_time_leaves_the_other_units_to_the_next(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.functions.digesting.UNITS", 1)
    case = await warned(office, database, "one")
    await queued(office, database, warning(case, EVENING, Audience.SUPERIOR))
    post = Letterbox()
    entry = await delivered(office, post, MORNING, is_stopping=lambda: bool(post.taken))
    assert (entry.state, len(post.taken)) == (RunState.PARTIAL, 1)
    assert (await delivered(office, post, MORNING)).state is RunState.SUCCEEDED
    assert len(post.by_id()) == len(post.taken) == 2


async def test_a_long_digest_names_the_first_and_counts_the_rest(
    office: Office, database: mongo.Database
) -> None:
    case = await at_work(office, "one")
    [document] = [one for one in await documents(database) if one["_id"] == case.id]
    many = MOST_LINES + 7
    writer = await office.personal.opened(document["writer"], case.id)
    salts = document["writer"]["salts"]
    copies = [
        {
            **document,
            "writer": await office.personal.sealed(writer, salts, f"{number:024x}"),
            "_id": f"{number:024x}",
            "number": f"copy {number}",
            "keys": [f"key {number}"],
            "notices": [],
        }
        for number in range(many)
    ]
    await database["cases"].insert_many(copies)
    one = warning(case, EVENING)
    notices = [replace(one, id=one.id.replace(case.id, copy["_id"])) for copy in copies]
    await queued(office, database, *notices)
    post = Letterbox()
    entry = await delivered(office, post, MORNING)
    assert entry.counts.changed == many
    [message] = post.taken
    assert len(message.text.splitlines()) == MOST_LINES + 2
    assert message.text.endswith("另有7条")
    marks = await states(database)
    assert {marks[notice.id] for notice in notices} == {"SENT"}


async def test_a_line_that_cannot_be_put_into_words_holds_up_nobody(
    office: Office, database: mongo.Database
) -> None:
    bad = await warned(office, database, "one")
    good = await warned(office, database, "two")
    await database["cases"].update_one({"_id": bad.id}, {"$unset": {"clocks.REPLY": ""}})
    await sent(office, "three", when=MORNING - timedelta(minutes=1))
    post = Letterbox()
    entry = await delivered(office, post, MORNING)
    assert entry.state is RunState.SUCCEEDED
    assert entry.counts.errors == (
        f"{bad.number}: cannot be put into words, or handed on: KeyError",
    )
    assert [message.about for message in post.taken] == ["SUBMISSION", "DIGEST"]
    told = await states(database)
    assert told[warning(bad, EVENING).id] == "QUEUED"
    assert told[warning(good, EVENING).id] == "SENT"
