"""The scheduled functions on real letters, beside what the file alone says must come of them.

What is expected is computed here from the file's lines, the published working days
(``chinesecalendar``) and the numbers of days that the rules name, with nothing of the product's.
"""

from __future__ import annotations

import calendar
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from storage import mongo
from tests.durability.product import Product

LETTERS = Path(os.environ.get("LETTERS", ""))
SHANGHAI = timezone(timedelta(hours=8))
AS_OF = datetime(2019, 9, 2, 10, 30, tzinfo=SHANGHAI)  # a Monday; the city is awake
ARCHIVED_AT = datetime(2019, 10, 1, 2, tzinfo=SHANGHAI)
KEPT_MONTHS = 6  # of requests for help, which all of these letters are taken for
STEPS = (1, 1, 1, 2, 5, 1)  # working days: accept, review, sign for, contact, handle, approve
WITHOUT_REPLY = 4
PROMISE, CALLBACK = 10, 5
RUNGS = {"NOTICE": 0, "YELLOW_CARD": 3, "RED_CARD": 5, "LEADER_INSTRUCTION": 10}
pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


# What the file says


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def working_day(after: date, count: int) -> date:
    while count:
        after += timedelta(days=1)
        count -= chinese_calendar.is_workday(after)
    return after


def due(start: datetime, days: int) -> datetime:
    return end_of(working_day(start.date(), days))


def warned(start: datetime, days: int) -> datetime:
    """At 80 % of the days, each of 24 hours."""
    whole, hours = divmod(days * 24 * 4 / 5, 24)
    day = working_day(start.date(), int(whole))
    if hours:
        day = working_day(day, 1)
    else:
        day += timedelta(days=1)
    return datetime.combine(day, time(), SHANGHAI) + timedelta(hours=hours)


def months_later(day: date, months: int) -> datetime:
    """Midnight of that day of the month; of the last one where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return datetime(day.year + years, month + 1, min(day.day, last), tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Expected:
    """What a letter must have come to by then."""

    asked: bool = False
    marks: tuple[str, ...] = ()
    archived: bool = False


def steps(sent: datetime, replied: datetime | None) -> list[datetime]:
    """When each step is taken: at the end of its time; moved together for a quicker reply."""
    ends, at = [], sent
    for days in STEPS:
        at = due(at, days)
        ends.append(at)
    if replied is None:
        return ends[:WITHOUT_REPLY]
    if replied >= ends[-1]:
        return [*ends[:WITHOUT_REPLY], replied - (ends[-1] - ends[-2]), replied]
    tick, whole = timedelta(milliseconds=1), ends[-1] - sent
    shares = [
        ((end - sent) // tick) * ((replied - sent) // tick) // (whole // tick) for end in ends
    ]
    return [sent + share * tick for share in shares]


def expected(line: dict[str, Any]) -> Expected | None:
    """None for a letter that is not written yet."""
    sent = moment(line["submitted_at"])
    replied = moment(line["replied_at"]) if line.get("reply") else None
    if sent > AS_OF:
        return None
    if replied is not None and replied <= AS_OF:
        closed = due(replied, CALLBACK)
        kept_until = months_later(closed.date(), KEPT_MONTHS)
        return Expected(closed >= AS_OF, (), closed < AS_OF and kept_until <= ARCHIVED_AT)
    taken = [at for at in steps(sent, replied) if at <= AS_OF]
    clocks = [(sent, PROMISE), (taken[-1] if taken else sent, STEPS[len(taken)])]
    return Expected(marks=tuple(marks(clocks)))


def marks(clocks: Sequence[tuple[datetime, int]]) -> Iterator[str]:
    late = [due(*clock) for clock in clocks if due(*clock) < AS_OF]
    if any(due(*clock) >= AS_OF >= warned(*clock) for clock in clocks):
        yield "WARNED"
    if not late:
        return
    yield "OVERDUE"
    for rung, days in RUNGS.items():
        if end_of(working_day(min(late).date(), days)) < AS_OF:
            yield rung


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# What came of it


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Any
) -> Iterator[Product]:
    """A server with the letters as of that day; its clockwork does nothing by itself."""
    product = Product(tmp_path_factory.mktemp("functions"), unused_tcp_port_factory())
    product.told(FUNCTIONS="0")
    product.start()
    try:
        status, said = product.command("import", str(LETTERS), "--as-of", AS_OF.isoformat())
        assert status == 0, said
        yield product
    finally:
        product.remove()


def carried_out(product: Product, name: str, at: datetime = AS_OF) -> dict[str, int]:
    """The counts of a run of that moment."""
    status, said = product.command("function", name, "--at", at.isoformat())
    assert status == 0, said
    found = re.findall(r"\b(seen|changed|skipped|failed)\b\W+(\d+)", said)
    return {name: int(count) for name, count in found}


async def marked(database: mongo.Database) -> Counter[str]:
    """What the sweep wrote into the cases."""
    counts: Counter[str] = Counter()
    async for one in database["cases"].find({}, ["watch", "history"]):
        counts["WARNED"] += bool(one["watch"]["warned"])
        counts["OVERDUE"] += bool(one["watch"]["overdue"])
        supervised = [entry for entry in one["history"] if entry["action"] == "SUPERVISE"]
        counts.update(entry["details"]["rung"] for entry in supervised)
    return counts


async def asked(database: mongo.Database) -> tuple[int, int, int]:
    """Cases asked, messages queued, and links that open something."""
    cases = database["cases"]
    return (
        await cases.count_documents({"asking.asked": [AS_OF]}),
        await cases.count_documents({"notices.about": "SURVEY"}),
        await cases.count_documents({"keys.1": {"$exists": True}}),
    )


@pytest.fixture(scope="module")
def told() -> list[Expected]:
    with LETTERS.open(encoding="utf-8") as file:
        found = [expected(json.loads(line)) for line in file]
    return [one for one in found if one is not None]


def test_the_sweep_marks_what_the_file_says_is_late(product: Product, told: list[Expected]) -> None:
    wanted = Counter(mark for one in told for mark in one.marks)
    assert wanted["OVERDUE"] > 0
    counts = carried_out(product, "overdue_sweep")
    assert product.in_database(marked) == wanted
    assert counts["seen"] == sum(1 for one in told if one.marks)
    assert counts["changed"] == sum(wanted.values())
    assert counts["failed"] == 0


def test_the_callback_asks_whom_the_file_says_was_answered(
    product: Product, told: list[Expected]
) -> None:
    wanted = sum(one.asked for one in told)
    if not wanted:
        pytest.skip("no reply of this file had been out for less than a week")
    counts = carried_out(product, "satisfaction_callback")
    assert product.in_database(asked) == (wanted,) * 3
    assert (counts["seen"], counts["changed"], counts["failed"]) == (wanted, wanted, 0)


async def buried(database: mongo.Database) -> int:
    """Tombstones."""
    return await database["cases"].count_documents({"keeping.is_tombstone": True})


def test_the_archive_takes_whom_the_file_says_was_concluded_long_enough_ago(
    product: Product, told: list[Expected]
) -> None:
    wanted = sum(one.archived for one in told)
    if not wanted:
        pytest.skip("no letter of this file was concluded half a year before")
    counts = carried_out(product, "monthly_archive", ARCHIVED_AT)
    assert (counts["changed"], counts["failed"]) == (wanted, 0)
    assert product.in_database(buried) == wanted
    again = carried_out(product, "monthly_archive", ARCHIVED_AT + timedelta(minutes=1))
    assert (again["changed"], again["failed"]) == (0, 0)
    status, said = product.command("verify", "--archive", "2019-10")
    assert (status, f"{wanted} cases: 0 findings" in said) == (0, True), said


def test_all_is_whole_afterwards(product: Product, told: list[Expected]) -> None:
    status, said = product.command("verify", "--all")
    assert (status, f"{len(told)} whole, 0 broken" in said) == (0, True), said
