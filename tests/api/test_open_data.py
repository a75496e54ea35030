"""Open data as it is taken away: what is published, whole, once, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from api.app import now
from api.open_data import OpenDataEndpoint
from api.tokens import DEVELOPMENT_ISSUER, Verifier
from api.visitors import Reception
from domain.manifests import digest
from infra.objects import DirectoryStore
from services.archive.published import MEDIA_TYPES

pytestmark = pytest.mark.ring("test")

ADDRESS = "/open-data/2017-01/"
REQUESTS = 12


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


@pytest.fixture
async def reader(store: DirectoryStore) -> AsyncIterator[httpx.AsyncClient]:
    reception = Reception(Verifier(DEVELOPMENT_ISSUER, {}), now, requests=REQUESTS, letters=1)
    app = Starlette(routes=[OpenDataEndpoint(store, reception, now).route])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lizheng.test") as client:
        yield client


async def put(store: DirectoryStore, name: str) -> bytes:
    body = f"what is in {name}".encode()
    assert await store.put_new(f"open-data/2017-01/{name}", body, digest(body))
    return body


@pytest.mark.parametrize("name", MEDIA_TYPES)
async def test_a_file_is_taken_away_whole_and_kept_for_good(
    store: DirectoryStore, reader: httpx.AsyncClient, name: str
) -> None:
    bodies = {one: await put(store, one) for one in MEDIA_TYPES}
    response = await reader.get(ADDRESS + name)
    assert (response.status_code, response.content) == (200, bodies[name])
    assert response.headers["content-type"] == MEDIA_TYPES[name]
    assert response.headers["content-disposition"].endswith(f'"lizheng-2017-01-{name}"')
    assert "immutable" in response.headers["cache-control"]
    again = await reader.get(ADDRESS + name, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_month_whose_publication_is_not_complete_is_not_there(
    store: DirectoryStore, reader: httpx.AsyncClient
) -> None:
    await put(store, "cases.csv")
    assert (await reader.get(ADDRESS + "cases.csv")).status_code == 404
    await put(store, "dictionary.json")
    assert (await reader.get(ADDRESS + "cases.csv")).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/open-data/2017-02/cases.csv",
        "/open-data/2017-1/cases.csv",
        "/open-data/../cases.csv",
        "/open-data/2017-01/..%2Fsecrets.json",
        "/open-data/2017-01/secrets.json",
        "/open-data/2017-01/",
        "/open-data/%00/cases.csv",
    ],
)
async def test_nothing_else_is_reached_through_it(
    store: DirectoryStore, reader: httpx.AsyncClient, address: str
) -> None:
    for name in MEDIA_TYPES:
        await put(store, name)
    assert (await reader.get(address)).status_code == 404


async def test_it_is_counted_like_everything_else(reader: httpx.AsyncClient) -> None:
    for _ in range(REQUESTS):
        assert (await reader.get(ADDRESS + "cases.csv")).status_code == 404
    refused = await reader.get(ADDRESS + "cases.csv")
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
