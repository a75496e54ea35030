"""The table of functions: what there is, when it runs by default, and what it does.

The one truth for the defaults: the machine's own clockwork, the schedules on AWS and the commands
all read it here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from types import MappingProxyType
from typing import TypeAlias, cast

from domain.refusals import Text
from services.functions.runs import Job
from services.office import Office

CITY = "Asia/Shanghai"


class CatchUp(StrEnum):
    """What becomes of scheduled times that nobody was there for."""

    ALL = "ALL"
    """Each is made up for, in order: what it does belongs to its time."""
    LATEST = "LATEST"
    """One run does what all of them would have done."""


def _named_like(name: str) -> Job:
    """The job in the module of its name: imported when it runs, with all that it alone needs."""
    return cast("Job", getattr(import_module(f"services.functions.{name}"), name))


HasNews: TypeAlias = Callable[[Office, datetime], Awaitable[bool]]


async def _notices_wait(office: Office, now: datetime) -> bool:
    """Of the cases, on their way to partners, or answers to text messages; or files are to go."""
    outside = office.outside
    return (
        await office.notices.has_due(now)
        or await outside.deliveries.has_due(now)
        or await outside.conversations.has_left(now)
        or await outside.given_up_files.has_going(now)
    )


@dataclass(frozen=True, slots=True)
class Function:
    """A job that the clock starts. ``schedule`` is a cron expression of five fields.

    ``has_news`` tells whether a change has made work for it that need not wait for its time.
    """

    name: str
    description: Text
    schedule: str
    catch_up: CatchUp = CatchUp.LATEST
    timezone: str = CITY
    find_job: Callable[[str], Job] = _named_like
    has_news: HasNews | None = None


_ROWS = (
    Function(
        "overdue_sweep",
        Text(
            "超期巡查：到期前预警，标记超期，逐级督办，每单位每日一份摘要。",
            "Warns before deadlines, marks what is overdue, climbs the supervision ladder;"
            " one digest per unit and day.",
        ),
        "*/10 * * * *",
    ),
    Function(
        "satisfaction_callback",
        Text(
            "满意度回访：答复发出后询问来信人，提醒两次；无人作答的交电话回访或办结。",
            "Asks writers after the reply, reminds them twice; then a phone task, or closes.",
        ),
        "*/15 * * * *",
    ),
    Function(
        "monthly_archive",
        Text(
            "月度归档：到期的办结件移入档案库，核验后以存根代替。",
            "Moves concluded cases to the archive store, verified, and leaves tombstones.",
        ),
        "0 2 1 * *",
        CatchUp.ALL,
    ),
    Function(
        "deliver_notices",
        Text(
            "发送通知：发送诉求件中待发的通知，失败后间隔重试。",
            "Sends the notices that wait in the cases, again after a pause where it fails.",
        ),
        "* * * * *",
        has_news=_notices_wait,
    ),
    Function(
        "monthly_bulletin",
        Text(
            "月度通报：1日出具初步数据，25日定稿。",
            "Closes the month's figures: preliminary on the 1st, frozen on the 25th.",
        ),
        "0 3 1,25 * *",
        CatchUp.ALL,
    ),
    Function(
        "train_categories",
        Text(
            "学习分类：从已审核的来信学习，为新来信建议分类。",
            "Learns from reviewed letters which category to suggest for a new one.",
        ),
        "30 4 * * *",
    ),
    Function(
        "group_letters",
        Text(
            "归并来信：把尚未归并的来信归入同一事项的一组。",
            "Groups letters that wait for it by the matter they are about.",
        ),
        "*/5 * * * *",
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in _ROWS})
"""By name."""
