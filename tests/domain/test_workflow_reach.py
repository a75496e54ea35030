"""Whose cases: the reach of a unit, and people with several roles."""

from __future__ import annotations

import pytest

from domain.actors import SYSTEM
from domain.directory import Unit
from domain.refusals import Forbidden
from domain.words import Role, Rung, Stage
from domain.workflow import Action
from tests.domain.office import (
    CITY,
    DISTRICT,
    NEXT_DISTRICT,
    SQUAD,
    STANDING,
    TO_CALLBACK,
    TO_FEEDBACK,
    TO_HANDLING,
    TO_TRANSFER,
    TOWNSHIP,
    WRITER,
    acts,
    moment,
    person,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("unit", "may"),
    [
        (None, True),  # the whole city
        (CITY, True),  # the city's own unit, above
        (DISTRICT, True),  # the unit above
        (TOWNSHIP, True),  # the responsible unit itself
        (SQUAD, False),  # a unit below
        (NEXT_DISTRICT, False),  # another branch
    ],
)
def test_a_handler_acts_on_cases_of_the_own_unit_and_those_below(
    unit: Unit | None, may: bool
) -> None:
    case = walked(f"{TO_TRANSFER} PASS_DOWN")
    handler = person(Role.HANDLER, unit=unit)
    assert (Action.SIGN_FOR in case.available_actions(moment(case, by=handler))) is may
    if may:
        assert acts(case, Action.SIGN_FOR, by=handler).stage is Stage.COMMUNICATION
    else:
        with pytest.raises(Forbidden, match="of the unit or above"):
            acts(case, Action.SIGN_FOR, by=handler)


@pytest.mark.parametrize("role", [Role.INTAKE, Role.SUPERVISOR])
def test_before_a_unit_is_responsible_the_mailbox_says_whose_the_case_is(role: Role) -> None:
    case = submitted(mailbox=DISTRICT)
    assert acts(case, Action.ACCEPT, by=person(role, unit=DISTRICT)).stage is Stage.REVIEW
    assert acts(case, Action.ACCEPT, by=person(role, unit=CITY)).stage is Stage.REVIEW
    for elsewhere in (TOWNSHIP, NEXT_DISTRICT):
        with pytest.raises(Forbidden):
            acts(case, Action.ACCEPT, by=person(role, unit=elsewhere))


def test_a_case_leaves_the_reach_of_the_mailbox_with_its_unit_and_comes_back_refused() -> None:
    case = acts(walked("ACCEPT", submitted(mailbox=DISTRICT)), Action.REVIEW, unit=NEXT_DISTRICT)
    reviewer = person(Role.REVIEWER, unit=DISTRICT)
    with pytest.raises(Forbidden):
        acts(case, Action.SUPERVISE, by=person(Role.SUPERVISOR, unit=DISTRICT))
    refused = acts(case, Action.REFUSE, by=person(Role.HANDLER, unit=NEXT_DISTRICT))
    assert acts(refused, Action.REVIEW, by=reviewer).stage is Stage.TRANSFER


def test_taking_part_does_not_make_responsible() -> None:
    case = acts(walked(TO_HANDLING), Action.INVOLVE_UNIT, unit=NEXT_DISTRICT)
    with pytest.raises(Forbidden):
        acts(case, Action.NOTE_PROGRESS, by=person(Role.HANDLER, unit=NEXT_DISTRICT))


def test_an_approver_of_another_unit_releases_nothing() -> None:
    with pytest.raises(Forbidden):
        acts(
            walked(TO_FEEDBACK),
            Action.APPROVE_REPLY,
            by=person(Role.APPROVER, unit=NEXT_DISTRICT),
        )


def test_nobody_releases_a_reply_of_their_own_whatever_their_roles() -> None:
    both = person(Role.HANDLER, Role.APPROVER, subject="both")
    case = acts(walked(TO_HANDLING), Action.SUBMIT_REPLY, by=both)
    assert Action.APPROVE_REPLY not in case.available_actions(moment(case, by=both))
    with pytest.raises(Forbidden, match="a reply of their own"):
        acts(case, Action.APPROVE_REPLY, by=both)
    assert acts(case, Action.SEND_BACK_REPLY, by=both).stage is Stage.HANDLING


def test_who_wrote_an_earlier_reply_may_release_somebody_elses() -> None:
    both = person(Role.HANDLER, Role.APPROVER, subject="both")
    case = acts(walked(TO_HANDLING), Action.SUBMIT_REPLY, by=both)
    again = walked("SEND_BACK_REPLY SUBMIT_REPLY", case)
    assert acts(again, Action.APPROVE_REPLY, by=both).stage is Stage.CALLBACK


def test_whoever_handled_a_case_never_calls_back_on_it() -> None:
    both = person(Role.HANDLER, Role.INTAKE, subject="both")
    case = acts(walked(TO_TRANSFER), Action.SIGN_FOR, by=both)
    case = walked("RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY", case)
    assert Action.RECORD_CALLBACK not in case.available_actions(moment(case, by=both))
    with pytest.raises(Forbidden, match="never calls back"):
        acts(case, Action.RECORD_CALLBACK, by=both)
    other = person(Role.HANDLER, Role.INTAKE, subject="somebody else")
    assert acts(case, Action.RECORD_CALLBACK, by=other).stage is Stage.CONCLUSION


@pytest.mark.parametrize("role", [Role.INTAKE, Role.SUPERVISOR])
@pytest.mark.parametrize(
    ("unit", "may"), [(None, True), (CITY, True), (DISTRICT, True), (TOWNSHIP, False)]
)
def test_the_unit_that_is_judged_does_not_say_what_its_writer_thinks(
    unit: Unit | None, role: Role, may: bool
) -> None:
    case = walked("PASS_DOWN SIGN_FOR RECORD_CONTACT", walked(TO_TRANSFER))
    case = walked("SUBMIT_REPLY APPROVE_REPLY", case)
    clerk = person(role, unit=unit)
    assert (Action.RECORD_CALLBACK in case.available_actions(moment(case, by=clerk))) is may
    if may:
        assert acts(case, Action.RECORD_CALLBACK, by=clerk).stage is Stage.CONCLUSION
    else:
        with pytest.raises(Forbidden, match="never calls back on its reply"):
            acts(case, Action.RECORD_CALLBACK, by=clerk)


def test_having_taken_the_letter_in_does_not_keep_from_calling_back() -> None:
    clerk = person(Role.INTAKE, Role.HANDLER, subject="both")
    accepted = acts(submitted(), Action.ACCEPT, by=clerk)
    case = walked("REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY", accepted)
    assert acts(case, Action.RECORD_CALLBACK, by=clerk).stage is Stage.CONCLUSION


def test_of_several_roles_the_one_that_the_table_names_first_is_recorded() -> None:
    chief = person(Role.SUPERVISOR, Role.INTAKE, subject="chief")
    assert acts(submitted(), Action.ACCEPT, by=chief).history[-1].role is Role.INTAKE
    plain = person(Role.SUPERVISOR, subject="chief")
    assert acts(submitted(), Action.ACCEPT, by=plain).history[-1].role is Role.SUPERVISOR


@pytest.mark.parametrize(
    ("stage", "action"),
    [
        (Stage.HANDLING, Action.WITHDRAW),
        (Stage.CALLBACK, Action.ANSWER_SURVEY),
        (Stage.CONCLUSION, Action.APPEAL),
    ],
)
def test_staff_who_are_citizens_too_do_not_speak_for_another_writer(
    stage: Stage, action: Action
) -> None:
    case = STANDING[stage]
    official = person(Role.HANDLER, Role.CITIZEN, subject="official")
    assert action not in case.available_actions(moment(case, by=official))
    with pytest.raises(Forbidden):
        acts(case, action, by=official)


def test_staff_speak_for_the_letter_that_they_wrote_themselves() -> None:
    official = person(Role.HANDLER, Role.CITIZEN, subject="official", unit=SQUAD)
    case = submitted(by=official, mailbox=NEXT_DISTRICT)
    assert acts(case, Action.WITHDRAW, by=official).stage is Stage.CONCLUSION


def test_the_system_reaches_every_case() -> None:
    for stage in list(Stage)[:7]:
        after = acts(STANDING[stage], Action.SUPERVISE, by=SYSTEM, rung=Rung.RED_CARD)
        assert (after.history[-1].role, after.history[-1].subject) == (Role.SYSTEM, "system")


def test_an_anonymous_writer_is_recorded_without_a_subject() -> None:
    after = acts(walked(TO_CALLBACK), Action.ANSWER_SURVEY, by=WRITER)
    assert (after.history[-1].role, after.history[-1].subject) == (Role.CITIZEN, None)


def test_the_unit_of_an_entry_is_the_one_that_had_the_case_when_it_happened() -> None:
    case = walked(f"{TO_TRANSFER} PASS_DOWN REFUSE REVIEW SIGN_FOR")
    assert [(entry.action, entry.unit) for entry in case.history[2:]] == [
        (Action.REVIEW, None),  # nobody yet: the platform sends it
        (Action.PASS_DOWN, DISTRICT.code),
        (Action.REFUSE, TOWNSHIP.code),
        (Action.REVIEW, None),
        (Action.SIGN_FOR, DISTRICT.code),
    ]
