"""Small changes to a module, one at a time, such as a slip of the pen would make."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
T = TypeVar("T")


@dataclass(frozen=True)
class Mutant:
    """A module with one expression changed: the ``variant``-th change of its ``place``-th node."""

    module: str
    line: int
    place: int
    variant: int
    before: str
    after: str

    def __str__(self) -> str:
        """Where, and what."""
        return f"{self.module}:{self.line}: {self.before} -> {self.after}"


def find_mutants(module: str, source: str) -> list[Mutant]:
    """Every change that the operators make of a module."""
    tree = ast.parse(source)
    passed_over = set(_pass_over(tree))
    return [
        Mutant(module, _line(node), place, variant, _show(node), _show(after))
        for place, node in enumerate(ast.walk(tree))
        if node not in passed_over
        for variant, after in enumerate(_change(node))
    ]


def apply(mutant: Mutant, source: str) -> ast.Module:
    """The module's tree with the change."""
    tree = ast.parse(source)
    node = list(ast.walk(tree))[mutant.place]
    after = list(_change(node))[mutant.variant]
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is node:
                setattr(parent, name, after)
            elif isinstance(value, list):
                value[:] = [after if one is node else one for one in value]
    for one in ast.walk(after):
        if "lineno" in one._attributes and not hasattr(one, "lineno"):
            ast.copy_location(one, node)
    return ast.fix_missing_locations(tree)


def _change(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in this node's place."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield ast.Compare(node.left, [COMPARED[type(op)]()], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() if type(node.op) in COMPUTED:
            yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.If():
            yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Dict() | ast.Set() | ast.Tuple() | ast.Call():
            yield from _shorten(node)


def _shorten(node: ast.Dict | ast.Set | ast.Tuple | ast.Call) -> Iterator[ast.AST]:
    """A table without one of its rows, a call without one of its keywords."""
    match node:
        case ast.Dict():
            for place in range(len(node.keys)):
                yield ast.Dict(_without(node.keys, place), _without(node.values, place))
        case ast.Call():
            for place in range(len(node.keywords)):
                yield ast.Call(node.func, node.args, _without(node.keywords, place))
        case ast.Set(elts=[_, _, *_]):
            for place in range(len(node.elts)):
                yield ast.Set(_without(node.elts, place))
        case ast.Tuple(elts=[_, _, _, *_], ctx=ast.Load()):
            for place in range(len(node.elts)):
                yield ast.Tuple(_without(node.elts, place), node.ctx)


def _without(values: list[T], place: int) -> list[T]:
    return values[:place] + values[place + 1 :]


def _pass_over(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that decide nothing: annotations, decorators, and what is only shown."""
    for node in ast.walk(tree):
        for root in _idle_parts(node):
            yield from ast.walk(root)


def _idle_parts(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.FunctionDef(name="__repr__" | "__str__") | ast.JoinedStr():
            return [node]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *([node.returns] if node.returns else [])]
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases]
        case ast.arg(annotation=ast.AST() as annotation):
            return [annotation]
        case ast.AnnAssign():
            alias = isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"
            return [node if alias else node.annotation]
        case ast.Subscript():
            return [node.slice] if isinstance(node.slice, ast.Tuple) else []
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return [node]
    return []


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0) or getattr(getattr(node, "target", None), "lineno", 0))


def _show(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:40]} … {text[-17:]}"
