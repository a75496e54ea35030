"""People act on cases: only those they see, only as they may, and only one of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.case import Case
from domain.history import Entry
from domain.refusals import (
    ActionNotAllowed,
    Forbidden,
    InvalidInput,
    NotFound,
    Refusal,
    StaleCase,
    Unauthenticated,
)
from domain.words import Outcome, Role, Stage, Urgency
from domain.workflow import Action
from services.office import Office
from services.process import Act, Proof, act, act_as_writer
from storage import mongo
from tests.services.offices import (
    APPROVER,
    CLERK,
    DISTRICT,
    FOOD_TEAM,
    HANDLER,
    HEALTH_TEAM,
    MONDAY,
    NEXT_DISTRICT,
    REVIEWER,
    SMOG,
    TO_CALLBACK,
    TO_HANDLING,
    TOWNSHIP,
    category,
    documents,
    person,
    sent,
    walked,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

LATER = MONDAY + timedelta(hours=1)
ACCEPT = Act(Action.ACCEPT, {})


async def stored(office: Office, case: Case) -> Case:
    found = await office.cases.by_id(case.id, CLERK)
    assert found is not None
    return found


async def test_a_letter_goes_all_the_way_and_its_writer_answers_with_number_and_code(
    office: Office,
) -> None:
    submitted = await sent(office)
    case = await walked(office, submitted.case, TO_CALLBACK)
    assert case.outcome is Outcome.RESOLVED
    proof = Proof(number=case.number, query_code=submitted.query_code)
    answer = Act(Action.ANSWER_SURVEY, {"resolved": True, "satisfaction": 5})
    case = await act_as_writer(office, proof, answer, ANONYMOUS, case.updated_at)
    assert case.stage is Stage.CONCLUSION
    assert await stored(office, case) == case


async def test_what_is_answered_is_what_is_stored(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, TO_HANDLING)
    assert await stored(office, case) == case
    assert [entry.action for entry in case.history] == [
        None,
        Action.ACCEPT,
        Action.REVIEW,
        Action.SIGN_FOR,
        Action.RECORD_CONTACT,
    ]


async def test_notices_are_queued_with_the_action_in_one_write(
    office: Office, database: mongo.Database
) -> None:
    await walked(office, (await sent(office)).case, TO_CALLBACK)
    [document] = await documents(database)
    told = [(notice["audience"], notice["about"]) for notice in document["notices"]]
    assert told == [
        ("WRITER", None),
        ("UNIT", "REVIEW"),
        ("WRITER", "APPROVE_REPLY"),
        ("JOINED", "APPROVE_REPLY"),
    ]


# Races


async def test_fifty_clerks_accept_at_once_and_one_of_them_does(office: Office) -> None:
    case = (await sent(office)).case
    clerks = [person(Role.INTAKE, subject=f"intake-{count}") for count in range(50)]
    answers = await asyncio.gather(
        *(act(office, case.id, ACCEPT, clerk, LATER) for clerk in clerks), return_exceptions=True
    )
    winners = [answer for answer in answers if isinstance(answer, Case)]
    losers = [answer for answer in answers if isinstance(answer, StaleCase | ActionNotAllowed)]
    assert (len(winners), len(losers)) == (1, 49)
    after = await stored(office, case)
    assert after == winners[0]
    assert actions(after.history) == [None, Action.ACCEPT]


async def test_fifty_notes_at_once_are_each_there_once_or_refused(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, TO_HANDLING)
    notes = [Act(Action.NOTE_PROGRESS, {"text": f"第{count}次查看"}) for count in range(50)]
    answers = await asyncio.gather(
        *(act(office, case.id, note, HANDLER, LATER) for note in notes), return_exceptions=True
    )
    kept = sum(isinstance(answer, Case) for answer in answers)
    assert kept >= 1
    assert all(isinstance(answer, Case | StaleCase) for answer in answers)
    entries = (await stored(office, case)).history[case.version :]
    assert len({entry.details["text"] for entry in entries}) == len(entries) == kept


def actions(history: tuple[Entry, ...]) -> list[Action | None]:
    return [entry.action for entry in history]


async def test_who_saw_an_older_version_is_stale(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, "ACCEPT")
    review = {"urgency": Urgency.NORMAL, "unit": DISTRICT}
    with pytest.raises(StaleCase):
        await act(office, case.id, Act(Action.REVIEW, review, version=1), REVIEWER, LATER)
    after = await act(office, case.id, Act(Action.REVIEW, review, version=2), REVIEWER, LATER)
    assert after.version == 3


# Who may


UNIT_HANDLER = person(Role.HANDLER, unit=DISTRICT)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, Unauthenticated),
        (person(Role.CITIZEN, subject="citizen-1"), Forbidden),
        (REVIEWER, Forbidden),
        (person(Role.OPS), Forbidden),
        (person(Role.INTAKE, unit=DISTRICT), NotFound),  # the mayor's mailbox is above it
    ],
)
async def test_accepting_is_not_for(office: Office, actor: Actor, refusal: type[Refusal]) -> None:
    case = (await sent(office)).case
    with pytest.raises(refusal):
        await act(office, case.id, ACCEPT, actor, LATER)
    assert (await stored(office, case)).version == 1


@pytest.mark.parametrize(
    ("unit", "sees_it"),
    [(DISTRICT, True), ("5101", True), (TOWNSHIP, False), (NEXT_DISTRICT, False)],
)
async def test_a_handler_signs_for_what_the_unit_or_one_below_has(
    office: Office, unit: str, sees_it: bool
) -> None:
    case = await walked(office, (await sent(office)).case, "ACCEPT REVIEW")
    handler, sign = person(Role.HANDLER, unit=unit), Act(Action.SIGN_FOR, {})
    if sees_it:
        assert (await act(office, case.id, sign, handler, LATER)).stage is Stage.COMMUNICATION
    else:
        with pytest.raises(NotFound):
            await act(office, case.id, sign, handler, LATER)


async def test_nobody_releases_a_reply_of_their_own(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, f"{TO_HANDLING} SUBMIT_REPLY")
    both = person(Role.HANDLER, Role.APPROVER, subject=HANDLER.subject)
    with pytest.raises(Forbidden):
        await act(office, case.id, Act(Action.APPROVE_REPLY, {}), both, LATER)
    released = await act(office, case.id, Act(Action.APPROVE_REPLY, {}), APPROVER, LATER)
    assert released.stage is Stage.CALLBACK


async def test_a_wrong_code_finds_no_case(office: Office) -> None:
    one, other = await sent(office, "one"), await sent(office, "two")
    proof = Proof(number=one.case.number, query_code=other.query_code)
    with pytest.raises(NotFound) as refused:
        await act_as_writer(office, proof, Act(Action.WITHDRAW, {}), ANONYMOUS, LATER)
    assert refused.value.field == "queryCode"


async def test_a_confidential_case_is_out_of_the_clerks_sight(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, "ACCEPT REVIEW", confidential=True)
    assert await office.cases.by_id(case.id, CLERK) is None
    assert await office.cases.by_id(case.id, REVIEWER) is not None
    assert await office.cases.by_id(case.id, UNIT_HANDLER) is not None


# What it names


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("unit", {"unit": "5101-NOBODY"}),
        ("unit", {"unit": NEXT_DISTRICT}),  # retired
        ("category", {"unit": DISTRICT, "category": "99"}),
    ],
)
async def test_what_is_named_must_be_there(
    office: Office, database: mongo.Database, field: str, values: Mapping[str, object]
) -> None:
    await database.units.update_one({"_id": NEXT_DISTRICT}, {"$set": {"retired": True}})
    case = await walked(office, (await sent(office)).case, "ACCEPT")
    review = Act(Action.REVIEW, {"urgency": Urgency.NORMAL, **values})
    with pytest.raises(NotFound) as refused:
        await act(office, case.id, review, REVIEWER, LATER)
    assert refused.value.field == field


async def test_ids_become_paths(office: Office) -> None:
    smog = category(SMOG)
    case = await walked(office, (await sent(office)).case, "ACCEPT REVIEW", category=smog)
    assert case.responsible == ("5101", DISTRICT)
    assert case.category == (smog[:2], smog[:5], smog)


async def test_only_some_systems_are_dispatched_to_directly(office: Office) -> None:
    case = (await sent(office)).case
    dispatch = Action.DISPATCH_DIRECTLY
    with pytest.raises(InvalidInput) as refused:
        await act(office, case.id, Act(dispatch, {"unit": HEALTH_TEAM}), CLERK, LATER)
    assert refused.value.field == "unit"
    after = await act(office, case.id, Act(dispatch, {"unit": FOOD_TEAM}), CLERK, LATER)
    assert (after.stage, after.urgency) == (Stage.HANDLING, Urgency.URGENT)


async def test_a_case_is_joined_to_one_that_the_clerk_sees(office: Office) -> None:
    main, other = (await sent(office, "one")).case, (await sent(office, "two")).case
    joined = await act(office, other.id, Act(Action.JOIN, {"main_case": main.id}), CLERK, LATER)
    assert (joined.outcome, joined.main_case) == (Outcome.MERGED, main.id)
    with pytest.raises(NotFound):
        await act(office, main.id, Act(Action.JOIN, {"main_case": "nothing"}), CLERK, LATER)


async def test_a_note_is_internal_and_has_its_limit(office: Office) -> None:
    case = (await sent(office)).case
    with pytest.raises(InvalidInput) as refused:
        await act(office, case.id, Act(Action.ACCEPT, {}, note="长" * 2_001), CLERK, LATER)
    assert refused.value.field == "note"
    after = await act(office, case.id, Act(Action.ACCEPT, {}, note="长" * 2_000), CLERK, LATER)
    assert after.history[-1].note == "长" * 2_000


async def test_a_case_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        await act(office, "nothing", ACCEPT, CLERK, LATER)
