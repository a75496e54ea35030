"""What was gathered a moment ago, kept for whoever asks next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class CityMemory(Generic[K, V]):
    """The last ``most`` things that were asked for, each until it is as old as ``age`` lets it."""

    def __init__(self, most: int, age: Callable[[V], timedelta]) -> None:
        self._most, self._age = most, age
        self._kept: OrderedDict[K, tuple[datetime, V]] = OrderedDict()

    async def get(self, key: K, now: datetime, gather: Callable[[], Awaitable[V]]) -> V:
        """What is kept of ``key``, gathered first where it is missing or too old at ``now``."""
        known = self._kept.get(key)
        if known is None or not timedelta() <= now - known[0] < self._age(known[1]):
            known = (now, await gather())
            self._kept[key] = known
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return known[1]
