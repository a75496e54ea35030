"""Whoever follows a case on a running product: through a dead database, and to an end in order."""

from __future__ import annotations

import asyncio

import pytest

from domain.words import Role
from infra.process import wait_until
from tests.api.clients import Letter
from tests.api.reading import CHANGED, Served
from tests.durability.letters import ACCEPT, Receipt, acted, letter, sent_again
from tests.durability.product import ANSWER_SECONDS, STOP_SECONDS, Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


def test_a_reader_outlives_the_database_and_is_told_when_the_product_ends(
    product: Product,
) -> None:
    product.start()
    receipt = sent_again(product, [letter("followed", 1)])[0]
    assert isinstance(receipt, Receipt)
    asyncio.run(_follow(product, receipt))
    product.see_it_stop()


async def _follow(product: Product, receipt: Receipt) -> None:
    mine = Letter(receipt.case_id, receipt.number, receipt.query_code)
    served = Served(None, int(product.url.rpartition(":")[2]))  # type: ignore[arg-type]  # only its port
    async with served.reader() as reader, served.events(mine.proof) as events:
        await reader.greeted()
        await reader.ask(CHANGED, **mine.proof)
        await asyncio.to_thread(_is_followed_by, product, 2)
        await asyncio.to_thread(product.kill, "database")
        await asyncio.to_thread(_is_accepted, product, receipt)
        told = await asyncio.gather(reader.case(), events.case())
        assert [case["stage"] for case in told] == ["REVIEW", "REVIEW"]
        product.ask_to_stop()
        assert await reader.hear() == {"id": "1", "type": "complete"}
        assert await reader.closed() == (1001, "This server is stopping.")
        assert await events.next() == ("complete", None)


def _is_followed_by(product: Product, count: int) -> None:
    with product.client() as client:
        wanted = f"\nlizheng_subscriptions {count:.1f}\n"
        assert wait_until(lambda: wanted in client.get("/metrics").text, ANSWER_SECONDS)


def _is_accepted(product: Product, receipt: Receipt) -> None:
    """By a clerk who does not give up while the database is away."""
    headers = product.token(Role.INTAKE)
    with product.client() as client:
        assert wait_until(
            lambda: acted(client, ACCEPT, headers, caseId=receipt.case_id) == 2, STOP_SECONDS
        )
