"""The survey's plan: data, in versions; the city sleeps from nine to eight."""

from __future__ import annotations

from datetime import date, time

import pytest

from domain.rows import Row
from domain.survey_plan import CITY_PLANS, After, SurveyPlan, build_survey_plans
from services.policies import read_survey_plans
from tests.domain.office import RULEBOOK, at

pytestmark = pytest.mark.ring("test")

PLAN = CITY_PLANS.on(date(2017, 3, 6))


def test_the_shipped_table_is_what_holds_without_one() -> None:
    assert read_survey_plans() == CITY_PLANS


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        ("2017-03-06 07:59", "2017-03-06 08:00"),
        ("2017-03-06 08:00", "2017-03-06 08:00"),  # awake again
        ("2017-03-06 12:34", "2017-03-06 12:34"),
        ("2017-03-06 20:59", "2017-03-06 20:59"),
        ("2017-03-06 21:00", "2017-03-07 08:00"),  # quiet from this minute on
        ("2017-03-06 23:59", "2017-03-07 08:00"),
        ("2017-03-07 00:00", "2017-03-07 08:00"),
    ],
)
def test_nobody_is_woken(moment: str, awake: str) -> None:
    assert PLAN.awake(at(moment)) == at(awake)
    assert PLAN.awake(PLAN.next_day(at(moment))) == PLAN.next_day(at(moment))


def test_quiet_hours_may_lie_within_a_day() -> None:
    siesta = SurveyPlan("s", date(2017, 1, 1), (), After(1, time(9)), time(12), time(14))
    found = [siesta.awake(at(f"2017-03-06 {hour}")) for hour in ("11:59", "13:00", "14:00")]
    assert found == [at(f"2017-03-06 {hour}") for hour in ("11:59", "14:00", "14:00")]


@pytest.mark.parametrize(
    ("since", "days", "moment"),
    [
        ("2017-03-06 09:00", 2, "2017-03-08 10:00"),
        ("2017-03-10 20:00", 2, "2017-03-14 10:00"),  # over a weekend
        ("2017-01-26 09:00", 2, "2017-02-04 10:00"),  # over Spring Festival; a Saturday at work
    ],
)
def test_reminders_count_working_days(since: str, days: int, moment: str) -> None:
    assert After(days, time(10)).moment(at(since), RULEBOOK.calendar) == at(moment)


STEPS = (
    "QUESTION,0,",
    "REMINDER,2,10:00",
    "PHONE_TASK,1,09:00",
    "QUIET_FROM,,21:00",
    "QUIET_UNTIL,,08:00",
)


def _rows(*steps: str) -> list[Row]:
    columns = ("version", "valid_from", "step", "working_days", "time")
    return [
        Row("plan.csv", number, dict(zip(columns, f"1,2017-01-01,{step}".split(","), strict=True)))
        for number, step in enumerate(steps, start=2)
    ]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("QUESTION,1,", "working_days is '1'"),
        ("REMINDER,0,10:00", "not a number from 1 to 400"),
        ("REMINDER,3,", "time is missing"),
        ("REMINDER,3,ten", "time is 'ten', not a time like 09:30"),
        ("REMINDER,3,25:00", "time is '25:00'"),
        ("PHONE_TASK,2,09:00", "a line above says the same step"),
        ("LETTER,2,09:00", "step is 'LETTER'"),
    ],
)
def test_a_bad_row_is_named(step: str, reason: str) -> None:
    before = [one for one in STEPS if not (one.startswith("QUESTION") and "QUESTION" in step)]
    with pytest.raises(ValueError, match=rf"^plan\.csv:{len(before) + 2}: .*{reason}"):
        build_survey_plans(_rows(*before, step))


@pytest.mark.parametrize("missing", ["QUESTION", "PHONE_TASK", "QUIET_FROM", "QUIET_UNTIL"])
def test_a_plan_without_a_step_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match=f"has no {missing}"):
        build_survey_plans(_rows(*(step for step in STEPS if not step.startswith(missing))))


def test_reminders_come_in_order() -> None:
    with pytest.raises(ValueError, match="not in order"):
        build_survey_plans(_rows(*STEPS, "REMINDER,1,10:00"))


def test_a_plan_may_do_without_reminders() -> None:
    plans = build_survey_plans(_rows(*(step for step in STEPS if "REMINDER" not in step)))
    assert plans.on(date(2017, 1, 20)).reminders == ()
