"""The access matrix by the way of subscriptions: an event holds what the query holds, no more.

Whoever has number and query code reads as the writer, whatever their role; nobody else is told.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from storage import mongo
from tests.api.access_cases import (
    CLEAR,
    TITLE,
    TYPES,
    WALKING,
    Cases,
    answered_fields,
    sample_readers,
    signed_in_town,
    two_cases,
)
from tests.api.access_matrix import MATRIX, READERS, Class, Gets, Reader, gets
from tests.api.clients import Town
from tests.api.following_cases import OPENED, Heard, Listening, asked
from tests.api.reading import serving

pytestmark = pytest.mark.ring("test")

WITH_CODE = next(reader for reader in READERS if reader.has_code)
NO_CODE = {"without code": "BAD_USER_INPUT", "without argument": "GRAPHQL_VALIDATION_FAILED"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where all these readers together may fail."""
    guesses = {"guesses_per_number": 10_000, "guesses_per_address": 10_000}
    async for one in signed_in_town(mongo_uri, driver, **guesses):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cases(town: Town) -> AsyncIterator[Cases]:
    yield await two_cases(town)


def _walking(request: pytest.FixtureRequest) -> list[Reader]:
    """Those of whom a test will be run here."""
    names = [item.nodeid for item in request.session.items if item.path == request.path]
    return [one for one in WALKING if any(one.name in name for name in names)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening(
    town: Town, cases: Cases, request: pytest.FixtureRequest
) -> AsyncIterator[Listening]:
    async with serving(town.app) as served, AsyncExitStack() as stack:
        listening = Listening(town, served, cases, stack, _walking(request))
        await listening.all()
        yield listening


@pytest.fixture(params=["WebSocket", "events"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=sample_readers(WALKING), ids=lambda reader: reader.name)
def reader(request: pytest.FixtureRequest) -> Reader:
    one: Reader = request.param
    return one


@pytest_asyncio.fixture(loop_scope="module")
async def heard(listening: Listening, reader: Reader, transport: str) -> Heard:
    by = listening.by_socket if transport == "WebSocket" else listening.by_stream
    return by[reader.name]


async def test_each_reader_with_the_code_is_told_once_of_each_case(
    town: Town, cases: Cases, heard: Heard
) -> None:
    assert {name: len(told) for name, told in heard.told.items()} == dict.fromkeys(OPENED, 1)
    for name in OPENED:
        number = getattr(cases, name).number
        assert heard.told[name][0]["data"]["found"]["number"] == number


async def test_an_event_is_what_the_query_answers(town: Town, heard: Heard) -> None:
    for name in OPENED:
        (event,) = heard.told[name]
        tracked = heard.tracked[name]
        assert event["data"] == tracked["data"]
        assert event["data"]["found"]["version"] > 1
        assert _refusals(event) == _refusals(tracked)


async def test_whoever_has_the_code_is_told_as_the_writer(town: Town, heard: Heard) -> None:
    for name in OPENED:
        (event,) = heard.told[name]
        case, refusals = event["data"]["found"], _refusals(event)
        for field, where in answered_fields(TYPES["Case"], case, ["found"]):
            expected = gets(MATRIX[field], WITH_CODE)
            assert ((where, "FORBIDDEN") in refusals) == (expected is Gets.REFUSED), field
        assert {code for _, code in refusals} == {"FORBIDDEN"}
        assert case["writer"] == CLEAR
        assert not {"APPROVE_REPLY", "ACCEPT", "ARCHIVE"} & set(case["availableActions"])


async def test_an_event_meets_every_field_that_a_writer_reads(town: Town, heard: Heard) -> None:
    (event,) = heard.told["open"]
    met = {field for field, _ in answered_fields(TYPES["Case"], event["data"]["found"], [])}
    lists = ("CaseConnection.", "CaseEdge.")  # a case's only list is refused
    about_cases = {Class.CASE, Class.PERSONAL}
    rows = {field for field, one in MATRIX.items() if one in about_cases}
    assert {field for field in rows if not field.startswith(lists)} <= met


async def test_nobody_is_told_without_the_right_code(
    town: Town, cases: Cases, heard: Heard
) -> None:
    assert heard.refused.keys() == asked(cases).keys() - set(OPENED)
    for name, error in heard.refused.items():
        assert error["extensions"]["code"] == NO_CODE.get(name, "NOT_FOUND"), name
        assert error.get("path", ["found"]) == ["found"]
    said = json.dumps(heard.refused, ensure_ascii=False)
    for secret in (TITLE, cases.open.number, cases.open.code, cases.confidential.number):
        assert secret not in said


async def test_every_wrong_proof_is_refused_alike(town: Town, heard: Heard) -> None:
    wrong = [_alike(error) for name, error in heard.refused.items() if name not in NO_CODE]
    assert len(wrong) > 1
    assert wrong == wrong[:1] * len(wrong)


def test_there_is_nothing_else_to_follow() -> None:
    assert set(TYPES["Subscription"].fields) == {"caseChanged", "functionRunChanged"}
    assert MATRIX["Subscription.functionRunChanged"] is Class.OPS
    assert MATRIX["Subscription.caseChanged"] is MATRIX["Query.trackedCase"] is Class.PROOF


def _refusals(answer: dict[str, Any]) -> list[tuple[list[Any], str]]:
    """Where something was refused, and how."""
    errors = answer.get("errors", [])
    return sorted((error["path"], error["extensions"]["code"]) for error in errors)


def _alike(error: dict[str, Any]) -> dict[str, Any]:
    """An error without what differs each time."""
    extensions = {name: value for name, value in error["extensions"].items() if name != "requestId"}
    return {**error, "extensions": extensions}
