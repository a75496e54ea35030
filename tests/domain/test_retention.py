"""How long a case is kept: calendar months, classes that are data, and what keeps it longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.actors import SYSTEM
from domain.archiving import LOOK_AGAIN, archived, postponed
from domain.case import Case
from domain.keeping import Hold, Keeping
from domain.refusals import ActionNotAllowed
from domain.retention import PersonalFate, build_retentions, months_later
from domain.words import LetterKind, Outcome, Stage
from services.policies import read_retentions
from tests.domain.office import TO_CONCLUSION, at, moment, walked
from tests.domain.tables import rows

pytestmark = pytest.mark.ring("test")

SHIPPED = read_retentions().on(date(2017, 3, 6))
CONCLUDED = walked(f"{TO_CONCLUSION}@2017-03-31T23:30")
HEADING = "version,valid_from,class,kinds,outcomes,months,personal_data"
ALL = "1,2017-01-01,ALL,,,6,SEALED"


@pytest.mark.parametrize(
    ("kind", "outcome", "months", "fate"),
    [
        ("COMPLAINT", "RESOLVED", 6, "SEALED"),
        ("HELP", "NOT_RESOLVABLE", 6, "SEALED"),
        ("CONSULTATION", "EXPLAINED", 3, "ERASED"),
        ("SUGGESTION", "EXPLAINED", 3, "ERASED"),
        ("PRAISE", "EXPLAINED", 3, "ERASED"),
        ("COMPLAINT", "WITHDRAWN", 3, "ERASED"),
        ("HELP", "REJECTED", 3, "ERASED"),
        ("HELP", "MERGED", 3, "ERASED"),
        ("REPORT", "RESOLVED", 24, "SEALED"),
        ("REPORT", "WITHDRAWN", 24, "SEALED"),  # a report of wrongdoing is kept whatever came of it
    ],
)
def test_the_shipped_classes(kind: str, outcome: str, months: int, fate: str) -> None:
    found = SHIPPED.class_of(LetterKind[kind], Outcome[outcome])
    assert (found.months, found.personal_data) == (months, PersonalFate[fate])


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2017-03-06", 6, "2017-09-06"),
        ("2017-08-31", 6, "2018-02-28"),  # a month without such a day ends sooner
        ("2015-11-30", 3, "2016-02-29"),
        ("2017-12-31", 1, "2018-01-31"),
        ("2017-01-15", 12, "2018-01-15"),
        ("2017-12-01", 24, "2019-12-01"),
    ],
)
def test_months_are_the_calendar_s(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_a_retention_date_is_the_city_s_midnight() -> None:
    # 23:30 on the last of March in Chengdu: six months later it is the last of September.
    assert SHIPPED.ends_at(CONCLUDED) == at("2017-09-30 00:00")
    assert SHIPPED.ends_at(walked("ACCEPT")) is None


def looked_at(case: Case, when: str, *, waits: bool = False) -> Case | None:
    return postponed(case, moment(case, when, SYSTEM), SHIPPED, waits=waits)


def test_a_case_is_looked_at_again_on_its_retention_date_and_then_archived() -> None:
    assert CONCLUDED.archive_at == at("2017-04-16 00:00")
    later = looked_at(CONCLUDED, "2017-05-01 02:00")
    assert later is not None
    assert later.archive_at == at("2017-09-30 00:00")
    assert looked_at(later, "2017-09-29 23:59") is not None
    assert looked_at(later, "2017-09-30 00:00") is None


@pytest.mark.parametrize(
    ("case", "waits"),
    [
        (
            replace(CONCLUDED, keeping=Keeping(hold=Hold("诉讼", "s", at("2017-04-01 09:00")))),
            False,
        ),
        (walked("APPEAL", CONCLUDED), False),
        (CONCLUDED, True),
    ],
    ids=["a hold", "a pending appeal", "a notice or a reply to come"],
)
def test_what_keeps_a_case_is_asked_every_month(case: Case, waits: bool) -> None:
    later = looked_at(case, "2018-01-01 02:00", waits=waits)
    assert later is not None
    assert later.archive_at == at("2018-01-01 02:00") + LOOK_AGAIN
    assert later.keeping.hold == case.keeping.hold


def test_a_case_that_was_opened_again_waits_for_its_next_conclusion() -> None:
    later = looked_at(CONCLUDED, "2017-05-01 02:00")
    assert later is not None
    opened = walked("APPEAL DECIDE_APPEAL", replace(CONCLUDED, keeping=later.keeping))
    assert opened.stage is Stage.REVIEW
    again = looked_at(opened, "2017-10-01 02:00")
    assert again is not None
    assert again.archive_at is None


def test_who_goes_into_a_batch_is_archived_once() -> None:
    late = moment(CONCLUDED, "2017-10-01 02:00", SYSTEM)
    case = archived(CONCLUDED, late, "2017-10/20170930T180000Z")
    assert (case.stage, case.keeping.batch) == (Stage.ARCHIVE, "2017-10/20170930T180000Z")
    assert case.version == CONCLUDED.version + 1
    assert case.archive_at is None
    # Somebody with the right to do so archived it before the function came by.
    by_hand = walked("ARCHIVE@2017-10-01", CONCLUDED)
    assert by_hand.archive_at == by_hand.updated_at
    assert archived(by_hand, late, "b").version == by_hand.version


def test_the_window_for_an_appeal_stays_in_force() -> None:
    with pytest.raises(ActionNotAllowed):
        archived(CONCLUDED, moment(CONCLUDED, "2017-04-10 02:00", SYSTEM), "b")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("1,2017-01-01,A,REPORT,,6,SEALED", "version 1 has no class for COMPLAINT RESOLVED"),
        ("1,2017-01-01,A,,,0,SEALED", "t.csv:2: months is '0', not a number from 1 to 600"),
        ("1,2017-01-01,A,,,six,SEALED", "t.csv:2: months is 'six', not a number from 1 to 600"),
        ("1,2017-01-01,A,LETTER,,6,SEALED", "t.csv:2: kinds is 'LETTER', not one of COMPLAINT, "),
        ("1,2017-01-01,A,,DONE,6,SEALED", "t.csv:2: outcomes is 'DONE', not one of RESOLVED, "),
        (
            "1,2017-01-01,A,,,6,BURNT",
            "t.csv:2: personal_data is 'BURNT', not one of SEALED, ERASED",
        ),
    ],
)
def test_a_bad_line_is_named(lines: str, problem: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its words are looked at
        build_retentions(rows("t", f"{HEADING}\n{lines}"))
    assert str(refused.value).startswith(problem)


def test_a_version_is_in_force_from_its_day_on() -> None:
    retentions = build_retentions(rows("t", f"{HEADING}\n{ALL}\n2,2018-01-01,ALL,,,9,ERASED"))
    assert retentions.on(date(2017, 12, 31)).version == "1"
    assert retentions.on(date(2018, 1, 1)).version == "2"
    assert retentions.of_version("1").classes[0].months == 6
