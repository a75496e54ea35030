"""What an operation costs: a small formula, made once per document, of its page sizes.

The cost is the most values that the answer can hold. Every field is 1, times the length of
every list around it: a page's size where there is one, ten where there is none. The sizes of pages
may be variables, so a cost is a polynomial of them: ``{(): 3, (("first",),): 20}`` is three
and twenty times ``$first``. It has at most as many terms as the document has fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    get_variable_values,
)

from api.limits import PAGE_SIZES, refused

Size: TypeAlias = tuple[str, ...]
"""The variables that may hold a page's size: that of ``first``, that of ``last``, or both."""
Formula: TypeAlias = dict[tuple[Size, ...], int]
"""Coefficients by the sizes that they are multiplied with."""

VariableDefinitions: TypeAlias = tuple[VariableDefinitionNode, ...]

HERE: Size = ()
"""The page that the enclosing connection has, which its edges do not know."""


def added(parts: Iterable[Formula]) -> Formula:
    """The sum."""
    total: Formula = {}
    for part in parts:
        for sizes, times in part.items():
            total[sizes] = total.get(sizes, 0) + times
    return total


def scaled(formula: Formula, length: int) -> Formula:
    """So many times as much."""
    return {sizes: times * length for sizes, times in formula.items()}


def per_page(formula: Formula) -> Formula:
    """Once for every item of the page that is known further up."""
    return {(*sizes, HERE): times for sizes, times in formula.items()}


def on_page(formula: Formula, size: int | Size) -> Formula:
    """The formula when the page around it has this size."""
    return added(_placed(sizes, times, size) for sizes, times in formula.items())


def _placed(sizes: tuple[Size, ...], times: int, size: int | Size) -> Formula:
    if isinstance(size, int):
        here = sizes.count(HERE)
        return {tuple(one for one in sizes if one != HERE): times * size**here}
    return {tuple(sorted(size if one == HERE else one for one in sizes)): times}


def value_of(formula: Formula, given: Mapping[str, Any]) -> int:
    """The cost with these coerced variables. A size that is none counts as the nearest that is."""
    return sum(
        times * prod(max((_clamped(given.get(name)) for name in size), default=1) for size in sizes)
        for sizes, times in formula.items()
    )


def page_size(field: FieldNode) -> int | Size:
    """How long a page is asked for; a literal that is no page size is refused at once."""
    literal, names = 0, []
    for argument in field.arguments or ():
        if argument.name.value not in ("first", "last"):
            continue
        match argument.value:
            case IntValueNode(value=digits):
                literal = max(literal, _checked(argument.name.value, digits))
            case VariableNode(name=name):
                names.append(name.value)
    # Both at once are refused by the list itself, at no cost.
    return literal or (tuple(names) or 1)


def sizes_given(
    schema: GraphQLSchema, defined: Sequence[VariableDefinitionNode], given: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The sizes as they will be executed: coerced by the very function that execution uses.

    None for variables that it refuses: nothing is executed then.
    """
    values = get_variable_values(schema, defined, dict(given))
    return {} if isinstance(values, list) else values.coerced


def variables_of(formula: Formula, operation: OperationDefinitionNode) -> VariableDefinitions:
    """The definitions of the variables that the formula knows."""
    names = {name for sizes in formula for size in sizes for name in size}
    return tuple(
        one for one in operation.variable_definitions or () if one.variable.name.value in names
    )


def _checked(name: str, digits: str) -> int:
    if len(digits) > 3 or int(digits) not in PAGE_SIZES:
        raise refused("pageSize", f"{name} must be 1 to {PAGE_SIZES[-1]}.")
    return int(digits)


def _clamped(value: object) -> int:
    if not isinstance(value, int):
        return 1
    return min(max(value, PAGE_SIZES[0]), PAGE_SIZES[-1])
