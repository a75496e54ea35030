"""Whoever sends slowly, or not at all, keeps nobody else waiting, and is sent away."""

from __future__ import annotations

import socket
from collections import Counter

import httpx
import pytest

from tests.durability.product import ANSWER_SECONDS, Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

SOCKETS, ASKED = 75, 20
PLACES = {
    "/graphql": "application/json",
    "/survey/x": "application/x-www-form-urlencoded",
    "/channels/sms": "text/plain",
}


def slow_sender(product: Product, path: str, kind: str) -> socket.socket:
    """A head and one byte of a body."""
    url = httpx.URL(product.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: 99\r\n\r\n{{"
    )
    one = socket.create_connection((url.host, url.port or 80), ANSWER_SECONDS)
    one.sendall(head.encode() + b"{")
    return one


def test_slow_senders_cost_nobody_else_their_answer(product: Product) -> None:
    product.told(OPERATION_SECONDS="4", SMS_TOPIC="arn:aws:sns:us-east-1:123456789012:letters")
    product.start()
    for path, kind in PLACES.items():
        senders = [slow_sender(product, path, kind) for _ in range(SOCKETS)]
        assert ask_from_elsewhere(product) == [200] * ASKED
        answers: Counter[bytes] = Counter()
        for sender in senders:
            with sender:
                answers[sender.recv(12)] += 1
        assert answers == {b"HTTP/1.1 408": 64, b"HTTP/1.1 503": SOCKETS - 64}, path


def ask_from_elsewhere(product: Product) -> list[int]:
    """The answers to another address of this machine."""
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=product.url, transport=elsewhere, timeout=ANSWER_SECONDS) as other:
        query = {"query": "{ __typename }"}
        return [other.post("/graphql", json=query).status_code for _ in range(ASKED)]
