"""Sends the notices that wait in the cases: each is tried, and its case says what came of it.

A message is sent before it is marked, under an id that never changes: whoever is killed between
the two sends it again, and receivers drop the repeat. What was marked is not met again; so a run
that is out of time leaves nothing behind but its counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from domain.calendar import city_date
from domain.case import Case
from domain.delivery import NO_WEBHOOK, NOBODY, about_word
from domain.media import Medium
from services.accounts.copies import Copies
from services.accounts.leaving import finish_leaving
from services.conversations.by_wechat import keep_asked
from services.delivery_plans import (
    MOST_JOINS,
    Claim,
    Digested,
    LeaveOut,
    Plan,
    Planner,
    Postpone,
    Send,
    TellJoined,
    TellPartner,
)
from services.functions.digesting import Digesting
from services.functions.posting import (
    Posting,
    Refused,
    answered,
    keep,
    left_out,
    postponed,
)
from services.functions.runs import LeaseLost, Run
from services.functions.telling_joined import answer_joined
from services.functions.together import all_of, batches
from services.functions.workshop import Workshop
from services.webhooks.queueing import queue_events
from services.webhooks.sending import send_webhooks
from storage.moments import Place
from storage.mongo import Session, raise_outage
from storage.notices import NoticedCase
from storage.waiting_notices import Mark, WaitingNotice

PAGE = 100
PAUSE = timedelta(minutes=10)
"""Between two looks at a case that cannot be read."""
AT_ONCE = 20
"""Cases whose messages are on their way at the same time, and marked in one write."""

Planned: TypeAlias = "tuple[NoticedCase, list[tuple[WaitingNotice, Plan | Refused]]]"


async def deliver_notices(workshop: Workshop, run: Run) -> None:
    """Sends every notice that is due at ``run.now``, and then the digests of the units."""
    delivery = Delivery(workshop, run)
    if await delivery.went_through():
        await delivery.digesting.send()
        await delivery.answer_left()
        await send_webhooks(workshop, run)
        await finish_leaving(workshop, run)


class Delivery:
    """One run's way through the cases with notices that are due."""

    def __init__(self, workshop: Workshop, run: Run) -> None:
        self._workshop, self._office, self._run = workshop, workshop.office, run
        self._posting = Posting(workshop.post)
        self._copies = Copies(self._office, self._posting)
        self.digesting = Digesting(self._office, run, self._posting)

    async def answer_left(self) -> None:
        """Answers the text messages that nobody was done with: seldom any."""
        if not await self._office.outside.conversations.has_left(self._run.now):
            return
        from services.conversations.by_sms import take_up_left

        await take_up_left(self._office, self._run, self._posting)

    async def went_through(self) -> bool:
        """Handles every case that is due; False when the time was over before."""
        place: Place | None = None
        while True:
            page = await self._office.notices.page(self._run.now, place, PAGE)
            for batch in batches(page, AT_ONCE):
                if not self._run.has_time():
                    await self._run.reached({})
                    return False
                await self._handle(batch)
            if len(page) < PAGE:
                return True
            place = page[-1].place

    async def _handle(self, batch: Sequence[NoticedCase]) -> None:
        planned = await self._planned(await self._without_problems(batch))
        self._run.saw(sum(len(plans) for _, plans in planned))
        if self._run.dry:
            self._tell(planned)
            return
        planned = await self._claimed(planned)
        made = await all_of(self._delivered(case, plans) for case, plans in planned)
        marked = [
            (case, marks)
            for (case, plans), marks in zip(planned, made, strict=True)
            if marks or not plans  # nothing due after all: when to look next is settled
        ]
        await keep(self._run, self._office, marked)
        await self._run.reached({})  # killed, it has what it counted so far

    async def _without_problems(self, batch: Sequence[NoticedCase]) -> list[NoticedCase]:
        """Those that can be read, and whose pause is over; the others are looked at later."""
        to_try = await self._run.without_paused(batch)
        for one in to_try:
            if one.problem is not None:
                self._run.problem(one.problem)
        whole = [one for one in to_try if one.problem is None]
        put_off = [one for one in batch if one not in whole]
        self._run.saw(len(put_off))
        if put_off and not self._run.dry:
            until = self._run.now + PAUSE
            await self._run.write(partial(self._office.notices.put_off, put_off, until))
        return whole

    # What is to become of each

    async def _planned(self, batch: Sequence[NoticedCase]) -> list[Planned]:
        office, now = self._office, self._run.now
        mains = await self._mains(batch)
        moment = self._run.moment()
        planner = Planner(office.access, office.rulebook, self._workshop.pages, moment, mains)
        return [
            (one, [(waiting, _plan(planner, one, waiting)) for waiting in one.due(now)])
            for one in batch
        ]

    async def _mains(self, batch: Sequence[NoticedCase]) -> dict[str, Case]:
        """The cases that those of the batch were joined to, and the ones that these were."""
        mains: dict[str, Case] = {}
        cases = [one.case for one in batch if one.case is not None]
        for _ in range(MOST_JOINS):
            wanted = {case.main_case for case in cases if case.main_case} - mains.keys()
            if not wanted:
                break
            found = await self._office.notices.readable(wanted)
            mains |= found
            cases = list(found.values())
        return mains

    async def _claimed(self, planned: list[Planned]) -> list[Planned]:
        """Surveys claim their receiver's day; those that come too late wait for the next one."""
        claims = {
            waiting.notice.id: plan.claim
            for _, plans in planned
            for waiting, plan in plans
            if isinstance(plan, Send) and plan.claim is not None
        }
        if not claims:
            return planned
        late = await self._run.write(partial(self._claim, claims))
        return [
            (case, [(one, late.get(one.notice.id, plan)) for one, plan in plans])
            for case, plans in planned
        ]

    async def _claim(self, claims: Mapping[str, Claim], session: Session) -> dict[str, Postpone]:
        """What becomes of the notices whose receivers are asked something else today."""
        contacts, day = self._office.contacts, city_date(self._run.moment())
        return {
            key: Postpone(claim.otherwise)
            for key, claim in claims.items()
            if not await contacts.claim(claim.contact, day, key, session)
        }

    # What becomes of it

    async def _delivered(
        self, noticed: NoticedCase, plans: Sequence[tuple[WaitingNotice, Plan | Refused]]
    ) -> list[Mark]:
        """One after the other, as they were queued."""
        marks = [await self._carried_out(noticed, waiting, plan) for waiting, plan in plans]
        for (waiting, plan), mark in zip(plans, marks, strict=True):
            await self._copies.send(noticed.case, plan, waiting.notice, mark)
        return [mark for mark in marks if mark is not None]

    async def _carried_out(
        self, noticed: NoticedCase, waiting: WaitingNotice, plan: Plan | Refused
    ) -> Mark | None:
        """The mark to be made; None when nothing came of it yet."""
        try:
            return await self._outcome(noticed, waiting, plan)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001  # one notice must not hold up the others
            raise_outage(error)
            return answered(waiting, None, None, _failed(error), self._run.now)

    async def _outcome(
        self, noticed: NoticedCase, waiting: WaitingNotice, plan: Plan | Refused
    ) -> Mark | None:
        match plan:
            case Send():
                return await self._sent(waiting, plan)
            case TellJoined():
                return await self._joined_told(noticed, waiting)
            case TellPartner(main):
                return await self._partner_told(noticed, waiting, main)
            case Digested(unit):
                self._noted(noticed, waiting, unit)
                return None
        return _settled(waiting, plan, self._run.now)

    def _noted(self, noticed: NoticedCase, waiting: WaitingNotice, unit: str) -> None:
        """A line of the digest."""
        if noticed.case is not None:
            self.digesting.note(noticed, waiting, noticed.case, unit)

    async def _sent(self, waiting: WaitingNotice, plan: Send) -> Mark | None:
        message = plan.message
        if self._posting.holds(message.medium):
            self._run.skipped()
            return None
        refusal = await self._posting.send(message)
        if refusal is not None and refusal.permanent and plan.otherwise is not None:
            return await self._sent(waiting, replace(plan, message=plan.otherwise, otherwise=None))
        if refusal is None and plan.survey and message.medium is Medium.WECHAT:
            await keep_asked(self._office, message.to, *plan.survey)
        return answered(waiting, message.medium, message.id, refusal, self._run.now)

    async def _joined_told(self, noticed: NoticedCase, waiting: WaitingNotice) -> Mark | None:
        if noticed.case is None:
            return None
        answered_cases = await answer_joined(self._office, self._run, noticed.case, waiting.notice)
        if answered_cases is None:
            return None
        if answered_cases == 0:
            return left_out(waiting, NOBODY.en, self._run.now)
        return answered(waiting, None, None, None, self._run.now)

    async def _partner_told(
        self, noticed: NoticedCase, waiting: WaitingNotice, main: Case | None
    ) -> Mark:
        office, run, case = self._office, self._run, noticed.case
        told = await queue_events(office, run, waiting.notice, case, main) if case else 0
        if told == 0:
            return left_out(waiting, NO_WEBHOOK.en, self._run.now)
        return answered(waiting, None, None, None, self._run.now)

    def _tell(self, planned: Sequence[Planned]) -> None:
        """What a dry run has to say."""
        for case, plans in planned:
            for waiting, plan in plans:
                self._run.changed(case.number, _told(waiting, plan))


def _plan(planner: Planner, one: NoticedCase, waiting: WaitingNotice) -> Plan | Refused:
    """What cannot be put into words is tried again like a post that is closed."""
    if one.case is None or one.writer is None:
        return Refused("the case was not read")
    try:
        return planner.plan(waiting.notice, one.case, one.writer)
    except Exception as error:  # noqa: BLE001  # one notice must not hold up the others
        raise_outage(error)
        return _failed(error)


def _failed(error: Exception) -> Refused:
    return Refused(f"cannot be put into words, or handed on: {type(error).__name__}")


def _settled(waiting: WaitingNotice, plan: LeaveOut | Postpone | Refused, now: datetime) -> Mark:
    """The mark for what needs nobody outside."""
    match plan:
        case LeaveOut(reason):
            return left_out(waiting, reason, now)
        case Postpone(until):
            return postponed(waiting, until, now)
    return answered(waiting, None, None, plan, now)


def _told(waiting: WaitingNotice, plan: Plan | Refused) -> str:
    about = about_word(waiting.notice.about)
    if isinstance(plan, Send):
        return f"SEND {plan.message.medium} {about}"
    return f"{type(plan).__name__.upper()} {about}"
