"""The figures of January 2017 once more, from raw histories, with nothing of the product's.

What is counted is written here a second time, from the published definitions: histories are
lists of entries as they lie in the database, working days come from the calendar package itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import chinese_calendar

SHANGHAI = timezone(timedelta(hours=8))
FROZEN_AT = datetime(2017, 2, 25, 3, tzinfo=SHANGHAI)
PROMISED = {"NORMAL": 10, "URGENT": 2, "COMPLEX": 20}
DISTRICT, CITY_DEPARTMENT = re.compile(r"5101\d\d"), re.compile(r"5101-[A-Z]+")

Letter = Mapping[str, Any]
Entry = Mapping[str, Any]


@dataclass
class Recount:
    """Numerators and denominators by name, and how many letters of each level and channel."""

    letters: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    above: Counter[str] = field(default_factory=Counter)
    below: Counter[str] = field(default_factory=Counter)
    days: float = 0

    def counts(self, name: str, *, is_in: bool) -> None:
        self.below[name] += 1
        self.above[name] += is_in

    def percent(self, name: str) -> float:
        return self.above[name] / self.below[name] * 100

    @property
    def average_days(self) -> float:
        return self.days / self.below["days"]


def recount(letters: Sequence[Letter], at: datetime = FROZEN_AT) -> Recount:
    """All letters of the month, as they were known at a moment."""
    found = Recount()
    histories = {one["_id"]: entries(one, at) for one in letters}
    for letter in letters:
        found.letters += 1
        found.levels[letter["level"]] += 1
        found.channels[letter["channel"]] += 1
        _count(found, letter, histories, at)
    return found


def entries(letter: Letter, at: datetime) -> list[Entry]:
    return [entry for entry in letter["history"] if entry["at"] <= at]


def _count(
    found: Recount, letter: Letter, histories: Mapping[str, list[Entry]], at: datetime
) -> None:
    own = histories[letter["_id"]]
    actions = [entry["action"] for entry in own]
    answering = histories[letter["main_case"]] if "JOIN" in actions else own
    replies = [entry["at"] for entry in answering if entry["action"] in ("APPROVE_REPLY", "REJECT")]
    found.counts("reply", is_in=bool(replies))
    answers = [e["details"] for e in own if e["action"] in ("ANSWER_SURVEY", "RECORD_CALLBACK")]
    if answers:
        good = answers[-1]["resolved"] and answers[-1]["satisfaction"] >= 3
        found.counts("satisfaction", is_in=good)
    if replies and letter["kind"] not in ("SUGGESTION", "PRAISE"):
        explained = outcome(answering) in ("RESOLVED", "EXPLAINED")
        found.counts("resolution", is_in=answers[-1]["resolved"] if answers else explained)
    was_sent = any(entry["stage"] in ("TRANSFER", "HANDLING") for entry in own)
    if was_sent and not {"REJECT", "JOIN"} & set(actions):
        ends = [e["at"] for e in own if e["action"] in ("APPROVE_REPLY", "WITHDRAW")]
        found.counts("overdue", is_in=min([*ends, at]) > due_at(letter, own))
    unit = letter["responsible"][-1] if letter["responsible"] else ""
    if replies and (DISTRICT.fullmatch(unit) or CITY_DEPARTMENT.fullmatch(unit)):
        found.below["days"] += 1
        found.days += (replies[0] - letter["submitted_at"]).total_seconds() / 86_400


def outcome(history: Iterable[Entry]) -> str:
    """Of the last reply that went out."""
    submitted, released = "REJECTED", "REJECTED"
    for entry in history:
        if entry["action"] == "SUBMIT_REPLY":
            submitted = entry["details"]["outcome"]
        elif entry["action"] == "APPROVE_REPLY":
            released = submitted
    return released


def due_at(letter: Letter, history: Sequence[Entry]) -> datetime:
    """24:00 of the last promised working day; what was granted and stopped comes on top."""
    urgency, granted, asked, stopped = "NORMAL", 0, 0, 0
    stop: date | None = None
    for entry in history:
        said, day = entry["details"], entry["at"].astimezone(SHANGHAI).date()
        match entry["action"]:
            case "REVIEW":
                urgency = said["urgency"]
            case "DISPATCH_DIRECTLY":
                urgency = "URGENT"
            case "REQUEST_EXTENSION":
                asked = said["working_days"]
            case "DECIDE_EXTENSION":
                granted += asked if said["granted"] else 0
            case "STOP_CLOCK":
                stop = day
            case "RESTART_CLOCK" if stop:
                stopped += working_days(stop, day)
    days = PROMISED[urgency] + granted + stopped
    return last_moment(letter["submitted_at"].astimezone(SHANGHAI).date(), days)


def working_days(after: date, last: date) -> int:
    days = (after + timedelta(days=count + 1) for count in range((last - after).days))
    return sum(chinese_calendar.is_workday(day) for day in days)


def last_moment(start: date, days: int) -> datetime:
    day = start
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI).astimezone(UTC)
