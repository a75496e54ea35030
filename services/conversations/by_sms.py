"""A text message in, a text message out; and those that nobody was done with are taken up again.

A message waits from the write that records it until its answer is out. Whoever is killed in
between leaves it there: the provider's repeat completes it, or else the next delivery of notices.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.media import Medium
from domain.words import Channel
from services.conversations.handling import Received, find_answer, key_of
from services.functions.messages import Message, Refusal
from services.functions.posting import Posting
from services.functions.runs import Run
from services.office import Office
from services.rates import Buckets
from storage.conversations import Left
from storage.mongo import raise_outage

TAKEN_UP_AFTER = timedelta(minutes=5)
"""Long after the request that brought it is over."""
NEXT_TRY_AFTER = timedelta(minutes=15)
PAGE = 50
NAME = "SMS"
"""What a ledger calls such a message: nothing of its own."""

Send: TypeAlias = Callable[[Message], Awaitable[Refusal | None]]


async def answer_sms(
    office: Office, message: Received, now: datetime, send: Send, letters: Buckets | None = None
) -> Refusal | None:
    """Answers a message by one of its own, once; why it has to be tried again, or None."""
    left = Left(key_of(office, message), _text(message), now + TAKEN_UP_AFTER)
    said = await find_answer(office, message, now, letters, left)
    store = office.outside.conversations
    if await store.is_sent(left.message):
        return None
    refused = await send(_answer(left.message, message.sender, said))
    if refused is not None and not refused.permanent:
        return refused
    await store.mark_sent(left.message)
    return None


async def take_up_left(office: Office, run: Run, posting: Posting) -> None:
    """Answers what nobody was done with; a run of an earlier time leaves it to one of now."""
    if run.dry or run.is_as_of:
        return
    while keys := await office.outside.conversations.left(run.now, PAGE):
        for key in keys:
            if not run.has_time() or posting.holds(Medium.SMS):
                return
            run.saw()
            await _take_up(office, run, posting, key)


async def _take_up(office: Office, run: Run, posting: Posting, key: str) -> None:
    store = office.outside.conversations
    try:
        content = await store.content_of(key)
        if content is None:
            run.skipped()
            return
        refused = await answer_sms(office, _read(content), run.moment(), posting.send)
    except Exception as error:  # noqa: BLE001  # one message must not hold up the others
        raise_outage(error)
        run.failed(NAME, error)
    else:
        if refused is None:
            run.changed(NAME, "ANSWER")
            return
        run.failed(NAME, refused.reason)
    await store.put_off(key, run.now + NEXT_TRY_AFTER)


def _answer(key: str, to: str, said: str) -> Message:
    return Message(f"answer-{key}", Medium.SMS, to, said, about="CONVERSATION")


def _text(message: Received) -> str:
    return json.dumps([message.id, message.sender, message.text], ensure_ascii=False)


def _read(content: str) -> Received:
    id_, sender, text = json.loads(content)
    return Received(Channel.SMS, id_, sender, text)
