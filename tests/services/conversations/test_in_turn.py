"""Who stands in a sender's queue is let in as they came, and the queue does not stay."""

from __future__ import annotations

import asyncio
import gc

import pytest

from services.conversations.in_turn import InTurn

pytestmark = pytest.mark.ring("test")


async def test_messages_go_in_as_they_came_and_one_at_a_time() -> None:
    in_turn, seen, inside = InTurn(), list[int](), list[int]()

    async def go(place: int) -> None:
        async with in_turn.of("sender"):
            inside.append(place)
            for _ in range(10 - place):  # the earlier ones take longer
                await asyncio.sleep(0)
            seen.append(place)
            assert inside == seen

    await asyncio.gather(*(go(place) for place in range(10)))
    assert seen == list(range(10))


async def test_another_sender_does_not_wait() -> None:
    in_turn = InTurn()
    async with in_turn.of("one"), asyncio.timeout(1), in_turn.of("another"):
        assert len(in_turn) == 2


async def test_a_queue_is_gone_when_nobody_stands_in_it() -> None:
    in_turn = InTurn()
    for name in ("one", "another"):
        async with in_turn.of(name):
            pass
    gc.collect()
    assert len(in_turn) == 0
