"""Whatever is taken from the archive, added to it or exchanged in it is found and named."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import zstandard

from services.archive.restoring import restore_case
from services.archive.verification import Audit
from services.office import Office
from services.verification import Finding, verify_all
from storage import mongo
from tests.services.functions.archiving import AUTUMN, Cellar, Told, concluded, delivered, unpacked
from tests.services.offices import SUPERVISOR, at

pytestmark = pytest.mark.ring("test")

FIRST, SECOND = "2017-10/20170930T180000Z", "2017-12/20171130T180000Z"
PART = f"archive/{FIRST}/part-00001.jsonl.zst"


@pytest.fixture
def cellar(office: Office, tmp_path: Path) -> Cellar:
    return Cellar(office, tmp_path)


async def two_batches(cellar: Cellar) -> list[Told]:
    """Three letters in the first, one in the second."""
    letters = [await concluded(cellar.office, f"letter {number}") for number in range(3)]
    await delivered(cellar.office)
    await cellar.run(AUTUMN)
    letters.append(await concluded(cellar.office, "another"))
    await delivered(cellar.office)
    await cellar.run(at("2017-12-01 02:00"))
    return letters


async def findings(cellar: Cellar, month: str | None = None) -> list[Finding]:
    audit = Audit(cellar.office, cellar.workshop.store)
    return [finding async for finding in audit.findings(month)]


async def test_what_nobody_touched_is_whole(cellar: Cellar) -> None:
    letters = await two_batches(cellar)
    audit = Audit(cellar.office, cellar.workshop.store)
    assert [finding async for finding in audit.findings()] == []
    assert (audit.batches, audit.cases) == (2, 4)
    month = Audit(cellar.office, cellar.workshop.store)
    assert [finding async for finding in month.findings("2017-12")] == []
    assert (month.batches, month.cases) == (1, 1)
    await restore_case(
        cellar.office, cellar.workshop.store, letters[0].number, SUPERVISOR, at("2017-12-05 10:00")
    )
    assert await findings(cellar) == []
    assert [one async for one in verify_all(cellar.office) if one.problem] == []


def remove(key: str) -> Callable[[Cellar], None]:
    return lambda cellar: (cellar.folder / key).unlink()


def change(key: str, edit: Callable[[bytes], bytes]) -> Callable[[Cellar], None]:
    def changed(cellar: Cellar) -> None:
        path = cellar.folder / key
        path.write_bytes(edit(path.read_bytes()))

    return changed


def add(key: str) -> Callable[[Cellar], None]:
    def added(cellar: Cellar) -> None:
        (cellar.folder / key).write_bytes(b"?")

    return added


def recompressed(data: bytes) -> bytes:
    """The same lines in other bytes."""
    content = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return zstandard.ZstdCompressor(19).compress(content)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (remove(PART), [(FIRST, f"{PART} is missing"), (FIRST, "its cases do not make up")]),
        (change(PART, recompressed), [(FIRST, f"{PART} is not the file that was written")]),
        (change(PART, lambda data: data[:-3]), [(FIRST, f"{PART} is not the file that was")]),
        (add(f"archive/{FIRST}/part-00009.jsonl.zst"), [("archive/2017-10", "is named by no")]),
        (
            remove(f"archive/{FIRST}/manifest.json"),
            [(FIRST, "has no manifest any more"), (SECOND, "does not continue the batch before")],
        ),
        (
            change(
                f"archive/{FIRST}/manifest.json",
                lambda data: json.dumps(json.loads(data) | {"count": 9}).encode(),
            ),
            [(FIRST, f"archive/{FIRST}/manifest.json does not fit its seal")],
        ),
    ],
    ids=["no part", "other bytes", "a part cut off", "a stranger", "no manifest", "another count"],
)
async def test_damage_is_found(
    cellar: Cellar, damage: Callable[[Cellar], None], expected: list[tuple[str, str]]
) -> None:
    await two_batches(cellar)
    damage(cellar)
    found = await findings(cellar)
    for number, problem in expected:
        assert [
            one
            for one in found
            if one.number.startswith(number) and str(one.problem).startswith(problem)
        ], found
    assert [one.number for one in await findings(cellar, "2017-12")] == (
        [SECOND] if "manifest" in str(expected[0]) else []
    )


async def test_a_last_batch_that_was_taken_away_whole_is_missed(cellar: Cellar) -> None:
    await two_batches(cellar)
    for path in (cellar.folder / f"archive/{SECOND}").iterdir():
        path.unlink()
    assert await findings(cellar) == [Finding(SECOND, "has no manifest any more")]


async def test_a_batch_that_the_database_does_not_know_is_told(
    cellar: Cellar, database: mongo.Database
) -> None:
    await two_batches(cellar)
    await database["archive_batches"].delete_one({"_id": SECOND})
    assert Finding(SECOND, "is not known to the database") in await findings(cellar)


Tampering = Callable[[mongo.Database, Told], Awaitable[object]]


def in_case(**fields: object) -> Tampering:
    changed = {name.replace("__", "."): value for name, value in fields.items()}
    return lambda database, told: database["cases"].update_one({"_id": told.id}, {"$set": changed})


@pytest.mark.ring("all")
@pytest.mark.parametrize(
    "tamper",
    [
        in_case(letter__title="改过的标题"),
        in_case(outcome="NOT_RESOLVABLE"),
        in_case(history__3__at=at("2017-03-06 09:03").replace(second=1)),
        in_case(clocks__REPLY__due_at=at("2018-01-01 00:00")),
        in_case(keeping__part=2),
        in_case(keeping__batch=SECOND),
        in_case(keeping__is_tombstone=False),
        in_case(tombstone__seal="0" * 64),
        in_case(tombstone__class="OPINION"),
        in_case(keys=[b"another key"]),
        in_case(main_case="somebody"),
        lambda database, told: database["cases"].update_one(
            {"_id": told.id}, {"$unset": {"tombstone": ""}}
        ),
        lambda database, told: database["cases"].update_one(
            {"_id": told.id}, {"$pop": {"history": 1}, "$inc": {"version": -1}}
        ),
    ],
)
async def test_a_tombstone_that_was_changed_shows(
    cellar: Cellar, database: mongo.Database, tamper: Tampering
) -> None:
    letters = await two_batches(cellar)
    await tamper(database, letters[1])
    found = [one async for one in verify_all(cellar.office) if one.problem]
    assert [one.number for one in found] == [letters[1].number]


async def test_a_history_whose_end_was_cut_off_and_a_case_that_is_gone_show(
    cellar: Cellar, database: mongo.Database
) -> None:
    cut, gone, *_ = await two_batches(cellar)
    store = cellar.workshop.store
    await restore_case(cellar.office, store, cut.number, SUPERVISOR, at("2017-12-05 10:00"))
    version = cut.case.version
    await database["cases"].update_one(
        {"_id": cut.id},
        {"$pop": {"history": 1}, "$set": {"version": version, "stage": "CONCLUSION"}},
    )
    problem = "history, version, stage: not what was sealed"
    found = [one async for one in verify_all(cellar.office) if one.problem]
    assert found == [Finding(cut.number, problem)], "the chain itself fits"
    await database["cases"].delete_one({"_id": gone.id})
    assert sorted(await findings(cellar, "2017-10"), key=lambda one: one.number) == sorted(
        [
            Finding(cut.number, "has another history than in the archive"),
            Finding(gone.number, "lies in the archive, but not in the database"),
            Finding(FIRST, "holds 3 cases, of which the database knows 2"),
        ],
        key=lambda one: one.number,
    )


async def test_a_case_that_is_whole_beside_its_line_is_told(
    cellar: Cellar, database: mongo.Database
) -> None:
    letter, *_ = await two_batches(cellar)
    store = cellar.workshop.store
    await restore_case(cellar.office, store, letter.number, SUPERVISOR, at("2017-12-05 10:00"))
    unmarked = {"$set": {"keeping.look_at": None, "archive_at": None}}
    await database["cases"].update_one({"_id": letter.id}, unmarked)
    found = await findings(cellar)
    assert found == [Finding(letter.number, "is whole, and lies in the archive too")]
    assert letter.number in unpacked(cellar.folder / PART).decode()
