"""The threat model names the test of every threat; each of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.ring("test")

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", TEXT)
ROWS = [line for line in TEXT.splitlines() if line.startswith("| **")]


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_every_threat_names_a_test() -> None:
    assert len(ROWS) >= 15
    assert [row for row in ROWS if "::test_" not in row] == []


def test_every_test_that_is_named_exists() -> None:
    files = {file: _tests_of(ROOT / file) for file, _ in NAMED}
    assert [f"{file}::{name}" for file, name in NAMED if name not in files[file]] == []
