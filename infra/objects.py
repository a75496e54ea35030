"""Where archives lie: objects that are written once, in a directory or in an S3 bucket.

Both keep the same promises. ``put_new`` writes an object whole and durably, or not at all, and
never over one that is there; what arrives damaged is refused.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from infra.files import create_file, make_folder, sync_folder
from settings import Settings

FOLDER = "archive"
_REFUSED = ("PreconditionFailed", "412")
_MISSING = ("NoSuchKey", "404")


class DamagedObject(ValueError):
    """Bytes that do not have the SHA-256 that was given with them."""


@dataclass(frozen=True, slots=True)
class DirectoryStore:
    """Objects as files below ``root``; a key is a path with slashes."""

    root: Path

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        """Writes an object; False, and nothing written, when there is one under this key.

        It is on the disk when this returns. Raises ``DamagedObject`` and ``OSError``.
        """
        _check(body, sha256)
        return await asyncio.to_thread(_put_new, self._path(key), body)

    async def get(self, key: str) -> bytes | None:
        """The object, whole; None when there is none."""
        return await asyncio.to_thread(_read, self._path(key))

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        """The keys that begin so, in order."""
        for key in await asyncio.to_thread(lambda: sorted(self._keys(prefix))):
            yield key

    def _keys(self, prefix: str) -> Iterator[str]:
        folder = self._path(prefix.rpartition("/")[0] or FOLDER)
        for path in folder.rglob("*"):
            key = path.relative_to(self.root).as_posix()
            if path.is_file() and not path.name.startswith(".") and key.startswith(prefix):
                yield key

    def _path(self, key: str) -> Path:
        parts = PurePosixPath(key).parts
        if not parts or parts[0] == "/" or any(part.startswith(".") for part in parts):
            raise ValueError(f"{key!r} is no key of an object")
        return self.root.joinpath(*parts)


@dataclass(frozen=True, slots=True)
class S3Store:
    """Objects in an S3 bucket, which encrypts and versions them; ``client`` is boto3's."""

    client: Any
    bucket: str

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        """Writes an object; False, and nothing written, when there is one under this key.

        Raises ``DamagedObject`` and boto3's errors; the bucket checks the SHA-256 once more.
        """
        _check(body, sha256)
        return await asyncio.to_thread(self._put_new, key, body, sha256)

    async def get(self, key: str) -> bytes | None:
        """The object, whole; None when there is none."""
        return await asyncio.to_thread(self._get, key)

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        """The keys that begin so, in order."""
        pages = iter(
            self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        )
        while page := await asyncio.to_thread(next, pages, None):
            for found in page.get("Contents", ()):
                yield found["Key"]

    def _put_new(self, key: str, body: bytes, sha256: str) -> bool:
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        try:
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*", ChecksumSHA256=checksum
            )
        except self.client.exceptions.ClientError as error:
            if _code(error) in _REFUSED:
                return False
            raise
        return True

    def _get(self, key: str) -> bytes | None:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=key, ChecksumMode="ENABLED")
        except self.client.exceptions.ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        data: bytes = found["Body"].read()
        return data


def archive_store(settings: Settings) -> DirectoryStore | S3Store:
    """The archive's store: the bucket that the settings name, else ``DATA_DIR/archive``."""
    if settings.archive_bucket is None:
        return DirectoryStore(settings.data_dir)
    import boto3

    return S3Store(boto3.client("s3"), settings.archive_bucket)


def _check(body: bytes, sha256: str) -> None:
    if hashlib.sha256(body).hexdigest() != sha256:
        raise DamagedObject(f"the SHA-256 of {len(body)} bytes is not {sha256}")


def _code(error: Any) -> str:
    return str(error.response["Error"]["Code"])


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None


def _put_new(path: Path, body: bytes) -> bool:
    make_folder(path.parent)
    try:
        with create_file(path) as draft:
            draft.write(body)
    except FileExistsError:
        sync_folder(path.parent)  # also for whoever was interrupted before doing so
        return False
    return True
