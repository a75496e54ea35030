"""The manners of ``graphql-transport-ws``: who may connect, what may be said, how it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from websockets.exceptions import InvalidStatus

from api.app import create_app
from domain.words import Role
from storage import mongo
from tests.api.clients import Town
from tests.api.reading import CHANGED, Served, serving

pytestmark = pytest.mark.ring("test")

ALLOWED = "https://portal.example"


def _app(town: Town, mongo_uri: str, **settings: object) -> Starlette:
    """Another application on the town's database."""
    changed = replace(town.settings, **settings)  # type: ignore[arg-type]
    return create_app(changed, mongo_uri, town.clock)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(town: Town, mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Served]:
    app = _app(town, mongo_uri, allowed_origins=(ALLOWED,), max_subscriptions=25)
    async with serving(app, lifespan=True) as served:
        yield served


FOREIGN = (
    "https://evil.example",
    "http://portal.example",
    "https://portal.example.evil.example",
    "https://portal.example:8443",
    "null",
)


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_page_of_somebody_else_cannot_open_a_socket(
    town: Town, served: Served, origin: str
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.reader(origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_our_own_pages_and_those_we_name_can(town: Town, served: Served) -> None:
    for origin in (None, f"http://127.0.0.1:{served.port}", ALLOWED):
        async with served.reader(origin=origin) as reader:
            await reader.greeted()


@pytest.mark.parametrize("protocol", ["graphql-ws", "chat"])
async def test_no_other_protocol_is_spoken(town: Town, served: Served, protocol: str) -> None:
    async with served.silent(protocol=protocol) as reader:
        assert (await reader.closed())[0] == 4406


async def test_a_token_comes_with_the_handshake_or_with_the_first_message(
    town: Town, served: Served
) -> None:
    token = {"Authorization": f"Bearer {town.person(Role.INTAKE).token}"}
    async with served.reader(headers=token) as one, served.reader(payload=dict(token)) as other:
        await one.greeted()
        await other.greeted()


DEEP: object = json.loads("[" * 800 + "]" * 800)


@pytest.mark.parametrize(
    "token", ["Bearer x", "", "Basic d2FuZzp3", 17, ["Bearer x"], "Bearer 令", DEEP]
)
async def test_a_token_that_is_not_believed_ends_the_connection(
    town: Town, served: Served, token: object
) -> None:
    async with served.reader(payload={"Authorization": token}) as reader:
        assert await reader.closed() == (4403, "Forbidden")


async def test_a_bad_token_of_the_handshake_ends_it_too(town: Town, served: Served) -> None:
    async with served.reader(headers={"Authorization": "Bearer garbage"}) as reader:
        assert await reader.closed() == (4403, "Forbidden")


async def test_nobody_subscribes_before_saying_hello(town: Town, served: Served) -> None:
    letter = await town.letter()
    async with served.silent() as reader:
        await reader.follow(letter)
        assert (await reader.closed())[0] == 4401


async def test_whoever_says_nothing_is_not_waited_for(
    town: Town, mongo_uri: str, driver: mongo.Driver
) -> None:
    app = _app(town, mongo_uri)
    app.state.following.sockets.connection_init_wait_timeout *= 0.005
    async with serving(app, lifespan=True) as served, served.silent() as reader:
        assert (await reader.closed())[0] == 4408


MALFORMED = (
    "",
    "[]",
    "null",
    "{",
    '"connection_init"',
    "{}",
    '{"type": 1}',
    '{"type": "unknown"}',
    '{"type": "' + "x" * 2000 + '"}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ x }"}}',
    '{"type": "subscribe", "id": [], "payload": {"query": "{ x }"}}',
    '{"type": "subscribe", "id": "1", "payload": []}',
    '{"type": "subscribe", "id": "1", "payload": {}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ x }", "variables": []}}',
    '{"type": "subscribe", "id": "' + "1" * 200 + '", "payload": {"query": "{ x }"}}',
    '{"type": "complete"}',
    '{"type": "complete", "id": {}}',
    r'{"type": "subscribe", "id": "\ud800", "payload": {"query": "{ x }"}}',
    r'{"type": "subscribe", "id": "1", "payload": {"query": "{ \ud800 }"}}',
    r'{"type": "complete", "id": "\udfff"}',
    r'{"type": "connection_init", "payload": {"Authorization": "Bearer \ud800"}}',
    '{"type": "connection_init", "payload": ' + '{"a":' * 2_000 + "1" + "}" * 2_001,
    "[" * 100_000,
    b"\x00\x01",
)


@pytest.mark.parametrize("message", MALFORMED)
async def test_what_is_no_message_closes_the_connection(
    town: Town, served: Served, message: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with served.reader() as reader:
        await reader.greeted()
        await reader.connection.send(message)
        assert (await reader.closed())[0] == 4400
    assert "Traceback" not in caplog.text


async def test_a_name_is_used_once_at_a_time(town: Town, served: Served) -> None:
    letter = await town.letter()
    async with served.reader() as reader:
        await reader.greeted()
        await reader.follow(letter, "same")
        await reader.follow(letter, "same")
        assert (await reader.closed())[0] == 4409
    await served.followed_by(0)


async def test_a_connection_has_so_many_subscriptions_and_a_process_too(
    town: Town, served: Served
) -> None:
    letter = await town.letter()
    async with served.reader() as one, served.reader() as other:
        await one.greeted()
        await other.greeted()
        for name in range(20):
            await one.follow(letter, str(name))
        await served.followed_by(20)
        await one.follow(letter, "too many")
        assert (await one.refusal())["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
        for name in range(5):
            await other.follow(letter, str(name))
        await served.followed_by(25)
        await other.follow(letter, "too many")
        assert (await other.refusal())["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
        async with served.events(letter.proof) as events:
            await events.answer.aread()
            assert events.answer.status_code == 429
            assert int(events.answer.headers["Retry-After"]) > 0
        await one.say(id="0", type="complete")
        await served.followed_by(24)
        await other.follow(letter, "now")
        await served.followed_by(25)
    await served.followed_by(0)


async def test_whoever_leaves_without_a_word_is_forgotten(town: Town, served: Served) -> None:
    letter = await town.letter()
    async with served.reader() as reader, served.events(letter.proof):
        await reader.greeted()
        await reader.follow(letter)
        await served.followed_by(2)
        reader.connection.transport.abort()
    await served.followed_by(0)


async def test_when_the_process_ends_subscriptions_are_completed_first(
    town: Town, mongo_uri: str, driver: mongo.Driver
) -> None:
    letter = await town.letter()
    app = _app(town, mongo_uri)
    async with (
        serving(app, lifespan=True) as served,
        served.reader() as reader,
        served.events(letter.proof) as events,
    ):
        await reader.greeted()
        await reader.follow(letter)
        await served.followed_by(2)
        async with asyncio.timeout(3):
            await app.state.following.close()
        assert await reader.hear() == {"id": "1", "type": "complete"}
        assert await reader.closed() == (1001, "This server is stopping.")
        assert await events.next() == ("complete", None)
        async with served.reader() as late:
            await late.greeted()
            await late.ask(CHANGED, **letter.proof)
            assert (await late.refusal())["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
