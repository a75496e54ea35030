"""How much one document may ask for, and how a client is told that it asked for more.

The limits are on what a document *says*, so that they are checked once per document and before
anything is done for it; the cost alone depends on the variables. All are in ``docs/edge.md``.
"""

from __future__ import annotations

from graphql import GraphQLError

MAX_LETTERS = 128 * 1024
"""Signs of a document."""
MAX_TOKENS = 2_000
MAX_COMMENTS = 200
MAX_OPERATIONS = 10
MAX_FRAGMENTS = 50
MAX_CALLS = 60
"""Fields with arguments, as written: comparing them pair by pair is what costs."""
MAX_ALIASES = 60
MAX_DIRECTIVES = 8
MAX_DEPTH = 15
MAX_FIELDS = 500
"""With every fragment put in where it is spread."""
PAGE_SIZES = range(1, 101)
MAX_COST = 10_000

LIST_LENGTH = 10
"""What a list without a page size is taken to hold."""
META_LIST_LENGTH = 4
"""The same for the schema's own lists, which have a depth limit of their own."""


def exceeded(limit: str, asked: int, most: int) -> GraphQLError:
    """The error for a document that asks for more than it may."""
    return refused(limit, f"This document has {limit} {asked}; at most {most} is allowed.")


def refused(limit: str, message: str) -> GraphQLError:
    """An error that names the limit in its extensions."""
    return GraphQLError(message, extensions={"code": "GRAPHQL_VALIDATION_FAILED", "limit": limit})
