"""Webhooks that a receiver can check as the standard says."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from infra.post.taking import Refusal
from infra.post.webhook import WebhookPost, signature
from services.functions.messages import Medium
from tests.infra.moto import free_port
from tests.infra.post.answering import Answering, Says, answering
from tests.infra.post.messages import message

SECRET = b"a secret of the partner's"
NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)


def test_the_signature_is_the_one_of_the_standards_own_example() -> None:
    secret = base64.b64decode("plJ3nmyCDGBKInavdOK15jsl")
    body = b'{"event_type":"ping","data":{"success":true}}'
    signed = signature(secret, "msg_loFOjxBNrRLzqYUf", "1731705121", body)
    assert signed == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


@pytest.fixture
async def receiver() -> AsyncIterator[Answering]:
    with answering(lambda _: Says(204)) as server:
        yield server


@pytest.fixture
async def post(receiver: Answering) -> AsyncIterator[WebhookPost]:
    post = WebhookPost({receiver.url: SECRET}, lambda: NOW)
    yield post
    await post.close()


async def test_a_receiver_can_check_who_sent_it_and_drop_repeats(
    post: WebhookPost, receiver: Answering
) -> None:
    sent = message(Medium.WEBHOOK, receiver.url)
    assert await post.send(sent) is None
    assert await post.send(sent) is None
    first, second = receiver.asked
    assert first.json == {"type": "case.approve_reply", "data": {"number": "20170306-000001-4"}}
    assert (first.headers["webhook-id"], first.body) == (sent.id, second.body)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    signed = f"{sent.id}.{int(NOW.timestamp())}.".encode() + first.body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert first.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert first.headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(500, False), (503, False), (429, False), (408, False), (400, True), (410, True), (301, True)],
)
async def test_what_passes_is_told_from_what_does_not(
    post: WebhookPost, receiver: Answering, status: int, permanent: bool
) -> None:
    receiver.answer = lambda _: Says(status, headers={"Location": receiver.url})
    refusal = await post.send(message(Medium.WEBHOOK, receiver.url))
    assert refusal == Refusal(f"webhook: {status}", permanent=permanent)
    assert len(receiver.asked) == 1


async def test_nothing_is_sent_to_whoever_is_no_receiver(post: WebhookPost) -> None:
    refusal = await post.send(message(Medium.WEBHOOK, "http://127.0.0.1:1/"))
    assert refusal == Refusal("webhook: no such receiver", permanent=True)


async def test_where_nobody_answers_it_is_tried_again_later() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    post = WebhookPost({url: SECRET}, lambda: NOW)
    refusal = await post.send(message(Medium.WEBHOOK, url))
    assert refusal == Refusal("webhook: ConnectError", permanent=False)
    await post.close()
