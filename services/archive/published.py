"""What is published of a month as open data, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping

from domain.bulletins import Month
from services.functions.workshop import ObjectStore

ROOT = "open-data"
CSV, PARQUET, DICTIONARY = "cases.csv", "cases.parquet", "dictionary.json"
FILES = (CSV, PARQUET, DICTIONARY)
"""In the order in which they are written: a month with a dictionary is complete."""
MEDIA_TYPES: Mapping[str, str] = {
    CSV: "text/csv; charset=utf-8",
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
