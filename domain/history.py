"""A case's history: entries that are only ever appended, each sealed onto the one before.

The seal of an entry is HMAC-SHA256 over the previous seal and the entry's canonical JSON, with
a key that is kept outside the database. Personal data is covered through salted commitments in
the first entry, so that erasing a value together with its salt leaves the chain valid.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from domain.secret_keys import present
from domain.words import Role, Stage

if TYPE_CHECKING:
    from domain.workflow import Action

Detail: TypeAlias = str | int | bool | datetime | None
Details: TypeAlias = Mapping[str, Detail]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``action`` is None for the submission, the first entry.

    ``at`` is aware, in whole milliseconds; ``stage`` is where the case stood afterwards;
    ``unit`` is the unit the case was with, for the public timeline; ``note`` is internal.
    """

    at: datetime
    action: Action | None
    stage: Stage
    role: Role
    subject: str | None
    unit: str | None
    note: str | None
    details: Details
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Seals entries and checks seals. The key never enters the database.

    Without one it does neither, and raises ``MissingKey``.
    """

    key: bytes | None

    def sealed(self, entry: Entry, number: str, previous: str) -> Entry:
        """``entry`` with its seal; ``previous`` is the seal before it, ``""`` for the first."""
        return replace(entry, seal=self._seal(entry, number, previous))

    def first_broken(self, number: str, entries: Iterable[Entry]) -> int | None:
        """The index of the first entry whose seal does not fit; None when all do."""
        previous = ""
        for index, entry in enumerate(entries):
            seal = self._seal(entry, number, previous)
            if not hmac.compare_digest(entry.seal.encode(), seal.encode()):
                return index
            previous = entry.seal
        return None

    def proof(self, purpose: str, content: bytes) -> str:
        """HMAC-SHA256 of what is no entry; ``purpose`` keeps one kind from posing as another."""
        return self._mac(purpose.encode() + b"\n" + content)

    def _seal(self, entry: Entry, number: str, previous: str) -> str:
        message = f"{number}\n{previous}\n{_canonical(entry)}".encode()
        return self._mac(message)

    def _mac(self, message: bytes) -> str:
        return hmac.new(present(self.key, "CHAIN"), message, hashlib.sha256).hexdigest()


def commitment(salt: bytes, value: str) -> str:
    """What the chain keeps of a value that may have to be erased: HMAC-SHA256 under its salt."""
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()


def _canonical(entry: Entry) -> str:
    fields = {
        "at": _plain(entry.at),
        "action": entry.action,
        "stage": entry.stage,
        "role": entry.role,
        "subject": entry.subject,
        "unit": entry.unit,
        "note": entry.note,
        "details": {name: _plain(value) for name, value in entry.details.items()},
    }
    return json.dumps(
        fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr
    )


def _plain(value: Detail) -> Detail:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value
