"""When a notice goes out, when it is tried again, and when nobody needs it any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import CITY_TIME
from domain.case import Case
from domain.notices import DIGEST_TIME, About, Audience, Notice, Occasion, unit_of
from domain.refusals import Text
from domain.traces import JUDGED
from domain.waking import is_watched
from domain.words import Stage
from domain.workflow import Action

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long is waited after each failed attempt; after one more the notice is given up."""
SURVEYS = (Occasion.SURVEY, Occasion.SURVEY_REMINDER)
LIMITS = (Occasion.WARNING, Occasion.OVERDUE)
TO_SIGN_FOR = (Action.REVIEW, Action.PASS_DOWN, Action.REVIEW_DISPATCH)
TO_WORK_ON = (
    Action.DISPATCH_DIRECTLY,
    Action.ADJUDICATE,
    Action.SEND_BACK_REPLY,
    Action.DECIDE_EXTENSION,
)
"""What tells a unit of work, by the action that gave it."""

NO_WAY = Text("没有可联系来信人的方式", "no way to reach the writer")
ANSWERED = Text("已无需回访", "the survey is over")
MOVED_ON = Text("该件已不在该单位办理", "the case is no longer at work there")
NO_WEBHOOK = Text("合作方未订阅此类事件", "the partner has no webhook for it")
NOBODY = Text("没有其他来信并入", "no letters were joined to it")


def next_attempt(failed: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts; None when it is given up."""
    return now + RETRY_AFTER[failed - 1] if failed <= len(RETRY_AFTER) else None


def digest_day(now: datetime) -> date:
    """The day whose digest goes out now: it begins at 09:00 Asia/Shanghai."""
    local = now.astimezone(CITY_TIME)
    before = local.timetz() < DIGEST_TIME
    return local.date() - timedelta(days=1) if before else local.date()


def is_survey(notice: Notice) -> bool:
    """Whether it asks the writer something: never at night, once a day."""
    return notice.about in SURVEYS


def needless(notice: Notice, case: Case) -> Text | None:
    """Why nobody needs this notice any more; None while somebody does."""
    if is_survey(notice):
        return None if _is_still_asked(notice, case) else ANSWERED
    if notice.about in LIMITS:
        return None if _is_still_late(notice, case) else MOVED_ON
    if goes_to_unit(notice):
        return None if _is_still_theirs(notice, case) else MOVED_ON
    return None


def _is_still_asked(notice: Notice, case: Case) -> bool:
    """Waiting for the answer to the reply that the notice asks about, and no later one."""
    index = case.last(*JUDGED)
    asked_in_time = index is None or notice.queued_at >= case.history[index].at
    return case.awaits_survey and asked_in_time


def _is_still_late(notice: Notice, case: Case) -> bool:
    told = {unit_of(case, audience) for audience in (Audience.UNIT, Audience.SUPERIOR)}
    return case.is_somebodys_turn and (notice.unit in told or notice.unit in case.path)


def _is_still_theirs(notice: Notice, case: Case) -> bool:
    """Whether what the unit is told to do is still to be done, and still by that unit."""
    if notice.about in TO_SIGN_FOR:
        return case.stage is Stage.TRANSFER and notice.unit == case.path[-1]
    if notice.about is Action.INVOLVE_UNIT:
        return case.is_open
    if notice.about in TO_WORK_ON:
        return is_watched(case.stage) and notice.unit == case.path[-1]
    return True


def goes_to_unit(notice: Notice) -> bool:
    """Whether a unit is told, and no writer."""
    return notice.audience in (Audience.UNIT, Audience.SUPERIOR)


def about_word(about: About) -> str:
    """What a notice tells of, as one word; the submission has no action."""
    return about.value if about else "SUBMISSION"
