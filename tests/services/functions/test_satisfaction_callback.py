"""The satisfaction callback on a real database: who is asked, when, and with which link."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actors import Actor
from domain.refusals import Refusal
from domain.runs import RunEntry, RunState
from domain.words import Role, Stage
from domain.workflow import Action
from services.functions import rounds
from services.functions.satisfaction_callback import satisfaction_callback
from services.office import Office, close_office, open_office
from services.process import Act, Proof, act, act_as_writer, proven_case
from storage import mongo
from tests.services.functions.jobs import carried_out
from tests.services.offices import KEYS, TO_CALLBACK, at, documents, sent, walked

pytestmark = pytest.mark.ring("test")

MONDAY = at("2017-03-06 09:30")
"""The replies have just gone out."""


async def callback(office: Office, when: datetime = MONDAY, **changed: Any) -> RunEntry:
    return await carried_out(office, satisfaction_callback, at=when, **changed)


async def replied(office: Office, *phones: str | None, **changed: Any) -> list[str]:
    """Letters from these telephones, answered at once; the cases' ids."""
    ids = []
    for number, phone in enumerate(phones):
        case = (await sent(office, f"letter {number} {phone}", phone=phone, **changed)).case
        ids.append((await walked(office, case, TO_CALLBACK)).id)
    return ids


def surveys(document: mongo.Document) -> list[str]:
    """The messages of the survey, by name."""
    names = (one["id"].removeprefix(document["_id"]) for one in document["notices"])
    return [name for name in names if "survey" in name]


async def by_id(database: mongo.Database, case_id: str) -> mongo.Document:
    found = await database["cases"].find_one({"_id": case_id})
    assert found is not None
    return found


async def test_the_writer_is_asked_and_the_link_opens_the_case(
    office: Office, database: mongo.Database
) -> None:
    [case_id] = await replied(office, "13800138000")
    entry = await callback(office)
    assert (entry.state, entry.counts.seen, entry.counts.changed) == (RunState.SUCCEEDED, 1, 1)
    document = await by_id(database, case_id)
    assert surveys(document) == ["-survey-1-1"]
    assert document["asking"]["asked"] == [MONDAY]
    assert document["ask_at"] == at("2017-03-08 10:00")
    assert document["version"] == 7, "asking is no entry of the history"
    token = office.access.survey_token(case_id, 1)
    opened = await proven_case(office, Proof(token=token))
    assert opened is not None
    assert opened.id == case_id
    assert str(token) not in str(document), "the token itself lies nowhere"


async def test_the_course_of_a_survey_that_nobody_answers(
    office: Office, database: mongo.Database
) -> None:
    [case_id] = await replied(office, "13800138000")
    done = []
    for when in ("2017-03-06 09:30", "2017-03-08 10:00", "2017-03-10 10:00", "2017-03-14 00:00"):
        entry = await callback(office, at(when))
        done.append((entry.counts.changed, entry.counts.skipped))
    assert done == [(1, 0)] * 4
    document = await by_id(database, case_id)
    assert surveys(document) == ["-survey-1-1", "-survey-1-2", "-survey-1-3"]
    assert (document["stage"], document["ask_at"]) == ("CONCLUSION", None)
    assert document["history"][-1]["action"] == "CLOSE_UNANSWERED"
    assert document["archive_at"] is not None


async def test_running_twice_changes_nothing_the_second_time(
    office: Office, database: mongo.Database
) -> None:
    await replied(office, "13800138000", None, "13900139000")
    await callback(office)
    before = await documents(database)
    again = await callback(office, MONDAY + timedelta(minutes=15))
    assert (again.counts.seen, again.counts.changed) == (0, 0)
    assert await documents(database) == before


async def test_a_telephone_gets_one_message_a_day_however_many_cases(
    office: Office, database: mongo.Database
) -> None:
    ids = await replied(office, *["13800138000"] * 3, "13900139000")
    entry = await callback(office)
    assert (entry.counts.seen, entry.counts.changed, entry.counts.skipped) == (4, 2, 2)
    waiting = [one for one in await documents(database) if not surveys(one)]
    assert {one["ask_at"] for one in waiting} == {at("2017-03-07 08:00")}
    for day in ("2017-03-07", "2017-03-08", "2017-03-09", "2017-03-10"):
        for time in ("08:00", "10:00", "10:15", "20:45"):
            await callback(office, at(f"{day} {time}"))
    sent_on = [
        notice["queued_at"].astimezone(MONDAY.tzinfo).date()
        for one in await documents(database)
        if one["_id"] in ids[:3]
        for notice in one["notices"]
        if "survey" in notice["id"]
    ]
    assert len(sent_on) == len(set(sent_on)) == 5


async def test_a_dry_run_knows_of_the_telephone_s_day_and_takes_nothing(
    office: Office, database: mongo.Database
) -> None:
    await replied(office, "13800138000", "13800138000")
    before = await documents(database)
    entry = await callback(office, label="dry")
    assert [change.action for change in entry.changes] == ["ASKED"]
    assert await documents(database) == before
    assert await documents(database, "contacts") == []
    assert (await callback(office)).counts.changed == 1


async def test_who_cannot_be_reached_is_not_asked(office: Office, database: mongo.Database) -> None:
    await replied(office, None)
    assert (await callback(office)).counts.changed == 0
    [document] = await documents(database)
    assert surveys(document) == []
    entry = await callback(office, at("2017-03-14 00:00"))
    assert [entry.counts.changed, (await documents(database))[0]["stage"]] == [1, "CONCLUSION"]


async def test_an_urgent_letter_s_writer_is_telephoned_by_a_clerk(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    case = await walked(office, case, "ACCEPT REVIEW", urgency="URGENT")
    case = await walked(office, case, "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    moments = ("2017-03-06 09:30", "2017-03-08 10:00", "2017-03-10 10:00", "2017-03-13 09:00")
    for when in moments:
        entry = await callback(office, at(when))
    assert entry.counts.changed == 1
    document = await by_id(database, case.id)
    assert document["call_at"] == at("2017-03-13 09:00")
    assert len(surveys(document)) == 3
    clerk = Actor(frozenset({Role.INTAKE}), "clerk")
    answer = Act(Action.RECORD_CALLBACK, {"resolved": True, "satisfaction": 4})
    await act(office, case.id, answer, clerk, at("2017-03-13 10:00"))
    assert (await by_id(database, case.id))["call_at"] is None


async def test_the_link_is_for_one_answer_about_one_reply(office: Office) -> None:
    [case_id] = await replied(office, "13800138000")
    await callback(office)
    first = Proof(token=office.access.survey_token(case_id, 1))
    no = Act(Action.ANSWER_SURVEY, {"resolved": False, "satisfaction": 1, "reason": "还在排"})
    writer = Actor(frozenset({Role.CITIZEN}))
    case = await act_as_writer(office, first, no, writer, MONDAY + timedelta(hours=1))
    assert case.stage is Stage.HANDLING
    yes = Act(Action.ANSWER_SURVEY, {"resolved": True, "satisfaction": 5})
    with pytest.raises(Refusal, match="HANDLING"):
        await act_as_writer(office, first, yes, writer, MONDAY + timedelta(hours=2))
    await walked(office, case, "SUBMIT_REPLY APPROVE_REPLY")
    with pytest.raises(Refusal, match="earlier reply"):
        await act_as_writer(office, first, yes, writer, MONDAY + timedelta(hours=3))
    await callback(office, at("2017-03-07 09:00"))
    assert await proven_case(office, first) is None, "the second link has taken its place"
    second = Proof(token=office.access.survey_token(case_id, 2))
    case = await act_as_writer(office, second, yes, writer, at("2017-03-07 10:00"))
    assert case.stage is Stage.CONCLUSION
    with pytest.raises(Refusal, match="No reply waits"):
        await act_as_writer(office, second, yes, writer, at("2017-03-07 11:00"))


@pytest.mark.parametrize("role", [Role.HANDLER, Role.APPROVER, Role.INTAKE, Role.SUPERVISOR])
@pytest.mark.parametrize("unit", ["510104", None])
async def test_nobody_who_works_on_cases_answers_whatever_they_hold(
    office: Office, role: Role, unit: str | None
) -> None:
    [case_id] = await replied(office, "13800138000")
    await callback(office)
    link = Proof(token=office.access.survey_token(case_id, 1))
    answer = Act(Action.ANSWER_SURVEY, {"resolved": True, "satisfaction": 5})
    with pytest.raises(Refusal, match="do not answer for their writers"):
        await act_as_writer(office, link, answer, Actor(frozenset({role}), "a", unit), MONDAY)


@pytest.mark.ring("all")
async def test_two_at_once_have_the_effects_of_one(
    office: Office, database: mongo.Database, mongo_uri: str, driver: mongo.Driver
) -> None:
    await replied(office, *["13800138000"] * 3, "13900139000")
    other_client = mongo.connect(mongo_uri, driver)
    other = await open_office(other_client, database.name, driver, KEYS)
    try:
        await asyncio.gather(callback(office), callback(other, MONDAY + timedelta(minutes=15)))
    finally:
        await close_office(other)
        await mongo.close(other_client)
    await callback(office, MONDAY + timedelta(minutes=30))
    asked = sorted(len(surveys(one)) for one in await documents(database))
    assert asked == [0, 0, 1, 1]


async def test_what_cannot_be_read_blocks_nobody(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE", 1)
    ids = await replied(office, "13800138000", "13900139000", "13700137000")
    await database["cases"].update_one({"_id": ids[0]}, {"$set": {"stage": "NOWHERE"}})
    entry = await callback(office)
    assert (entry.state, entry.counts.problems, entry.counts.changed) == (RunState.SUCCEEDED, 1, 2)


async def test_a_number_that_cannot_be_read_blocks_nobody(
    office: Office, database: mongo.Database
) -> None:
    first, second = await replied(office, "13800138000", "13900139000")
    broken = {"$set": {"writer.phone": b"no ciphertext"}}
    await database["cases"].update_one({"_id": first}, broken)
    entry = await callback(office)
    assert (entry.state, entry.counts.problems, entry.counts.changed) == (RunState.SUCCEEDED, 1, 1)
    assert surveys(await by_id(database, second)) == ["-survey-1-1"]
    assert surveys(await by_id(database, first)) == []


@pytest.mark.ring("all")
async def test_who_lost_the_race_gives_the_telephone_s_day_back(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await replied(office, "13800138000", "13800138000")
    page = type(office.to_ask).page

    async def page_and_somebody_acts(self: Any, *given: Any) -> Any:
        found = await page(self, *given)
        answer = Act(Action.SUPERVISE, {"rung": "NOTICE"})
        boss = Actor(frozenset({Role.SUPERVISOR}), "boss")
        for one in found:
            if one.id == min(first, second):
                await act(office, one.id, answer, boss, MONDAY)
        return found

    monkeypatch.setattr(type(office.to_ask), "page", page_and_somebody_acts)
    await callback(office)
    monkeypatch.undo()
    asked = [one["_id"] for one in await documents(database) if surveys(one)]
    assert len(asked) <= 1
    await callback(office, MONDAY + timedelta(minutes=15))
    asked = [one["_id"] for one in await documents(database) if surveys(one)]
    assert len(asked) == 1, "the day was free again for whoever came next"


@pytest.mark.ring("all")
async def test_of_many_cases_of_one_telephone_each_is_asked_before_any_is_closed(
    office: Office, database: mongo.Database
) -> None:
    await replied(office, *["13800138000"] * 6)
    for number in range(7):
        for time in ("08:00", "10:00"):
            day = at(f"2017-03-{6 + number:02d} {time}")
            await callback(office, max(day, MONDAY))
    asked = [len(surveys(one)) for one in await documents(database)]
    assert all(asked), asked
