"""Words are counted in memory and written down; nothing that others counted is lost."""

from __future__ import annotations

import pytest

from storage import mongo, word_counts
from storage.word_counts import COLLECTION, LETTERS, WordCounts

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]


async def stored(database: mongo.Database) -> dict[str, int]:
    return {one["_id"]: one["letters"] async for one in database[COLLECTION].find()}


async def count(counts: WordCounts, *letters: str) -> None:
    """Letters, each with its signs as words."""
    for words in letters:
        await counts.learn(words)
        counts.add(words)


async def test_what_is_counted_is_known_at_once_and_stored_when_written(
    database: mongo.Database,
) -> None:
    counts = WordCounts(database)
    await count(counts, "ab", "bc")
    assert counts.often("abcd") == {"a": 1, "b": 2, "c": 1, "d": 0, LETTERS: 2}
    assert (await stored(database), counts.unwritten) == ({}, 2)
    await counts.write()
    assert await stored(database) == {"a": 1, "b": 2, "c": 1, LETTERS: 2}
    assert counts.unwritten == 0


async def test_another_process_goes_on_counting_from_there(database: mongo.Database) -> None:
    for letters in (("ab", "b"), ("bc", "b")):
        counts = WordCounts(database)
        await count(counts, *letters)
        await counts.write()
    await counts.write()
    assert await stored(database) == {"a": 1, "b": 4, "c": 1, LETTERS: 4}
    assert counts.often("bc") == {"b": 4, "c": 1, LETTERS: 4}


async def test_what_another_stored_first_is_added_to(database: mongo.Database) -> None:
    one, two = WordCounts(database), WordCounts(database)
    await count(one, "ab")
    await count(two, "bc")
    await one.write()
    await two.write()
    assert await stored(database) == {"a": 1, "b": 2, "c": 1, LETTERS: 2}


async def test_what_is_forgotten_is_read_again_or_was_never_counted(
    database: mongo.Database,
) -> None:
    counts = WordCounts(database)
    await count(counts, "a")
    await counts.write()
    await count(counts, "ab")
    counts.forget()
    await counts.write()
    await counts.learn("ab")
    assert counts.often("ab") == {"a": 1, "b": 0, LETTERS: 1}


async def test_memory_is_bounded(database: mongo.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_counts, "MOST_REMEMBERED", 2)
    counts = WordCounts(database)
    await count(counts, "abc")
    await counts.write()
    assert counts.often("a") == {"a": 0, LETTERS: 0}
    await count(counts, "a")
    await counts.write()
    assert await stored(database) == {"a": 2, "b": 1, "c": 1, LETTERS: 2}
