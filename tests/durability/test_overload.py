"""Too much at once, and an end that comes while somebody is being served."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier

import httpx
import pytest

from infra.process import wait_until
from tests.durability.letters import SUBMIT, Receipt, Sent, cases, first_mailbox, letter, missing
from tests.durability.product import ANSWER_SECONDS, Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

CLIENTS = 30
QUERY = {"query": "{ __typename }"}


def sent(client: httpx.Client, mailbox: str, one: Sent) -> httpx.Response:
    return client.post(
        "/graphql", json={"query": SUBMIT, "variables": {"input": one.input(mailbox)}}
    )


def receipt(one: Sent, answer: httpx.Response) -> Receipt:
    payload = answer.json()["data"]["submitLetter"]
    return Receipt(one, payload["case"]["id"], payload["case"]["number"], payload["queryCode"])


@contextmanager
def stopped(product: Product) -> Iterator[None]:
    """The database stands still, so that whatever asks it waits."""
    database = product.database
    os.kill(database.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(database.pid, signal.SIGCONT)


def test_beyond_the_limit_it_says_so_early_and_whatever_it_took_is_there(
    product: Product,
) -> None:
    product.told(MAX_CONCURRENT="1")
    product.start()
    with product.client() as client:
        mailbox = first_mailbox(client)
    letters = [letter("crowd", number) for number in range(CLIENTS)]
    barrier = Barrier(CLIENTS)

    def write(one: Sent) -> httpx.Response:
        with product.client() as client:
            client.get("/healthz")
            barrier.wait(ANSWER_SECONDS)
            return sent(client, mailbox, one)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(write, letters))

    refused = [answer for answer in answers if answer.status_code == 503]
    taken = [(one, a) for one, a in zip(letters, answers, strict=True) if a.status_code == 200]
    assert refused
    assert taken
    assert len(refused) + len(taken) == CLIENTS
    for answer in refused:
        assert answer.headers["Retry-After"] == "1"
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert missing(product, [receipt(one, answer) for one, answer in taken]) == []
    assert cases(product) == len(taken)


def test_asked_to_end_it_refuses_what_is_new_and_finishes_what_runs(product: Product) -> None:
    product.start()
    one = letter("last", 1)
    with (
        product.client() as writer,
        product.client() as other,
        ThreadPoolExecutor(1) as pool,
    ):
        mailbox = first_mailbox(writer)
        assert other.get("/healthz").status_code == 200
        with stopped(product):
            answer: Future[httpx.Response] = pool.submit(partial(sent, writer, mailbox, one))
            assert wait_until(lambda: is_inside(product), timeout=10)
            product.ask_to_stop()
            assert wait_until(lambda: other.get("/readyz").json()["status"] == "stopping", 10)
            refused = other.post("/graphql", json=QUERY)
            assert product.status("/healthz") == 200
        assert refused.status_code == 503
        assert refused.headers["Connection"] == "close"
        assert int(refused.headers["Retry-After"]) > 0
        assert answer.result(ANSWER_SECONDS).status_code == 200
    told = receipt(one, answer.result())
    product.see_it_stop()
    product.start()
    assert missing(product, [told]) == []


def is_inside(product: Product) -> bool:
    """Whether a request runs; asked without the database."""
    with product.client() as client:
        text = client.get("/metrics").text
    return "\nlizheng_requests_running 1.0\n" in text
