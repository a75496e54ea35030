"""Measuring a document: every fragment once, a formula at the end, and the first limit stops it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from graphql import FragmentDefinitionNode, GraphQLError, get_introspection_query, parse

from api.cost import Formula
from api.documents import trusted_documents
from api.limits import MAX_COST
from api.measuring import Measured, Ruler, measured
from api.preparing import read
from api.schema import schema
from tests.api.bombs import BOMBS, diamonds

pytestmark = pytest.mark.ring("test")

SCHEMA = schema._schema


def measure(text: str) -> Measured:
    return measured(parse(text), SCHEMA)


def cost(text: str, **variables: Any) -> int:
    (price,) = measure(text).prices.values()
    return price.of(SCHEMA, variables)


def formula(text: str) -> Formula:
    (price,) = measure(text).prices.values()
    return price.formula


EDGES = " fragment E on UnitConnection { totalCount edges { cursor } }"
SIMILAR = "similarCases(first: 4) { totalCount edges { cursor } }"


#    document                                                       cost
COSTS = (
    ("{ __typename }",                                              1),
    ("{ categories { id name } }",                                  10 * 3),
    ("{ categories { children { id } } }",                          10 * (1 + 10 * 2)),
    ("{ units(first: 20) { totalCount } }",                         2),
    ("{ units(first: 20) { totalCount edges { cursor } } }",        1 + 1 + 20 * 2),
    ("{ units(last: 7) { edges { node { id name } } } }",           1 + 7 * 4),
    ("{ units(first: 5, last: 7) { edges { cursor } } }",           1 + 7 * 2),
    ("{ units { edges { cursor } } }",                              1 + 2),
    ("{ units(first: null) { edges { cursor } } }",                 1 + 2),
    ("{ a: units(first: 5) { ...E } b: units(first: 9) { ...E } }" + EDGES, 2 + 2 + 14 * 2),
    ("{ units(first: 5) { ... { ...E } ...E } }" + EDGES,           1 + 2 * (1 + 5 * 2)),
    ("{ cases(first: 3) { edges { node { " + SIMILAR + " } } } }",  1 + 3 * (2 + 2 + 4 * 2)),
    ("{ cases(first: 3) { edges { node { availableActions } } } }", 1 + 3 * 3),
    ("{ nothing { nothing } }",                                     2),
)  # fmt: skip


@pytest.mark.parametrize(("text", "worth"), COSTS)
def test_the_cost_is_the_most_values_that_the_answer_can_hold(text: str, worth: int) -> None:
    assert cost(text) == worth


PAGE = "query Q($n: Int = 20, $m: Int) {{ units({}) {{ edges {{ cursor }} }} }}"


#    arguments               variables            page
VARIABLES: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("first: $n",            {},                   20),
    ("first: $n",            {"n": 100},          100),
    ("first: $n",            {"n": None},           1),
    ("first: $m",            {},                    1),
    ("first: $n, last: $m",  {"n": None, "m": 9},   9),
    ("first: $n, last: 50",  {},                   50),
    ("first: $n",            {"n": 10**9},        100),
    ("first: $n",            {"n": 100.0},        100),
    ("first: $n",            {"n": 1e9},          100),
    ("first: $n",            {"n": 99.5},           1),
    ("first: $n",            {"n": True},           1),
    ("first: $n, last: $m",  {"m": 50.0},          50),
    ("first: $n",            {"n": -5},             1),
    ("first: $n",            {"n": "100"},          1),
    ("first: $n",            {"n": [100]},          1),
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "given", "page"), VARIABLES)
def test_a_page_size_may_be_a_variable(arguments: str, given: dict[str, Any], page: int) -> None:
    assert cost(PAGE.format(arguments), **given) == 1 + page * 2


def test_sizes_of_pages_in_pages_are_multiplied() -> None:
    text = """query($a: Int, $b: Int) { cases(first: $a) { edges { node {
        similarCases(first: $b) { edges { cursor } } } } } }"""
    assert formula(text) == {(): 1, (("a",),): 3, (("a",), ("b",)): 2}
    assert cost(text, a=10, b=20) == 1 + 3 * 10 + 2 * 10 * 20


def test_a_fragment_is_walked_once_however_often_it_is_spread() -> None:
    spread = (
        "{ a: node(id: 1) { ...F } b: node(id: 2) { ...F ...F } } fragment F on Unit { id name }"
    )
    assert measure(spread).visited == 4
    assert cost(spread) == 2 + 3 * 2


@pytest.mark.parametrize("count", [8, 20, 49])
def test_diamonds_are_not_followed_to_their_end(count: int) -> None:
    fragments = [
        one for one in parse(diamonds(count)).definitions if isinstance(one, FragmentDefinitionNode)
    ]
    ruler = Ruler(SCHEMA, {one.name.value: one for one in fragments})
    if count <= 8:
        assert ruler.of_fragment("F0").fields == 2**count
    else:
        with pytest.raises(GraphQLError, match="fields 512; at most 500"):
            ruler.of_fragment("F0")
    assert ruler.visited == 1


def test_diamonds_of_nothing_at_all_are_measured_too() -> None:
    assert measure(diamonds(49, inside="")).visited == 0


def test_a_cycle_ends() -> None:
    text = (
        "{ ...A } fragment A on Query { ...B __typename } fragment B on Query { ...A __typename }"
    )
    assert measure(text).visited == 2


def test_what_a_fragment_hides_is_counted_even_if_nobody_spreads_it() -> None:
    with pytest.raises(GraphQLError, match="depth"):
        measure("{ __typename } fragment F on Query " + "{ a" * 20 + "}" * 20)


@pytest.mark.parametrize("text", trusted_documents().values(), ids=lambda text: text.split("(")[0])
def test_released_clients_pass_with_the_longest_pages(text: str) -> None:
    assert 0 < cost(text, first=100) <= MAX_COST


def test_a_client_may_read_the_whole_schema() -> None:
    query = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
    found = measure(query)
    assert found.introspects
    assert cost(query) <= MAX_COST
    assert not measure("{ __typename categories { __typename } }").introspects


@pytest.mark.ring("all")
def test_how_long_each_bomb_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """A measurement to be read, not a limit: how quick a machine is, no test knows."""
    lines = []
    for name, (text, limit) in BOMBS.items():
        began = time.perf_counter()
        stopped = None
        try:
            found = measured(read(text), SCHEMA)
            worth = max(one.of(SCHEMA, {}) for one in found.prices.values())
            stopped = "cost" if worth > MAX_COST else None
        except GraphQLError as refused:
            stopped = (refused.extensions or {}).get("limit")
        lines.append(f"{(time.perf_counter() - began) * 1000:7.1f} ms  {name}")
        assert stopped == limit, name
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201  # what it is for
