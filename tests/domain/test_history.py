"""Tampering shows: whatever is changed in a history is found, at the entry where it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.calendar import CITY_TIME
from domain.history import Chain, Detail, Entry, commitment
from domain.words import Role, Stage
from domain.workflow import Action
from tests.domain.office import RULEBOOK, TO_CONCLUSION, walked

pytestmark = pytest.mark.ring("test")

CHAIN = RULEBOOK.chain
CASE = walked(f"{TO_CONCLUSION} APPEAL REFUSED_APPEAL")
NUMBER, ENTRIES = CASE.number, CASE.history
LAST = len(ENTRIES) - 1
places = st.integers(0, LAST)

CHANGES: dict[str, Callable[[Entry], Entry]] = {
    "at": lambda e: replace(e, at=e.at + timedelta(milliseconds=1)),
    "action": lambda e: replace(e, action=Action.ARCHIVE),
    "stage": lambda e: replace(e, stage=Stage.ARCHIVE),
    "role": lambda e: replace(e, role=Role.OPS),
    "subject": lambda e: replace(e, subject="somebody else"),
    "unit": lambda e: replace(e, unit="510199"),
    "note": lambda e: replace(e, note="备注"),
    "details": lambda e: replace(e, details={**e.details, "more": 1}),
    "seal": lambda e: replace(e, seal=e.seal[:-1] + ("0" if e.seal[-1] != "0" else "1")),
}


def first_broken(entries: list[Entry] | tuple[Entry, ...]) -> int | None:
    return CHAIN.first_broken(NUMBER, entries)


def changed(index: int, entry: Entry) -> list[Entry]:
    return [*ENTRIES[:index], entry, *ENTRIES[index + 1 :]]


def test_a_history_as_it_was_written_is_whole() -> None:
    assert first_broken(ENTRIES) is None


def test_every_field_of_an_entry_is_tried() -> None:
    assert set(CHANGES) == {field.name for field in fields(Entry)}


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("index", range(LAST + 1))
def test_a_change_of_any_field_is_found_where_it_is(field: str, index: int) -> None:
    assert first_broken(changed(index, CHANGES[field](ENTRIES[index]))) == index


@given(places, st.data())
def test_one_sign_changed_in_any_text_is_found(index: int, data: st.DataObject) -> None:
    entry = ENTRIES[index]
    texts = {k: v for k, v in entry.details.items() if isinstance(v, str) and v}
    assume(texts)
    name = data.draw(st.sampled_from(sorted(texts)))
    place = data.draw(st.integers(0, len(texts[name]) - 1))
    sign = data.draw(st.characters(exclude_categories=["Cs"]))
    assume(sign != texts[name][place])
    other = texts[name][:place] + sign + texts[name][place + 1 :]
    tampered = replace(entry, details={**entry.details, name: other})
    assert first_broken(changed(index, tampered)) == index


@pytest.mark.parametrize("index", range(LAST))
def test_a_removed_entry_is_found_where_it_is_missing(index: int) -> None:
    assert first_broken([*ENTRIES[:index], *ENTRIES[index + 1 :]]) == index


def test_entries_removed_from_the_end_leave_a_chain_that_holds() -> None:
    # Why the version stands beside the history, and the month's last seals in the archive.
    assert first_broken(ENTRIES[:-1]) is None
    assert first_broken([]) is None


@given(places, places)
def test_two_entries_that_changed_places_are_found_at_the_first(one: int, other: int) -> None:
    assume(one != other)
    entries = list(ENTRIES)
    entries[one], entries[other] = entries[other], entries[one]
    assert first_broken(entries) == min(one, other)


@pytest.mark.parametrize("index", range(LAST + 1))
def test_a_duplicated_entry_is_found_at_its_copy(index: int) -> None:
    assert first_broken([*ENTRIES[: index + 1], *ENTRIES[index:]]) == index + 1


@pytest.mark.parametrize("index", range(LAST + 1))
def test_an_entry_of_another_case_is_found(index: int) -> None:
    strange = CHAIN.sealed(ENTRIES[index], "20170306-000002-3", ENTRIES[index - 1].seal)
    assert first_broken(changed(index, strange)) == index


def test_a_history_belongs_to_its_number() -> None:
    assert CHAIN.first_broken("20170306-000002-3", ENTRIES) == 0


def test_without_the_key_nobody_seals() -> None:
    forged = Chain(b"another key").sealed(ENTRIES[3], NUMBER, ENTRIES[2].seal)
    assert first_broken(changed(3, forged)) == 3
    assert Chain(b"another key").first_broken(NUMBER, ENTRIES) == 0


def test_an_entry_resealed_by_a_thief_of_the_key_breaks_the_one_after_it() -> None:
    resealed = CHAIN.sealed(replace(ENTRIES[3], note="旧账"), NUMBER, ENTRIES[2].seal)
    assert first_broken(changed(3, resealed)) == 4


ONE = Entry(
    datetime(2017, 3, 6, 1, 0, tzinfo=UTC),
    None,
    Stage.ACCEPTANCE,
    Role.SYSTEM,
    None,
    None,
    None,
    {},
)


def seal(**details: Detail) -> str:
    return CHAIN.sealed(replace(ONE, details=details), NUMBER, "").seal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 0}, {"a": False}),
        ({"a": None}, {}),
        ({"a": ""}, {"a": None}),
        ({"a": "1"}, {"a": 1}),
        ({"a": "b", "c": "d"}, {"a": "b,c:d"}),
        ({"a": 'x","b":"y'}, {"a": "x", "b": "y"}),
        ({"a": "x\ny"}, {"a": "x\\ny"}),
    ],
)
def test_details_that_only_look_alike_are_sealed_apart(
    one: dict[str, Detail], other: dict[str, Detail]
) -> None:
    assert seal(**one) != seal(**other)


def test_the_order_of_details_and_the_zone_of_a_time_do_not_matter() -> None:
    assert seal(a=1, b=2) == seal(b=2, a=1)
    local = replace(ONE, at=ONE.at.astimezone(CITY_TIME))
    assert CHAIN.sealed(local, NUMBER, "").seal == CHAIN.sealed(ONE, NUMBER, "").seal
    assert seal(until=ONE.at) == seal(until=local.at)


def test_a_commitment_says_nothing_without_its_salt_and_binds_with_it() -> None:
    assert commitment(b"salt", "张三") == commitment(b"salt", "张三")
    assert commitment(b"salt", "张三") != commitment(b"salt", "李四")
    assert commitment(b"salt", "张三") != commitment(b"other", "张三")
    assert "张三" not in commitment(b"salt", "张三")
