"""What is kept outside the database of all that lies in it: how much there was, and its root.

An anchor names the last seal of every case's history, and every entry of the audit log, as they
were at one moment. It is sealed, and names the anchor before it. What was there then and is not
there now, or is older than it was then, is found by it.

Heads lie in segments that are named by their content: what did not change since the anchor before
is not written again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from domain.history import Chain

FORMAT = "lizheng-anchor"
VERSION = 1
PURPOSE = "anchor"
CLOSING = "closing"


class BadAnchor(ValueError):
    """Bytes that are no anchor, or one that was not sealed here."""


@dataclass(frozen=True, slots=True)
class Segment:
    """So many heads in a file; ``sha256`` is of its lines, and its name."""

    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads of one kind: how many, the Merkle root over their lines, and where they lie."""

    count: int
    root: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """``place`` counts from 1; ``taken_at`` is ISO 8601 in UTC; ``previous`` is a SHA-256."""

    place: int
    taken_at: str
    cases: Heads
    audit: Heads
    previous: str | None

    def in_short(self, sha256: str) -> dict[str, str | int]:
        """Counts and roots, with the SHA-256 of the file."""
        return {
            "place": self.place,
            "sha256": sha256,
            "cases": self.cases.count,
            "cases_root": self.cases.root,
            "audit": self.audit.count,
            "audit_root": self.audit.root,
        }

    def sealed(self, chain: Chain) -> bytes:
        """The file: canonical JSON with the seal in it."""
        return _sealed({"format": FORMAT, "version": VERSION, **asdict(self)}, PURPOSE, chain)


def read_anchor(data: bytes, chain: Chain) -> Anchor:
    """The anchor in a file; raises ``BadAnchor`` when it was not sealed with this key."""
    content = _opened(data, PURPOSE, chain)
    try:
        told = {one.name: content[one.name] for one in fields(Anchor)}
        kinds = {name: _heads(told[name]) for name in ("cases", "audit")}
        return Anchor(**{**told, **kinds})
    except (TypeError, KeyError) as error:
        raise BadAnchor(f"is no anchor: {type(error).__name__} {error}") from error


def closing(chain: Chain, at: str, aside: tuple[str, ...]) -> bytes:
    """The word that documents of an older form are believed no more, from ``at`` on.

    ``aside``: the numbers of cases that were not brought to the new form, as they failed the old
    checks.
    """
    return _sealed({"format": FORMAT, "closed_at": at, "aside": list(aside)}, CLOSING, chain)


def is_closing(data: bytes, chain: Chain) -> bool:
    """Whether this is such a word, sealed with this key."""
    try:
        return "closed_at" in _opened(data, CLOSING, chain)
    except BadAnchor:
        return False


def _sealed(content: Mapping[str, Any], purpose: str, chain: Chain) -> bytes:
    seal = chain.proof(purpose, _canonical(content))
    return _canonical({**content, "seal": seal}) + b"\n"


def _opened(data: bytes, purpose: str, chain: Chain) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(data)
        del content["seal"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadAnchor(f"is no anchor: {type(error).__name__}") from error
    if _sealed(content, purpose, chain) != data:
        raise BadAnchor("does not fit its seal")
    return content


def _heads(told: Mapping[str, Any]) -> Heads:
    segments = tuple(Segment(**one) for one in told["segments"])
    return Heads(told["count"], told["root"], segments)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()
