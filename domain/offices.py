"""Which offices of a unit can be written to, and who holds them.

A pattern is one line of ``mailboxes.csv``: every unit of a kind whose name has a certain ending
(区, 县, 镇 …) has that office. Incumbents are listed, or invented where only pseudonyms are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from domain.directory import Incumbent, Mailbox, Unit
from domain.rows import DirectoryError, Row
from domain.words import MailboxLevel

# Invented terms of office: the first begins within a year of FIRST_TERM, each lasts three to six
# years, and the one that reaches LAST_CHANGE is still running.
FIRST_TERM = date(2011, 1, 1)
LAST_CHANGE = date(2025, 1, 1)
SHORTEST_TERM_DAYS, LONGEST_TERM_DAYS = 3 * 365, 6 * 365


class Kind(StrEnum):
    """The kinds of units that differ in what they have."""

    CITY = "CITY"
    CITY_DEPARTMENT = "CITY_DEPARTMENT"
    DISTRICT = "DISTRICT"
    DISTRICT_BUREAU = "DISTRICT_BUREAU"
    TOWNSHIP = "TOWNSHIP"
    FRONT_LINE = "FRONT_LINE"


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit with the line it comes from."""

    unit: Unit
    kind: Kind
    row: Row


def open_mailboxes(
    placed: Sequence[Placed],
    patterns: Sequence[Row],
    incumbents: Sequence[Row] = (),
    pseudonyms: Sequence[Row] = (),
) -> tuple[Mailbox, ...]:
    """The mailboxes of all units, in the units' order and then the patterns'.

    Raises `DirectoryError` where two patterns give a unit the same office, where a unit of a
    kind with patterns fits none, and for incumbents of unknown mailboxes or of one time.
    """
    by_kind: dict[Kind, list[Row]] = {}
    for pattern in patterns:
        by_kind.setdefault(pattern.word("unit_kind", Kind), []).append(pattern)
    listed = _by_mailbox(incumbents)
    names = _Pseudonyms(pseudonyms)
    found: dict[str, Mailbox] = {}
    for one in placed:
        for pattern in _fitting(one, by_kind.get(one.kind, [])):
            code = f"{one.unit.code}/{pattern.text('office')}"
            if code in found:
                raise pattern.error(f"{code} is there already")
            held = _listed(pattern, listed.pop(code, [])) or tuple(names.holders(code, pattern))
            found[code] = _mailbox(code, one.unit, pattern, len(found), held)
    for rows in listed.values():
        raise rows[0].error(f"there is no mailbox {rows[0].text('mailbox')}")
    return tuple(found.values())


def _fitting(one: Placed, patterns: Sequence[Row]) -> list[Row]:
    fitting = [row for row in patterns if one.unit.name.endswith(row.optional("ending"))]
    if patterns and not fitting:
        raise one.row.error(f"no line of {patterns[0].file} fits {one.unit.name}")
    return fitting


def _mailbox(
    code: str, unit: Unit, pattern: Row, order: int, incumbents: tuple[Incumbent, ...]
) -> Mailbox:
    return Mailbox(
        code=code,
        name=f"{unit.name}{pattern.text('name')}信箱",
        name_en=f"Mailbox of the {pattern.text('title_en')}, {unit.name_en}",
        level=pattern.word("level", MailboxLevel),
        unit=unit.code,
        office=pattern.text("office"),
        order=order,
        incumbents=incumbents,
    )


def _by_mailbox(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.text("mailbox"), []).append(row)
    return found


def _listed(pattern: Row, rows: Sequence[Row]) -> tuple[Incumbent, ...]:
    """Incumbents as listed, oldest first; each must end before the next begins."""
    held: list[Incumbent] = []
    for row in sorted(rows, key=lambda row: row.day("from")):
        start = row.day("from")
        end = row.day("until") if row.optional("until") else None
        if end is not None and end <= start:
            raise row.error("until is not after from")
        if held and (held[-1].until_date is None or held[-1].until_date > start):
            raise row.error(f"{held[-1].name} still holds the office on {start}")
        held.append(_incumbent(pattern, row.text("name"), start, end))
    return tuple(held)


def _incumbent(pattern: Row, name: str, start: date, end: date | None) -> Incumbent:
    return Incumbent(name, pattern.text("title"), pattern.text("title_en"), start, end)


class _Pseudonyms:
    """Invented names and terms, the same for the same mailbox every time; no real persons."""

    def __init__(self, rows: Sequence[Row]) -> None:
        parts: Mapping[str, list[str]] = {"surname": [], "given": []}
        for row in rows:
            if row.text("part") not in parts:
                raise row.error(f"part is {row.text('part')!r}, not surname or given")
            parts[row.text("part")].append(row.text("text"))
        self._surnames, self._given = parts["surname"], parts["given"]
        if bool(self._surnames) != bool(self._given):
            raise DirectoryError(f"{rows[0].file}:1: surnames and given names are both needed")

    def holders(self, code: str, pattern: Row) -> Iterator[Incumbent]:
        """Incumbents without a gap from before 2012 until now; none without pseudonyms."""
        if not self._surnames:
            return
        start = FIRST_TERM + timedelta(days=_lot(code, 365))
        until: date | None = start
        while until is not None:
            start = until
            length = SHORTEST_TERM_DAYS + _lot(
                f"{code} {start}", LONGEST_TERM_DAYS - SHORTEST_TERM_DAYS
            )
            end = start + timedelta(days=length)
            until = end if end < LAST_CHANGE else None
            yield _incumbent(pattern, self._name(f"{code} {start}"), start, until)

    def _name(self, key: str) -> str:
        surname = self._surnames[_lot(f"{key} surname", len(self._surnames))]
        return surname + self._given[_lot(f"{key} given", len(self._given))]


def _lot(key: str, below: int) -> int:
    """A number from 0 to ``below`` - 1 that depends on ``key`` alone."""
    return int.from_bytes(sha256(key.encode()).digest()[:8]) % below
