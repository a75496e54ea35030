"""``TRUSTED_DOCUMENTS_ONLY``: what released clients send is answered, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from graphql import parse, print_ast

from api.documents import digest
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.test_released import CATEGORIES, by_hash

pytestmark = pytest.mark.ring("test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town that answers released clients only."""
    async for one in open_town(mongo_uri, driver, trusted_documents_only=True):
        yield one


async def test_a_released_document_is_answered_in_fullby_hash_and_in_any_layout(
    town: Town,
) -> None:
    minified = " ".join(CATEGORIES.split())
    for document in (CATEGORIES, minified, print_ast(parse(minified))):
        assert (await town.citizen.send(document)).data["categories"]
    assert (await by_hash(town.citizen, digest(CATEGORIES))).data["categories"]


@pytest.mark.parametrize(
    "document",
    ["{ categories { id } }", CATEGORIES.replace("name", "name x: name"), "{ __typename }"],
)
async def test_any_other_document_is_refused_and_cannot_be_taught(
    town: Town, document: str
) -> None:
    for answer in (
        await town.citizen.send(document),
        await by_hash(town.citizen, digest(document), document),
    ):
        assert (answer.status, answer.code) == (400, "DOCUMENT_NOT_TRUSTED")
    assert (await by_hash(town.citizen, digest(document))).code == "PERSISTED_QUERY_NOT_FOUND"
