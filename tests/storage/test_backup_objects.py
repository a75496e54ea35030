"""The bytes of attachments in a backup: which are copied, that they prove themselves, and back."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.attachment_store import AttachmentDirectory
from storage import mongo
from storage.attachments import COLLECTION
from storage.backup import Contents, check, clear, dump, load
from storage.backup_lines import BackupError
from storage.backup_objects import remove_strays

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

LETTERS, WAITING, ERASED, GIVEN_UP = (sign * 32 for sign in "1234")
CREATED = "2026-11-22T00:00:00+00:00"
MADE = ("original", "shown", "thumbnail")


def silent(_what: str, _count: int) -> None:
    """Tells nobody."""


def document(id_: str, case: str | None = "a case", **more: Any) -> dict[str, Any]:
    """An attachment as it is stored, as far as it matters here."""
    return {"_id": id_, "content_type": "image/jpeg", "case": case, **more}


async def keep(store: AttachmentDirectory, key: str, body: bytes) -> None:
    """An object that lies in the store."""
    assert await store.put_new(key, body, hashlib.sha256(body).hexdigest())


async def keep_all(store: AttachmentDirectory, id_: str) -> None:
    """What was sent of a photograph, and what was made of it; each another."""
    for key in (f"uploads/{id_}", *(f"attachments/{id_}/{name}" for name in MADE)):
        await keep(store, key, f"{key} {'x' * 100}".encode())


async def content(store: AttachmentDirectory) -> dict[str, bytes | None]:
    """Everything that lies in it."""
    return {key: await store.get(key) for key in sorted(store.held())}


@pytest.fixture
def store(tmp_path: Path) -> AttachmentDirectory:
    """Where files lie."""
    return AttachmentDirectory(tmp_path / "here")


@pytest.fixture
def other(tmp_path: Path) -> AttachmentDirectory:
    """Where those of another installation lie."""
    return AttachmentDirectory(tmp_path / "there")


@pytest.fixture
async def city(database: mongo.Database, store: AttachmentDirectory) -> mongo.Database:
    """A letter's photograph, one that waits for its letter, an erased letter's, and one given up.

    None of the objects is deleted yet. Bytes that no attachment names lie beside them.
    """
    await database[COLLECTION].insert_many(
        [
            document(LETTERS),
            document(WAITING, case=None),
            document(ERASED, going=True),
            document(GIVEN_UP, case=None, going=True),
        ]
    )
    for id_ in (LETTERS, WAITING, ERASED, GIVEN_UP, "5" * 32):
        await keep_all(store, id_)
    return database


async def packed(database: mongo.Database, store: AttachmentDirectory) -> io.BytesIO:
    """A backup, to be read from its beginning."""
    file = io.BytesIO()
    await dump(database, file, CREATED, silent, store)
    file.seek(0)
    return file


async def test_what_letters_have_and_what_waits_comes_back_and_nothing_that_was_given_up(
    city: mongo.Database, store: AttachmentDirectory, other: AttachmentDirectory
) -> None:
    file = await packed(city, store)
    contents = check(file, silent)
    file.seek(0)
    await clear(city)
    await load(city, file, silent, other)
    back = await content(other)
    assert set(back) == {
        *(f"attachments/{LETTERS}/{name}" for name in MADE),
        *(f"attachments/{WAITING}/{name}" for name in MADE),
        f"uploads/{WAITING}",
        f"attachments/{ERASED}/shown",
        f"attachments/{ERASED}/thumbnail",
    }
    assert back.items() <= (await content(store)).items()
    assert contents.objects is not None
    assert (contents.objects.count, contents.objects.lacking) == (len(back), 0)
    assert contents.attachments == 4


async def test_a_letters_file_without_bytes_is_told(
    database: mongo.Database, store: AttachmentDirectory
) -> None:
    await database[COLLECTION].insert_many([document(LETTERS), document(WAITING, case=None)])
    contents = check(await packed(database, store), silent)
    assert contents.objects is not None
    assert (contents.objects.count, contents.objects.lacking) == (0, 1)


async def test_every_changed_byte_of_an_object_or_its_line_is_found(
    database: mongo.Database, store: AttachmentDirectory
) -> None:
    await database[COLLECTION].insert_one(document(LETTERS))
    await keep(store, f"attachments/{LETTERS}/shown", b"a picture, nearly")
    whole = (await packed(database, store)).getvalue()
    assert check(io.BytesIO(whole), silent).objects is not None
    begins, ends = whole.index(b'{"object"'), whole.index(b'{"parts"')
    for place in range(begins, ends):
        bad = bytearray(whole)
        bad[place] ^= 1
        with pytest.raises(BackupError):
            check(io.BytesIO(bytes(bad)), silent)
    for length in range(begins, len(whole) - 1, 7):
        with pytest.raises(BackupError):
            check(io.BytesIO(whole[:length]), silent)


@pytest.mark.parametrize("key", ["archive/2026-01/manifest.json", "uploads/../secrets.json"])
async def test_an_object_is_put_among_attachments_and_nowhere_else(
    database: mongo.Database, store: AttachmentDirectory, key: str
) -> None:
    await database[COLLECTION].insert_one(document(LETTERS))
    await keep(store, f"attachments/{LETTERS}/shown", b"a picture")
    whole = (await packed(database, store)).getvalue()
    bad = whole.replace(f"attachments/{LETTERS}/shown".encode(), key.encode())
    assert bad != whole
    with pytest.raises(BackupError, match="no object of an attachment"):
        check(io.BytesIO(bad), silent)


async def test_repeated_it_completes_what_is_there_and_mends_what_is_not_the_same(
    city: mongo.Database, store: AttachmentDirectory, other: AttachmentDirectory
) -> None:
    file = await packed(city, store)
    await load(city, file, silent, other)
    whole = await content(other)
    await other.remove(f"attachments/{LETTERS}/original")
    await other.remove(f"attachments/{LETTERS}/shown")
    await keep(other, f"attachments/{LETTERS}/shown", b"of something else")
    file.seek(0)
    await load(city, file, silent, other)
    assert await content(other) == whole


async def test_what_no_attachment_names_can_be_removed_and_nothing_else(
    city: mongo.Database, store: AttachmentDirectory
) -> None:
    named = {key: body for key, body in (await content(store)).items() if "5" * 32 not in key}
    assert await remove_strays(city, store.held(), store) == 4
    assert await content(store) == named
    assert len(named) == 16


async def test_without_a_source_no_bytes_are_copied_and_that_is_told_when_it_is_read(
    city: mongo.Database, other: AttachmentDirectory
) -> None:
    file = io.BytesIO()
    written = await dump(city, file, CREATED, silent)
    file.seek(0)
    assert check(file, silent) == written
    assert (written.objects, written.attachments) == (None, 4)
    file.seek(0)
    await clear(city)
    await load(city, file, silent, other)
    assert await content(other) == {}
    assert await city[COLLECTION].count_documents({}) == 4


async def test_a_backup_of_the_first_version_is_read(
    city: mongo.Database, other: AttachmentDirectory
) -> None:
    file = io.BytesIO()
    written = await dump(city, file, CREATED, silent)
    old = as_the_first_version(file.getvalue(), written)
    assert check(io.BytesIO(old), silent) == written
    await clear(city)
    await load(city, io.BytesIO(old), silent, other)
    assert await city[COLLECTION].count_documents({}) == 4
    with pytest.raises(BackupError, match="version 3"):
        check(io.BytesIO(old.replace(b'"version": 1', b'"version": 3')), silent)


def as_the_first_version(data: bytes, contents: Contents) -> bytes:
    """The same as it was written before attachments were copied: no place for objects at all."""
    body, ends = data[: data.index(b"{}\n")], b"{}\n"
    parts = [dict(zip(("collection", "count", "sha256"), p, strict=True)) for p in rows(contents)]
    manifest: Mapping[str, Any] = {"parts": parts}
    head = body.replace(b'"version": 2', b'"version": 1', 1)
    return head + ends + json.dumps(manifest).encode() + b"\n"


def rows(contents: Contents) -> list[tuple[str, int, str]]:
    """The manifest's parts, in order."""
    return [(part.collection, part.count, part.sha256) for part in contents.parts]


async def test_memory_holds_one_object_at_a_time(
    database: mongo.Database, store: AttachmentDirectory, other: AttachmentDirectory
) -> None:
    size, ids = 1024 * 1024, [f"{number:032x}" for number in range(24)]
    await database[COLLECTION].insert_many([document(id_) for id_ in ids])
    for id_ in ids:
        await keep(store, f"attachments/{id_}/original", id_.encode() * (size // 32))
    with tempfile.TemporaryFile(buffering=0) as file:
        tracemalloc.start()
        try:
            await dump(database, file, CREATED, silent, store)
            file.seek(0)
            assert check(file, silent).objects is not None
            file.seek(0)
            await load(database, file, silent, other)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert len(list(other.held())) == len(ids)
    assert peak < 8 * size
