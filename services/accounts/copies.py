"""Copies of what a writer is told: to the devices of their account, and as a text message.

They go out after the message itself, under ids of their own that never change. Nothing depends on
them: one that is not taken is not tried again, and a device whose app is gone is forgotten.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from domain.case import Case
from domain.copies import pointer
from domain.delivery import NO_WAY, is_survey
from domain.media import Medium
from domain.notices import Audience, Notice
from services.delivery_plans import LANGUAGE, LeaveOut, Plan, Send
from services.functions.messages import Message
from services.functions.posting import Posting, Refused
from services.office import Office
from storage.mongo import raise_outage
from storage.waiting_notices import Mark, NoticeState

logger = logging.getLogger("lizheng.accounts")


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of one run's messages, over the same post."""

    office: Office
    posting: Posting

    async def send(
        self, case: Case | None, plan: Plan | Refused, notice: Notice, mark: Mark | None
    ) -> None:
        """What goes besides a notice that was sent, or that nobody could be sent.

        Raises only what the database does while it is out of reach.
        """
        try:
            await self._send(case, plan, notice, mark)
        except Exception as error:  # noqa: BLE001  # a copy must not hold up what has to be sent
            raise_outage(error)
            logger.warning("no copy of a notice: %s", type(error).__name__)

    async def _send(
        self, case: Case | None, plan: Plan | Refused, notice: Notice, mark: Mark | None
    ) -> None:
        if case is None or case.account is None or notice.audience is not Audience.WRITER:
            return
        message = _copied(case, plan, notice, mark)
        if message is None:
            return
        wanted = await self.office.outside.accounts.preferences(case.account)
        if wanted.push:
            await self._push(case.account, _discreet(message, case, notice))
        if wanted.sms_copy and not is_survey(notice):
            await self._text(case.account, message, _reached(plan, mark))

    async def _push(self, account: str, message: Message) -> None:
        for device in await self.office.outside.devices.of_account(account):
            copy = replace(message, id=f"{message.id}-push-{device.id[:12]}", to=device.address)
            if self.posting.holds(Medium.PUSH):
                return
            refusal = await self.posting.send(replace(copy, medium=Medium.PUSH))
            if refusal is not None and refusal.permanent:
                await self.office.outside.devices.remove(device.id, account)

    async def _text(self, account: str, message: Message, reached: str | None) -> None:
        known = await self.office.outside.accounts.by_id(account)
        if known is None or known.phone == reached or self.posting.holds(Medium.SMS):
            return
        copy = replace(message, id=f"{message.id}-copy", to=known.phone, medium=Medium.SMS)
        await self.posting.send(copy)


def _copied(case: Case, plan: Plan | Refused, notice: Notice, mark: Mark | None) -> Message | None:
    """The message that went out, or that there is one where no way was known."""
    if mark is None:
        return None
    if isinstance(plan, Send):
        return plan.message if mark.state is NoticeState.SENT else None
    if isinstance(plan, LeaveOut) and plan.reason == NO_WAY.en:
        text = pointer(case.number).spoken(LANGUAGE)
        return Message(notice.id, Medium.PUSH, "", text, data={"number": case.number})
    return None


def _discreet(message: Message, case: Case, notice: Notice) -> Message:
    """Neither words of the case nor the link of a survey."""
    if not message.quotes and not is_survey(notice):
        return message
    return replace(message, text=pointer(case.number).spoken(LANGUAGE), quotes=False)


def _reached(plan: Plan | Refused, mark: Mark | None) -> str | None:
    """The telephone that the message itself went to, if one; WeChat may have refused it first."""
    if not isinstance(plan, Send) or mark is None or mark.medium is not Medium.SMS:
        return None
    return (plan.otherwise or plan.message).to
