"""What is installed is what was pinned: by version, by hash, and from wherever it comes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.ring("test")

ROOT = Path(__file__).resolve().parents[1]
PIN = r"^([a-z0-9][^\n]*?) \\\n((?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(PIN, text, re.MULTILINE)
    named = re.findall(r"^[a-z0-9][\w.\-\[\]]*", text, re.MULTILINE | re.IGNORECASE)
    assert len(pins) == len(named) > 0
    assert [pin for pin, _ in pins if "==" not in pin] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_says_where_a_package_came_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("folder", [".", "tests/browser/frameworks"])
def test_npms_lock_says_so_neither_and_no_file_names_an_index_for_it(folder: str) -> None:
    assert '"resolved"' not in (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    assert not (ROOT / folder / ".npmrc").exists()
