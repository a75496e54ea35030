"""What is too much is refused with the limit's name, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from graphql import get_introspection_query

from api.limits import MAX_COST
from tests.api.bombs import BOMBS, diamonds
from tests.api.clients import Answer, Town

pytestmark = pytest.mark.ring("test")

JSON = {"Content-Type": "application/json"}
NORMAL = "query Normal { categories { id } }"


def _is_refused(answer: Answer, limit: str | None) -> None:
    code = "GRAPHQL_VALIDATION_FAILED" if limit else "GRAPHQL_PARSE_FAILED"
    assert (answer.status, answer.code) == (400, code), answer.body
    (error,) = answer.errors
    assert error["extensions"].get("limit") == limit
    assert error["message"]
    assert "data" not in answer.body


@pytest.mark.parametrize("what", BOMBS)
async def test_a_bomb_is_a_400_that_names_the_limit(town: Town, what: str) -> None:
    document, limit = BOMBS[what]
    _is_refused(await town.citizen.send(document), limit)


async def test_a_normal_client_is_served_amid_bombs(town: Town) -> None:
    for document, limit in BOMBS.values():
        *refused, served = await asyncio.gather(
            *(town.citizen.send(document) for _ in range(3)), town.citizen.send(NORMAL)
        )
        assert served.data["categories"]
        for answer in refused:
            _is_refused(answer, limit)


async def test_diamonds_of_nothing_and_cycles_are_answered(town: Town) -> None:
    assert (await town.citizen.send(diamonds(49, inside=""))).data == {}
    cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    assert (await town.citizen.send(cycle)).code == "GRAPHQL_VALIDATION_FAILED"


async def test_every_answer_says_what_it_cost(town: Town) -> None:
    listed = "query($n: Int) { units(first: $n) { edges { node { id } } } }"
    for size in (1, 100, 100.0):
        answer = await town.citizen.send(listed, n=size)
        assert answer.errors == []
        assert answer.body["extensions"]["cost"] == {
            "requested": 1 + 3 * int(size),
            "limit": MAX_COST,
        }
    for broken in ("{", "{ nothing }"):
        refused = await town.citizen.send(broken)
        assert refused.body["extensions"]["cost"] == {"requested": 0, "limit": MAX_COST}


async def test_the_same_document_is_cheap_or_dear_by_its_variables(town: Town) -> None:
    document = """query($n: Int) { cases(first: $n) { edges { node {
        similarCases(first: $n) { edges { node { number } } } } } } }"""
    few, many = [await town.citizen.send(document, n=size) for size in (5, 100)]
    assert few.code == "UNAUTHENTICATED"
    assert few.body["extensions"]["cost"]["requested"] == 1 + 5 * (3 + 5 * 3)
    _is_refused(many, "cost")
    assert many.body["extensions"]["cost"]["requested"] == 1 + 100 * (3 + 100 * 3)
    _is_refused(await town.citizen.send(document, n=100.0), "cost")


async def test_a_reader_of_the_schema_is_within_the_limits(town: Town) -> None:
    data = await town.citizen.ask(get_introspection_query(input_value_deprecation=True))
    assert data["__schema"]["queryType"]["name"] == "Query"


def _padded(size: int) -> bytes:
    body = json.dumps({"query": NORMAL}).encode()
    return body + b" " * (size - len(body))


class Body:
    """A body in pieces, of unknown length; ``sent`` is how much of it was asked for."""

    def __init__(self, size: int) -> None:
        self.left = _padded(size)
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.left:
            piece, self.left = self.left[:10_000], self.left[10_000:]
            self.sent += len(piece)
            yield piece


@pytest.mark.parametrize(("size", "status"), [(262_144, 200), (262_145, 413), (10_000_000, 413)])
async def test_a_body_in_chunks_is_counted_as_one_whose_length_is_told(
    town: Town, size: int, status: int
) -> None:
    chunked = Body(size)
    for content in (_padded(size), chunked):
        answer = Answer(await town.http.post("/graphql", content=content, headers=JSON))
        assert answer.status == status
        assert answer.code == ("PAYLOAD_TOO_LARGE" if status == 413 else None)
    assert chunked.sent <= 280_000


async def test_a_body_that_announces_too_much_is_not_read(town: Town) -> None:
    body = Body(1000)
    headers = {**JSON, "Content-Length": "262145"}
    request = httpx.Request("POST", "http://lizheng.test/graphql", content=body, headers=headers)
    assert (await town.http.send(request)).status_code == 413


async def test_a_mutation_by_get_does_nothing(town: Town) -> None:
    document = 'mutation { acceptCase(input: {caseId: "x"}) { errors { code } } }'
    answer = Answer(await town.http.get("/graphql", params={"query": document}))
    assert (answer.status, answer.code, answer.data) == (400, "BAD_REQUEST", None)
