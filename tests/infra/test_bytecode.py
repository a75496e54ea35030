"""Bytecode in a package: of the right Python, the same every time, and never checked."""

from __future__ import annotations

import sys
from importlib.util import MAGIC_NUMBER

import pytest

from infra.bytecode import compiled, python_of
from infra.wheels import HERE

pytestmark = pytest.mark.ring("test")

SOURCES = {"house/rooms.py": b"ROOMS = {'api', 'storage', 'domain'}\n", "house/door.txt": b"?"}
TAG = sys.implementation.cache_tag


def test_a_python_of_this_version_is_this_one_and_there_is_none_of_another() -> None:
    assert python_of(HERE.python) == sys.executable
    assert python_of("2.1") is None
    assert python_of("2.1", given=sys.executable) is None
    assert python_of("2.1", given="/nowhere/python") is None


def test_bytecode_lies_beside_the_source_and_is_never_checked_against_it() -> None:
    files = compiled(SOURCES, sys.executable)
    bytecode = files.pop(f"house/__pycache__/rooms.{TAG}.pyc")
    assert files == SOURCES
    assert bytecode[:4] == MAGIC_NUMBER
    assert bytecode[4] == 0b01  # by hash, unchecked (PEP 552)
    assert b"/var/task/house/rooms.py" in bytecode


def test_it_is_the_same_every_time() -> None:
    assert compiled(SOURCES, sys.executable) == compiled(SOURCES, sys.executable)


@pytest.mark.parametrize("broken", [b"def (", b"\xff\xfe"])
def test_what_does_not_compile_stays_as_it_is(broken: bytes) -> None:
    assert compiled({"template.py": broken}, sys.executable) == {"template.py": broken}


def test_without_a_python_there_is_none() -> None:
    assert compiled(SOURCES, None) == SOURCES
