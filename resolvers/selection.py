"""Which fields a query asks for, so that no more is fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from schema.context import Info


def asked_for(info: Info, path: Collection[str] = ()) -> frozenset[str]:
    """The fields that are selected below ``path`` (field names from this field down)."""
    nodes = list(info._raw_info.field_nodes)  # noqa: SLF001  # strawberry offers no other way
    for step in path:
        nodes = [child for node in nodes for child in _children(info, node) if _name(child) == step]
    return frozenset(_name(child) for node in nodes for child in _children(info, node))


def _name(node: FieldNode) -> str:
    return node.name.value


def _children(info: Info, node: FieldNode) -> Iterator[FieldNode]:
    if node.selection_set:
        yield from _fields(info, node.selection_set)


def _fields(info: Info, selected: SelectionSetNode) -> Iterator[FieldNode]:
    fragments: dict[str, FragmentDefinitionNode] = info._raw_info.fragments  # noqa: SLF001
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(info, fragments[node.name.value].selection_set)
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(info, node.selection_set)
