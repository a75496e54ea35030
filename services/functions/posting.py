"""The post during one run, and what its answer means for a notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from domain.delivery import next_attempt
from domain.media import Medium
from domain.problem_cases import Reason
from services.functions.messages import Message, Refusal
from services.functions.runs import Run, problem_with
from services.functions.together import written
from services.functions.workshop import Post
from services.office import Office
from storage.mongo import Session, raise_outage
from storage.notices import NoticedCase
from storage.undelivered import Undelivered
from storage.waiting_notices import Mark, NoticeState, WaitingNotice

Marked: TypeAlias = tuple[NoticedCase, Sequence[Mark]]
"""A case, and the marks that are to be made in it."""

MOST_FAILURES = 5
"""Temporary ones in a row; then the medium is left alone for the rest of the run."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal that did not come from the post."""

    reason: str
    permanent: bool = False


class Posting:
    """Sends messages, and holds back those of a medium that takes none at the moment."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._in_a_row: Counter[Medium] = Counter()

    def holds(self, medium: Medium) -> bool:
        """Whether this medium is left alone for the rest of the run."""
        return self._in_a_row[medium] >= MOST_FAILURES

    async def send(self, message: Message) -> Refusal | None:
        """Hands a message over; why it was not taken, or None. Outages of the database pass."""
        refusal = await self._answer(message)
        if refusal is None or refusal.permanent:
            self._in_a_row[message.medium] = 0
        else:
            self._in_a_row[message.medium] += 1
        return refusal

    async def _answer(self, message: Message) -> Refusal | None:
        try:
            return await self._post.send(message)
        except Exception as error:  # noqa: BLE001  # one message must not hold up the others
            raise_outage(error)
            return Refused(f"the post failed: {type(error).__name__}")


# What it means for a notice


def answered(
    waiting: WaitingNotice,
    medium: Medium | None,
    message_id: str | None,
    refusal: Refusal | None,
    now: datetime,
) -> Mark:
    """The mark after an attempt: sent, to be tried again, or given up."""
    if refusal is None:
        sent = NoticeState.SENT
        return Mark(waiting, sent, now, waiting.attempts, medium=medium, message=message_id)
    failed = waiting.attempts + 1
    next_at = None if refusal.permanent else next_attempt(failed, now)
    state = NoticeState.GIVEN_UP if next_at is None else NoticeState.QUEUED
    return Mark(waiting, state, now, failed, next_at, refusal.reason, medium)


def left_out(waiting: WaitingNotice, reason: str, now: datetime) -> Mark:
    """Nobody needs it, or nobody can be reached."""
    return Mark(waiting, NoticeState.LEFT_OUT, now, waiting.attempts, error=reason)


def postponed(waiting: WaitingNotice, until: datetime, now: datetime) -> Mark:
    """It waits on; that is no failure."""
    return Mark(waiting, NoticeState.QUEUED, now, waiting.attempts, until)


async def keep(run: Run, office: Office, marked: Sequence[Marked]) -> None:
    """Makes the marks, in one transaction or each case alone, and counts what was made."""

    async def save(some: Sequence[Marked], session: Session) -> Sequence[Marked]:
        await _save(office, some, session)
        return some

    def put_aside(one: Marked, error: Exception) -> None:
        run.problem(problem_with(one[0], Reason.UNWRITABLE, error))

    for case, marks in await written(run, marked, save, put_aside):
        for mark in marks:
            _count(run, case, mark)


async def _save(office: Office, marked: Sequence[Marked], session: Session) -> None:
    """With what was given up where ops see it."""
    await office.notices.save(marked, session)
    given_up = [
        _undelivered(case, mark)
        for case, marks in marked
        for mark in marks
        if mark.state is NoticeState.GIVEN_UP
    ]
    await office.undelivered.put(given_up, session)


def _count(run: Run, case: NoticedCase, mark: Mark) -> None:
    """A mark that was made, in the run's counts.

    What was given up lies where ops see it, and what never came to a medium is no fault of the
    post: neither colours the run.
    """
    if mark.state is NoticeState.GIVEN_UP:
        run.count_problem(case.number, f"given up: {mark.error}")
    elif mark.state is not NoticeState.QUEUED:
        run.changed(case.number, mark.state.value)
    elif mark.error is not None and mark.medium is None:
        run.count_problem(case.number, mark.error)
    elif mark.error is not None:
        run.failed(case.number, mark.error)
    else:
        run.skipped()


def _undelivered(case: NoticedCase, mark: Mark) -> Undelivered:
    notice = mark.waiting.notice
    return Undelivered(
        id=notice.id,
        case_id=case.id,
        number=case.number,
        audience=notice.audience,
        about=notice.about,
        medium=mark.medium,
        attempts=mark.attempts,
        error=mark.error or "",
        queued_at=notice.queued_at,
        given_up_at=mark.at,
    )
