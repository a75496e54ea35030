"""Work on several things at once, on many a few at a time, and on all of them or each alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from services.functions.runs import Run
from storage.case_reader import FAULTS
from storage.mongo import DatabaseFailure, Session, raise_outage

T = TypeVar("T")
Save: TypeAlias = Callable[[Sequence[T], Session], Awaitable[Sequence[T]]]
"""Writes some; which of them were written. It may be called again, in another transaction."""


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


async def written(
    run: Run, items: Sequence[T], save: Save[T], on_error: Callable[[T, Exception], None]
) -> list[T]:
    """Writes them in one transaction, or each in its own where that fails; what was written.

    ``on_error`` is told of one that cannot be written. Raises what ``Run.write`` does, and the
    driver's errors while the database is away.
    """
    if not items:
        return []
    try:
        return list(await run.write(lambda session: save(items, session)))
    except (DatabaseFailure, *FAULTS) as error:
        raise_outage(error)
        if len(items) == 1:
            on_error(items[0], error)
            return []
    return [one for each in items for one in await written(run, [each], save, on_error)]
