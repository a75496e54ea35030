"""A valid document for every field of the schema: the shortest way to it, arguments made up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import cache

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from api.schema import schema
from domain.ids import Kind, global_id

SCHEMA = schema._schema
ROOTS = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}
_WORDS = {
    "Int": "1",
    "Float": "1.0",
    "Boolean": "true",
    "Date": '"2017-01-03"',
    "DateTime": '"2017-01-03T09:00:00+08:00"',
    "JSON": "{}",
}
_NAMED = {"month": '"2017-01"', "caseId": f'"{global_id(Kind.CASE, "0" * 24)}"'}
"""Where what is made up would be refused before who asks is looked at."""


def document_with(field: str) -> str:
    """An operation that asks for ``Type.field``; raises ``KeyError`` for what nothing leads to."""
    kind, _, name = field.partition(".")
    root, steps = _ways()[kind]
    asked = _selected(SCHEMA.type_map[kind], name)
    for before, after in reversed(steps):
        asked = f"{{ {before} {{ ... on {after} {asked} }} }}"
    return f"{ROOTS[root]} {asked}"


@cache
def _ways() -> Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """The root from which each type is reached, and the fields between, with what they answer."""
    ways: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {root: (root, ()) for root in ROOTS}
    waiting = deque(ROOTS)
    while waiting:
        name = waiting.popleft()
        root, steps = ways[name]
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        for field, definition in kind.fields.items():
            for answer in _objects(definition):
                if answer not in ways:
                    ways[answer] = root, (*steps, (f"{field}{_arguments(definition)}", answer))
                    waiting.append(answer)
    return ways


def _objects(field: GraphQLField) -> Iterable[str]:
    """The object types that a field answers with."""
    kind = get_named_type(field.type)
    if is_abstract_type(kind):
        return [one.name for one in SCHEMA.get_possible_types(kind)]
    return [kind.name] if isinstance(kind, GraphQLObjectType) else []


def _selected(kind: object, name: str) -> str:
    assert isinstance(kind, GraphQLObjectType)
    field = kind.fields[name]
    below = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{{ {name}{_arguments(field)}{below} }}"


def _arguments(field: GraphQLField) -> str:
    """Those that must be given, and how many of a list."""
    must = {name: one for name, one in field.args.items() if _must_be_given(one) or name == "first"}
    return f"({_given(must)})" if must else ""


def _given(asked: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]) -> str:
    return ", ".join(
        f"{name}: {_NAMED.get(name) or _made_up(one.type)}" for name, one in asked.items()
    )


def _must_be_given(one: GraphQLArgument | GraphQLInputField) -> bool:
    return isinstance(one.type, GraphQLNonNull)


def _made_up(kind: GraphQLInputType) -> str:
    if isinstance(kind, GraphQLNonNull):
        return _made_up(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{_made_up(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        fields = {name: one for name, one in kind.fields.items() if _must_be_given(one)}
        return f"{{ {_given(fields)} }}"
    return _WORDS.get(get_named_type(kind).name, '"x"')
