"""Which of a document's operations a request means: the one it names, or the only one.

Strawberry takes the first of several. What is written there first is not what was asked for.
"""

from __future__ import annotations

from graphql import GraphQLError
from strawberry.types import ExecutionContext


def unnamed(context: ExecutionContext, operations: int) -> list[GraphQLError]:
    """The refusal of a request that names none of several; nothing for any other."""
    named = context._provided_operation_name is not None  # noqa: SLF001  # there is no other way
    if named or operations <= 1:
        return []
    return [
        GraphQLError(
            f"This document has {operations} operations: name one in operationName.",
            extensions={"code": "BAD_REQUEST"},
        )
    ]
