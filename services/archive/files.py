"""Files of the archive: lines, compressed with zstandard, written once and read back."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import zstandard

from domain.calendar import CITY_TIME
from domain.manifests import digest
from domain.runs import JobFailed

ROOT = "archive"
LEVEL = 3
CHUNK = 256 * 1024
"""So many bytes at a time are compressed, in a thread: the loop has other work."""


class ArchiveBroken(JobFailed):
    """The archive does not hold what it must; the message names the object or the case."""


def batch_name(run_at: datetime) -> str:
    """``YYYY-MM`` in Asia/Shanghai, a slash, and the time of the run in UTC."""
    return f"{run_at.astimezone(CITY_TIME):%Y-%m}/{run_at:%Y%m%dT%H%M%SZ}"


def manifest_key(batch: str) -> str:
    """Where a batch's manifest lies."""
    return f"{ROOT}/{batch}/manifest.json"


def part_key(batch: str, number: int) -> str:
    """``number`` counts from 1."""
    return f"{ROOT}/{batch}/part-{number:05}.jsonl.zst"


def batch_of(key: str) -> str:
    """The batch that an object belongs to."""
    return key.removeprefix(f"{ROOT}/").rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Packed:
    """A file, and what its content is known by."""

    data: bytes
    sha256: str
    lines_sha256: str


@dataclass
class Packing:
    """A file in the making. ``size`` counts the bytes of its lines."""

    size: int = 0
    _waiting: list[bytes] = field(default_factory=list)
    _weight: int = 0
    _made: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()
        self._pressed = zstandard.ZstdCompressor(LEVEL, write_checksum=True).compressobj()

    async def add(self, line: bytes) -> None:
        """One more line."""
        self._waiting.append(line)
        self._weight += len(line) + 1
        self.size += len(line) + 1
        if self._weight >= CHUNK:
            await self._press()

    async def packed(self) -> Packed:
        """The file; nothing can be added any more."""
        await self._press()
        self._made.append(await asyncio.to_thread(self._pressed.flush))
        data = b"".join(self._made)
        return Packed(data, digest(data), self._digest.hexdigest())

    async def _press(self) -> None:
        lines, self._waiting, self._weight = self._waiting, [], 0
        if lines:
            await asyncio.to_thread(self._compress, lines)

    def _compress(self, lines: list[bytes]) -> None:
        content = b"\n".join((*lines, b""))
        self._digest.update(content)
        self._made.append(self._pressed.compress(content))


def lines_in(data: bytes, key: str) -> Iterator[bytes]:
    """The lines of a file, one by one; ``ArchiveBroken`` naming ``key`` for a damaged one."""
    packed = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=False)
    try:
        for line in io.BufferedReader(packed, CHUNK):
            yield line.removesuffix(b"\n")
    except zstandard.ZstdError as error:
        raise ArchiveBroken(f"{key} cannot be decompressed: {error}") from error


def lines_digest(data: bytes, key: str) -> str:
    """SHA-256 of a file's content before compression."""
    content = hashlib.sha256()
    for line in lines_in(data, key):
        content.update(line + b"\n")
    return content.hexdigest()
