"""An office on a database of its own, with Chengdu's directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cli import opening
from services.office import Office
from settings import Settings
from storage import mongo


@asynccontextmanager
async def opened_office(
    folder: Path, uri: str, driver: str, name: str
) -> AsyncIterator[tuple[Office, mongo.Database]]:
    """On the engine at ``uri``; ``name`` keeps one measurement from another."""
    settings = Settings.from_environment(
        {
            "MONGODB_URI": uri,
            "MONGODB_DATABASE": f"lizheng_{name}",
            "MONGODB_DRIVER": driver,
            "DATA_DIR": str(folder / "data"),
            "ENVIRONMENT": "development",
        }
    )
    client = mongo.connect(uri, settings.mongodb_driver)
    database = client[settings.mongodb_database]
    try:
        await opening.prepare(database)
        async with opening.opened(client, settings) as office:
            yield office, database
    finally:
        await mongo.close(client)
