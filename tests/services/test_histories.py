"""An old letter goes the way of every letter, at the times that its dates leave for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.case import Case
from domain.words import Outcome, Stage
from domain.workflow import Action
from services.histories import Past, lived, step_times
from tests.domain.office import DISTRICT, RULEBOOK, SMOKE, at, submitted

pytestmark = pytest.mark.ring("test")

MONDAY = "2017-03-06 09:00"
FOREVER = datetime(2017, 12, 31, tzinfo=UTC)


def past(replied_at: str | None = None) -> Past:
    reply = "已责令整改。" if replied_at else None
    return Past(DISTRICT, SMOKE, reply, at(replied_at) if replied_at else None)


def times(replied_at: str | None, written: str = MONDAY) -> list[str]:
    """When each step is taken, on the city's clock, without seconds."""
    steps = step_times(at(written), past(replied_at), RULEBOOK)
    return [f"{when.astimezone(at(written).tzinfo):%m-%d %H:%M}" for when in steps.values()]


@pytest.mark.parametrize(
    ("written", "replied", "steps"),
    # accepted    | reviewed    | signed      | reached     | submitted   | released
    [
        # as slowly as the limits allow: 1, 1, 1, 2, 5 and 1 working days
        (
            MONDAY,
            "2017-03-21 23:59:59",
            "03-07 23:59 | 03-08 23:59 | 03-09 23:59 | 03-13 23:59 | 03-20 23:59 | 03-21 23:59",
        ),
        # later: the work took the rest, and the reply waits a day for its approver
        (
            MONDAY,
            "2017-05-10 10:00",
            "03-07 23:59 | 03-08 23:59 | 03-09 23:59 | 03-13 23:59 | 05-09 10:00 | 05-10 10:00",
        ),
        # sooner: all moves together
        (
            MONDAY,
            "2017-03-07 09:00",
            "03-06 11:29 | 03-06 13:01 | 03-06 14:34 | 03-06 20:42 | 03-07 07:27 | 03-07 09:00",
        ),
        # at once
        (
            MONDAY,
            MONDAY,
            "03-06 09:00 | 03-06 09:00 | 03-06 09:00 | 03-06 09:00 | 03-06 09:00 | 03-06 09:00",
        ),
        # over Spring Festival, 27 January to 2 February; 4 February is worked
        (
            "2017-01-26 09:00",
            "2017-03-01 09:00",
            "02-03 23:59 | 02-04 23:59 | 02-06 23:59 | 02-08 23:59 | 02-28 09:00 | 03-01 09:00",
        ),
    ],
)
def test_the_times_between_letter_and_reply(written: str, replied: str, steps: str) -> None:
    assert " | ".join(times(replied, written)) == steps


def test_steps_never_go_back_never_pass_the_reply_and_are_whole_milliseconds() -> None:
    for minutes in (0, 1, 7, 61, 1_000, 9_999, 22_000, 22_980, 100_001):
        reply = at(MONDAY) + timedelta(minutes=minutes, milliseconds=333)
        found = list(step_times(at(MONDAY), Past(DISTRICT, None, "已阅", reply), RULEBOOK).values())
        assert found == sorted(found)
        assert found[0] >= at(MONDAY)
        assert found[-1] == reply
        assert not [one for one in found if one.microsecond % 1000]


def test_without_a_reply_it_comes_as_far_as_handling() -> None:
    assert times(None) == ["03-07 23:59", "03-08 23:59", "03-09 23:59", "03-13 23:59"]


def stands(case: Case, replied_at: str | None, as_of: str) -> Case:
    return lived(case, past(replied_at), at(as_of), RULEBOOK)


@pytest.mark.parametrize(
    ("replied", "as_of", "stage"),
    [
        (None, "2017-03-06 09:00", Stage.ACCEPTANCE),
        (None, "2017-03-07 23:59:58", Stage.ACCEPTANCE),
        (None, "2017-03-07 23:59:59", Stage.REVIEW),
        (None, "2017-03-08 23:59:59", Stage.TRANSFER),
        (None, "2017-03-09 23:59:59", Stage.COMMUNICATION),
        (None, "2017-03-13 23:59:59", Stage.HANDLING),
        (None, "2017-12-31 00:00", Stage.HANDLING),
        ("2017-05-10 10:00", "2017-03-09 12:00", Stage.TRANSFER),
        ("2017-05-10 10:00", "2017-05-09 09:59", Stage.HANDLING),
        ("2017-05-10 10:00", "2017-05-10 09:59:59", Stage.FEEDBACK),
        ("2017-05-10 10:00", "2017-05-10 10:00", Stage.CALLBACK),
        ("2017-05-10 10:00", "2017-05-17 23:59:59", Stage.CALLBACK),  # five working days
        ("2017-05-10 10:00", "2017-05-18 00:00", Stage.CONCLUSION),
    ],
)
def test_it_stands_where_its_dates_say(replied: str | None, as_of: str, stage: Stage) -> None:
    case = stands(submitted(MONDAY), replied, as_of)
    assert case.stage is stage
    assert all(entry.at <= at(as_of) for entry in case.history)


def test_it_was_the_real_process_and_every_seal_fits() -> None:
    case = lived(submitted(MONDAY), past("2017-03-10 16:00"), FOREVER, RULEBOOK)
    assert [entry.action for entry in case.history[1:]] == [
        Action.ACCEPT,
        Action.REVIEW,
        Action.SIGN_FOR,
        Action.RECORD_CONTACT,
        Action.SUBMIT_REPLY,
        Action.APPROVE_REPLY,
        Action.CLOSE_UNANSWERED,
    ]
    assert RULEBOOK.chain.first_broken(case.number, case.history) is None
    assert (case.responsible, case.category) == (DISTRICT.path, SMOKE.path)
    assert case.outcome is Outcome.EXPLAINED


def test_the_reply_went_out_when_it_did_and_by_another_than_its_author() -> None:
    case = lived(submitted(MONDAY), past("2017-03-10 16:00"), FOREVER, RULEBOOK)
    assert case.reply is not None
    assert (case.reply.sent_at, case.reply.text) == (at("2017-03-10 16:00"), "已责令整改。")
    assert case.first_replied_at == case.promise.met_at == at("2017-03-10 16:00")
    subjects = [
        entry.subject for entry in case.history if entry.stage in {Stage.FEEDBACK, Stage.CALLBACK}
    ]
    assert len(set(subjects)) == 2


def test_it_is_closed_the_moment_the_writers_time_is_over() -> None:
    case = lived(submitted(MONDAY), past("2017-03-10 16:00"), FOREVER, RULEBOOK)
    assert case.concluded_at == at("2017-03-17 23:59:59") + timedelta(milliseconds=1)
