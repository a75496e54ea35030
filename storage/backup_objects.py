"""The bytes of attachments in a backup: objects in a row, each after a line that proves it.

The line has the object's key, its size in bytes and its SHA-256; an empty line ends the row. One
object is held in memory at a time, and none is larger than ``MOST_OBJECT_BYTES``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Protocol

from domain.attachments import Attachment
from storage.attachments import COLLECTION
from storage.backup_lines import BackupError, Progress, read_bytes, read_line, write_line
from storage.mongo import Database

MOST_OBJECT_BYTES = 64 * 1024 * 1024
"""Far above the largest: 10 MB are sent, and a picture of 2,048 pixels is made of them."""
TOLD_AS = "attachments' bytes"
BATCH = 500
_KEY = re.compile(r"uploads/[0-9a-f]{32}|attachments/[0-9a-f]{32}/(original|shown|thumbnail)")


class Source(Protocol):
    """Where objects are read."""

    async def get(self, key: str) -> bytes | None:
        """The object, whole; None when there is none."""
        ...


class Target(Source, Protocol):
    """Where objects are put back."""

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        """Writes an object durably; False, and nothing written, when there is one already."""
        ...

    async def remove(self, key: str) -> None:
        """The object goes."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that a stored attachment may have; ``needed``: that readers of a case are shown."""

    key: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Objects:
    """What the manifest says of them. ``sha256`` is of key, size and SHA-256 of each, in a row.

    ``lacking`` are files of letters whose bytes were not found when the backup was made.
    """

    count: int
    sha256: str
    lacking: int = 0


def wanted_of(document: Mapping[str, Any]) -> Iterator[Wanted]:
    """The objects of an attachment that belong into a backup: not those that were given up."""
    file = Attachment(document["_id"], "", document["content_type"], 0, document["case"])
    waits, going = file.case is None, bool(document.get("going"))
    if waits and going:
        return
    # What a client sent for a letter lies in the original once more.
    gone = () if waits else file.as_sent if going else (file.arrives_as,)
    for key in file.objects:
        if key not in gone:
            yield Wanted(key, needed=key == file.shown and not waits)


async def write(
    file: IO[bytes], wanted: Iterable[Wanted], source: Source | None, progress: Progress
) -> Objects | None:
    """Copies what is there of these; None, and nothing copied, without a source."""
    if source is None:
        write_line(file, {})
        return None
    digest, count, lacking = hashlib.sha256(), 0, 0
    for one in wanted:
        body = await source.get(one.key)
        if body is None:
            lacking += one.needed
            continue
        digest.update(_write(file, one.key, body))
        count += 1
        progress(TOLD_AS, 1)
    write_line(file, {})
    return Objects(count, digest.hexdigest(), lacking)


def _write(file: IO[bytes], key: str, body: bytes) -> bytes:
    if len(body) > MOST_OBJECT_BYTES or not _KEY.fullmatch(key):
        raise BackupError(f"{key}, of {len(body)} bytes, is no attachment")
    sha256 = hashlib.sha256(body).hexdigest()
    write_line(file, {"object": key, "size": len(body), "sha256": sha256})
    file.write(body)
    return _proof(key, len(body), sha256)


def _proof(key: str, size: int, sha256: str) -> bytes:
    return f"{key} {size} {sha256}\n".encode()


def check(file: IO[bytes], progress: Progress) -> Objects:
    """Reads all of them; raises ``BackupError`` for one that its line does not prove."""
    digest, count = hashlib.sha256(), 0
    for key, sha256, body in _read(file):
        digest.update(_proof(key, len(body), sha256))
        count += 1
        progress(TOLD_AS, 1)
    return Objects(count, digest.hexdigest())


async def put_back(file: IO[bytes], target: Target, progress: Progress) -> None:
    """Writes all of a checked file; what lies there already stays when it is the same."""
    for key, sha256, body in _read(file):
        if not await target.put_new(key, body, sha256):
            there = await target.get(key)
            if there is None or hashlib.sha256(there).hexdigest() != sha256:
                await target.remove(key)
                await target.put_new(key, body, sha256)
        progress(TOLD_AS, 1)


async def remove_strays(database: Database, held: Iterable[str], target: Target) -> int:
    """Removes, of the objects that are held, those that no attachment here names; how many."""
    keys, removed = iter(held), 0
    while batch := list(islice(keys, BATCH)):
        for key in await _strays(database, batch):
            await target.remove(key)
            removed += 1
    return removed


async def _strays(database: Database, keys: Sequence[str]) -> list[str]:
    ids = {key: key.split("/")[1] for key in keys if _KEY.fullmatch(key)}
    found = database[COLLECTION].find({"_id": {"$in": [*set(ids.values())]}}, ["_id"])
    known = {one["_id"] async for one in found}
    return [key for key, id_ in ids.items() if id_ not in known]


def _read(file: IO[bytes]) -> Iterator[tuple[str, str, bytes]]:
    while line := read_line(file):
        key, size, sha256 = line.get("object"), line.get("size"), line.get("sha256")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or not isinstance(size, int):
            raise BackupError("the backup is damaged: this is no object of an attachment")
        if not 0 <= size <= MOST_OBJECT_BYTES:
            raise BackupError("the backup is damaged: an object of an impossible size")
        body = read_bytes(file, size)
        if hashlib.sha256(body).hexdigest() != sha256:
            raise BackupError(f"the backup is damaged: {key} is not what it was")
        yield key, str(sha256), body
