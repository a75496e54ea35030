"""Selection sets made from the schema, so that a field which is added is asked for at once."""

from __future__ import annotations

from collections.abc import Collection

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from api.schema import schema

PAGED = "(first: 3)"
STAFF_ONLY = (
    *("history", "confidential", "similarCases", "supervision", "hold"),
    *("suggestedCategory", "replyWarnings", "partner"),
)
"""Fields of a case that its writer is refused."""


def everything(type_name: str, depth: int, without: Collection[str] = ()) -> str:
    """All fields of a type, ``depth`` levels of objects deep, in braces.

    ``without`` are names of fields, at any depth, that are not asked for.
    """
    kind = schema._schema.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    parts = [
        part
        for name, field in kind.fields.items()
        if name not in without and (part := _asked(name, field, depth, without))
    ]
    return "{ " + " ".join(parts) + " }"


def _asked(name: str, field: GraphQLField, depth: int, without: Collection[str]) -> str:
    kind = get_named_type(field.type)
    if any(isinstance(argument.type, GraphQLNonNull) for argument in field.args.values()):
        return ""
    if is_leaf_type(kind):
        return name
    if not isinstance(kind, GraphQLObjectType) or depth == 0:
        return ""
    arguments = PAGED if "first" in field.args else ""
    return f"{name}{arguments} {everything(kind.name, depth - 1, without)}"
