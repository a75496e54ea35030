"""What is published of a month as open data, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping

from domain.bulletins import Month
from services.functions.workshop import ObjectStore

ROOT = "open-data"
MONTHS = 12
"""So many months back the archive looks: one that was frozen late is published late."""
CSV, PARQUET, DICTIONARY = "cases.csv", "cases.parquet", "dictionary.json"
TOPICS = "topics.csv"
FILES = (TOPICS, CSV, PARQUET, DICTIONARY)
"""In the order in which they are written: a month with a dictionary is complete. Months that were
published before 2026-12 have no topics."""
MEDIA_TYPES: Mapping[str, str] = {
    CSV: "text/csv; charset=utf-8",
    TOPICS: "text/csv; charset=utf-8",
    PARQUET: "application/vnd.apache.parquet",
    DICTIONARY: "application/json",
}


def key_of(month: Month, file: str) -> str:
    """Where a file of the month lies."""
    return f"{ROOT}/{month}/{file}"


async def published_file(store: ObjectStore, month: Month, name: str) -> bytes | None:
    """One of ``FILES`` of a month whose publication is complete; None before that."""
    told = await store.get(key_of(month, DICTIONARY))
    return told if told is None or name == DICTIONARY else await store.get(key_of(month, name))
