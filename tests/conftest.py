"""A real database for every test that asks for one.

One server per test process: the one at `MONGODB_URI`, or an embedded one in a temporary
directory. Every test has a database to itself on it: an empty one, or, for an office, one that
is lent with the small city in it.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from infra import embedded
from infra.embedded import EmbeddedDatabase
from services.office import Office, close_office, open_office
from storage import mongo
from tests import server
from tests.databases import SHELF, clear_away
from tests.services.offices import KEYS, settle_small_city

pytest_plugins = ("tests.rings", "tests.drivers")

embedded.PROGRAM = server.PROGRAM
_numbers = itertools.count(1)
_GIVEN_SERVER = os.environ.get("MONGODB_URI")
"""As the run was started: tests change the environment."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that touch the database: they run once more under the other driver."""
    for item in items:
        if "mongo_uri" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session")
def mongo_uri() -> Iterator[str]:
    """A MongoDB server that answers."""
    if _GIVEN_SERVER:
        yield _GIVEN_SERVER
        clear_away(_GIVEN_SERVER)
        return
    with tempfile.TemporaryDirectory(prefix="lizheng-test-") as folder:
        database = EmbeddedDatabase.start(Path(folder))
        yield database.uri
        database.stop(timeout=0)  # nothing in it is worth a polite end


@pytest.fixture
async def client(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[mongo.Client]:
    """A client of this test's event loop."""
    client = mongo.connect(mongo_uri, driver)
    yield client
    await mongo.close(client)


@pytest.fixture
async def database(
    client: mongo.Client, mongo_uri: str, request: pytest.FixtureRequest
) -> AsyncIterator[mongo.Database]:
    """An empty database; for a test with an office, the office's."""
    if {"office", "environment"}.isdisjoint(request.fixturenames):
        yield client[f"lizheng_test_{os.getpid()}_{next(_numbers)}"]
        return
    async with SHELF.lend(client, mongo_uri, "office", settle_small_city) as database:
        yield database


@pytest.fixture
async def office(
    client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> AsyncIterator[Office]:
    """The office of a small city, with nothing to do yet."""
    office = await open_office(client, database.name, driver, KEYS)
    yield office
    await close_office(office)
