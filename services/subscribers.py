"""Telling many about the cases that they follow: one change stream, one reading per change.

A *topic* is a case as one key opens it; whoever came with the same number and query code shares
it. When the case changes it is read once, by that key again, and laid before each subscriber.
Before a subscriber lies one thing, the newest: what a slow reader has not taken is replaced.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from domain.refusals import TooManyAttempts
from storage.changes import EVERYTHING, pause
from storage.mongo import DatabaseFailure

MOST_READINGS = 20  # at a time, when everything has to be read again
FULL_RETRY_SECONDS = 10

Source: TypeAlias = Callable[[], AsyncGenerator[str | None, None]]
T = TypeVar("T")

logger = logging.getLogger("lizheng.subscribers")


class Over(Exception):
    """Nothing comes any more: the case does not open with this key now, or the process ends."""


@dataclass(slots=True, eq=False)
class Subscriber(Generic[T]):
    """One reader. ``seen`` is what they know already."""

    seen: T
    _newest: T | None = None
    _end: Exception | None = None
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def lay(self, thing: T) -> None:
        """Replaces what was not taken yet, with nothing if the reader knows it."""
        self._newest = None if thing == self.seen else thing
        if self._newest is not None:
            self._bell.set()

    def end(self, reason: Exception) -> None:
        """Nothing more comes; what lies there is still told."""
        self._end = reason
        self._bell.set()

    async def news(self) -> AsyncGenerator[T, None]:
        """What is new, each time it is; raises what a reading failed with."""
        while self._newest is not None or self._end is None:
            if self._newest is not None:
                self.seen, self._newest = self._newest, None
                yield self.seen
            else:
                self._bell.clear()
                await self._bell.wait()
        if not isinstance(self._end, Over):
            raise self._end


@dataclass(slots=True, eq=False)
class Topic(Generic[T]):
    """A case as one key opens it, and who follows it."""

    case_id: str
    key: bytes
    newest: T | None = None
    stale: bool = False
    subscribers: set[Subscriber[T]] = field(default_factory=set)
    reading: asyncio.Task[None] | None = None

    def lay(self, thing: T | None) -> None:
        """What was read, before everybody; None is the end."""
        self.newest = thing
        if thing is None:
            self.end(Over())
            return
        for subscriber in self.subscribers:
            subscriber.lay(thing)

    def end(self, reason: Exception) -> None:
        for subscriber in self.subscribers:
            subscriber.end(reason)


@dataclass(slots=True)
class Figures:
    """Counted since the process started; only ``open`` is now."""

    open: int = 0
    streams: int = 0
    readings: int = 0
    refused: int = 0
    dropped: int = 0


class Subscribers(Generic[T]):
    """Everybody who follows a case in this process. The stream is open while there are any."""

    def __init__(
        self, changes: Source, read: Callable[[bytes], Awaitable[T | None]], most: int
    ) -> None:
        self.figures = Figures()
        self._changes = changes
        self._read = read
        self._most = most
        self._topics: dict[bytes, Topic[T]] = {}
        self._keys: dict[str, set[bytes]] = {}
        self._stream: asyncio.Task[None] | None = None
        self._places = asyncio.Semaphore(MOST_READINGS)
        self._closed = False

    def check_room(self) -> None:
        """Raises ``TooManyAttempts`` when the process has no place for one more."""
        if self._closed or self.figures.open >= self._most:
            self.figures.refused += 1
            raise TooManyAttempts(FULL_RETRY_SECONDS)

    @contextmanager
    def following(self, case_id: str, key: bytes, seen: T) -> Iterator[Subscriber[T]]:
        """A place for whoever follows the case that ``key`` opens, and has ``seen`` it so.

        What changed between that reading and now is told, too.
        """
        self.check_room()
        subscriber = Subscriber(seen)
        topic = self._join(case_id, key, subscriber)
        try:
            yield subscriber
        finally:
            self._leave(topic, subscriber)

    @contextmanager
    def room(self) -> Iterator[None]:
        """A place for whoever follows something else than a case."""
        self.check_room()
        self.figures.open += 1
        try:
            yield
        finally:
            self.figures.open -= 1

    async def close(self) -> None:
        """Everybody is told that it is over; nobody is let in any more."""
        self._closed = True
        for topic in self._topics.values():
            topic.end(Over())
        tasks = [self._stream, *(topic.reading for topic in self._topics.values())]
        self._stream = None
        for task in filter(None, tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _join(self, case_id: str, key: bytes, subscriber: Subscriber[T]) -> Topic[T]:
        topic = self._topics.setdefault(key, Topic(case_id, key))
        self._keys.setdefault(case_id, set()).add(key)
        topic.subscribers.add(subscriber)
        self.figures.open += 1
        if self._stream is None:
            self._stream = asyncio.create_task(self._follow())
        elif topic.newest != subscriber.seen:  # one of the two is older
            self._read_again(topic)
        return topic

    def _leave(self, topic: Topic[T], subscriber: Subscriber[T]) -> None:
        topic.subscribers.discard(subscriber)
        self.figures.open -= 1
        if topic.subscribers:
            return
        del self._topics[topic.key]
        self._keys[topic.case_id].discard(topic.key)
        if not self._keys[topic.case_id]:
            del self._keys[topic.case_id]
        if topic.reading is not None:
            topic.reading.cancel()
        if not self._topics and self._stream is not None:
            self._stream.cancel()
            self._stream = None

    async def _follow(self) -> None:
        """The one stream, from the first subscriber to the last."""
        self.figures.streams += 1
        try:
            async with aclosing(self._changes()) as changes:
                async for case_id in changes:
                    for topic in self._concerned(case_id):
                        self._read_again(topic)
        except Exception as error:
            logger.exception("the stream of changes broke")
            self._stream = None
            for topic in self._topics.values():
                topic.end(error)

    def _concerned(self, case_id: str | None) -> list[Topic[T]]:
        if case_id is EVERYTHING:
            return list(self._topics.values())
        return [self._topics[key] for key in self._keys.get(case_id, ())]

    def _read_again(self, topic: Topic[T]) -> None:
        topic.stale = True
        if topic.reading is None or topic.reading.done():
            topic.reading = asyncio.create_task(self._refresh(topic))

    async def _refresh(self, topic: Topic[T]) -> None:
        """Reads until nothing has changed since a reading began; waits out the database."""
        failures = 0
        while topic.stale:
            topic.stale = False
            try:
                async with self._places:
                    self.figures.readings += 1
                    topic.lay(await self._read(topic.key))
            except DatabaseFailure:
                topic.stale = True
                await asyncio.sleep(pause(failures))
                failures += 1
            except Exception as error:  # noqa: BLE001  # its readers get it, and it is logged there
                topic.end(error)
