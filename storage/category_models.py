"""What was learned of categories: one document a model, so that none is ever half there.

A model is at most some ten megabytes; the last three are kept.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.agreement import Compared
from domain.suggesting import Model
from storage.mongo import Database, Document, Session

COLLECTION = "category_models"
FORMAT = 1
"""Of the documents: a model of another format is left alone."""
MOST_MODELS = 3
LOOK_AGAIN = timedelta(minutes=1)
"""So long a process goes by the model that it has."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model, what it was learned from, and how it did on letters it had not learned from.

    ``held_out`` letters gave ``macro_f1`` and ``accuracy``. ``compared``: what earlier models
    had said of letters that clerks reviewed afterwards, run by run, the oldest first.
    """

    as_of: datetime
    letters: int
    held_out: int
    macro_f1: float
    accuracy: float
    compared: tuple[Compared, ...]
    model: Model


class CategoryModelRepository:
    """Models by their time. Keep one for as long as the database: it remembers the newest."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._newest: TrainedModel | None = None
        self._looked_at: datetime | None = None

    async def newest(self, now: datetime) -> TrainedModel | None:
        """The newest whole model; None before the first. Looks once a minute of ``now``."""
        since = None if self._looked_at is None else abs(now - self._looked_at)
        if since is None or since >= LOOK_AGAIN:
            self._newest = await self._read_newest()
            self._looked_at = now
        return self._newest

    async def before(self, as_of: datetime) -> TrainedModel | None:
        """The newest whole one that is older than this."""
        return await self._first_whole({"_id": {"$lt": as_of}, "format": FORMAT})

    async def exists(self, as_of: datetime) -> bool:
        """Whether there is a model of this time."""
        return await self._collection.find_one({"_id": as_of}, ["_id"]) is not None

    async def save(self, trained: TrainedModel, session: Session) -> None:
        """Stores it, whole or not at all, and lets the oldest go."""
        document = _document(trained)
        key = {"_id": document["_id"]}
        await self._collection.replace_one(key, document, upsert=True, session=session)
        found = self._collection.find({}, ["_id"], session=session)
        times = sorted([one["_id"] async for one in found], reverse=True)
        if old := times[MOST_MODELS:]:
            await self._collection.delete_many({"_id": {"$in": old}}, session=session)

    async def _read_newest(self) -> TrainedModel | None:
        newest = await self._collection.find_one({"format": FORMAT}, ["_id"], sort=[("_id", -1)])
        if newest and self._newest and newest["_id"] == self._newest.as_of:
            return self._newest
        return await self._first_whole({"format": FORMAT}) if newest else None

    async def _first_whole(self, criteria: Document) -> TrainedModel | None:
        async for document in self._collection.find(criteria).sort("_id", -1):
            if (trained := _read(document)) is not None:
                return trained
        return None


def _document(trained: TrainedModel) -> Document:
    model = trained.model
    document: Document = {
        "_id": trained.as_of,
        "format": FORMAT,
        "letters": trained.letters,
        "held_out": trained.held_out,
        "macro_f1": trained.macro_f1,
        "accuracy": trained.accuracy,
        "compared": [
            {"since": one.since, "until": one.until, "agreed": one.agreed, "compared": one.compared}
            for one in trained.compared
        ],
        "categories": list(model.categories),
        "temperature": model.temperature,
        "terms": "\n".join(model.terms),
        "idf": model.idf.tobytes(),
        "weights": b"".join(row.tobytes() for row in model.weights),
    }
    return {**document, "digest": _digest(document)}


def _read(document: Document) -> TrainedModel | None:
    """The model of a document; None when what lies there is not what was written."""
    if document.get("digest") != _digest(document):
        return None
    categories, vocabulary = document["categories"], document["terms"].split("\n")
    weights, size = bytes(document["weights"]), 4 * len(vocabulary)
    rows = [_floats(weights[at : at + size]) for at in range(0, len(weights), size)]
    idf, temperature = _floats(bytes(document["idf"])), document["temperature"]
    return TrainedModel(
        as_of=document["_id"],
        letters=document["letters"],
        held_out=document["held_out"],
        macro_f1=document["macro_f1"],
        accuracy=document["accuracy"],
        compared=tuple(Compared(**one) for one in document["compared"]),
        model=Model.of(categories, vocabulary, idf, rows, temperature),
    )


def _digest(document: Document) -> str:
    """Over all that a suggestion comes from."""
    digest = hashlib.sha256(repr((document["categories"], document["temperature"])).encode())
    digest.update(document["terms"].encode())
    digest.update(bytes(document["idf"]))
    digest.update(bytes(document["weights"]))
    return digest.hexdigest()


def _floats(content: bytes) -> array[float]:
    found = array("f")
    found.frombytes(content)
    return found
