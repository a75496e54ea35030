"""Template messages out, to WeChat's API as it is documented."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from infra.post.taking import Refusal
from infra.post.wechat import WeChatPost
from services.functions.messages import Medium
from tests.infra.moto import free_port
from tests.infra.post.answering import Asked, Says, answering
from tests.infra.post.messages import TEXT, message
from tests.infra.post.official_account import ACCOUNT, WeChat

pytestmark = pytest.mark.ring("test")

LETTER = message(Medium.WECHAT, "openid-1", data={"number": "n", "link": "https://l.example/s"})
NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
async def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
async def post(wechat: WeChat, clock: list[datetime]) -> AsyncIterator[WeChatPost]:
    with answering(wechat) as server:
        post = WeChatPost(ACCOUNT, lambda: clock[0], server.url)
        yield post
        await post.close()


async def test_a_message_fills_the_template_in_and_a_repeat_is_the_same_one(
    post: WeChatPost, wechat: WeChat
) -> None:
    assert await post.send(LETTER) is None
    assert await post.send(LETTER) is None
    [sent] = wechat.messages.values()
    assert len(sent["client_msg_id"]) == 32
    assert (sent["touser"], sent["template_id"]) == ("openid-1", "template-1")
    assert sent["url"] == "https://l.example/s"
    assert sent["data"] == {"number": {"value": "n"}, "text": {"value": TEXT}}


async def test_a_token_is_fetched_once_and_again_before_it_expires(
    post: WeChatPost, wechat: WeChat, clock: list[datetime]
) -> None:
    await asyncio.gather(*(post.send(LETTER) for _ in range(5)))
    assert wechat.tokens == 1
    clock[0] += timedelta(seconds=7200) - timedelta(minutes=5)
    await post.send(LETTER)
    assert wechat.tokens == 2


async def test_a_token_that_is_no_longer_good_is_replaced_at_once(
    post: WeChatPost, wechat: WeChat
) -> None:
    await post.send(LETTER)
    wechat.tokens += 1  # somebody else has fetched one
    assert await post.send(LETTER) is None


async def test_many_that_meet_a_bad_token_fetch_one_new_one(
    post: WeChatPost, wechat: WeChat
) -> None:
    await post.send(LETTER)
    wechat.tokens += 1  # somebody else has fetched one
    assert await asyncio.gather(*(post.send(LETTER) for _ in range(10))) == [None] * 10
    assert wechat.tokens == 3


@pytest.mark.parametrize(
    ("code", "permanent"),
    [(-1, False), (45009, False), (40037, False), (43004, True), (40003, True), (43101, True)],
)
async def test_what_passes_is_told_from_what_does_not(
    post: WeChatPost, wechat: WeChat, code: int, permanent: bool
) -> None:
    wechat.codes = [code]
    assert await post.send(LETTER) == Refusal(f"WeChat: {code}", permanent=permanent)


async def test_without_a_token_everything_waits(post: WeChatPost, wechat: WeChat) -> None:
    wechat.token_code = 40125
    assert await post.send(LETTER) == Refusal("WeChat: 40125", permanent=False)
    wechat.token_code = 0
    assert await post.send(LETTER) is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: Says(502, b"bad gateway"), "HTTPStatusError"),
        (lambda _: Says(200, b"not JSON"), "JSONDecodeError"),
        (lambda _: Says(200, b"[]"), "ValueError"),
    ],
)
async def test_what_is_no_answer_is_a_failure_that_passes(
    answer: Callable[[Asked], Says], reason: str
) -> None:
    with answering(answer) as server:
        post = WeChatPost(ACCOUNT, lambda: NOW, server.url)
        assert await post.send(LETTER) == Refusal(f"WeChat: {reason}", permanent=False)
        await post.close()


async def test_where_nobody_answers_it_is_tried_again_later() -> None:
    post = WeChatPost(ACCOUNT, lambda: NOW, f"http://127.0.0.1:{free_port()}")
    assert await post.send(LETTER) == Refusal("WeChat: ConnectError", permanent=False)
    await post.close()
