"""Batches of the archive, and how far each one got: what an interrupted run goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.manifests import Part
from domain.merkle import Frontier
from domain.words import Word
from storage.mongo import Database, Document, Session

COLLECTION = "archive_batches"


class BatchState(Word):
    """The steps of a batch, in order; each is taken up again where it was left."""

    MARKING = "MARKING", "选件", "Cases are chosen, and nobody acts on them any more"
    WRITING = "WRITING", "写入", "Its files are written and read back"
    WRITTEN = "WRITTEN", "已写入", "Its manifest lies in the archive; cases become tombstones"
    DONE = "DONE", "完成", "Every case of it is a tombstone"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch; its id is the folder it lies in, ``YYYY-MM/time of the run``.

    ``place`` counts batches from 1. ``run_at`` and ``code`` are of the run that began it, and
    ``retention`` is the version of the classes then, so that who goes on with it writes the same
    bytes. ``previous`` is the SHA-256 of the manifest before. ``frontier`` has a leaf for every
    case in ``parts``; ``manifest`` is the SHA-256 of its own manifest, once it is written;
    ``anchor`` tells in short of the anchor that was taken when it began.
    """

    id: str
    place: int
    run: str
    run_at: datetime
    retention: str
    code: str
    previous: str | None = None
    state: BatchState = BatchState.MARKING
    parts: tuple[Part, ...] = ()
    frontier: Frontier = field(default_factory=Frontier)
    manifest: str | None = None
    anchor: Mapping[str, Any] | None = None

    @property
    def count(self) -> int:
        """How many cases its parts hold."""
        return self.frontier.leaves

    @property
    def is_done(self) -> bool:
        return self.state is BatchState.DONE

    def with_part(self, part: Part, frontier: Frontier) -> Batch:
        return replace(self, parts=(*self.parts, part), frontier=frontier)


class BatchRepository:
    """The batches; written behind the fence of the archive function alone."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def save(self, batch: Batch, session: Session) -> None:
        """As it is now."""
        document = _document(batch)
        await self._collection.replace_one(
            {"_id": batch.id}, document, upsert=True, session=session
        )

    async def by_id(self, batch_id: str) -> Batch | None:
        found = await self._collection.find_one({"_id": batch_id})
        return _read(found) if found else None

    async def all(self) -> list[Batch]:
        """Every batch, in order; one a month, so there are few."""
        return [_read(one) async for one in self._collection.find().sort("place", 1)]


def _document(batch: Batch) -> Document:
    return {
        "_id": batch.id,
        "place": batch.place,
        "run": batch.run,
        "run_at": batch.run_at,
        "retention": batch.retention,
        "code": batch.code,
        "previous": batch.previous,
        "state": batch.state.value,
        "parts": [asdict(part) for part in batch.parts],
        "frontier": [list(tree) for tree in batch.frontier.trees],
        "manifest": batch.manifest,
        "anchor": batch.anchor,
    }


def _read(document: Document) -> Batch:
    given: dict[str, Any] = {**document, "id": document["_id"]}
    del given["_id"]
    return Batch(
        **{
            **given,
            "state": BatchState[given["state"]],
            "parts": tuple(Part(**part) for part in given["parts"]),
            "frontier": Frontier(tuple((leaves, root) for leaves, root in given["frontier"])),
        }
    )
