"""One index, as the module that needs it declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.mongo import Document


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
