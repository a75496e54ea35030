"""Of a document with several operations a request names the one that it means."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from api.documents import digest
from tests.api.clients import Answer, Town, letter_input
from tests.api.reading import CHANGED, Served, serving

pytestmark = pytest.mark.ring("test")

TWO = "query Roots { categories { id } } query Names { categories { name } }"
MIXED = """query Roots { categories { id } }
    mutation Write($input: SubmitLetterInput!) { submitLetter(input: $input) { queryCode } }"""
FRAGMENT = "query Roots { categories { ...Root } } fragment Root on Category { id }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(town: Town) -> AsyncIterator[Served]:
    async with serving(town.app) as served:
        yield served


async def _sent(town: Town, **body: object) -> Answer:
    return Answer(await town.http.post("/graphql", json=body, headers=town.citizen.headers))


def _is_refused(answer: Answer) -> bool:
    assert answer.data is None
    assert answer.status == 400
    (error,) = answer.errors
    assert "operationName" in error["message"]
    return answer.code == "BAD_REQUEST"


@pytest.mark.parametrize("document", [TWO, f"{FRAGMENT} query Names {{ categories {{ name }} }}"])
async def test_none_is_run_when_none_is_named(town: Town, document: str) -> None:
    for _ in range(2):  # the second time the document is known
        assert _is_refused(await _sent(town, query=document))
        assert _is_refused(await _sent(town, query=document, operationName=None))


async def test_a_named_one_is_run(town: Town) -> None:
    for name, field in (("Roots", "id"), ("Names", "name")):
        answer = await _sent(town, query=TWO, operationName=name)
        assert answer.errors == []
        assert answer.data["categories"][0].keys() == {field}


@pytest.mark.parametrize("name", ["Nobody", ""])
async def test_a_name_that_none_has_is_refused(town: Town, name: str) -> None:
    answer = await _sent(town, query=TWO, operationName=name)
    assert (answer.status, answer.code, answer.data) == (400, "BAD_REQUEST", None)


@pytest.mark.parametrize("document", [FRAGMENT, FRAGMENT.replace("query Roots", "")])
async def test_the_only_one_needs_no_name(town: Town, document: str) -> None:
    answer = await _sent(town, query=document)
    assert answer.errors == []
    assert answer.data["categories"]


async def test_no_letter_is_written_by_a_document_that_does_not_say_so(town: Town) -> None:
    before = await town.database["cases"].count_documents({})
    for document in (MIXED, " ".join(reversed(MIXED.split("\n")))):
        answer = await _sent(town, query=document, variables={"input": letter_input()})
        assert _is_refused(answer)
    assert await town.database["cases"].count_documents({}) == before


async def test_a_get_is_told_the_same(town: Town) -> None:
    assert _is_refused(Answer(await town.http.get("/graphql", params={"query": TWO})))


async def test_a_hash_stands_for_the_same_document(town: Town) -> None:
    persisted = {"version": 1, "sha256Hash": digest(TWO)}
    bodies: tuple[dict[str, str], ...] = ({"query": TWO}, {})
    for body in bodies:
        for named, code in ((None, "BAD_REQUEST"), ("Roots", None)):
            answer = await _sent(
                town, **body, operationName=named, extensions={"persistedQuery": persisted}
            )
            assert answer.code == code


async def test_nobody_follows_a_case_without_naming_it(town: Town, served: Served) -> None:
    letter = await town.letter()
    document = f"{CHANGED} {CHANGED.replace('CaseChanged(', 'Other(')}"
    async with served.reader() as reader, served.events(letter.proof, document=document) as events:
        await reader.greeted()
        await reader.follow(letter, document=document)
        assert (await reader.refusal())["extensions"]["code"] == "BAD_REQUEST"
        await events.answer.aread()
        assert _is_refused(Answer(events.answer))
    await served.followed_by(0)
