"""A list fetches what was asked and no more; whatever is asked, it is the same as of the whole."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType

from api.schema import schema
from domain.words import Role
from schema.cases import SUMMARY_PARTS
from storage.case_summaries import PARTS, fields_of
from tests.api.clients import Town
from tests.api.selections import everything

pytestmark = pytest.mark.ring("test")

FIELDS = [name for name in SUMMARY_PARTS if name != "__typename"]


def _selected(name: str) -> str:
    case = schema._schema.type_map["Case"]
    assert isinstance(case, GraphQLObjectType)
    return everything("Case", 1, [other for other in case.fields if other != name])


def test_what_a_field_needs_is_a_part_of_a_summary() -> None:
    assert {part for parts in SUMMARY_PARTS.values() for part in parts} <= PARTS.keys()


def test_a_part_that_is_not_asked_for_is_not_fetched() -> None:
    assert fields_of({"title", "stage"}) == ["_id", "letter.title", "stage"]


@pytest.mark.parametrize("name", FIELDS)
async def test_a_field_alone_is_what_it_is_in_the_whole(town: Town, name: str) -> None:
    letter = await town.walked("ACCEPT REVIEW SIGN_FOR")
    clerk = town.person(Role.SUPERVISOR)
    asked = _selected(name)
    whole = await clerk.ask(f"query Q($n: String!) {{ case(number: $n) {asked} }}", n=letter.number)
    listed = await clerk.ask(
        f"query Q($n: String!) {{ cases(first: 1, filter: {{search: $n}}) "
        f"{{ edges {{ node {asked} }} }} }}",
        n=letter.number,
    )
    assert [edge["node"] for edge in listed["cases"]["edges"]] == [whole["case"]]
    if name in ("confidential", "partner"):  # not for the writer
        return
    tracked = await town.citizen.ask(
        f"query Q($n: String!, $c: String!) {{ trackedCase(number: $n, queryCode: $c) {asked} }}",
        n=letter.number,
        c=letter.code,
    )
    assert tracked["trackedCase"] == whole["case"]
