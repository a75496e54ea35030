"""A line of the archive is the same every time, and reads back as what it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from bson import json_util
from bson.binary import Binary

from services.office import Office
from storage import mongo
from storage.archive_lines import ArchivedCase, read_line
from tests.services.offices import TO_CALLBACK, documents, sent, walked

LEFT_OUT = ("notices", "notify_at", "state_seal")
"""What is of the database, and is made anew where a case is put back."""
pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]


@pytest.fixture
async def document(office: Office, database: mongo.Database) -> mongo.Document:
    await walked(office, (await sent(office)).case, TO_CALLBACK)
    [found] = await documents(database)
    return found


async def test_it_reads_back_as_what_it_was(document: mongo.Document) -> None:
    kept = {name: value for name, value in document.items() if name not in LEFT_OUT}
    assert read_line(ArchivedCase(document).line(erased=False)).document == kept


async def test_the_order_of_fields_does_not_matter(document: mongo.Document) -> None:
    turned = dict(reversed(document.items()))
    line = ArchivedCase(document).line(erased=False)
    assert ArchivedCase(turned).line(erased=False) == line
    assert b"\n" not in line
    names = list(json.loads(line))
    assert names == sorted(names)


async def test_it_is_the_extended_json_that_other_tools_read(document: mongo.Document) -> None:
    line = ArchivedCase(document).line(erased=False)
    options = json_util.RELAXED_JSON_OPTIONS.with_options(tz_aware=True, tzinfo=UTC)
    read = json_util.loads(line.decode(), json_options=options)
    assert read == {name: document[name] for name in read}


async def test_an_erased_writer_leaves_no_name_no_telephone_and_no_salt_of_either(
    document: mongo.Document,
) -> None:
    line = ArchivedCase(document).line(erased=True)
    writer = read_line(line).document["writer"]
    assert (writer["name"], writer["phone"], writer["anonymous"]) == (None, None, False)
    assert set(writer["salts"]) == {"title", "body", "address"}
    assert document["writer"]["phone"] is not None, "the case itself is left alone"


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"{", b'{"_id": "a", "number": "b"}'])
def test_what_is_no_case_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_line(line)


def test_times_and_bytes_keep_their_kinds() -> None:
    document = {
        **dict.fromkeys(("_id", "number", "version", "history", "kind", "outcome", "keeping")),
        "writer": {"phone": Binary(b"\x01\x02", 6), "salts": {"phone": b"\x00\xff"}},
        "at": datetime(9999, 12, 31, tzinfo=UTC),
        "then": datetime(2017, 3, 6, 1, 0, 0, 7000, tzinfo=UTC),
    }
    read = read_line(ArchivedCase(document).line(erased=False)).document
    assert read == document
    phone, salt = read["writer"]["phone"], read["writer"]["salts"]["phone"]
    assert (type(phone), phone.subtype, type(salt)) == (Binary, 6, bytes)


def test_what_has_no_place_in_an_archive_is_refused() -> None:
    with pytest.raises(TypeError):
        ArchivedCase({"writer": {"salts": {}}, "at": object()}).line(erased=False)
