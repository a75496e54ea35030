"""A server that is busy keeps silent for a while; what it does for us is not cancelled for that."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from infra.embedded import EmbeddedDatabase
from storage import mongo

pytestmark = pytest.mark.ring("all")

SILENT_SECONDS = 3.0


async def test_an_operation_outlives_a_silence_that_no_new_one_would_wait_for(
    tmp_path: Path, driver: mongo.Driver
) -> None:
    server = await asyncio.to_thread(EmbeddedDatabase.start, tmp_path)
    client = mongo.connect(f"{server.uri}&heartbeatFrequencyMS=500", driver, timeout_ms=500)
    try:
        cases = client["city"]["cases"]
        await cases.insert_one({"_id": 1})
        os.kill(server.pid, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(SILENT_SECONDS, os.kill, server.pid, signal.SIGCONT)
        await cases.insert_one({"_id": 2})
        assert await cases.count_documents({}) == 2
    finally:
        await mongo.close(client)
        server.stop(timeout=0)
