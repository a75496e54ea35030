"""A migration of the tests' own, and a program that runs it: something that can be killed."""

from __future__ import annotations

import asyncio
import sys

from storage import mongo
from storage.migrations import Migration, latest, migrate
from storage.mongo import Document


def count_steps(document: Document) -> Document:
    """Derived from the history, so that it can be done again when an old server has written."""
    document["steps"] = len(document["history"])
    document["letter"]["heading"] = document["letter"]["title"]
    return document


def drop_steps(document: Document) -> Document:
    """A second one, that takes away again."""
    document.pop("steps", None)
    return document


NEXT = latest() + 1
COUNTED = (Migration(NEXT, "count the steps", count_steps),)
DROPPED = (*COUNTED, Migration(NEXT + 1, "drop the steps", drop_steps))


async def main(uri: str, database: str, driver: mongo.Driver) -> None:
    """Tells every case that it has changed."""
    client = mongo.connect(uri, driver)
    async for case_id in migrate(client[database], COUNTED):
        sys.stdout.write(f"{case_id}\n")
        sys.stdout.flush()
    await mongo.close(client)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], "pymongo" if "pymongo" in sys.argv else "motor"))
