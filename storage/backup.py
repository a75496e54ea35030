"""A backup: every collection, streamed into one compressed file that can prove it is whole.

The file is gzip. In it, one line of JSON as a head; then for each collection a line with its name,
its documents as they are stored (BSON, each of which begins with its own length) and four zero
bytes; then an empty line and the manifest as one line of JSON: per collection how many documents
and the SHA-256 of their bytes.

A backup under load is not one moment of the whole database. Each document is whole. Cases are read
first and everything they need afterwards: serials (so that no number is given twice), data keys,
search terms, and what idempotency keys did. A case that comes or moves meanwhile may be there
before, after or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError

from storage.mongo import DUPLICATE, Database, Document

FORMAT = "lizheng-backup"
VERSION = 1
FIRST = "cases"
FILLED_AT_START = frozenset(
    ("attempts", "categories", "directory", "fingerprints", "keys", "mailboxes", "systems", "units")
)
"""What a start puts into an empty database; it does not count as something that would be lost."""

BATCH = 500
MOST_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024
_END = b"\0\0\0\0"
_RAW = CodecOptions(RawBSONDocument)

Progress = Callable[[str, int], None]
"""Told the collection and how many more of its documents are done."""


class BackupError(Exception):
    """A file that is no backup, or a damaged one; or a database that must not be overwritten."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the manifest says of one collection. ``sha256`` is of its documents, in a row."""

    collection: str
    count: int
    sha256: str


# Writing


async def dump(database: Database, file: IO[bytes], created: str, progress: Progress) -> list[Part]:
    """Write everything to ``file``; ``created`` is a time in ISO 8601. The manifest's parts."""
    _line(file, {"format": FORMAT, "version": VERSION, "created": created})
    parts = [await _dump(database, name, file, progress) for name in await _collections(database)]
    _line(file, {})
    _line(file, {"parts": [asdict(part) for part in parts]})
    return parts


async def _collections(database: Database) -> list[str]:
    names = [name for name in await database.list_collection_names() if name[:7] != "system."]
    return sorted(names, key=lambda name: (name != FIRST, name))


async def _dump(database: Database, name: str, file: IO[bytes], progress: Progress) -> Part:
    digest, count = hashlib.sha256(), 0
    _line(file, {"collection": name})
    raw = database.get_collection(name, codec_options=_RAW)
    async for document in raw.find({}).batch_size(BATCH):
        data = bytes(document.raw)  # type: ignore[attr-defined]  # its codec makes it a raw one
        digest.update(data)
        file.write(data)
        count += 1
        progress(name, 1)
    file.write(_END)
    return Part(name, count, digest.hexdigest())


def _line(file: IO[bytes], value: Document) -> None:
    file.write(json.dumps(value).encode() + b"\n")


# Reading


def check(file: IO[bytes], progress: Progress) -> list[Part]:
    """Read the file to its end; its parts, when it is whole. Raises ``BackupError``.

    Nothing is written anywhere before every byte has been looked at.
    """
    seen: list[Part] = []
    for name, documents in _sections(file):
        digest, count = hashlib.sha256(), 0
        for data in documents:
            digest.update(data)
            count += 1
            progress(name, 1)
        seen.append(Part(name, count, digest.hexdigest()))
    said = _read_line(file).get("parts")
    if said != [asdict(part) for part in seen] or file.read(1):
        raise BackupError("the backup does not hold what its manifest says")
    return seen


async def is_free(database: Database) -> bool:
    """Whether nothing would be lost: nothing is there but what a start makes."""
    for name in await database.list_collection_names():
        if name[:7] == "system." or name in FILLED_AT_START:
            continue
        if await database[name].find_one({}, {"_id": 1}) is not None:
            return False
    return True


async def clear(database: Database) -> None:
    """Remove every document; the collections and their indexes stay."""
    for name in await database.list_collection_names():
        if name[:7] != "system.":
            await database[name].delete_many({})


async def load(database: Database, file: IO[bytes], progress: Progress) -> None:
    """Write every document of a checked file into a cleared database."""
    for name, documents in _sections(file):
        collection = database.get_collection(name, codec_options=_RAW)
        async for batch in _batches(documents):
            await _put(collection, batch)
            progress(name, len(batch))


async def _put(collection: Any, documents: Sequence[RawBSONDocument]) -> None:
    """Stores these; in the place of what a running server has written since the clearing."""
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(one["code"] != DUPLICATE for one in failed):
            raise
        for one in failed:
            document = documents[one["index"]]
            await collection.replace_one({"_id": document["_id"]}, document, upsert=True)


async def _batches(documents: Iterator[bytes]) -> AsyncIterator[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    for data in documents:
        batch.append(RawBSONDocument(data))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _sections(file: IO[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each collection with its documents, which must be read to their end; then the manifest."""
    head = _read_line(file)
    if head.get("format") != FORMAT:
        raise BackupError("this is no backup of ours")
    if head.get("version") != VERSION:
        raise BackupError(f"a backup of version {head.get('version')} cannot be read here")
    while section := _read_line(file):
        yield str(section["collection"]), _documents(file)


def _documents(file: IO[bytes]) -> Iterator[bytes]:
    while (length := _read(file, 4)) != _END:
        size = int.from_bytes(length, "little")
        if not 5 <= size <= MOST_DOCUMENT_BYTES:
            raise BackupError("the backup is damaged: a document of an impossible size")
        yield length + _read(file, size - 4)


def _read(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise BackupError("the backup ends in the middle")
    return data


def _read_line(file: IO[bytes]) -> Document:
    line = file.readline(1_000_000)
    with suppress(ValueError):
        value = json.loads(line)
        if isinstance(value, dict):
            return value
    raise BackupError("the backup is damaged or ends in the middle")
