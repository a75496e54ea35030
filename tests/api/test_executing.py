"""Plain fields take a short way, and answer what graphql-core would have answered."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any

import pytest
import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.executing import Executor, find_short_ways
from api.schema import schema

pytestmark = pytest.mark.ring("test")


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = strawberry.enum_value("blue", name="AZURE")


class Shade(StrEnum):
    DARK = "dark"


class Odd:
    """Not a string, but can be written as one."""

    def __str__(self) -> str:
        return "odd"

    def __repr__(self) -> str:
        return "Odd()"


async def later() -> str:
    return "later"


@strawberry.type
class Thing:
    text: str
    id: strawberry.ID
    count: int
    share: float
    flag: bool
    at: datetime
    colour: Colour
    words: list[str]
    text_or_none: str | None
    colour_or_none: Colour | None

    @strawberry.field
    def shouted(self) -> str:
        return self.text.upper()


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, info: strawberry.Info) -> Thing | None:
        return Thing(**{**USUAL, **info.context})


USUAL: dict[str, Any] = {
    "text": "a",
    "id": strawberry.ID("1"),
    "count": 1,
    "share": 0.5,
    "flag": True,
    "at": datetime(2026, 1, 2, 3, 4, 5, 6000, UTC),
    "colour": Colour.BLUE,
    "words": ["b"],
    "text_or_none": None,
    "colour_or_none": None,
}
DOCUMENT = """{ again: thing { count } thing { __typename name: text text id count share flag at
    colour words textOrNone colourOrNone shouted ... on Thing { text } } }"""
ODD: list[dict[str, Any]] = [
    {},
    *({name: None} for name in USUAL),
    *({name: Odd()} for name in USUAL),
    *({name: ValueError("no")} for name in USUAL),
    {"text": 3},
    {"text": True},
    {"text": Shade.DARK},
    {"text_or_none": Shade.DARK},
    {"text": ["a"]},
    {"id": 7},
    {"id": 7.5},
    {"count": True},
    {"count": 2**31 - 1},
    {"count": 2**31},
    {"count": 1.0},
    {"count": 1.5},
    {"count": "12"},
    {"flag": 0},
    {"flag": "yes"},
    {"at": "2026-01-01"},
    {"colour": "blue"},
    {"colour": "green"},
    {"colour": Shade.DARK},
    {"colour_or_none": Colour.RED},
    {"colour_or_none": []},
]


def _schema(executor: type[StrawberryGraphQLCoreExecutionContext]) -> strawberry.Schema:
    return strawberry.Schema(Query, execution_context_class=executor)


THEIRS, OURS = _schema(StrawberryGraphQLCoreExecutionContext), _schema(Executor)
find_short_ways(OURS._schema)


async def _answer(asked: strawberry.Schema, given: dict[str, Any]) -> tuple[Any, Any]:
    result = await asked.execute(DOCUMENT, context_value=given)
    return result.data, [error.formatted for error in result.errors or ()]


@pytest.mark.parametrize("given", ODD, ids=repr)
async def test_the_short_way_answers_and_refuses_what_the_long_one_does(
    given: dict[str, Any],
) -> None:
    assert await _answer(OURS, given) == await _answer(THEIRS, given)


@pytest.mark.parametrize("name", ["text", "text_or_none", "words", "count", "colour"])
async def test_what_has_to_be_waited_for_is_waited_for(name: str) -> None:
    assert await _answer(OURS, {name: later()}) == await _answer(THEIRS, {name: later()})


async def test_an_attribute_that_is_missing_is_reported_like_a_crash_of_its_resolver() -> None:
    answers = []
    for asked in (OURS, THEIRS):
        thing = Thing(**USUAL)
        del thing.text
        result = await asked.execute("{ text }", root_value=thing, context_value={})
        answers.append([error.message for error in result.errors or ()])
    assert answers[0] == answers[1] != []


def test_the_case_list_is_answered_the_short_way() -> None:
    fields = schema._schema.type_map["Case"].fields  # type: ignore[attr-defined]
    short = {name for name, field in fields.items() if "lizheng-shortly" in field.extensions}
    assert {"id", "number", "title", "stage", "submittedAt", "outcome", "version"} <= short
    assert not {"stageName", "deadline", "history", "confidential"} & short


def test_no_extension_looks_at_single_fields_which_the_short_way_would_keep_from_it() -> None:
    assert not any(one._implements_resolve() for one in schema.get_extensions())
