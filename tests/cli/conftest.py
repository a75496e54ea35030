"""A place to type commands in: a data directory and a database of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import mongo
from storage.directory import DirectoryRepository
from tests.services.offices import small_city, taxonomy


@pytest.fixture
async def environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mongo_uri: str, database: mongo.Database
) -> Path:
    """A data directory and a database of this test's own, with a small city in it."""
    await DirectoryRepository(database).replace_city(small_city(), taxonomy(), "small")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MONGODB_URI", mongo_uri)
    monkeypatch.setenv("MONGODB_DATABASE", database.name)
    return tmp_path / "data"
