"""What takes too long is killed; whoever comes next is served, and waits for nobody."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from infra.process import wait_until
from infra.workers import WorkerDied, WorkerPool, WorkerTimeout

pytestmark = pytest.mark.ring("test")
MODULE = "tests.services.attachments.spinning_decoder"


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    """Two processes that nobody waits for longer than a minute."""
    pool = WorkerPool(MODULE, 2, 60, 100_000)
    yield pool
    await asyncio.to_thread(pool.close)
    assert pool.pids == []


async def test_none_is_started_before_it_is_needed_and_one_serves_many(pool: WorkerPool) -> None:
    assert pool.pids == []
    for number in range(20):
        assert await pool.ask(b"%d" % number) == b"%d" % number
    assert len(pool.pids) == 1


@pytest.mark.parametrize(
    ("what", "why"),
    [
        pytest.param("count", "SIGXCPU", marks=pytest.mark.ring("all")),
        pytest.param("take", "status 1", marks=pytest.mark.ring("all")),
        ("end", "status 3"),
        ("flood", "SIGKILL"),
    ],
)
async def test_what_takes_too_much_ends_its_process_and_the_next_is_served(
    pool: WorkerPool, what: str, why: str
) -> None:
    await pool.ask(b"one")
    (first,) = pool.pids
    with pytest.raises(WorkerDied, match=why):
        await pool.ask(what.encode())
    assert await pool.ask(b"another") == b"another"
    assert pool.pids != [first]


async def test_a_process_that_does_not_answer_is_killed_and_the_other_serves_meanwhile() -> None:
    pool = WorkerPool(MODULE, 2, 3, 1_000)
    waiting = asyncio.ensure_future(pool.ask(b"wait"))
    for number in range(20):
        assert await pool.ask(b"%d" % number) == b"%d" % number
    assert not waiting.done()
    with pytest.raises(WorkerTimeout):
        await waiting
    await asyncio.to_thread(pool.close)


async def test_one_that_died_while_it_had_nothing_to_do_is_nobodys_fault(pool: WorkerPool) -> None:
    await pool.ask(b"one")
    (pid,) = pool.pids
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: "Z" in _state(pid), 10)
    assert await pool.ask(b"two") == b"two"


def _state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return file.read().rpartition(")")[2].split()[0]


async def test_it_is_handed_nothing_of_our_environment(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIZHENG_MASTER_KEY", "secret")
    variables = set((await pool.ask(b"variables")).decode().split())
    assert variables <= {"LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH"}


async def test_ending_the_pool_ends_what_is_at_work() -> None:
    pool = WorkerPool(MODULE, 1, 60, 1_000)
    await pool.ask(b"one")
    waiting = asyncio.ensure_future(pool.ask(b"wait"))
    await asyncio.sleep(0)
    await asyncio.to_thread(pool.close)
    with pytest.raises((WorkerDied, asyncio.CancelledError)):
        await waiting
    assert pool.pids == []
