"""Counts that add up: of a city, of a subtree, of a level, in whatever order letters come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.baselines import Baseline, change
from domain.definitions import BY_ID, FigureName
from domain.evidence import digest_of
from domain.facts import CohortLetter, Facts
from domain.figures import Counts, Part, members, sum_of, tabulate, tally
from domain.words import Channel, LetterKind, MailboxLevel, Outcome
from tests.domain.cohort import (
    CAME,
    COUNTED,
    DEPARTMENT,
    DISTRICT,
    LATER,
    TOWNSHIP,
    answered,
    counted,
    letter,
    replied,
)

pytestmark = pytest.mark.ring("test")

REPLY, DAYS = BY_ID["REPLY_RATE/1"], BY_ID["AVERAGE_REPLY_DAYS/1"]
COHORT = (
    letter(answered()),
    letter(replied(2), path=TOWNSHIP, responsible=TOWNSHIP),
    letter(replied(4), path=DEPARTMENT, responsible=DEPARTMENT, channel=Channel.SMS),
    letter(path=DISTRICT, responsible=(), level=MailboxLevel.DISTRICT),
)


def test_nothing_of_nothing_is_no_data() -> None:
    assert Part().value is None
    assert Part(0, 3).value == 0
    assert Part(3, 3).value == 1
    assert counted().letters == 0
    assert counted().part(REPLY) == Part(0, 0)


def test_a_month_is_counted_by_level_and_channel() -> None:
    found = counted(*COHORT)
    assert found.letters == 4
    assert found.by_level == {MailboxLevel.CITY_GOVERNMENT: 3, MailboxLevel.DISTRICT: 1}
    assert found.by_channel == {Channel.WEB: 3, Channel.SMS: 1}
    assert found.part(REPLY) == Part(3, 4)
    assert found.part(DAYS) == Part(7, 2)


@pytest.mark.parametrize(
    ("unit", "level", "letters", "reply"),
    [
        ("5101", None, 4, Part(3, 4)),
        ("510104", None, 3, Part(2, 3)),  # a letter that nobody has counts for its mailbox
        ("T", None, 1, Part(1, 1)),
        ("5101-JYJ", None, 1, Part(1, 1)),
        ("510105", None, 0, Part(0, 0)),
        (None, MailboxLevel.DISTRICT, 1, Part(0, 1)),
        ("510104", MailboxLevel.CITY_GOVERNMENT, 2, Part(2, 2)),
    ],
)
def test_any_subtree_and_level_is_a_sum_of_cells(
    unit: str | None, level: MailboxLevel | None, letters: int, reply: Part
) -> None:
    cells = tabulate(COHORT, LATER, {}, COUNTED).cells
    found = sum_of(cells, unit, level)
    assert (found.letters, found.part(REPLY)) == (letters, reply)


def test_counts_can_be_added_up_and_come_out_the_same_in_any_order() -> None:
    assert counted(*COHORT[:1]) + counted(*COHORT[1:]) == counted(*COHORT)
    assert Counts() + counted(*COHORT) == counted(*COHORT)
    assert tabulate(COHORT[::-1], LATER, {}, COUNTED) == tabulate(COHORT, LATER, {}, COUNTED)


def test_a_figure_can_be_traced_to_its_letters() -> None:
    late = letter(replied(50))
    one = members(late, LATER, {}, COUNTED)
    assert one.number == late.number
    assert one.cell == (DISTRICT, MailboxLevel.CITY_GOVERNMENT, Channel.WEB)
    assert one.amount(REPLY) == 0  # not yet, then
    assert one.amount(DAYS) is None
    later = members(late, LATER + timedelta(days=30), {}, COUNTED)
    assert (later.amount(REPLY), later.amount(DAYS)) == (1, 50)


def test_members_add_up_to_the_figures() -> None:
    found = tabulate(COHORT, LATER, {}, COUNTED)
    for definition in BY_ID.values():
        amounts = [one.amount(definition) for one in found.members]
        shares = [amount for amount in amounts if amount is not None]
        assert Part(sum(shares), len(shares)) == sum_of(found.cells).part(definition)


def test_a_change_is_in_points_or_days_and_none_without_both_sides() -> None:
    assert change(FigureName.REPLY_RATE, 0.992, 0.99) == 0.2
    assert change(FigureName.AVERAGE_REPLY_DAYS, 6.12, 7.22) == -1.1
    assert change(FigureName.REPLY_RATE, None, 0.99) is None
    assert change(FigureName.REPLY_RATE, 0.99, None) is None


def test_a_recorded_figure_stands_for_every_version_of_its_definition() -> None:
    recorded = Baseline("before", True, {"SATISFACTION_RATE": 0.9}, "a report")
    assert recorded.value(BY_ID["SATISFACTION_RATE/1"]) == 0.9
    assert recorded.value(BY_ID["SATISFACTION_RATE/2"]) == 0.9
    computed = Baseline("2016-12", False, {"SATISFACTION_RATE/2": 0.8})
    assert computed.value(BY_ID["SATISFACTION_RATE/1"]) is None
    assert computed.value(BY_ID["SATISFACTION_RATE/2"]) == 0.8


# The hash of what was counted


def digest(*letters: CohortLetter, mains: dict[str, Facts] | None = None) -> str:
    return digest_of(letters, mains or {}, LATER)


def test_the_hash_is_that_of_the_letters_in_any_order() -> None:
    assert digest(*COHORT) == digest(*COHORT[::-1])
    assert len(digest()) == 64
    assert digest(*COHORT) != digest(*COHORT[1:])


@pytest.mark.parametrize(
    "changed",
    [
        {"submitted_at": CAME + timedelta(milliseconds=1)},
        {"level": MailboxLevel.TOWNSHIP},
        {"channel": Channel.APP},
        {"kind": LetterKind.PRAISE},
        {"path": DEPARTMENT},
        {"responsible": ()},
        {"facts": answered(4)},
        {"main_case": "main"},
    ],
)
def test_whatever_a_figure_looks_at_changes_the_hash(changed: dict[str, object]) -> None:
    other = replace(COHORT[0], **changed)  # type: ignore[arg-type]  # its fields, by name
    assert digest(other) != digest(COHORT[0])


def test_what_no_figure_looks_at_leaves_the_hash() -> None:
    assert digest(replace(COHORT[0], category=("01",), confidential=True)) == digest(COHORT[0])
    since = replied(60)
    assert digest(replace(COHORT[0], facts=since)) == digest(
        replace(COHORT[0], facts=since.as_of(LATER))
    )


def test_the_reply_of_the_main_case_is_in_the_hash_of_a_merged_letter() -> None:
    merged = letter(Facts(LATER, left=Outcome.MERGED, left_at=CAME), main_case="main")
    assert digest(merged, mains={"main": replied(3)}) != digest(merged, mains={"main": replied(4)})
    assert digest(merged, mains={"main": replied(3)}) != digest(merged)
    assert tally([merged], LATER, {"main": replied(3)}, COUNTED).part(REPLY) == Part(1, 1)
