"""A tombstone as it lies in the database: the shape of a case, and a seal over what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.history import Chain
from domain.tombstones import tombstone_of
from storage.archive_lines import ArchivedCase, canonical, without_personal_data
from storage.case_documents import case_document, read_case
from storage.mongo import Document
from storage.personal import COMMITTED

FORM = 1
PURPOSE = "tombstone"
COVERED: Mapping[int, tuple[str, ...]] = {
    1: (
        *("_id", "number", "mailbox", "mailbox_path", "level", "kind", "channel", "submitted_at"),
        *("letter", "account", "history", "version", "stage", "updated_at", "urgency", "category"),
        *("confidential", "direct", "responsible", "involved", "seen_by", "outcome", "main_case"),
        *("clocks", "watch", "asking", "keeping", "keys", "writer"),
    )
}
"""The fields that the seal of a form covers. A migration adds fields and leaves these alone."""
_FORGOTTEN = tuple(name for name in COMMITTED if name != "title")


@dataclass(frozen=True, slots=True)
class TombstoneProof:
    """What a tombstone says, and the seal that was put on it."""

    content: bytes
    seal: str

    def holds(self, chain: Chain) -> bool:
        """Whether nobody changed it since."""
        return chain.proof(PURPOSE, self.content) == self.seal


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What takes a case's place in the database."""

    document: Document = field(repr=False)

    def guard(self) -> Document:
        """The filter that its case is still what was archived."""
        return {
            "_id": self.document["_id"],
            "version": self.document["version"],
            "keeping.batch": self.document["keeping"]["batch"],
            "keeping.is_tombstone": False,
        }


def tombstone_for(archived: ArchivedCase, part: int, retention: str, chain: Chain) -> Tombstone:
    """The tombstone of a case that lies in this part of its batch.

    ``retention`` is the name of its class.
    """
    document = case_document(tombstone_of(read_case(archived.document), part))
    document["writer"] = without_personal_data(archived.document["writer"], _FORGOTTEN)
    document["keys"] = archived.document["keys"]
    document["notices"] = []
    document["tombstone"] = {"form": FORM, "class": retention}
    document["tombstone"]["seal"] = chain.proof(PURPOSE, _content(document))
    return Tombstone(document)


def resealed(document: Document, changed: Document, chain: Chain) -> Document:
    """What is to be set in a tombstone so that ``changed`` is in it and its seal fits."""
    seal = chain.proof(PURPOSE, _content({**document, **changed}))
    return {**changed, "tombstone.seal": seal}


def is_tombstone(document: Document) -> bool:
    """By either sign: whoever takes one away must not make it a whole case."""
    return "tombstone" in document or bool((document.get("keeping") or {}).get("is_tombstone"))


def proof_of(document: Document) -> TombstoneProof:
    """What there is to be checked; raises ``KeyError`` or ``TypeError`` for a broken one."""
    return TombstoneProof(_content(document), str(document["tombstone"]["seal"]))


def _content(document: Document) -> bytes:
    told = document["tombstone"]
    kept = {name: document.get(name) for name in COVERED[told["form"]]}
    return canonical({**kept, "tombstone": {"form": told["form"], "class": told["class"]}})
