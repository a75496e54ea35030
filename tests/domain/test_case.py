"""What a case is, when it wakes, and what its history says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.calendar import WorkingCalendar
from domain.case import Case
from domain.policies import Limit
from domain.refusals import ActionNotAllowed
from domain.words import Outcome, Role, Stage
from domain.workflow import Action
from tests.domain.office import (
    CITY,
    DISTRICT,
    MONDAY,
    RULEBOOK,
    STANDING,
    TO_CALLBACK,
    TO_COMMUNICATION,
    TO_CONCLUSION,
    TO_FEEDBACK,
    TO_HANDLING,
    TO_TRANSFER,
    acts,
    at,
    due,
    moment,
    person,
    promised,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")


def test_a_letter_that_comes_in_is_a_case_in_acceptance_with_two_clocks() -> None:
    case = submitted()
    assert (case.stage, case.version, case.updated_at) == (Stage.ACCEPTANCE, 1, at(MONDAY))
    assert set(case.clocks) == {Limit.ACCEPTANCE, Limit.REPLY}
    assert (due(case), promised(case)) == ("2017-03-07", "2017-03-20")
    assert (case.outcome, case.responsible, case.path) == (None, (), CITY.path)


def test_the_first_entry_is_the_submission_sealed_with_the_commitments() -> None:
    entry = submitted().history[0]
    assert (entry.action, entry.role, entry.stage) == (None, Role.CITIZEN, Stage.ACCEPTANCE)
    assert entry.details == {
        "channel": "APP",
        "kind": "COMPLAINT",
        "mailbox": "5101/HEAD",
        "consent_to_publish": True,
    }
    assert RULEBOOK.chain.first_broken(submitted().number, submitted().history) is None


def test_the_clocks_start_at_submission_whenever_the_case_is_made() -> None:
    assert promised(submitted("2017-01-20 10:00")) == "2017-02-08", "over Spring Festival"


@pytest.mark.parametrize(
    ("who", "account"),
    [
        (ANONYMOUS, None),
        (person(Role.CITIZEN, subject="zhang"), "zhang"),
        (person(Role.HANDLER, Role.CITIZEN, subject="li"), "li"),
        (person(Role.INTAKE, subject="clerk"), None),  # typed in what was said by telephone
        (SYSTEM, None),
    ],
)
def test_the_account_is_the_writers(who: Actor, account: str | None) -> None:
    case = submitted(by=who)
    assert (case.account, case.history[0].subject) == (account, who.subject)


def test_a_case_cannot_be_changed_but_by_taking_an_action() -> None:
    case = submitted()
    with pytest.raises(FrozenInstanceError):
        case.stage = Stage.ARCHIVE  # type: ignore[misc]
    after = walked("ACCEPT", case)
    assert (case.stage, case.version) == (Stage.ACCEPTANCE, 1)
    assert (after.stage, after.version) == (Stage.REVIEW, 2)


def test_the_version_moves_with_history_entries_only() -> None:
    case = walked(TO_HANDLING)
    assert case.version == len(case.history) == 5
    assert case.recomputed(RULEBOOK.calendar).version == 5
    assert case.settled(moment(case, "2018-01-01")).version == 5


def test_a_refused_action_changes_nothing() -> None:
    case = walked(TO_HANDLING)
    with pytest.raises(ActionNotAllowed):
        acts(case, Action.ACCEPT)
    assert case == walked(TO_HANDLING)


def test_seven_stages_are_open() -> None:
    assert [stage for stage, case in STANDING.items() if case.is_open] == list(Stage)[:7]


def test_the_path_is_that_of_whoever_has_it() -> None:
    assert walked("ACCEPT", submitted(mailbox=DISTRICT)).path == DISTRICT.path
    assert walked(TO_TRANSFER).path == DISTRICT.path
    assert walked(f"{TO_TRANSFER} REFUSE").path == CITY.path


@pytest.mark.parametrize(
    ("walk", "wakes"),
    [
        ("", "2017-03-07 19:12:00.000"),  # 80 % of the acceptance's one day
        (TO_HANDLING, "2017-03-11 00:00:00.000"),  # 4 of 5 days
        (f"{TO_HANDLING} STOP_CLOCK@2017-03-07", "2017-03-21 23:59:59.000"),  # the stop's end
        (f"{TO_HANDLING} NOTE_PROGRESS@2017-05-02", "2017-03-11 00:00:00.000"),  # long overdue
        (TO_CALLBACK, None),  # it waits for its writer, and no unit is late
        (TO_CONCLUSION, None),  # closed
    ],
)
def test_a_case_wakes_at_its_warning_and_an_action_never_hides_what_is_past(
    walk: str, wakes: str | None
) -> None:
    assert walked(walk).wake_at == (at(wakes) if wakes else None)


def test_whoever_wakes_a_case_at_the_end_of_its_stop_finds_it_running() -> None:
    stopped = walked(f"{TO_HANDLING} STOP_CLOCK@2017-03-07")
    end = stopped.wake_at
    assert end is not None
    assert stopped.open_stop(end - timedelta(milliseconds=1)) is not None
    assert stopped.open_stop(end) is None


def test_a_calendar_that_arrives_late_moves_the_due_dates_and_nothing_else() -> None:
    case = walked("", submitted("2017-09-27 10:00"))
    assumed = WorkingCalendar("assumed", {}, {}, 2016, 2016)
    guessed = case.recomputed(assumed)
    assert guessed.promise.provisional
    assert promised(guessed) == "2017-10-16", "six days of National Day are known by law"
    known = guessed.recomputed(RULEBOOK.calendar)
    assert known == case
    assert promised(known) == "2017-10-17", "30 September is worked, the first week is not"


@pytest.mark.parametrize(
    ("walk", "entered"),
    [
        (f"{TO_HANDLING} NOTE_PROGRESS NOTE_PROGRESS", 4),
        (f"{TO_FEEDBACK} SEND_BACK_REPLY NOTE_PROGRESS", 6),
        (f"{TO_COMMUNICATION}", None),
        ("DISPATCH_DIRECTLY", 1),
    ],
)
def test_when_a_stage_was_entered_last(walk: str, entered: int | None) -> None:
    assert walked(walk).entered(Stage.HANDLING) == entered


def test_a_letter_enters_acceptance_with_its_submission() -> None:
    assert submitted().entered(Stage.ACCEPTANCE) == 0
    assert walked("ACCEPT RETURN_TO_INTAKE").entered(Stage.ACCEPTANCE) == 2


def test_a_rejection_after_a_granted_appeal_is_the_last_reply_and_not_the_first() -> None:
    case = walked(f"{TO_CONCLUSION} APPEAL DECIDE_APPEAL RETURN_TO_INTAKE REJECT")
    assert case.outcome is Outcome.REJECTED
    assert case.reply is not None
    assert case.reply.text.startswith("不属于受理范围")
    assert case.first_replied_at == walked(TO_CALLBACK).first_replied_at


@pytest.mark.parametrize("stage", Stage)
def test_the_stage_clock_is_the_stages_and_the_closed_ones_have_none(stage: Stage) -> None:
    case: Case = STANDING[stage]
    limit = Limit.of(stage)
    assert case.stage_clock == (case.clocks[limit] if limit else None)
    assert (case.stage_clock is None) == (stage in (Stage.CONCLUSION, Stage.ARCHIVE))
