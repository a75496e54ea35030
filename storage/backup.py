"""A backup: every collection, streamed into one compressed file that can prove it is whole.

The file is gzip. In it, one line of JSON as a head; then for each collection a line with its name,
its documents as they are stored (BSON, each of which begins with its own length) and four zero
bytes; then an empty line, the bytes of attachments (``storage.backup_objects``), and the manifest
as one line of JSON: per collection how many documents and the SHA-256 of their bytes, and the same
of the attachments. Version 1 had none of these.

A backup under load is not one moment of the whole database. Each document is whole. Cases are read
first and everything they need afterwards: serials (so that no number is given twice), data keys,
search terms, and what idempotency keys did. A case that comes or moves meanwhile may be there
before, after or not at all. Bytes are copied last, of just those attachments that are in the file:
an object is there before anything names it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError

from storage import backup_objects
from storage.attachments import COLLECTION as ATTACHMENTS
from storage.backup_lines import BackupError, Progress, read_bytes, read_line, write_line
from storage.backup_objects import Objects, Source, Target, Wanted
from storage.mongo import DUPLICATE, Database

FORMAT = "lizheng-backup"
VERSION = 2
WITHOUT_OBJECTS = 1
FIRST = "cases"
FILLED_AT_START = frozenset(
    ("attempts", "categories", "directory", "fingerprints", "keys", "mailboxes", "systems", "units")
)
"""What a start puts into an empty database; it does not count as something that would be lost."""

BATCH = 500
MOST_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024
_END = b"\0\0\0\0"
_RAW = CodecOptions(RawBSONDocument)


@dataclass(frozen=True, slots=True)
class Part:
    """What the manifest says of one collection. ``sha256`` is of its documents, in a row."""

    collection: str
    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. ``objects`` is None when no attachments' bytes were copied into it."""

    parts: list[Part] = field(default_factory=list)
    objects: Objects | None = None

    @property
    def attachments(self) -> int:
        """How many attachments it names."""
        return sum(part.count for part in self.parts if part.collection == ATTACHMENTS)


# Writing


async def dump(
    database: Database,
    file: IO[bytes],
    created: str,
    progress: Progress,
    source: Source | None = None,
) -> Contents:
    """Write everything to ``file``; ``created`` is a time in ISO 8601. What is in it now.

    ``source`` has the attachments' bytes; without one they are not copied.
    """
    write_line(file, {"format": FORMAT, "version": VERSION, "created": created})
    with tempfile.TemporaryFile("w+", encoding="ascii") as noted:  # they may be many
        parts = [
            await _dump(database, name, file, progress, noted)
            for name in await _collections(database)
        ]
        write_line(file, {})
        noted.seek(0)
        objects = await backup_objects.write(file, _wanted(noted), source, progress)
    contents = Contents(parts, objects)
    write_line(file, asdict(contents))
    return contents


async def _collections(database: Database) -> list[str]:
    names = [name for name in await database.list_collection_names() if name[:7] != "system."]
    return sorted(names, key=lambda name: (name != FIRST, name))


async def _dump(
    database: Database, name: str, file: IO[bytes], progress: Progress, noted: IO[str]
) -> Part:
    digest, count = hashlib.sha256(), 0
    write_line(file, {"collection": name})
    raw = database.get_collection(name, codec_options=_RAW)
    async for document in raw.find({}).batch_size(BATCH):
        data = bytes(document.raw)  # type: ignore[attr-defined]  # its codec makes it a raw one
        digest.update(data)
        file.write(data)
        if name == ATTACHMENTS:
            _note(document, noted)
        count += 1
        progress(name, 1)
    file.write(_END)
    return Part(name, count, digest.hexdigest())


def _note(document: Mapping[str, Any], noted: IO[str]) -> None:
    for one in backup_objects.wanted_of(document):
        noted.write(f"{int(one.needed)} {one.key}\n")


def _wanted(noted: Iterable[str]) -> Iterator[Wanted]:
    for line in noted:
        needed, key = line.split()
        yield Wanted(key, needed == "1")


# Reading


def check(file: IO[bytes], progress: Progress) -> Contents:
    """Read the file to its end; what is in it, when it is whole. Raises ``BackupError``.

    Nothing is written anywhere before every byte has been looked at.
    """
    version, seen = _version(file), []
    for name, documents in _sections(file):
        digest, count = hashlib.sha256(), 0
        for data in documents:
            digest.update(data)
            count += 1
            progress(name, 1)
        seen.append(Part(name, count, digest.hexdigest()))
    found = None if version == WITHOUT_OBJECTS else backup_objects.check(file, progress)
    contents = _manifest(file)
    if contents.parts != seen or not _agree(contents.objects, found) or file.read(1):
        raise BackupError("the backup does not hold what its manifest says")
    return contents


def _manifest(file: IO[bytes]) -> Contents:
    said = read_line(file)
    try:
        objects = said.get("objects")
        return Contents(
            [Part(**one) for one in said["parts"]], None if objects is None else Objects(**objects)
        )
    except (KeyError, TypeError) as error:
        raise BackupError("the backup's manifest is damaged") from error


def _agree(said: Objects | None, found: Objects | None) -> bool:
    if said is None or found is None:
        return said is None and (found is None or found.count == 0)
    return (said.count, said.sha256) == (found.count, found.sha256)


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


async def load(
    database: Database, file: IO[bytes], progress: Progress, target: Target | None = None
) -> None:
    """Write every document of a checked file into a cleared database, and its objects back.

    Without a ``target`` the file's objects are passed over.
    """
    version = _version(file)
    for name, documents in _sections(file):
        collection = database.get_collection(name, codec_options=_RAW)
        async for batch in _batches(documents):
            await _put(collection, batch)
            progress(name, len(batch))
    if version != WITHOUT_OBJECTS and target is not None:
        await backup_objects.put_back(file, target, progress)


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


def _version(file: IO[bytes]) -> int:
    """What the head says."""
    head = read_line(file)
    version = head.get("version")
    if head.get("format") != FORMAT:
        raise BackupError("this is no backup of ours")
    if version not in (WITHOUT_OBJECTS, VERSION):
        raise BackupError(f"a backup of version {version} cannot be read here")
    return int(version)


def _sections(file: IO[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each collection with its documents, which must be read to their end."""
    while section := read_line(file):
        if "collection" not in section:
            raise BackupError("the backup is damaged: this is no collection")
        yield str(section["collection"]), _documents(file)


def _documents(file: IO[bytes]) -> Iterator[bytes]:
    while (length := read_bytes(file, 4)) != _END:
        size = int.from_bytes(length, "little")
        if not 5 <= size <= MOST_DOCUMENT_BYTES:
            raise BackupError("the backup is damaged: a document of an impossible size")
        yield length + read_bytes(file, size - 4)
