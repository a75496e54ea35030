"""Objects are written once, whole and durably: in a directory, and in a bucket of a moto server."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import boto3
import pytest

from infra.objects import DamagedObject, DirectoryStore, S3Store

pytestmark = pytest.mark.ring("test")

BODY = "来信".encode() * 1000
KEY = "archive/2017-10/20170930T180000Z/part-00001.jsonl.zst"
Store = DirectoryStore | S3Store


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(params=["directory", "bucket"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "directory":
        yield DirectoryStore(tmp_path)
        return
    client = boto3.client(
        "s3",
        endpoint_url=request.getfixturevalue("moto_server"),
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    bucket = f"archive-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    yield S3Store(client, bucket)
    client.close()


async def keys(store: Store, prefix: str) -> list[str]:
    return [key async for key in store.keys(prefix)]


async def test_what_was_put_is_got_back(store: Store) -> None:
    assert await store.get(KEY) is None
    assert await store.put_new(KEY, BODY, digest(BODY))
    assert await store.get(KEY) == BODY


async def test_nothing_is_ever_written_over(store: Store) -> None:
    assert await store.put_new(KEY, BODY, digest(BODY))
    assert not await store.put_new(KEY, b"another", digest(b"another"))
    assert not await store.put_new(KEY, BODY, digest(BODY))
    assert await store.get(KEY) == BODY


async def test_of_many_at_once_one_is_the_first(store: Store) -> None:
    bodies = [f"body {number}".encode() for number in range(8)]
    done = await asyncio.gather(*(store.put_new(KEY, one, digest(one)) for one in bodies))
    assert done.count(True) == 1
    assert await store.get(KEY) == bodies[done.index(True)]


async def test_what_arrives_damaged_is_refused(store: Store) -> None:
    with pytest.raises(DamagedObject):
        await store.put_new(KEY, BODY[:-1], digest(BODY))
    assert await keys(store, "archive/") == []


async def test_keys_are_listed_in_order_by_what_they_begin_with(store: Store) -> None:
    months = ["2018-01", "2017-10", "2017-1"]
    names = [f"archive/{month}/{number}" for month in months for number in (2, 1)]
    for name in names:
        await store.put_new(name, b"", digest(b""))
    assert await keys(store, "archive/") == sorted(names)
    assert await keys(store, "archive/2017-10/") == ["archive/2017-10/1", "archive/2017-10/2"]
    assert await keys(store, "archive/2017-1") == sorted(names)[:4]
    assert await keys(store, "archive/2016/") == []


@pytest.mark.ring("all")
async def test_a_bucket_with_more_keys_than_fit_on_a_page(moto_server: str) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=moto_server,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    bucket = f"archive-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    store = S3Store(client, bucket)
    for number in range(1_001):
        await store.put_new(f"archive/{number:05}", b"", digest(b""))
    assert len(await keys(store, "archive/")) == 1_001
    client.close()


# A directory


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../outside", "archive/../../outside", ".key"])
async def test_a_key_never_leads_out_of_the_directory(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="is no key of an object"):
        await DirectoryStore(tmp_path).put_new(key, b"", digest(b""))


WRITER = """
import asyncio, hashlib, os, signal, sys
from pathlib import Path
import infra.objects as objects

link = os.link
def killed(*words):
    if sys.argv[2] == "after":
        link(*words)
    os.kill(os.getpid(), signal.SIGKILL)
os.link = killed
body = b"whole" * 100_000
digest = hashlib.sha256(body).hexdigest()
asyncio.run(objects.DirectoryStore(Path(sys.argv[1])).put_new("archive/a", body, digest))
"""


def writer_killed(folder: Path, moment: str) -> int:
    words = [sys.executable, "-c", WRITER, str(folder), moment]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    return subprocess.run(words, env=environ, check=False).returncode


@pytest.mark.parametrize(("moment", "whole"), [("before", False), ("after", True)])
async def test_a_writer_that_is_killed_leaves_all_of_it_or_nothing(
    tmp_path: Path, moment: str, whole: bool
) -> None:
    assert writer_killed(tmp_path, moment) == -9
    store, body = DirectoryStore(tmp_path), b"whole" * 100_000
    assert await keys(store, "archive/") == (["archive/a"] if whole else [])
    assert await store.put_new("archive/a", body, digest(body)) is not whole
    assert await store.get("archive/a") == body
