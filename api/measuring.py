"""The one rule that measures a document: each fragment is walked once, however often it is spread.

It runs before the rules of the specification, some of which compare every field with every
other one, and it stops at the first limit that is exceeded: a bomb never gets as far as to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.type.introspection import SchemaMetaFieldDef, TypeMetaFieldDef

from api import limits
from api.cost import (
    Formula,
    VariableDefinitions,
    added,
    on_page,
    page_size,
    per_page,
    scaled,
    sizes_given,
    value_of,
    variables_of,
)

_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


@dataclass(frozen=True, slots=True)
class Price:
    """What an operation costs, by the variables of its pages."""

    formula: Formula
    variables: VariableDefinitions

    def of(self, schema: GraphQLSchema, given: Mapping[str, Any]) -> int:
        """The cost with the variables of one request."""
        sizes = sizes_given(schema, self.variables, given) if self.variables else {}
        return value_of(self.formula, sizes)


@dataclass(frozen=True, slots=True)
class Measured:
    """A document within the limits; ``visited`` is how many of its fields were walked."""

    prices: dict[str | None, Price]
    introspects: bool
    visited: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Of a selection with its fragments put in."""

    fields: int = 0
    depth: int = 0
    cost: Formula = field(default_factory=dict)


NOTHING = Extent()


def measured(document: DocumentNode, schema: GraphQLSchema) -> Measured:
    """The document's measure; raises the ``GraphQLError`` of the first limit exceeded."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    _check("operations", len(operations), limits.MAX_OPERATIONS)
    _check("fragments", len(fragments), limits.MAX_FRAGMENTS)
    _check_counts(document)
    ruler = Ruler(schema, fragments)
    prices = {}
    for one in operations:
        extent = ruler.of_set(one.selection_set, schema.get_root_type(one.operation))
        name = one.name.value if one.name else None
        formula = on_page(extent.cost, 1)
        prices[name] = Price(formula, variables_of(formula, one))
    for name in fragments:
        ruler.of_fragment(name)
    return Measured(prices, ruler.introspects, ruler.visited)


def _check(limit: str, asked: int, most: int) -> None:
    if asked > most:
        raise limits.exceeded(limit, asked, most)


def _check_counts(document: DocumentNode) -> None:
    """What is counted as written, each node once."""
    aliases = calls = directives = 0
    for node in _nodes(document):
        directives += len(getattr(node, "directives", None) or ())
        if isinstance(node, FieldNode):
            aliases += node.alias is not None
            calls += bool(node.arguments)
    _check("aliases", aliases, limits.MAX_ALIASES)
    _check("directives", directives, limits.MAX_DIRECTIVES)
    _check("calls", calls, limits.MAX_CALLS)


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """All that can carry a directive."""
    waiting: list[Node] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        yield node
        inside = getattr(node, "selection_set", None)
        waiting.extend(inside.selections if inside else ())
        waiting.extend(getattr(node, "variable_definitions", None) or ())


class Ruler:
    """Measures selections; what a fragment comes to is kept."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._types = schema.type_map
        self._fragments = fragments
        self._known: dict[str, Extent] = {}
        self.introspects = False
        self.visited = 0

    def of_set(self, selected: SelectionSetNode, parent: GraphQLNamedType | None) -> Extent:
        """Of everything between two braces."""
        parts = [self._of(one, parent) for one in selected.selections]
        fields = sum(part.fields for part in parts)
        depth = max((part.depth for part in parts), default=0)
        _check("fields", fields, limits.MAX_FIELDS)
        _check("depth", depth, limits.MAX_DEPTH)
        return Extent(fields, depth, added(part.cost for part in parts))

    def of_fragment(self, name: str) -> Extent:
        """Of a fragment, walked the first time. A cycle ends here; another rule names it."""
        if name not in self._known:
            self._known[name] = NOTHING
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self.of_set(
                    fragment.selection_set, self._type(fragment.type_condition)
                )
        return self._known[name]

    def _of(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Extent:
        match node:
            case FragmentSpreadNode(name=name):
                return self.of_fragment(name.value)
            case InlineFragmentNode(type_condition=None, selection_set=inside):
                return self.of_set(inside, parent)
            case InlineFragmentNode(type_condition=condition, selection_set=inside):
                return self.of_set(inside, self._type(condition))
            case FieldNode():
                return self._of_field(node, parent)
        return NOTHING

    def _type(self, condition: NamedTypeNode | None) -> GraphQLNamedType | None:
        return self._types.get(condition.name.value) if condition else None

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Extent:
        self.visited += 1
        self.introspects |= node.name.value in _META
        definition = _definition(node.name.value, parent)
        inside = NOTHING
        if node.selection_set:
            kind = get_named_type(definition.type) if definition else None
            inside = self.of_set(node.selection_set, kind)
        cost = added([{(): 1}, inside.cost])
        if definition is not None:
            cost = _listed(cost, node, definition, parent)
        return Extent(inside.fields + 1, inside.depth + 1, cost)


def _listed(
    cost: Formula, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType | None
) -> Formula:
    if "first" in definition.args:
        return on_page(cost, page_size(node))
    if not is_list_type(get_nullable_type(definition.type)) or is_leaf_type(
        get_named_type(definition.type)
    ):
        return cost
    name = parent.name if parent else ""
    if name.endswith("Connection"):
        return per_page(cost)
    return scaled(cost, limits.META_LIST_LENGTH if name.startswith("__") else limits.LIST_LENGTH)


def _definition(name: str, parent: GraphQLNamedType | None) -> GraphQLField | None:
    if name in _META:
        return _META[name]
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        found: GraphQLField | None = parent.fields.get(name)
        return found
    return None
