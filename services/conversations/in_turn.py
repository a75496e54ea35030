"""A sender's messages one after the other, in the order in which they came to this process.

Who types quickly sends the next message before the last is answered. Their order in two processes
is theirs who get there first: there the version of the conversation sees that each counts once.
"""

from __future__ import annotations

from asyncio import Lock
from weakref import WeakValueDictionary


class InTurn:
    """A queue for each sender, gone as soon as nobody stands in it."""

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    def of(self, sender: str) -> Lock:
        """The sender's; locks let those who wait in as they came."""
        return self._queues.setdefault(sender, Lock())

    def __len__(self) -> int:
        return len(self._queues)
