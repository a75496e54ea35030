"""What a process remembers of its lists, so that the same one is not looked through again.

How far a first page reached: asked for again, it is looked for no farther than that, and in the
whole list only when that does not fill it. The answer is the same; what is read is a page and not
the list, also by a server that sorts everything before it takes the first fifty.

How long a list is: for a second, or until this process writes; several who ask at once share one
count. What another process wrote is counted a second later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from storage.mongo import Document

KNOWN_SECONDS = 1.0
MOST_LISTS = 1_000


@dataclass(slots=True)
class _Count:
    counting: asyncio.Future[int]
    ended: float | None = None

    def is_old(self) -> bool:
        return self.ended is not None and time.monotonic() - self.ended > KNOWN_SECONDS


@dataclass(slots=True)
class ListMemory:
    """Of one collection in one process and event loop."""

    _horizons: dict[Hashable, Any] = field(default_factory=dict)
    _counts: dict[Hashable, _Count] = field(default_factory=dict)

    async def first_page(
        self,
        key: Hashable,
        found: Callable[[Document], Awaitable[list[Document]]],
        field: str,
        bound: Callable[[Any], Document],
        size: int,
    ) -> list[Document]:
        """What is ``found``, as far as the same page reached before; all of it if need be.

        ``field`` is what the list is sorted by, ``bound`` filters for what comes before a value.
        """
        if key in self._horizons:
            documents = await found({field: bound(self._horizons[key])})
            if len(documents) > size:
                return documents
        documents = await found({})
        if len(documents) > size:
            if len(self._horizons) >= MOST_LISTS:
                self._horizons.clear()
            self._horizons[key] = documents[-1][field]
        return documents

    def changed(self) -> None:
        """This process wrote: lists may be longer or shorter now."""
        self._counts.clear()

    async def counted(self, key: Hashable, count: Callable[[], Awaitable[int]]) -> int:
        """What ``count`` said a moment ago, or says now."""
        known = self._counts.get(key)
        if known is None or known.is_old():
            if len(self._counts) >= MOST_LISTS:
                self._counts.clear()
            known = _Count(asyncio.ensure_future(count()))
            self._counts[key] = known
        try:
            length = await asyncio.shield(known.counting)
        except BaseException:
            self._counts.pop(key, None)
            raise
        known.ended = known.ended or time.monotonic()
        return length
