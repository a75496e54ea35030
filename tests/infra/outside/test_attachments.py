"""Where attachments lie."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.attachment_store import AttachmentBucket, AttachmentDirectory, attachment_store
from infra.outside.attachments import AttachmentSettings
from storage.backup_objects import Wanted, put_back, write

pytestmark = pytest.mark.ring("test")


def test_below_the_data_directory_in_a_bucket_or_nowhere(tmp_path: Path) -> None:
    here = AttachmentSettings.from_environment({})
    assert attachment_store(here, tmp_path) == AttachmentDirectory(tmp_path)
    told = AttachmentSettings.from_environment({"ATTACHMENTS_BUCKET": "files"})
    assert (told.bucket, told.is_nowhere) == ("files", False)
    on_lambda = AttachmentSettings.from_environment({"AWS_LAMBDA_FUNCTION_NAME": "api"})
    assert attachment_store(on_lambda, tmp_path) is None


@pytest.mark.parametrize("key", ["../x", "/x", "uploads/../../x", "", ".x"])
async def test_nothing_is_written_outside_it(tmp_path: Path, key: str) -> None:
    store = AttachmentDirectory(tmp_path / "data")
    with pytest.raises(ValueError, match="is no key"):
        await store.receive(key, b"x")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_what_is_sent_again_takes_the_place_of_what_was(tmp_path: Path) -> None:
    store = AttachmentDirectory(tmp_path)
    for body in (b"one", b"two"):
        await store.receive("uploads/1", body)
        assert await store.get("uploads/1") == body
    assert [key async for key in store.keys("uploads/")] == ["uploads/1"]


async def test_what_lies_here_is_listed_without_drafts(tmp_path: Path) -> None:
    store = AttachmentDirectory(tmp_path)
    assert list(store.held()) == []
    for key in ("uploads/1", "attachments/1/shown", "archive/x"):
        await store.put_new(key, b"x", hashlib.sha256(b"x").hexdigest())
    (tmp_path / "uploads" / ".2").write_bytes(b"half")
    assert sorted(store.held()) == ["attachments/1/shown", "uploads/1"]


@dataclass(frozen=True)
class Photograph:
    """A file to be sent."""

    arrives_as: str = "uploads/1"
    content_type: str = "image/jpeg"
    size: int = 10


async def test_what_lay_here_is_restored_into_a_bucket(
    tmp_path: Path, moto_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = attachment_store(AttachmentSettings("files-restored"), tmp_path)
    assert isinstance(bucket, AttachmentBucket)
    bucket.client.create_bucket(Bucket=bucket.bucket)
    here = AttachmentDirectory(tmp_path)
    keys = [f"attachments/{'1' * 32}/{name}" for name in ("original", "shown")]
    for key in keys:
        await here.put_new(key, key.encode(), hashlib.sha256(key.encode()).hexdigest())
    other = hashlib.sha256(b"another").hexdigest()
    await bucket.put_new(keys[1], b"another", other)
    file = io.BytesIO()
    await write(file, [Wanted(key, needed=True) for key in keys], here, lambda *_: None)
    for _ in "again":
        file.seek(0)
        await put_back(file, bucket, lambda *_: None)
        assert [await bucket.get(key) for key in keys] == [key.encode() for key in keys]


async def test_forms_and_addresses_lead_to_the_buckets_own_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page elsewhere cannot follow the redirect from the address of all regions."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    store = attachment_store(AttachmentSettings("files"), tmp_path)
    assert isinstance(store, AttachmentBucket)
    here = "https://files.s3.ap-southeast-1.amazonaws.com/"
    address, fields = await store.form(Photograph(), datetime.now(UTC) + timedelta(minutes=20))
    assert (address, fields["key"]) == (here, "uploads/1")
    assert (await store.address("uploads/1", "image/jpeg", "inline")).startswith(here)
