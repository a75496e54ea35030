"""Where attachments lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.attachment_store import AttachmentDirectory, attachment_store
from infra.outside.attachments import AttachmentSettings


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
