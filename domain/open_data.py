"""Open data: a month's cases as everybody may have them, so that nobody's letter can be made out.

A row tells of one letter, without its number, its text, its day or its place. What others may know
of a letter (when it was sent, to whom, how, of what kind, about what, who answered) is kept only as
far as at least ``MINIMUM`` letters of the month share all of it; else it is told more coarsely,
step by step. What the writer thought of the reply is told only where so many answered, and not all
alike.

The rows stand beside published tables: by unit, level, channel and category. What the rows leave of
a published sum is a number as well. Where it would be small, more rows are told more coarsely.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, Final

from domain.anonymity import MINIMUM
from domain.refusals import Text
from domain.words import Word

ANY: Final = "*"
"""Stands for a value that is not told, for few letters have it."""
BANDS = ((1, "0-1"), (3, "2-3"), (5, "4-5"), (10, "6-10"), (20, "11-20"))
"""Calendar days until the first reply: up to so many."""
LONGEST = "21+"


class SurveyTold(Word):
    """Whether the writer answered the survey."""

    ANSWERED = "ANSWERED", "已答复", "Answered"
    NOT_ANSWERED = "NOT_ANSWERED", "未答复", "Not answered"
    WITHHELD = ANY, "不公布", "Withheld"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One row. Empty or None: there is nothing to tell; ``*``: it is not told.

    The fields are the columns, in their order; the first nine are what others may know.
    """

    week: str
    level: str
    channel: str
    kind: str
    network: str
    category: str
    subcategory: str
    unit_level: str
    unit: str
    outcome: str
    reply_days: str
    overdue: bool
    survey: str
    resolved: bool | None = None
    satisfaction: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the dictionary tells of it; ``type`` is Parquet's by DuckDB's name."""

    name: str
    type: str
    text: Text


COLUMNS = (
    Column(
        "week",
        "VARCHAR",
        Text(
            "来信所在周的星期一（北京时间），YYYY-MM-DD",
            "Monday of the week in which the letter came (Asia/Shanghai), YYYY-MM-DD",
        ),
    ),
    Column("level", "VARCHAR", Text("信箱层级", "Level of the mailbox")),
    Column("channel", "VARCHAR", Text("来信渠道", "Channel")),
    Column("kind", "VARCHAR", Text("来信类型", "Kind of letter")),
    Column(
        "network",
        "VARCHAR",
        Text(
            "三网之一；未分类的为空", "One of the three networks; empty while there is no category"
        ),
    ),
    Column(
        "category",
        "VARCHAR",
        Text(
            "一级分类编号；未分类的为空",
            "Id of the category of the first level; empty while there is none",
        ),
    ),
    Column(
        "subcategory",
        "VARCHAR",
        Text(
            "二级分类编号；没有的为空",
            "Id of the category of the second level; empty where there is none",
        ),
    ),
    Column(
        "unit_level",
        "VARCHAR",
        Text(
            "承办单位所属层级：市级、部门或区（市）县",
            "Level of the unit: city, department, or district or county",
        ),
    ),
    Column(
        "unit",
        "VARCHAR",
        Text(
            "承办单位编号（部门或区市县一级；未转办的按信箱）",
            "Code of the responsible department or district; before there is one, the mailbox's",
        ),
    ),
    Column(
        "outcome", "VARCHAR", Text("办理结果；尚无结果的为空", "Outcome; empty while there is none")
    ),
    Column(
        "reply_days",
        "VARCHAR",
        Text(
            "自来信至首次回复的整日历天数，分段；未回复的为空",
            "Calendar days from the letter to the first reply, in bands; empty without one",
        ),
    ),
    Column("overdue", "BOOLEAN", Text("是否曾超过承诺期限", "Whether it was ever overdue")),
    Column(
        "survey",
        "VARCHAR",
        Text("来信人是否答复了满意度调查", "Whether the writer answered the survey"),
    ),
    Column(
        "resolved",
        "BOOLEAN",
        Text(
            "来信人是否认为已解决；未答复或不公布的为空",
            "Whether the writer said that it is resolved; empty if not answered or withheld",
        ),
    ),
    Column(
        "satisfaction",
        "INTEGER",
        Text(
            "满意度，1至5分；未答复或不公布的为空",
            "Satisfaction, 1 to 5 points; empty without an answer or where withheld",
        ),
    ),
)

KNOWN = tuple(one.name for one in fields(OpenCase))[:9]
"""The columns of what others may know of a letter (its quasi-identifiers)."""
STEPS = (
    *("", "subcategory", "unit", "week", "channel", "category", "kind"),
    *("network", "unit_level", "level"),
)
"""What is given up after what: each step gives up its column beside those of the steps before."""


def week_of(day: date) -> str:
    """Its Monday."""
    return (day - timedelta(days=day.weekday())).isoformat()


def band_of(days: int) -> str:
    """The band of so many calendar days."""
    return next((name for most, name in BANDS if days <= most), LONGEST)


@dataclass(frozen=True, slots=True)
class TableSum:
    """A sum that other tables give: the letters that count for ``part`` of a column's table.

    ``replied`` is None where the table does not tell how many of them were replied to.
    """

    column: str
    part: Hashable
    letters: int
    replied: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row on its way, and for which part of each column's table its letter counts."""

    case: OpenCase
    parts: Mapping[str, Hashable] = field(default_factory=dict)


def anonymised(
    rows: Iterable[Row], k: int = MINIMUM, sums: Iterable[TableSum] = ()
) -> tuple[OpenCase, ...]:
    """The rows that may be published, in an order that says nothing of when the letters came.

    Each shares what others may know with at least ``k`` rows, itself included. The letters of a
    month that has fewer than ``k`` left over at the last step are left out. Of each of ``sums``
    the rows leave nothing, or at least ``k``.
    """
    waiting, settled = list(rows), list[Row]()
    for step in STEPS:
        if step:
            waiting = [_without(one, (step,)) for one in waiting]
        sizes = Counter(_known(one.case) for one in waiting)
        settled += [one for one in waiting if sizes[_known(one.case)] >= k]
        waiting = [one for one in waiting if sizes[_known(one.case)] < k]
    cases = [one.case for one in _beside(settled, list(sums), k)]
    return tuple(sorted(_guarded(cases, k), key=lambda one: [_order(v) for v in astuple(one)]))


def _beside(rows: Iterable[Row], sums: Sequence[TableSum], k: int) -> list[Row]:
    """The rows, more coarsely where they would leave little of a sum: the smallest group first."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(_known(row.case), []).append(row)
    told = Counter[tuple[str, Hashable, bool]]()
    for group in groups.values():
        _count(told, group, 1)
    while few := next((one for one in sums if _leaves_few(told, one, k)), None):
        naming = [known for known, group in groups.items() if _is_told(group[0], few)]
        group = groups.pop(min(naming, key=lambda known: (len(groups[known]), known)))
        _count(told, group, -1)
        steps = STEPS[1 : STEPS.index(few.column) + 1]
        coarse = [_without(row, steps) for row in group]
        _count(told, coarse, 1)
        groups.setdefault(_known(coarse[0].case), []).extend(coarse)
    return [row for group in groups.values() for row in group]


def _count(told: Counter[tuple[str, Hashable, bool]], rows: Iterable[Row], times: int) -> None:
    """For which parts rows show that they count, by whether they were replied to."""
    for row in rows:
        for column, part in row.parts.items():
            if getattr(row.case, column) != ANY:
                told[column, part, row.case.reply_days != ""] += times


def _leaves_few(told: Mapping[tuple[str, Hashable, bool], int], one: TableSum, k: int) -> bool:
    replied, others = (told[one.column, one.part, is_replied] for is_replied in (True, False))
    if replied + others == 0:
        return False  # what the table itself tells
    left = one.letters - replied - others
    if left == 0 or one.replied is None:
        return 0 < left < k
    return min(left, one.replied - replied) < k


def _is_told(row: Row, one: TableSum) -> bool:
    """Whether the row shows that it counts for the sum."""
    return row.parts.get(one.column) == one.part and getattr(row.case, one.column) != ANY


def _guarded(cases: Sequence[OpenCase], k: int) -> list[OpenCase]:
    """Without the answers of groups in which too few answered, or all said the same."""
    answers = defaultdict[tuple[str, ...], list[tuple[bool | None, int | None]]](list)
    for one in cases:
        if one.survey == SurveyTold.ANSWERED:
            answers[_known(one)].append((one.resolved, one.satisfaction))
    told = {key for key, said in answers.items() if len(said) >= k and len(set(said)) > 1}
    return [one if _known(one) in told else _unanswered(one) for one in cases]


def _unanswered(one: OpenCase) -> OpenCase:
    return replace(one, survey=SurveyTold.WITHHELD.value, resolved=None, satisfaction=None)


def _without(row: Row, columns: Sequence[str]) -> Row:
    given_up: Any = dict.fromkeys(columns, ANY)  # of STEPS: they are text
    return replace(row, case=replace(row.case, **given_up))


def _known(one: OpenCase) -> tuple[str, ...]:
    return tuple(getattr(one, name) for name in KNOWN)


def _order(value: str | int | None) -> tuple[bool, str]:
    return value is None, str(value)
