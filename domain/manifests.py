"""What an archive batch says of itself: its files, what is in them, and the batch before it.

Each manifest names the SHA-256 of the one before, and is sealed with the key of the histories:
whoever keeps the last manifest can prove every batch up to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from domain.history import Chain

FORMAT = "lizheng-archive"
VERSION = 1
PURPOSE = "manifest"


class BadManifest(ValueError):
    """Bytes that are no manifest, or one that was not sealed here."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a batch.

    ``first`` and ``last`` are case numbers; ``lines_sha256`` is of its content before
    compression, ``sha256`` and ``size`` (bytes) are of the file.
    """

    key: str
    size: int
    sha256: str
    lines_sha256: str
    count: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A batch, whole.

    ``place`` counts batches from 1; ``run_at`` is ISO 8601 in UTC; ``root`` the Merkle root of
    the last seals of its histories, in the order of the lines; ``previous`` the SHA-256 of the
    manifest before; ``retention`` and ``code`` are the versions of the classes and of the product.
    ``anchor`` is what the anchor of the run says in short (``domain/anchors``); manifests from
    before there were anchors have none, and are sealed without.
    """

    batch: str
    place: int
    run_at: str
    count: int
    first: str
    last: str
    root: str
    previous: str | None
    retention: str
    code: str
    parts: tuple[Part, ...]
    anchor: Mapping[str, Any] | None = None

    def sealed(self, chain: Chain) -> bytes:
        """The file: canonical JSON with the seal in it."""
        content = {"format": FORMAT, "version": VERSION, **asdict(self)}
        if self.anchor is None:
            del content["anchor"]
        return _canonical({**content, "seal": chain.proof(PURPOSE, _canonical(content))}) + b"\n"


def read_manifest(data: bytes, chain: Chain) -> Manifest:
    """The manifest in a file; raises ``BadManifest`` when it was not sealed with this key."""
    try:
        content: dict[str, Any] = json.loads(data)
        seal = content.pop("seal")
        content.setdefault("anchor", None)
        told = {name: content[name] for name in (one.name for one in fields(Manifest))}
        parts = tuple(Part(**part) for part in told["parts"])
        manifest = Manifest(**{**told, "parts": parts})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadManifest(f"is no manifest: {type(error).__name__} {error}") from error
    if not isinstance(seal, str) or manifest.sealed(chain) != data:
        raise BadManifest("does not fit its seal")
    return manifest


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()
