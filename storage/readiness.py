"""Whether the database can be worked with: a server whose disk was full answers, but cannot write.

Nothing but a write tells. It goes to one document of a collection of its own.
"""

from __future__ import annotations

import asyncio
import logging
import time

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from storage.mongo import Database, Document

FRESH_SECONDS = 1.0
UNREACHABLE = "database unreachable"
UNWRITABLE = "database refuses writes"
COLLECTION = "readiness"
_WRITE = ({"_id": "probe"}, {"$inc": {"writes": 1}})

logger = logging.getLogger("lizheng.database")


class Readiness:
    """Writes when asked, at most once in ``FRESH_SECONDS``; a change is logged."""

    def __init__(self, database: Database) -> None:
        """Ask this database."""
        self._collection = database[COLLECTION]
        self._asking = asyncio.Lock()
        self._fresh_until = 0.0
        self._reason: str | None = None

    async def find_obstacle(self, seconds: float = 2.0) -> str | None:
        """Why it cannot be worked with, told within so many seconds; None: it can."""
        async with self._asking:
            if time.monotonic() >= self._fresh_until:
                reason = await self._write(seconds)
                if reason != self._reason:
                    logger.warning("%s", reason or "the database takes writes again")
                self._reason = reason
                self._fresh_until = time.monotonic() + FRESH_SECONDS
            return self._reason

    async def _write(self, seconds: float) -> str | None:
        try:
            async with asyncio.timeout(seconds):
                await self._collection.update_one(*_WRITE, upsert=True)
        except (AutoReconnect, TimeoutError):
            return UNREACHABLE
        except PyMongoError:
            return UNWRITABLE
        return None


def refuses_writes(uri: str, database: str, timeout: float) -> bool:
    """Whether the server at `uri` answers a write with a failure of its own. Blocks.

    One that does not answer within `timeout` seconds may be busy: it refuses nothing.
    """
    limit = max(1, int(timeout * 1000))
    client: MongoClient[Document] = MongoClient(
        uri, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit, socketTimeoutMS=limit
    )
    try:
        client[database][COLLECTION].update_one(*_WRITE, upsert=True)
    except OperationFailure:
        return True
    except PyMongoError:
        return False
    finally:
        client.close()
    return False
