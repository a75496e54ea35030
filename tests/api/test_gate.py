"""The gate: so many inside, as many before it, and addresses that share both."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from api.gate import Gate, Refused
from tests.api.reading import until

pytestmark = pytest.mark.ring("test")


async def test_as_many_wait_as_run_and_they_come_in_in_order() -> None:
    gate = Gate(2, patience=60)
    order: list[int] = []

    async def visit(number: int) -> None:
        await gate.enter()
        order.append(number)

    await asyncio.gather(visit(0), visit(1))
    waiting = [asyncio.create_task(visit(number)) for number in (2, 3)]
    await until(lambda: gate.waiting == 2)
    with pytest.raises(Refused, match="overload"):
        await gate.enter()
    assert (gate.running, gate.waiting, gate.refused["overload"]) == (2, 2, 1)
    gate.leave()
    gate.leave()
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3]
    assert (gate.running, gate.waiting) == (2, 0)


async def test_nobody_waits_longer_than_a_moment() -> None:
    gate = Gate(1, patience=0.01)
    await gate.enter()
    with pytest.raises(Refused, match="overload"):
        await gate.enter()
    gate.leave()
    assert gate.is_empty
    await gate.enter()


async def test_whoever_gives_up_waiting_takes_no_place() -> None:
    gate = Gate(1, patience=60)
    await gate.enter()
    waiting = asyncio.create_task(gate.enter())
    await until(lambda: gate.waiting == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.leave()
    assert gate.is_empty
    await gate.enter()
    assert gate.running == 1


async def test_a_closed_gate_lets_whoever_waits_finish() -> None:
    gate = Gate(1, patience=60)
    await gate.enter()
    waiting = asyncio.create_task(gate.enter())
    await until(lambda: gate.waiting == 1)
    gate.close()
    with pytest.raises(Refused, match="closing"):
        await gate.enter()
    gate.leave()
    await waiting
    gate.leave()
    assert gate.is_empty


async def test_an_address_has_three_quarters_of_the_places_and_waits_for_more() -> None:
    gate = Gate(4, patience=60)
    for _ in range(3):
        await gate.enter("a")
    fourth = asyncio.create_task(gate.enter("a"))
    await until(lambda: gate.waiting == 1)
    await gate.enter("b")
    assert (gate.running, gate.waiting) == (4, 1)
    gate.leave("b")
    await asyncio.sleep(0)
    assert (gate.running, gate.waiting) == (3, 1)
    gate.leave("a")
    await fourth
    assert gate.running == 3


async def test_whose_address_has_least_inside_comes_next() -> None:
    gate = Gate(4, patience=60)
    order: list[str] = []

    async def visit(address: str) -> None:
        await gate.enter(address)
        order.append(address)

    for address in ("a", "a", "a", "b"):
        await gate.enter(address)
    visits = []
    for count, address in enumerate(("a", "a", "b", "c"), 1):
        visits.append(asyncio.create_task(visit(address)))
        await until(lambda count=count: gate.waiting == count)  # type: ignore[misc]
    for address in ("a", "a", "a", "b"):
        gate.leave(address)
    await asyncio.gather(*visits)
    assert order == ["c", "a", "a", "b"]


async def test_a_full_queue_makes_room_for_whoever_has_less_in_it() -> None:
    gate = Gate(4, patience=60)
    for address in ("a", "a", "a", "b"):
        await gate.enter(address)
    outcomes: Counter[str] = Counter()

    async def visit(address: str) -> None:
        try:
            await gate.enter(address)
            outcomes[address] += 1
        except Refused:
            outcomes[f"{address} refused"] += 1

    visits = [asyncio.create_task(visit("a")) for _ in range(4)]
    await until(lambda: gate.waiting == 4)
    visits += [asyncio.create_task(visit("c")) for _ in range(3)]
    await until(lambda: outcomes.total() == 3)
    assert outcomes == {"a refused": 2, "c refused": 1}
    assert gate.waiting == 4
    for address in ("a", "a", "a", "b"):
        gate.leave(address)
    await asyncio.gather(*visits)
    assert outcomes == {"a refused": 2, "c refused": 1, "a": 2, "c": 2}
