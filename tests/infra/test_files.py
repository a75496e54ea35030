"""A file is there whole or not at all, however many write it at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import pytest

from infra.attachment_store import AttachmentDirectory
from infra.files import create_file, replace_file

pytestmark = pytest.mark.ring("test")
Writes = Callable[[Path], AbstractContextManager[IO[bytes]]]
BODIES = [bytes([number]) * 50_000 for number in range(40)]


def test_of_many_who_write_it_at_once_one_leaves_its_whole_body(tmp_path: Path) -> None:
    path = tmp_path / "one"

    def write(body: bytes) -> None:
        with replace_file(path) as draft:
            draft.write(body)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(write, BODIES))
    assert path.read_bytes() in BODIES
    assert list(tmp_path.iterdir()) == [path]


def test_of_many_who_create_it_at_once_one_does(tmp_path: Path) -> None:
    path = tmp_path / "one"

    def write(body: bytes) -> bytes | None:
        try:
            with create_file(path) as draft:
                draft.write(body)
        except FileExistsError:
            return None
        return body

    with ThreadPoolExecutor(16) as threads:
        written = [body for body in threads.map(write, BODIES) if body is not None]
    assert [path.read_bytes()] == written
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("writes", [create_file, replace_file])
def test_a_write_that_fails_leaves_nothing(tmp_path: Path, writes: Writes) -> None:

    def fail() -> None:
        with writes(tmp_path / "one") as draft:
            draft.write(b"half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert list(tmp_path.iterdir()) == []


async def test_many_uploads_at_once_all_arrive(tmp_path: Path) -> None:
    store = AttachmentDirectory(tmp_path)
    keys = [f"uploads/{number % 8}" for number in range(120)]
    await asyncio.gather(
        *(store.receive(key, BODIES[number % 40]) for number, key in enumerate(keys))
    )
    assert set(store.held()) == set(keys)
    for key in set(keys):
        assert await store.get(key) in BODIES
