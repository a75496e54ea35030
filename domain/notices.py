"""Notices: who is told what. Derived from history entries and moments, never sent here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeAlias

from domain.calendar import CITY_TIME
from domain.case import Case
from domain.history import Entry
from domain.webhooks import events_of
from domain.words import Role, Stage, Word
from domain.workflow import Action

DIGEST_TIME = time(9, tzinfo=CITY_TIME)
"""When a unit reads what it was told since the day before."""


class Audience(Word):
    """To whom a notice goes."""

    WRITER = "WRITER", "来信人", "The writer"
    UNIT = "UNIT", "承办单位", "The responsible unit"
    SUPERIOR = "SUPERIOR", "上级单位", "The unit above the responsible one"
    JOINED = "JOINED", "并案来信人", "The writers of letters that were joined to the case"
    PARTNER = "PARTNER", "合作方", "The partner through whose portal the letter came"


class Occasion(Word):
    """What a notice tells of that is no action."""

    WARNING = "WARNING", "临近超期", "Close to its limit"
    OVERDUE = "OVERDUE", "超期", "Overdue"
    SURVEY = "SURVEY", "满意度调查", "Satisfaction survey"
    SURVEY_REMINDER = "SURVEY_REMINDER", "满意度调查提醒", "Reminder of the satisfaction survey"


About: TypeAlias = Action | Occasion | None


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to be delivered. Its id follows from what it tells of: a repeat shows.

    ``about`` None is the submission. ``unit`` is the code of the unit that is told, of those
    that go to units. A ``daily`` one is told together with the unit's others of the day. It is
    not delivered before ``not_before``.
    """

    id: str
    audience: Audience
    about: About
    queued_at: datetime
    unit: str | None = None
    daily: bool = False
    not_before: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """When it can go out."""
        return self.not_before or self.queued_at


_TOLD: dict[Action | None, tuple[Audience, ...]] = {
    None: (Audience.WRITER,),
    Action.REJECT: (Audience.WRITER, Audience.JOINED),
    Action.JOIN: (Audience.WRITER,),
    Action.DISPATCH_DIRECTLY: (Audience.UNIT,),
    Action.REVIEW: (Audience.UNIT,),
    Action.ADJUDICATE: (Audience.UNIT,),
    Action.PASS_DOWN: (Audience.UNIT,),
    Action.INVOLVE_UNIT: (Audience.UNIT,),
    Action.DECIDE_EXTENSION: (Audience.WRITER, Audience.UNIT),
    Action.SEND_BACK_REPLY: (Audience.UNIT,),
    Action.APPROVE_REPLY: (Audience.WRITER, Audience.JOINED),
    Action.ANSWER_JOINED: (Audience.WRITER, Audience.JOINED),
    Action.DECIDE_APPEAL: (Audience.WRITER,),
    Action.SUPERVISE: (Audience.UNIT, Audience.SUPERIOR),
    Action.REVOKE_SUPERVISION: (Audience.UNIT, Audience.SUPERIOR),
}


_LADDER = (Action.SUPERVISE, Action.REVOKE_SUPERVISION)


def notices_since(case: Case, version: int) -> tuple[Notice, ...]:
    """What the entries after ``version`` (0: all) have to tell."""
    entries = enumerate(case.history[version:], version + 1)
    return tuple(
        Notice(
            f"{case.id}-{place}-{audience.value.lower()}",
            audience,
            entry.action,
            entry.at,
            *_told_unit(case, entry, audience),
        )
        for place, entry in entries
        for audience in _audiences(case, entry, place)
    )


def entry_place(notice: Notice, case: Case) -> int | None:
    """The place in the history, from 1, of the entry that a notice of ``notices_since`` is of.

    None for one that tells of the case that this one was joined to.
    """
    if not notice.id.startswith(f"{case.id}-"):
        return None
    return int(notice.id.rsplit("-", 2)[-2])


def told_daily(
    case: Case, occasion: Occasion, name: str, audience: Audience, now: datetime
) -> Notice | None:
    """A line of the day's digest of the unit or its superior; None where there is no such unit.

    ``name`` tells the occasion from others of its kind in the same case, for good.
    """
    unit = unit_of(case, audience)
    if unit is None:
        return None
    notice_id = f"{case.id}-{occasion.value.lower()}-{name}-{audience.value.lower()}"
    return Notice(notice_id, audience, occasion, now, unit, True, next_digest(now))


def next_digest(now: datetime) -> datetime:
    """09:00 of this day in Asia/Shanghai, or of the next one when that is past."""
    local = now.astimezone(CITY_TIME)
    today = datetime.combine(local.date(), DIGEST_TIME)
    return today if local <= today else today + timedelta(days=1)


def unit_of(case: Case, audience: Audience) -> str | None:
    """The code of whoever is told: whoever has the case, or the unit above.

    What waits for a reviewer's decision is the mailbox's: the responsible unit is judged by it.
    """
    path = case.mailbox_path if case.awaits_decision else case.path
    if audience is Audience.UNIT:
        return path[-1]
    above = path[:-1]
    return above[-1] if audience is Audience.SUPERIOR and above else None


def _told_unit(
    case: Case, entry: Entry, audience: Audience
) -> tuple[str | None, bool, datetime | None]:
    """The unit, and whether it is told with the day's digest: the clockwork never storms."""
    unit = unit_of(case, audience)
    if entry.action is Action.INVOLVE_UNIT:
        unit = str(entry.details["unit"])
    daily = entry.action in _LADDER and entry.role is Role.SYSTEM
    return unit, daily, next_digest(entry.at) if daily else None


def _audiences(case: Case, entry: Entry, place: int) -> tuple[Audience, ...]:
    told = _TOLD.get(entry.action, ())
    following = case.history[place : place + 1]
    if entry.action is Action.JOIN and any(e.action is Action.ANSWER_JOINED for e in following):
        return ()  # the reply itself says it
    if case.partner is not None and events_of(case, place):
        told = (*told, Audience.PARTNER)
    if entry.action is Action.REVIEW_DISPATCH and entry.stage is Stage.TRANSFER:
        told = (*told, Audience.UNIT)
    left_out = {audience for audience in told if _is_out_of_reach(case, audience)}
    return tuple(audience for audience in told if audience not in left_out)


def _is_out_of_reach(case: Case, audience: Audience) -> bool:
    if audience is Audience.WRITER:
        return not case.letter.reachable
    return audience is Audience.SUPERIOR and unit_of(case, audience) is None
