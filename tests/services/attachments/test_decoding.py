"""A file is decoded in a process that a hostile one may kill, and that then serves the next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from domain.refusals import InvalidInput, TooManyAttempts
from infra.workers import WorkerDied, WorkerPool, WorkerTimeout
from services.attachments import decoding
from services.attachments.decoding import Decoder
from services.attachments.pictures import made_of
from tests.services.attachments.files import jpeg_of_scans, noise, written

pytestmark = pytest.mark.ring("test")
PHOTOGRAPH = written(noise(400, 300), "JPEG")


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[WorkerPool]:
    """Two of them, with time to spare."""
    pool = WorkerPool(decoding.__name__, 2, 60, decoding.LONGEST_ANSWER)
    yield pool
    await asyncio.to_thread(pool.close)


async def test_the_process_makes_what_the_decoder_makes(workers: WorkerPool) -> None:
    decoder = Decoder(workers.ask, WorkerDied, WorkerTimeout)
    assert await decoder.make(PHOTOGRAPH, "image/jpeg") == made_of(PHOTOGRAPH, "image/jpeg")
    document = b"%PDF-1.7\n%%EOF\n"
    assert await decoder.make(document, "application/pdf") == made_of(document, "application/pdf")


async def test_a_hostile_file_is_refused_and_holds_nobody_up(workers: WorkerPool) -> None:
    decoder = Decoder(workers.ask, WorkerDied, WorkerTimeout)
    await decoder.make(PHOTOGRAPH, "image/jpeg")
    hostile = jpeg_of_scans(2_000, 2_000, 17_287)
    began = time.monotonic()
    for _ in range(4):
        with pytest.raises(InvalidInput, match="too much work") as refused:
            await decoder.make(hostile, "image/jpeg")
        assert refused.value.field == "attachments"
    assert time.monotonic() - began < 8, "each of them within two seconds"
    await decoder.make(PHOTOGRAPH, "image/jpeg")
    assert len(workers.pids) == 1, "nothing had to be killed"


async def test_a_file_that_ends_its_process_is_refused() -> None:
    workers = WorkerPool("tests.services.attachments.spinning_decoder", 1, 60, 1_000)

    async def ask(request: bytes) -> bytes:
        return await workers.ask(request.rpartition(b"\0")[2])

    decoder = Decoder(ask, WorkerDied, WorkerTimeout)
    for _ in range(2):
        with pytest.raises(InvalidInput, match="too much work"):
            await decoder.make(b"end", "image/jpeg")
    await asyncio.to_thread(workers.close)


async def test_a_machine_without_time_says_come_again() -> None:
    workers = WorkerPool("tests.services.attachments.spinning_decoder", 1, 2, 1_000)

    async def ask(request: bytes) -> bytes:
        return await workers.ask(b"wait")

    with pytest.raises(TooManyAttempts):
        await Decoder(ask, WorkerDied, WorkerTimeout).make(PHOTOGRAPH, "image/jpeg")
    await asyncio.to_thread(workers.close)
