"""A stored case as a line of an archive file and back: canonical JSON, the same every time.

Keys are sorted; times and binary values are written as MongoDB's relaxed extended JSON writes
them, so that other tools can read the files.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from bson.binary import Binary

from domain.words import LetterKind, Outcome
from storage.mongo import Document

LEFT_OUT = ("notices", "notify_at", "stamp", "state_seal")
"""What is no part of a case: messages on their way, marks of a write, the seal in the database."""
PERSONAL = ("name", "phone", "openid")
_WITH_PHONE = ("openid", "phone_index")
_NAMES = {"_id", "number", "version", "history", "kind", "outcome", "writer", "keeping"}

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


@dataclass(frozen=True, slots=True)
class ArchivedCase:
    """A case as it goes into the archive, or as a line of the archive tells it."""

    document: Document = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.document["_id"])

    @property
    def number(self) -> str:
        return str(self.document["number"])

    @property
    def version(self) -> int:
        return int(self.document["version"])

    @property
    def seal(self) -> str:
        """The last of its history."""
        return str(self.document["history"][-1]["seal"])

    @property
    def kind(self) -> LetterKind:
        return LetterKind[self.document["kind"]]

    @property
    def outcome(self) -> Outcome | None:
        return Outcome[self.document["outcome"]] if self.document["outcome"] else None

    def line(self, *, erased: bool) -> bytes:
        """One line, without its end.

        ``erased``: without name, telephone number, OpenID and their salts.
        """
        kept = {name: value for name, value in self.document.items() if name not in LEFT_OUT}
        if erased:
            kept["writer"] = without_personal_data(kept["writer"], PERSONAL)
        return canonical(kept)


def read_line(line: bytes) -> ArchivedCase:
    """The case in a line; raises ``ValueError`` for what is none."""
    document = _revived(orjson.loads(line))
    if not isinstance(document, dict) or _NAMES - document.keys():
        raise ValueError("this line is no case")
    return ArchivedCase(document)


def without_personal_data(writer: Document, erased: tuple[str, ...]) -> Document:
    """The stored writer without these values and their salts.

    An OpenID goes wherever the telephone number goes, as both are ways back to the same person;
    and so does what the number is found by.
    """
    gone = {*erased, *_WITH_PHONE} if "phone" in erased else set(erased)
    salts = {name: salt for name, salt in writer["salts"].items() if name not in gone}
    kept = {
        name: value for name, value in writer.items() if name not in _WITH_PHONE or name not in gone
    }
    return {**kept, **dict.fromkeys(gone & {"name", "phone"}), "salts": salts}


def canonical(document: Document) -> bytes:
    """The same bytes for the same document, whatever the order of its fields."""
    return orjson.dumps(document, default=_written, option=_OPTIONS)


def _written(value: object) -> Mapping[str, Any]:
    if isinstance(value, datetime):
        at = value.astimezone(UTC).isoformat(timespec="milliseconds")
        return {"$date": at.replace("+00:00", "Z")}
    if isinstance(value, bytes):
        kind = value.subtype if isinstance(value, Binary) else 0
        text = base64.b64encode(value).decode()
        return {"$binary": {"base64": text, "subType": f"{kind:02x}"}}
    raise TypeError(f"{type(value).__name__} has no place in an archive")


def _revived(value: Any) -> Any:
    """Times and bytes in the place of the objects that stand for them."""
    if isinstance(value, list):
        return [_revived(one) if isinstance(one, dict | list) else one for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        if (at := value.get("$date")) is not None:
            return datetime.fromisoformat(at)
        if (told := value.get("$binary")) is not None:
            data, kind = base64.b64decode(told["base64"]), int(told["subType"], 16)
            return Binary(data, kind) if kind else data
    return {
        name: _revived(one) if isinstance(one, dict | list) else one for name, one in value.items()
    }
