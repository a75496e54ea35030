"""The access matrix, walked: every field of the schema, by every reader, by every way to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from domain.words import Role
from domain.workflow import Action
from storage import mongo
from tests.api.access_cases import (
    CLEAR,
    MASKED,
    SAMPLED,
    TITLE,
    TYPES,
    WALKING,
    WHOLE,
    Cases,
    answered_fields,
    client_of,
    sample_readers,
    signed_in_town,
    two_cases,
)
from tests.api.access_documents import document_with
from tests.api.access_matrix import (
    MATRIX,
    PATH,
    REACHED,
    SIGNED_IN,
    Class,
    Gets,
    Reader,
    document,
    gets,
)
from tests.api.actions import MUTATIONS, USUAL, USUAL_ROLE, unit_id
from tests.api.clients import Answer, Letter, Town

pytestmark = pytest.mark.ring("test")


def test_every_field_of_the_schema_has_a_row() -> None:
    fields = {f"{name}.{field}" for name, kind in TYPES.items() for field in kind.fields}
    rows = MATRIX.keys() | {f"Mutation.{field}" for field in TYPES["Mutation"].fields}
    assert fields - rows == set(), "a new field needs a row in tests/api/access_matrix"
    assert rows - fields == set(), "a row without a field"


def test_the_document_is_the_tables() -> None:
    committed = PATH.read_text(encoding="utf-8")
    assert committed == document(), "run python -m tests.api.access_matrix"


def test_the_sample_is_of_readers_there_are() -> None:
    assert {reader.name for reader in WALKING} >= SAMPLED


# A case, and how one gets at it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    async for one in signed_in_town(mongo_uri, driver):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cases(town: Town) -> AsyncIterator[Cases]:
    """The open one with its survey answered."""
    made = await two_cases(town)
    await town.walk(made.open, "ANSWER_SURVEY")
    yield made


WAYS: Mapping[str, str] = {
    "node": "query($id: ID!) {{ found: node(id: $id) {{ ... on Case {it} }} }}",
    "case": "query($number: String!) {{ found: case(number: $number) {it} }}",
    "search": """query($number: String!) {{
        found: cases(filter: {{ search: $number }}, first: 3) {{ edges {{ node {it} }} }} }}""",
    "list": "{{ found: cases(first: 10) {{ edges {{ node {it} }} }} }}",
    "own": "{{ viewer {{ found: cases(first: 10) {{ edges {{ node {it} }} }} }} }}",
    "proof": """query($number: String!, $code: String!) {{
        found: trackedCase(number: $number, queryCode: $code) {it} }}""",
}
_ENTRANCE = {
    "case": Class.QUEUE, "search": Class.QUEUE, "list": Class.QUEUE, "own": Class.OWN,
}  # fmt: skip


def test_the_document_names_every_way() -> None:
    assert REACHED.keys() == WAYS.keys() | {"followed"}  # tests/api/test_access_by_following.py


def opens(way: str, reader: Reader) -> bool:
    """Whether this way is one by which the reader gets at the case."""
    if way == "own":
        return reader.subject == "li"
    if way == "proof":
        return reader.has_code
    if way == "node":
        return reader.sees and not reader.has_code
    return reader.sees and reader.works_on_cases


async def _went(town: Town, way: str, reader: Reader, letter: Letter, it: str) -> Answer:
    given = {
        "id": letter.id,
        "number": letter.number,
        "code": letter.code if reader.has_code else "AAAA-AAAA-AAAA-AAAA",
    }
    text = WAYS[way].format(it=it)
    variables = {name: value for name, value in given.items() if f"${name}:" in text}
    return await client_of(town, reader).send(text, **variables)


def _found(answer: Answer, number: str) -> tuple[list[Any], dict[str, Any]] | None:
    """The path to the case in an answer, and what there is of it."""
    data, path = answer.data or {}, ["found"]
    if "viewer" in data:
        data, path = data["viewer"] or {}, ["viewer", "found"]
    found = data.get("found")
    if not found or "edges" not in found:
        return (path, found) if found else None
    for place, edge in enumerate(found["edges"]):
        if edge["node"]["number"] == number:
            return [*path, "edges", place, "node"], edge["node"]
    return None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_a_reader_gets_what_the_matrix_says_by_every_way(
    town: Town, cases: Cases, reader: Reader, way: str
) -> None:
    letter = cases.open
    answer = await _went(town, way, reader, letter, WHOLE)
    found = _found(answer, letter.number)
    assert (found is not None) == opens(way, reader)
    if found is None:
        assert letter.number not in answer.response.text
        refused = way in _ENTRANCE and gets(_ENTRANCE[way], reader) is Gets.REFUSED
        assert (answer.code in {"UNAUTHENTICATED", "FORBIDDEN"}) == refused
        return
    path, case = found
    refusals = [e["path"] for e in answer.errors if e["extensions"]["code"] == "FORBIDDEN"]
    seen = dict(answered_fields(TYPES["Case"], case, path))
    for field in seen.keys() & MATRIX.keys():  # that every field has a row is tested above
        where, expected = seen[field], gets(MATRIX[field], reader)
        assert (where in refusals) == (expected is Gets.REFUSED), field
    assert case["writer"] == (CLEAR if reader.is_writer else MASKED)
    assert len(answer.errors) == len(refusals)


async def test_the_walk_meets_every_field_of_a_case(town: Town, cases: Cases) -> None:
    supervisor = next(reader for reader in WALKING if reader.name.startswith("SUPERVISOR"))
    found = _found(await _went(town, "case", supervisor, cases.open, WHOLE), cases.open.number)
    assert found
    met = {field for field, _ in answered_fields(TYPES["Case"], found[1], [])}
    about_cases = {Class.CASE, Class.INTERNAL, Class.PERSONAL}
    assert {field for field, one in MATRIX.items() if one in about_cases} <= met


@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_a_confidential_case_is_not_there_for_whoever_may_not_know_of_it(
    town: Town, cases: Cases, reader: Reader
) -> None:
    letter = cases.confidential
    sees = reader.sees_confidential
    for way in WAYS:
        answer = await _went(town, way, reader, letter, "{ number title }")
        assert bool(_found(answer, letter.number)) == (opens(way, reader) and sees), way


@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_a_count_counts_what_its_reader_sees(
    town: Town, cases: Cases, reader: Reader
) -> None:
    text = "query($words: String) { cases(filter: { search: $words }, first: 1) { totalCount } }"
    answer = await client_of(town, reader).send(text, words=TITLE)
    if gets(Class.QUEUE, reader) is Gets.REFUSED:
        assert answer.code in {"UNAUTHENTICATED", "FORBIDDEN"}
        return
    assert answer.data["cases"]["totalCount"] == reader.sees + reader.sees_confidential


@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_similar_cases_are_those_that_their_reader_sees(
    town: Town, cases: Cases, reader: Reader
) -> None:
    asked = "{ number similarCases(first: 5) { totalCount edges { node { number } } } }"
    answer = await _went(town, "node", reader, cases.open, asked)
    shown = cases.confidential.number in answer.response.text
    assert not shown or (reader.sees_confidential and reader.is_staff)


@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_the_directory_is_for_everybody(town: Town, cases: Cases, reader: Reader) -> None:
    text = """{ rateLimit { limit } mailboxes(first: 2) { totalCount edges { node { id } } }
        units(first: 2) { totalCount edges { node { id name } } } categories { id name } }"""
    data = await client_of(town, reader).ask(text)
    assert all(data.values())


@pytest.mark.parametrize("reader", SIGNED_IN, ids=lambda reader: reader.name)
@pytest.mark.parametrize("field", [field for field in MATRIX if field.startswith("Query.")])
async def test_a_token_of_ours_opens_the_queries_that_the_matrix_says(
    town: Town, field: str, reader: Reader
) -> None:
    answer = await client_of(town, reader).send(document_with(field))
    refused = answer.code in {"UNAUTHENTICATED", "FORBIDDEN"}
    assert refused == (gets(MATRIX[field], reader) is Gets.REFUSED)


# Mutations


@pytest.mark.parametrize("reader", sample_readers(WALKING), ids=lambda reader: reader.name)
async def test_a_writer_is_revealed_to_those_who_may_and_every_look_is_recorded(
    town: Town, cases: Cases, reader: Reader
) -> None:
    may = reader.reveals
    before = await town.office.audit.of_case(cases.open.key)
    who = client_of(town, reader)
    payload = await who.do("revealWriter", caseId=cases.open.id, purpose=f"核实：{reader.name}")
    assert payload["writer"] == (CLEAR if may else None)
    assert bool(payload["errors"]) != may
    after = await town.office.audit.of_case(cases.open.key)
    assert len(after) - len(before) == may


BLIND = [one for one in WALKING if not one.sees and not one.has_code]
STAFF_ACTIONS = [action for action in Action if USUAL_ROLE[action] is not Role.CITIZEN]


@pytest.mark.parametrize("reader", sample_readers(BLIND), ids=lambda reader: reader.name)
async def test_whoever_does_not_see_a_case_cannot_touch_it(
    town: Town, cases: Cases, reader: Reader
) -> None:
    who = client_of(town, reader)
    for action in Action:
        given: dict[str, Any] = {"caseId": cases.open.id, **USUAL.get(action, {})}
        if action is Action.JOIN:
            given["mainCaseId"] = cases.confidential.id
        payload = await who.do(MUTATIONS[action], **given)
        codes = {error["code"] for error in payload["errors"]}
        assert payload["case"] is None, action
        assert codes <= {"NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED"}, action


async def test_an_id_of_another_kind_opens_nothing(town: Town, cases: Cases) -> None:
    clerk = town.person(Role.INTAKE)
    for wrong in (unit_id(cases.open.key), cases.open.number, cases.open.key):
        payload = await clerk.do("acceptCase", caseId=wrong)
        assert [error["code"] for error in payload["errors"]] == ["INVALID_INPUT"]
