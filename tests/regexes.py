"""Every regular expression of the source, and whether a stranger can make one of them slow.

``python -m tests.regexes`` says of each why its time is linear in the text, and writes that to
``regexes.json``. An expression is found in the syntax tree, so that none is forgotten; its text is
what the source says, worked out in its own module. There are two ways to be linear:

- ``at most N ways``: it repeats nothing without end, and where it begins it can go on in so many
  ways, counted on its own tree;
- ``safe``: recheck (npm, run under Node) shows it.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.javascript import count_ways, to_javascript

ROOT = Path(__file__).resolve().parent.parent
VERDICTS = Path(__file__).with_name("regexes.json")
ROOMS = ("api", "cli", "domain", "functions", "infra", "resolvers", "schema", "services", "storage")
USES = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
ANCHORED = {"match": "^(?:%s)", "fullmatch": "^(?:%s)$"}
FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}
MOST_WAYS = 25_000
CHECKER = """
const { checkSync } = require("recheck");
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const told = asked.map(([source, flags]) => checkSync(source, flags, { timeout: 60000 }).status);
process.stdout.write(JSON.stringify(told));
"""


@dataclass(frozen=True, order=True)
class Regex:
    """``place`` is a module and a name or a line's function; ``use`` how it is applied."""

    place: str
    pattern: str
    flags: str
    use: str


def find_regexes() -> list[Regex]:
    """All of them, in order."""
    files = [
        ROOT / "settings.py",
        *(file for room in ROOMS for file in (ROOT / room).rglob("*.py")),
    ]
    return sorted({found for file in files for found in _found_in(file)})


def _found_in(file: Path) -> Iterator[Regex]:
    text = file.read_text(encoding="utf-8")
    if "re." not in text:
        return
    tree = ast.parse(text)
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    names: Mapping[str, Any] = vars(importlib.import_module(module)) if _uses_re(tree) else {}
    for owner, call in _calls(tree):
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        pattern, flags = _pattern(call, names), _flags(call, names)
        uses = sorted(_uses_of(owner, tree)) if method == "compile" else [method]
        for use in uses or ["search"]:
            yield Regex(f"{module}:{owner}", pattern, flags, use)


def _uses_re(tree: ast.AST) -> bool:
    return any(True for _ in _calls(tree))


def _calls(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Calls of the module ``re``, each with the name that it is assigned to, or its function's."""
    for node in ast.iter_child_nodes(tree):
        inner = owner
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                inner = name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                inner = owner or name
        if _is_of_re(node):
            yield inner, node  # type: ignore[misc]  # it is a call
        yield from _calls(node, inner)


def _is_of_re(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)):
            return name in (*USES, "compile")
    return False


def _pattern(call: ast.Call, names: Mapping[str, Any]) -> str:
    """What the first argument is; escaped text, which is known when it runs, stands for itself."""
    expression = ast.fix_missing_locations(ast.Expression(_Escaped().visit(call.args[0])))
    # A comprehension's own name: its values are in the module, whichever is taken.
    found = eval(compile(expression, "", "eval"), {**names, "one": "[0-9]+"})
    return found.decode("latin-1") if isinstance(found, bytes) else str(found)


class _Escaped(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:  # as ast has it
        if isinstance(node.func, ast.Attribute) and node.func.attr == "escape":
            return ast.Constant("ab")
        return self.generic_visit(node)


def _flags(call: ast.Call, names: Mapping[str, Any]) -> str:
    given = call.args[1:2] if call.func.attr == "compile" else []  # type: ignore[attr-defined]
    given += [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    flags = re.RegexFlag(0)
    for one in given:
        flags |= eval(compile(ast.Expression(one), "", "eval"), dict(names))
    known = re.RegexFlag(0)
    for flag in FLAGS:
        known |= flag
    assert not flags & ~known, f"a flag that is not known here: {flags!r}"
    return "".join(sign for flag, sign in FLAGS.items() if flags & flag)


def _uses_of(name: str, tree: ast.AST) -> set[str]:
    """How a compiled expression is applied in its module."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in USES
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }


def source_of(regex: Regex) -> str:
    """The expression in JavaScript, held where its use begins and ends."""
    return ANCHORED.get(regex.use, "%s") % to_javascript(regex.pattern, _flags_of(regex))


def _flags_of(regex: Regex) -> int:
    return sum(flag for flag, sign in FLAGS.items() if sign in regex.flags)


def judge(regexes: Sequence[Regex]) -> list[str]:
    """``safe``, ``at most N ways``, or what recheck says instead: ``vulnerable``, ``unknown``."""
    counts = [count_ways(one.pattern, _flags_of(one)) for one in regexes]
    verdicts = {
        one: f"at most {count} ways"
        for one, count in zip(regexes, counts, strict=True)
        if count <= MOST_WAYS
    }
    others = [one for one in regexes if one not in verdicts]
    verdicts |= dict(zip(others, check(others), strict=True))
    return [verdicts[one] for one in regexes]


def check(regexes: Sequence[Regex]) -> list[str]:
    """What recheck says of each."""
    asked = [[source_of(one), f"{one.flags.replace('x', '')}u"] for one in regexes]
    told = subprocess.run(
        ["node", "-e", CHECKER], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT,
        check=True,
    )  # fmt: skip
    verdicts: list[str] = json.loads(told.stdout)
    return verdicts


def read_verdicts() -> dict[Regex, str]:
    """What is written down."""
    rows = json.loads(VERDICTS.read_text(encoding="utf-8"))
    return {Regex(*(row[name] for name in Regex.__dataclass_fields__)): row["is"] for row in rows}


def main() -> None:
    """Look at all of them anew."""
    regexes = find_regexes()
    rows = [{**asdict(one), "is": is_} for one, is_ in zip(regexes, judge(regexes), strict=True)]
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    VERDICTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
