"""Which cases change: one change stream over them, resumed after a break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import OperationFailure, PyMongoError

from storage.cases import COLLECTION
from storage.mongo import ChangeStream, Database, Document, watch

PIPELINE: tuple[Document, ...] = (
    {"$match": {"operationType": {"$in": ["insert", "update", "replace", "delete"]}}},
    {"$project": {"documentKey": 1}},
)
WAIT_MS = 1000
"""How long the server holds one question; the token moves on with each answer."""
STALL_SECONDS = 15.0
"""Without any answer for so long the connection counts as broken."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0

EVERYTHING = None
"""In the place of a case's id: changes may have been missed, of any case."""


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(FIRST_PAUSE * 2.0 ** min(failures, 10), LONGEST_PAUSE)


@dataclass
class CaseChanges:
    """A source of changes. ``opened`` and ``breaks`` count what happened to its stream."""

    database: Database
    opened: int = 0
    breaks: int = 0
    _token: Document | None = field(default=None, repr=False)
    _failures: int = 0

    async def ids(self) -> AsyncGenerator[str | None, None]:
        """Ids of cases as they change, without an end. The database may come and go meanwhile.

        ``EVERYTHING`` comes first, when the stream is open, and again whenever the point to
        resume from was lost: whoever cares for a case reads it then.
        """
        self._token = None
        while True:
            try:
                async with aclosing(self._from_token()) as changed:
                    async for one in changed:
                        yield one
            except (PyMongoError, TimeoutError) as error:
                if _lost_the_point(error):
                    self._token = None
            self.breaks += 1
            await asyncio.sleep(pause(self._failures))
            self._failures += 1

    async def _from_token(self) -> AsyncGenerator[str | None, None]:
        resumed: dict[str, Any] = {"resume_after": self._token} if self._token else {}
        collection = self.database[COLLECTION]
        async with watch(collection, PIPELINE, max_await_time_ms=WAIT_MS, **resumed) as stream:
            self.opened += 1
            if not resumed:
                yield EVERYTHING
            while stream.alive:
                change = await self._next(stream)
                if change is not None:
                    yield change["documentKey"]["_id"]
        self._token = None  # the collection itself is gone, and the stream with it

    async def _next(self, stream: ChangeStream) -> Document | None:
        async with asyncio.timeout(STALL_SECONDS):
            change: Document | None = await stream.try_next()
        self._failures = 0
        token = stream.resume_token
        self._token = dict(token) if token else None
        return change


def _lost_the_point(error: Exception) -> bool:
    """The server answered, and not with changes: its log no longer reaches back so far."""
    return isinstance(error, OperationFailure)
