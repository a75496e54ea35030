"""What is signed, stored or compared is encoded byte for byte: nothing is replaced or left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.ring("test")
ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("api", "cli", "domain", "functions", "infra", "resolvers", "schema", "services", "storage")
LOSSY = {"replace", "ignore", "backslashreplace", "namereplace", "xmlcharrefreplace"}
FOR_EYES = {
    "api/sockets.py": "our own words, cut to a frame's length",
    "infra/embedded.py": "what the database wrote into its log",
    "infra/local_lambda.py": "what a function wrote into its log",
    "infra/process.py": "a process's command line",
    "services/letter_lines.py": "a line of a file that is refused, shown to whoever imports it",
}
"""What is decoded for nobody but a reader."""


def _lossy(path: Path) -> Iterator[str]:
    """The methods that are called with an error handler that loses something."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "errors")]
        said = {one.value for one in given if isinstance(one, ast.Constant)}
        if node.func.attr in ("encode", "decode", "read_text", "open") and said & LOSSY:
            yield node.func.attr


def test_nothing_is_encoded_or_decoded_with_a_loss_but_for_a_readers_eyes() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): set(_lossy(path))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    lossy = {name: methods for name, methods in found.items() if methods}
    assert lossy.keys() <= FOR_EYES.keys()
    assert not [name for name, methods in lossy.items() if "encode" in methods]
