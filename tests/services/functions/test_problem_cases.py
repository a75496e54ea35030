"""A case that a job cannot handle is put aside, tried again ever later, and colours no run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.bulletins import Bulletin, Month
from domain.problem_cases import PAUSES, SYSTEMATIC, ProblemCase, Reason
from domain.runs import RunEntry, RunState
from domain.words import Role
from services.functions.group_letters import group_letters
from services.functions.monthly_bulletin import monthly_bulletin
from services.functions.overdue_sweep import overdue_sweep
from services.functions.train_categories import train_categories
from services.office import Office
from services.problem_cases import retry_problem_case
from services.recomputation import recompute_deadlines
from storage import mongo
from tests.services.functions.jobs import carried_out
from tests.services.matters.test_hot_issues import PLANT, wrote
from tests.services.offices import TO_HANDLING, at, documents, person, sent, walked

pytestmark = pytest.mark.ring("test")

LATE = at("2017-03-14 00:10")
CLOSING = at("2017-04-01 03:00")
OPS = person(Role.OPS)

DAMAGE: Mapping[str, Mapping[str, object]] = {
    "an unknown word": {"stage": "NOWHERE", "facts.left": "NOWHERE"},
    "numbers for texts": {"letter.title": 7, "history": 7},
    "no letter": {"letter": None, "facts": None},
    "versions of another type": {"version": "1", "schema": "4"},
    "moments that are none": {"history.0.at": "yesterday", "facts.reply_due": "never"},
    "no moments": {"history.0.at": None, "facts.reply_due": None},
}


async def damaged(database: mongo.Database, case_id: str, change: Mapping[str, object]) -> None:
    await database["cases"].update_one({"_id": case_id}, {"$set": dict(change)})


async def put_aside(office: Office) -> list[ProblemCase]:
    return [one async for one in office.problem_cases.all()]


async def sweep(office: Office, when: datetime = LATE, **changed: Any) -> RunEntry:
    return await carried_out(office, overdue_sweep, at=when, **changed)


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
async def test_one_damaged_case_stops_no_job_and_colours_no_run(
    office: Office, database: mongo.Database, change: Mapping[str, object]
) -> None:
    bad, whole = [
        await walked(office, (await sent(office, title, title=title)).case, "ACCEPT REVIEW")
        for title in PLANT[:2]
    ]
    await damaged(database, bad.id, change)
    for job in (overdue_sweep, group_letters, train_categories, monthly_bulletin):
        entry = await carried_out(office, job, at=CLOSING)
        assert (entry.state, entry.counts.failed) == (RunState.SUCCEEDED, 0), (job, entry.error)
    named = await put_aside(office)
    assert named
    assert {one.problem.case_id for one in named} == {bad.id}
    assert await office.hot_issues.grouped([whole.id]) == {whole.id}
    assert [one.number for one in await office.bulletins.members(await closed(office))] == [
        one.number for one in (bad, whole) if one is whole or "facts" not in str(change)
    ]


async def closed(office: Office) -> Bulletin:
    bulletin = await office.bulletins.find(Month(2017, 3), 1)
    assert bulletin
    return bulletin


async def test_pauses_grow_and_end_and_ops_can_have_it_tried_again(
    office: Office, database: mongo.Database
) -> None:
    case = await walked(office, (await sent(office)).case, TO_HANDLING)
    await damaged(database, case.id, {"stage": "NOWHERE"})
    when = LATE
    for tries, pause in enumerate((*PAUSES, None), 1):
        await sweep(office, when)
        (one,) = await put_aside(office)
        assert (one.tries, one.problem.reason, one.first_at) == (tries, Reason.UNREADABLE, LATE)
        assert one.next_try_at == (pause and when + pause)
        between = await sweep(office, when + timedelta(minutes=5))
        assert (between.state, between.counts.problems) == (RunState.SUCCEEDED, 1)
        when += pause or timedelta(days=30)
    assert [one.tries for one in await put_aside(office)] == [len(PAUSES) + 1]
    await damaged(database, case.id, {"stage": case.stage.value})
    assert (await sweep(office, when)).counts.changed == 0, "its tries are used up"
    await retry_problem_case(office, f"overdue_sweep/{case.id}", OPS, when)
    assert (await sweep(office, when + timedelta(minutes=10))).counts.changed > 0
    assert await put_aside(office) == []
    assert [what for _, what, _, _ in await office.audit.of_case(case.id)] == ["RETRY_CASE"]


async def test_a_case_that_somebody_acts_on_is_tried_at_once(
    office: Office, database: mongo.Database
) -> None:
    case = await walked(office, (await sent(office)).case, TO_HANDLING)
    await damaged(database, case.id, {"mailbox_path": [], "responsible": []})
    await sweep(office)
    assert [one.problem.reason for one in await put_aside(office)] == [Reason.UNDECIDABLE]
    path = {"mailbox_path": list(case.mailbox_path), "responsible": list(case.responsible)}
    await damaged(database, case.id, path)
    await walked(office, case, "NOTE_PROGRESS")
    assert (await sweep(office, LATE + timedelta(minutes=5))).counts.changed > 0
    assert await put_aside(office) == []


async def test_where_no_case_can_be_handled_the_function_has_failed_and_none_is_put_aside(
    office: Office, database: mongo.Database
) -> None:
    case = await walked(office, (await sent(office)).case, TO_HANDLING)
    [stored] = await documents(database)
    copies = [
        {**stored, "_id": f"{case.id}{n}", "number": f"n{n}", "keys": [f"{n}".encode()]}
        for n in range(SYSTEMATIC)
    ]
    await database["cases"].insert_many(copies)
    await database["cases"].update_many({}, {"$set": {"stage": "NOWHERE"}})
    entry = await sweep(office)
    assert (entry.state, entry.checkpoint) == (RunState.FAILED, None)
    assert "function is at fault" in str(entry.error)
    assert await put_aside(office) == []
    await damaged(database, case.id, {"stage": case.stage.value})
    again = await sweep(office)
    assert (again.state, again.counts.problems) == (RunState.SUCCEEDED, SYSTEMATIC)


async def test_a_letter_that_cannot_be_grouped_is_in_nobodys_way_and_grouped_once_it_can_be(
    office: Office, database: mongo.Database
) -> None:
    ids = [await wrote(office, title, f"w{n}") for n, title in enumerate(PLANT)]
    await damaged(database, ids[0], {"account": None, "writer.phone": b"no ciphertext"})
    entry = await carried_out(office, group_letters, at=CLOSING)
    assert (entry.state, entry.counts.problems) == (RunState.SUCCEEDED, 1)
    assert await office.hot_issues.grouped(ids) == set(ids[1:])
    later = CLOSING + PAUSES[0]
    await damaged(database, ids[0], {"writer.phone": None})
    entry = await carried_out(office, group_letters, at=later)
    assert (entry.counts.changed, entry.counts.problems) == (1, 0)
    assert (await office.hot_issues.grouped(ids), await put_aside(office)) == (set(ids), [])


async def test_due_dates_are_computed_anew_beside_a_damaged_case(
    office: Office, database: mongo.Database
) -> None:
    for key in ("one", "two"):
        await sent(office, key)
    await database["cases"].update_many({}, {"$set": {"provisional": True}})
    bad = (await documents(database))[0]
    await damaged(database, bad["_id"], {"version": 2})
    seen = [one async for one in recompute_deadlines(office, LATE)]
    assert [one.number for one in seen if one.problem] == [bad["number"]]
    assert len(seen) == 2
    assert [one.job for one in await put_aside(office)] == ["recompute"]


async def test_a_dry_run_names_what_it_would_put_aside_and_puts_nothing_aside(
    office: Office, database: mongo.Database
) -> None:
    case = await walked(office, (await sent(office)).case, TO_HANDLING)
    await damaged(database, case.id, {"stage": "NOWHERE"})
    entry = await sweep(office, label="dry")
    assert (entry.counts.problems, await put_aside(office)) == (1, [])
