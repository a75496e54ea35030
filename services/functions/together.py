"""Work on several things at once, and on many things a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


async def all_of(works: Iterable[Awaitable[T]]) -> list[T]:
    """What all of them answer; each comes to its end before what one of them raised is raised."""
    answers = await asyncio.gather(*works, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """``size`` of them at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
