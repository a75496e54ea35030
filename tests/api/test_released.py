"""Documents by their hash: those of released clients, and those a client taught the server."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

from api.documents import (
    LONGEST_PERSISTED,
    LONGEST_PREPARED,
    PersistedDocuments,
    Prepared,
    PreparedDocuments,
    digest,
    trusted_documents,
)
from api.measuring import measured
from api.schema import schema
from tests.api.clients import Answer, Client, Town

pytestmark = pytest.mark.ring("test")

CATEGORIES = next(text for text in trusted_documents().values() if "query Categories" in text)


async def by_hash(client: Client, sha256: object, query: str | None = None, **more: Any) -> Answer:
    """The answer to a document that is named by its hash, and sent along or not."""
    body: dict[str, Any] = {
        "extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256}},
        **({"query": query} if query else {}),
        **more,
    }
    return Answer(await client.http.post("/graphql", json=body, headers=client.headers))


async def test_a_hash_is_unknown_until_its_document_was_sent(town: Town) -> None:
    document = "query Taught { categories { name } }"
    first = await by_hash(town.citizen, digest(document), operationName="Taught")
    assert (first.status, first.code) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert first.errors[0]["message"] == "PersistedQueryNotFound"
    second = await by_hash(town.citizen, digest(document), document)
    third = await by_hash(town.citizen, digest(document).upper(), operationName="Taught")
    assert second.data == third.data
    assert third.data["categories"]


async def test_a_hash_may_come_by_get(town: Town) -> None:
    asked = f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{digest(CATEGORIES)}"}}}}'
    answer = Answer(await town.http.get("/graphql", params={"extensions": asked}))
    assert answer.data["categories"]


async def test_a_hash_of_something_else_teaches_nothing(town: Town) -> None:
    document = "{ categories { id name } }"
    wrong = await by_hash(town.citizen, digest("x"), document)
    assert (wrong.status, wrong.code) == (400, "BAD_USER_INPUT")
    assert (await by_hash(town.citizen, digest("x"))).code == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("sha256", [None, 1, "", "x", [], {"$ne": ""}, "a" * 10_000])
async def test_a_hash_that_is_none_is_refused(town: Town, sha256: object) -> None:
    answer = await by_hash(town.citizen, sha256)
    assert answer.status == 400
    assert answer.code in {"BAD_USER_INPUT", "PERSISTED_QUERY_NOT_FOUND"}


async def test_an_invalid_document_is_not_remembered(town: Town) -> None:
    for document in ("{ nothing }", "{", "{ categories { id } } #" + "x" * LONGEST_PERSISTED):
        await by_hash(town.citizen, digest(document), document)
        again = await by_hash(town.citizen, digest(document))
        assert again.code == "PERSISTED_QUERY_NOT_FOUND", document


def test_no_more_documents_are_remembered_than_there_is_room_for() -> None:
    persisted = PersistedDocuments(most=3)
    for number in range(10):
        persisted.register(f"query Q{number} {{ __typename }}")
    assert len(persisted) == 3


def _prepared(text: str) -> Prepared:
    document = parse(text)
    return Prepared(document, measured(document, schema._schema))


def test_prepared_documents_are_kept_by_what_they_weigh() -> None:
    kept = PreparedDocuments(most_tokens=100, most_letters=1000)
    texts = [f"query Q{number} {{ __typename }}" for number in range(50)]
    for text in texts:
        kept.keep(text, _prepared(text))
        kept.get(texts[0])
        assert kept.tokens <= 100
        assert kept.letters <= 1000
    assert kept.get(texts[0])
    assert kept.get(texts[-1])
    assert kept.get(texts[1]) is None
    assert len(kept) == 100 // _prepared(texts[0]).document.token_count
    heavy = "{ __typename } #" + "x" * 980
    kept.keep(heavy, _prepared(heavy))
    assert len(kept) == 1
    long = "{ __typename } #" + "x" * LONGEST_PREPARED
    kept.keep(long, _prepared(long))
    assert (len(kept), kept.get(long)) == (1, None)
