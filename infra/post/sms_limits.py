"""Text messages cost money: they go to some countries, and so many go out in a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from infra.post.taking import Message, Post, Refusal


class Quota(Protocol):
    """What all processes together may use in a day."""

    async def take(self, now: datetime, amount: int = 1) -> bool:
        """Takes so much; False when not so much is left."""
        ...

    async def give_back(self, now: datetime, amount: int = 1) -> None:
        """What was taken and not used."""
        ...


class LimitedSms:
    """The post of text messages, within limits. What is over the day's sum may go tomorrow."""

    def __init__(
        self, post: Post, regions: Collection[str], quota: Quota, clock: Callable[[], datetime]
    ) -> None:
        """``regions``: countries by ISO 3166-1, such as ``CN``."""
        self._post, self._regions, self._quota, self._clock = post, regions, quota, clock

    async def send(self, message: Message) -> Refusal | None:
        """What the post says, or why it was not asked."""
        if _region(message.to) not in self._regions:
            return Refusal("SMS: no messages go to this country", permanent=True)
        now = self._clock()
        if not await self._quota.take(now):
            return Refusal("SMS: today's messages are used up", permanent=False)
        refusal = await self._post.send(message)
        if refusal is not None:
            await self._quota.give_back(now)
        return refusal


def _region(number: str) -> str | None:
    """The country of a number in E.164; None for what is no number of any."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
