"""The ledger of runs: one document for each run of a function, whatever came of it.

Whoever begins an attempt writes its lease's fence into the entry; from then on only an equal fence
saves a checkpoint or ends the run, and only a higher one begins another attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.runs import Counts, RunEntry, RunState, Trigger
from storage.fetching import fetch_page
from storage.index import Index
from storage.mongo import Database, Document
from storage.pages import Page, Slice, Sort, SortKey
from storage.run_documents import (
    FIELDS,
    KEPT,
    counts_document,
    entry_or_none,
    failed_fields,
    read_run,
    run_document,
)

COLLECTION = "function_runs"
REQUESTS = "function_requests"
INDEXES = (
    Index(COLLECTION, (("name", 1), ("requested_at", -1), ("_id", -1)), "by_function"),
    Index(
        COLLECTION,
        (("name", 1), ("dry", 1), ("requested_at", -1), ("_id", -1)),
        "last_of_function",
    ),
    Index(COLLECTION, (("open", 1), ("scheduled_for", 1)), "open", partial={"open": True}),
    Index(COLLECTION, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
    Index(REQUESTS, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
)
NEWEST_FIRST: Sort = (
    SortKey("requested_at", kind=datetime, descending=True),
    SortKey("_id", descending=True),
)
MOST_OPEN = 500
KEPT_QUIET = timedelta(days=30)
"""A run that met nothing to do: a function of every minute makes half a million a year."""
KEPT_REQUEST = timedelta(hours=24)


class RunRepository:
    """Entries and what idempotency keys of ops asked for."""

    def __init__(self, database: Database) -> None:
        self._runs = database[COLLECTION]
        self._requests = database[REQUESTS]

    async def by_id(self, run_id: str) -> RunEntry | None:
        """One entry."""
        return entry_or_none(await self._runs.find_one({"_id": run_id}))

    async def opened(self, entry: RunEntry) -> RunEntry:
        """The entry under this id: the one that is there, or else this one, now there."""
        document = {"_id": entry.id, **run_document(entry)}
        try:
            await self._runs.insert_one(document)
        except DuplicateKeyError:
            return await self.by_id(entry.id) or entry
        return entry

    async def ask_again(self, entry: RunEntry) -> RunEntry | None:
        """An ended run that did not succeed is wanted once more, from its checkpoint on."""
        over = [RunState.FAILED, RunState.PARTIAL, RunState.SKIPPED]
        asked = await self._runs.find_one_and_update(
            {"_id": entry.id, "state": {"$in": over}},
            {"$set": {"state": RunState.REQUESTED, "trigger": Trigger.OPS, "open": True}},
            return_document=ReturnDocument.AFTER,
        )
        return entry_or_none(asked)

    async def begin(
        self, entry: RunEntry, trigger: Trigger, fence: int | None, now: datetime
    ) -> RunEntry | None:
        """Another attempt, from the counts and the checkpoint that were saved last.

        None when the run has succeeded meanwhile, or somebody with a higher fence is at it.
        """
        free = [{"fence": None}] if fence is None else [{"fence": None}, {"fence": {"$lt": fence}}]
        nothing = {"$literal": counts_document(Counts())}
        begun = await self._runs.find_one_and_update(
            {"_id": entry.id, "state": {"$ne": RunState.SUCCEEDED}, "$or": free},
            [
                {
                    "$set": {
                        "state": RunState.RUNNING,
                        "open": True,
                        "trigger": trigger,
                        "fence": fence,
                        "attempt": {"$add": ["$attempt", 1]},
                        "started_at": now,
                        "ended_at": None,
                        "error": None,
                        "counts": {"$ifNull": ["$reached.counts", nothing]},
                        "problems": {"$ifNull": ["$reached.problems", 0]},
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        return entry_or_none(begun)

    async def reached(
        self, run_id: str, fence: int | None, counts: Counts, checkpoint: Mapping[str, Any] | None
    ) -> bool:
        """Saves how far it got; False when the run is no longer this attempt's."""
        saved = {"counts": counts_document(counts), "problems": counts.problems}
        values = {**saved, "reached": {"checkpoint": checkpoint, **saved}}
        done = await self._runs.update_one(
            {"_id": run_id, "fence": fence, "state": RunState.RUNNING}, {"$set": values}
        )
        return bool(done.matched_count)

    async def end(self, entry: RunEntry, now: datetime) -> RunEntry | None:
        """What became of the attempt, as ``entry`` has it; None when it is no longer ours.

        A checkpoint stays where the run is to go on from it.
        """
        quiet = entry.state is RunState.SUCCEEDED and not entry.counts.changed
        values: Document = {
            "state": entry.state,
            "error": entry.error,
            "counts": counts_document(entry.counts),
            "problems": entry.counts.problems,
            "changes": [list(one) for one in entry.changes],
            "ended_at": now,
            "expires_at": now + (KEPT_QUIET if quiet else KEPT),
            "open": not entry.dry and (entry.state is RunState.FAILED or entry.is_to_be_continued),
        }
        if entry.checkpoint is None:
            values["reached"] = None
        ended = await self._runs.find_one_and_update(
            {"_id": entry.id, "fence": entry.fence, "state": RunState.RUNNING},
            {"$set": values},
            return_document=ReturnDocument.AFTER,
        )
        return entry_or_none(ended)

    async def skip(self, entry: RunEntry, error: str, now: datetime) -> RunEntry | None:
        """A run that never began does not take place; None when it has begun meanwhile."""
        skipped = await self._runs.find_one_and_update(
            {"_id": entry.id, "state": {"$in": [RunState.REQUESTED, RunState.SKIPPED]}},
            {
                "$set": {
                    "state": RunState.SKIPPED,
                    "open": False,
                    "error": error,
                    "ended_at": now,
                    "expires_at": now + KEPT,
                }
            },
            return_document=ReturnDocument.AFTER,
        )
        return entry_or_none(skipped)

    async def abandon(self, run_id: str, fence: int, error: str, now: datetime) -> None:
        """A run whose lease ran out, and was taken by one with this fence, has failed."""
        mine = {"_id": run_id, "state": RunState.RUNNING, "fence": {"$lt": fence}}
        await self._runs.update_one(mine, {"$set": failed_fields(error, now)})

    async def forsake(self, entry: RunEntry, error: str, now: datetime) -> None:
        """One that nobody begins any more, or ends, has failed; not if it is begun meanwhile."""
        as_read = {"_id": entry.id, "state": entry.state, "attempt": entry.attempt}
        values = failed_fields(error, now) | {"open": False}
        await self._runs.update_one(as_read, {"$set": values})

    # Lists

    async def page(
        self, name: str, page: Page, *, counted: bool = True, with_changes: bool = False
    ) -> Slice[RunEntry]:
        """A function's runs, newest first, by when they came into the ledger.

        What dry runs would change comes along where it is asked for.
        """
        fields = [*FIELDS, "changes"] if with_changes else FIELDS
        return await fetch_page(
            self._runs, {"name": name}, NEWEST_FIRST, page, read_run, fields=fields, counted=counted
        )

    async def last(self, name: str) -> RunEntry | None:
        """The run of a function that came last; dry runs do not count."""
        found = self._runs.find({"name": name, "dry": False}).sort(
            [("requested_at", -1), ("_id", -1)]
        )
        entries = [read_run(one) async for one in found.limit(1)]
        return entries[0] if entries else None

    async def open(self) -> list[RunEntry]:
        """Runs that somebody has to begin or to go on with, if nobody does: by scheduled time.

        Those that were asked for, those that were begun, those that stopped at a checkpoint, and
        those that failed, until they are ``closed``.
        """
        found = self._runs.find({"open": True}).sort("scheduled_for", 1).limit(MOST_OPEN)
        return [read_run(one) async for one in found]

    async def close(self, run_ids: Sequence[str]) -> None:
        """These have failed, and nobody is to try them again by himself."""
        await self._runs.update_many(
            {"_id": {"$in": list(run_ids)}, "state": RunState.FAILED}, {"$set": {"open": False}}
        )

    # What idempotency keys stand for

    async def claim(
        self, key: str, fingerprint: str, run_id: str, now: datetime
    ) -> tuple[str, str]:
        """(fingerprint, run id) that a key stands for: the first one's, for 24 hours."""
        claim = {"fingerprint": fingerprint, "run": run_id, "expires_at": now + KEPT_REQUEST}
        await self._requests.delete_one({"_id": key, "expires_at": {"$lte": now}})
        try:
            await self._requests.insert_one({"_id": key, **claim})
        except DuplicateKeyError:
            claim = await self._requests.find_one({"_id": key}) or claim
        return str(claim["fingerprint"]), str(claim["run"])
