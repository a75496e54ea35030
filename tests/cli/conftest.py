"""A place to type commands in: a data directory and a database of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import mongo


@pytest.fixture
async def environment(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mongo_uri: str,
    driver: mongo.Driver,
    database: mongo.Database,
) -> Path:
    """A data directory and a database of this test's own, with a small city in it."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MONGODB_URI", mongo_uri)
    monkeypatch.setenv("MONGODB_DATABASE", database.name)
    monkeypatch.setenv("MONGODB_DRIVER", driver)
    return tmp_path / "data"
