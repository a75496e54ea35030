"""Cases on their way into the archive, the tombstones that stay of them, and the way back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from domain.case import Case
from domain.keeping import Hold, Keeping
from domain.refusals import StaleCase
from storage.archive_batches import BatchRepository
from storage.archive_lines import ArchivedCase
from storage.cases import COLLECTION
from storage.due_cases import DueCases
from storage.index import Index
from storage.mongo import Database, Document, Session, in_transaction
from storage.personal import PersonalData
from storage.sealed_cases import SealedCases
from storage.search_terms import SearchTerms
from storage.state_seals import StateSeals
from storage.stored_cases import StoredCase, UnreadableCase, read_stored
from storage.tombstones import Tombstone, is_tombstone

INDEXES = (Index(COLLECTION, (("keeping.batch", 1), ("number", 1)), "by_batch"),)
PAGE = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case of the archive stands in the database. ``seal`` is its history's last."""

    version: int
    seal: str
    batch: str | None
    part: int | None
    is_tombstone: bool
    is_restored: bool


class ArchiveRepository:
    """The questions of the archive function, and of those who look into the archive."""

    def __init__(self, database: Database, personal: PersonalData, seals: StateSeals) -> None:
        self._client = database.client
        self._collection = database[COLLECTION]
        self._sealed = SealedCases(self._collection, seals)
        self._personal = personal
        self._terms = SearchTerms(database)
        self.due = DueCases(database, "archive_at", seals)
        self.batches = BatchRepository(database)

    # Reading

    async def stored(self, cases: Sequence[Case]) -> dict[str, StoredCase | UnreadableCase]:
        """These cases with all that proves them; by id, of those that are there."""
        found = self._collection.find({"_id": {"$in": [case.id for case in cases]}})
        return {
            one["_id"]: await read_stored(one, self._personal, self._sealed.seals)
            async for one in found
        }

    async def proven(self, archived: ArchivedCase) -> StoredCase | UnreadableCase:
        """A case of the archive with all that proves it."""
        return await read_stored(archived.document, self._personal)

    async def with_waiting_notices(self, ids: Collection[str]) -> set[str]:
        """Those of these cases of which somebody is still to be told something."""
        waiting = {"_id": {"$in": list(ids)}, "notify_at": {"$type": "date"}}
        return {one["_id"] async for one in self._collection.find(waiting, {"_id": 1})}

    async def marked(self, batch: str, after: str | None) -> AsyncGenerator[ArchivedCase, None]:
        """The cases of a batch, in the order of their numbers; after that number."""
        criteria: Document = {"keeping.batch": batch}
        if after is not None:
            criteria["number"] = {"$gt": after}
        found = self._collection.find(criteria, {"notices": 0}).sort("number", 1)
        async for document in found.batch_size(PAGE):
            yield ArchivedCase(document)

    async def holds(self, batch: str) -> int:
        """How many cases of a batch the database knows."""
        return await self._collection.count_documents({"keeping.batch": batch})

    async def standing(self, ids: Collection[str]) -> dict[str, Standing]:
        """Where these cases stand, of those that are there."""
        fields = ["version", "history.seal", "keeping", "tombstone"]
        found = self._collection.find({"_id": {"$in": list(ids)}}, fields)
        return {one["_id"]: _standing(one) async for one in found}

    # Writing

    async def bury(self, tombstones: Sequence[Tombstone], session: Session) -> int:
        """Puts tombstones in the place of their cases; how many were there to be replaced.

        Guarded by version and batch: what is not what was archived stays, and so does a case that
        was restored meanwhile.
        """
        return await self._bury(tombstones, {"keeping.look_at": None}, session)

    async def rebury(self, tombstone: Tombstone, look_at: datetime, session: Session) -> int:
        """The same for a restored case whose time is over; guarded by that time."""
        return await self._bury([tombstone], {"archive_at": look_at}, session)

    async def _bury(
        self, tombstones: Sequence[Tombstone], guard: Document, session: Session
    ) -> int:
        replacing = [(one.guard() | guard, one.document) for one in tombstones]
        buried = await self._sealed.replace_many(replacing, session)
        await self._terms.replace([one.document for one in tombstones], session)
        return buried

    async def unearth(self, archived: ArchivedCase, part: int, look_at: datetime) -> bool:
        """Puts a case of the archive back in place of its tombstone; False without one.

        ``look_at`` is when the archive function turns it into the tombstone again.
        """
        batch = archived.document["keeping"]["batch"]
        keeping = asdict(Keeping(batch=batch, part=part, look_at=look_at))
        more: Document = {"keeping": keeping, "archive_at": look_at, "notices": []}
        writer = await self._personal.rebound(archived.document["writer"], archived.id)
        document = {**archived.document, **more, "writer": writer}
        guard = {
            "_id": archived.id,
            "version": archived.version,
            "keeping.batch": batch,
            "keeping.is_tombstone": True,
        }

        async def put_back(session: Session) -> bool:
            is_back = await self._sealed.replace_many([(guard, document)], session) == 1
            if is_back:
                await self._terms.replace([document], session)
            return is_back

        return await in_transaction(self._client, put_back)

    async def save_hold(self, before: Case, hold: Hold | None, now: datetime) -> Case:
        """Lays or lifts a hold; raises ``StaleCase`` when the case moved on.

        A case that waits for the archive is to be looked at anew, at this second: a run of the
        archive that has read it before loses the race, and one that begins now meets it.
        """
        keeping = replace(before.keeping, hold=hold)
        changed: Document = {"keeping.hold": asdict(hold) if hold else None}
        if before.archive_at is not None:
            this_second = now.replace(microsecond=0)
            is_new = this_second != before.archive_at
            look_at = this_second if is_new else this_second - timedelta(milliseconds=1)
            keeping = replace(keeping, look_at=look_at)
            changed |= {"keeping.look_at": look_at, "archive_at": look_at}
        guard = {
            "_id": before.id,
            "version": before.version,
            "keeping.batch": before.keeping.batch,
            "keeping.is_tombstone": {"$ne": True},
        }
        if not await self._sealed.update(guard, {"$set": changed}):
            raise StaleCase
        return replace(before, keeping=keeping)


def _standing(document: Document) -> Standing:
    keeping: Mapping[str, object] = document.get("keeping") or {}
    buried = is_tombstone(document)
    part = keeping.get("part")
    return Standing(
        version=document["version"],
        seal=str(document["history"][-1]["seal"]),
        batch=None if keeping.get("batch") is None else str(keeping["batch"]),
        part=part if isinstance(part, int) else None,
        is_tombstone=buried,
        is_restored=not buried and keeping.get("look_at") is not None,
    )
