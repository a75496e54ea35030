"""Where attachments lie: below ``DATA_DIR``, or in an S3 bucket that clients write to."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from infra.files import replace_file
from infra.objects import DirectoryStore, S3Store
from infra.outside.attachments import AttachmentSettings

FOLDERS = ("uploads", "attachments")
LOOK_SECONDS = 60
"""For so long an address of the bucket's is good."""
KEPT_SECONDS = 48 * 3600
"""What was sent and lies in no letter is deleted after that; in a bucket by its lifecycle."""


class File(Protocol):
    """What a form is made for."""

    @property
    def arrives_as(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class AttachmentDirectory(DirectoryStore):
    """Files on this machine. Clients send them to the application, and get them from it."""

    async def form(self, file: File, until: datetime) -> None:
        """Our own address takes it."""

    async def address(self, key: str, content_type: str, disposition: str) -> None:
        """Our own address hands it out."""

    async def remove(self, key: str) -> None:
        """The object goes. Its folder stays: somebody may be about to write into it."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def held(self) -> Iterator[str]:
        """The keys of everything that lies here, in no order."""
        for folder in FOLDERS:
            for found, _, names in os.walk(self.root / folder):
                within = Path(found).relative_to(self.root).as_posix()
                yield from (f"{within}/{name}" for name in names if not name.startswith("."))

    async def receive(self, key: str, body: bytes) -> None:
        """What a client sends, in place of what it sent before; old leftovers go."""
        await asyncio.to_thread(_receive, self._path(key), body)


@dataclass(frozen=True, slots=True)
class AttachmentBucket(S3Store):
    """Files in a bucket: a client gets a signed form for one object, and signed addresses."""

    async def form(self, file: File, until: datetime) -> tuple[str, Mapping[str, str]]:
        """Takes one object of this kind under this key, of no more bytes than announced."""
        seconds = max(60, int(until.timestamp() - time.time()))
        signed = await asyncio.to_thread(
            self.client.generate_presigned_post,
            self.bucket,
            file.arrives_as,
            Fields={"Content-Type": file.content_type},
            Conditions=[
                {"Content-Type": file.content_type},
                ["content-length-range", 1, file.size],
            ],
            ExpiresIn=seconds,
        )
        return signed["url"], signed["fields"]

    async def remove(self, key: str) -> None:
        """The object goes; with versioning, its bytes do when the bucket's lifecycle says so."""
        await asyncio.to_thread(self.client.delete_object, Bucket=self.bucket, Key=key)

    async def address(self, key: str, content_type: str, disposition: str) -> str:
        """For a minute."""
        asked: dict[str, Any] = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
        }
        address: str = await asyncio.to_thread(
            self.client.generate_presigned_url, "get_object", asked, LOOK_SECONDS
        )
        return address


def attachment_store(
    settings: AttachmentSettings, data_dir: Path
) -> AttachmentDirectory | AttachmentBucket | None:
    """The store that the settings name; None where there is none."""
    if settings.is_nowhere:
        return None
    if settings.bucket is None:
        return AttachmentDirectory(data_dir)
    import boto3
    from botocore.config import Config

    # Otherwise forms name the address for all regions, which sends what is for a new bucket on to
    # its region's; a browser does not follow that from another origin.
    named = {"addressing_style": "virtual"}
    client = boto3.client("s3", config=Config(signature_version="s3v4", s3=named))
    return AttachmentBucket(client, settings.bucket)


def _receive(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as draft:
        draft.write(body)
    oldest = time.time() - KEPT_SECONDS
    for left in path.parent.iterdir():
        with suppress(FileNotFoundError):  # others write and clear here, too
            if left.stat().st_mtime < oldest:
                left.unlink()
