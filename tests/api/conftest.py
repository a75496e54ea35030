"""The API over a small city, in-process: real requests, a real database, no network between.

A town lives as long as its test module, on the module's event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.app import create_app
from domain.categories import build_taxonomy
from domain.city import build_city
from settings import Secrets, Settings
from storage import mongo
from storage.directory import DirectoryRepository
from storage.indexes import ensure_indexes
from tests.api.clients import Clock, Town
from tests.databases import SHELF
from tests.domain.tables import rows, small_city

SECRETS = Secrets(
    master_key=b"m" * 96, access_key=b"a" * 32, chain_key=b"c" * 32, token_key=b"t" * 32
)
CROWD = 1_000
"""Requests that a town lets in at once: who waits for a place is tested where places are few."""
TAXONOMY = build_taxonomy(
    rows("categories", "level1,level2,level3\n城乡建设,市容,油烟\n城乡建设,市容,占道\n教育,,"),
    rows(
        "category_networks",
        "level1,level1_en,network\n城乡建设,Construction,LIVELIHOOD\n教育,Education,SERVICE",
    ),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever is in a town runs on its loop."""
    for item in items:
        if "town" in getattr(item, "fixturenames", ()) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


async def open_town(mongo_uri: str, driver: mongo.Driver, **changed: Any) -> AsyncIterator[Town]:
    """A town in a database of its own.

    ``changed`` are settings that are not the usual ones.
    """
    client = mongo.connect(mongo_uri, driver)
    async with SHELF.lend(client, mongo_uri, "town", _settle) as database:
        settings = Settings(
            SECRETS,
            environment="test",
            mongodb_database=database.name,
            mongodb_driver=driver,
            max_concurrent=CROWD,
        )
        settings = replace(settings, **changed)
        clock = Clock()
        app = create_app(settings, mongo_uri, clock)
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://lizheng.test") as http,
        ):
            yield Town(app, http, settings, clock)
    await mongo.close(client)


async def _settle(database: mongo.Database) -> None:
    await ensure_indexes(database)
    await DirectoryRepository(database).replace_city(build_city(small_city()), TAXONOMY, "1")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town for a whole module; its tests share the letters."""
    async for one in open_town(mongo_uri, driver):
        yield one


@pytest.fixture(autouse=True)
def present(request: pytest.FixtureRequest) -> None:
    """Every test begins in the present."""
    if "town" in request.fixturenames:
        request.getfixturevalue("town").clock.later = Clock().later
