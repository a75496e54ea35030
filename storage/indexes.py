"""Every index of the database, created by a command and never by a request.

Each module of the storage declares its own in ``INDEXES``; they come together here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel

from storage.mongo import Database, Document, list_indexes


@dataclass(frozen=True, slots=True)
class Index:
    """An index: ``keys`` are pairs of a field and 1 or -1.

    ``partial`` limits it to documents that match; ``expire_after_seconds`` makes the server
    delete a document that long after the time in the index's only field.
    """

    collection: str
    keys: tuple[tuple[str, int], ...]
    name: str
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_seconds: int | None = None

    @property
    def options(self) -> Document:
        """What MongoDB is told beside the keys, under MongoDB's names."""
        options: Document = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.expire_after_seconds is not None:
            options["expireAfterSeconds"] = self.expire_after_seconds
        return options

    def is_like(self, existing: Document) -> bool:
        """Whether the server's description of an index is that of this one."""
        return (
            tuple(dict(existing["key"]).items()) == self.keys
            and bool(existing.get("unique")) == self.unique
            and existing.get("partialFilterExpression") == self.partial
            and existing.get("expireAfterSeconds") == self.expire_after_seconds
        )


def declared() -> tuple[Index, ...]:
    """The indexes of all collections."""
    # They declare with the class above, so they cannot be imported before it.
    from storage import audit, cases, directory, search_terms, submissions

    return (
        *cases.INDEXES,
        *search_terms.INDEXES,
        *submissions.INDEXES,
        *audit.INDEXES,
        *directory.INDEXES,
    )


async def ensure_indexes(database: Database, indexes: Sequence[Index] | None = None) -> list[str]:
    """Create what is missing and replace what is declared differently now; all by default.

    The names of what was created, as ``collection.name``; empty when all stood there already.
    Indexes that nobody declares are left alone.
    """
    created: list[str] = []
    indexes = declared() if indexes is None else indexes
    for name in dict.fromkeys(index.collection for index in indexes):
        collection = database[name]
        existing = {index["name"]: index for index in await list_indexes(collection)}
        wanted = [
            index
            for index in indexes
            if index.collection == name
            and not (index.name in existing and index.is_like(existing[index.name]))
        ]
        for index in wanted:
            if index.name in existing:
                await collection.drop_index(index.name)
        if wanted:
            models = [IndexModel(list(index.keys), **index.options) for index in wanted]
            await collection.create_indexes(models)
        created += [f"{name}.{index.name}" for index in wanted]
    return created
