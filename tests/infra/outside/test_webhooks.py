"""The courier: which addresses it goes to, and what it takes for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from infra.outside.webhooks import HttpCourier, NotReachable, checked, is_allowed
from tests.infra.post.answering import Answering, Says, answering

pytestmark = pytest.mark.ring("test")

PUBLIC = ("8.8.8.8", "223.5.5.5", "2606:4700:4700::1111", "2400:3200::1", "::ffff:8.8.8.8")
PRIVATE = {
    "this machine": "127.0.0.1 127.8.8.8 ::1 ::ffff:127.0.0.1 ::127.0.0.1",
    "nowhere": "0.0.0.0 0.1.2.3 ::",
    "private networks": "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 ::ffff:10.0.0.1 ::10.0.0.1",
    "a carrier's": "100.64.0.1 100.127.255.255",
    "the link and the cloud's metadata": "169.254.169.254 169.254.170.2 fe80::1 fe80::1%eth0",
    "metadata by IPv6": "fd00:ec2::254 ::ffff:169.254.169.254",
    "other clouds' metadata": "192.0.0.192 168.63.129.16 100.100.100.200 ::ffff:168.63.129.16",
    "unique and site local": "fc00::1 fdff::1 fec0::1",
    "many at once": "224.0.0.1 239.255.255.250 ff02::1 255.255.255.255",
    "kept back": "240.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 2001:db8::1 192.0.0.1",
    "in a tunnel": "2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe::",
    "through a translator": "64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1",
    "of old and for examples": "192.88.99.1 3fff::1 64:ff9b::c058:6301",
    "no address": "localhost 0x7f.1 2130706433 1.2.3 x",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_reached(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize("address", [one for some in PRIVATE.values() for one in some.split()])
def test_an_address_of_the_house_is_not(address: str) -> None:
    assert not is_allowed(address)


def test_a_name_with_one_bad_address_is_not_reached_at_all() -> None:
    assert checked(["8.8.8.8", "223.5.5.5"], loopback=False)
    for addresses in (["8.8.8.8", "10.0.0.1"], ["10.0.0.1"], []):
        with pytest.raises(NotReachable):
            checked(addresses, loopback=False)


def test_in_development_this_machine_is_reached_and_the_network_around_it_is_not() -> None:
    assert is_allowed("127.0.0.1", loopback=True)
    assert is_allowed("::1", loopback=True)
    assert not is_allowed("10.0.0.1", loopback=True)
    assert not is_allowed("169.254.169.254", loopback=True)


# Against a real server


@pytest.fixture
def receiver() -> Iterator[Answering]:
    with answering(lambda _: Says(204)) as one:
        yield one


@pytest.fixture
async def courier() -> AsyncIterator[HttpCourier]:
    one = HttpCourier(loopback=True)
    yield one
    await one.close()


async def test_it_posts_what_it_is_given(courier: HttpCourier, receiver: Answering) -> None:
    url = f"{receiver.url}/hook?x=1"
    told = await courier.post(url, {"webhook-id": "msg_1", "content-type": "text/x"}, b"{}")
    assert told == (204, None)
    [asked] = receiver.asked
    assert (asked.path, asked.query, asked.body) == ("/hook", {"x": ["1"]}, b"{}")
    assert asked.headers["webhook-id"] == "msg_1"
    assert asked.headers["host"] == receiver.url.removeprefix("http://")


async def test_a_redirect_is_an_answer_and_not_followed(
    courier: HttpCourier, receiver: Answering
) -> None:
    receiver.answer = lambda _: Says(302, headers={"Location": "/elsewhere"})
    assert await courier.post(receiver.url, {}, b"{}") == (302, None)
    assert len(receiver.asked) == 1


async def test_an_answer_without_end_is_not_read(courier: HttpCourier, receiver: Answering) -> None:
    receiver.answer = lambda _: Says(200, b"x" * 50_000_000)
    async with asyncio.timeout(5):
        assert await courier.post(receiver.url, {}, b"{}") == (200, None)


async def test_nobody_there_and_nonsense_are_told_apart_from_an_answer(
    courier: HttpCourier,
) -> None:
    status, error = await courier.post("http://127.0.0.1:1/", {}, b"{}")
    assert (status, error) == (None, "ConnectError")

    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b"nonsense\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(nonsense, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        status, error = await courier.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (status, error) == (None, "RemoteProtocolError")


async def test_a_silent_receiver_is_waited_for_so_long_and_no_longer(
    courier: HttpCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.outside.webhooks.SECONDS", 0.2)
    over = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        told = await courier.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        over.set()
    assert told == (None, "no answer within 0.2 seconds")


async def test_production_does_not_reach_this_machine(receiver: Answering) -> None:
    courier = HttpCourier()
    secure = receiver.url.replace("http:", "https:")
    for url in (receiver.url, secure, secure.replace("127.0.0.1", "localhost")):
        assert await courier.post(url, {}, b"{}") == (None, "this address is not allowed")
    assert receiver.asked == []
    await courier.close()


async def test_a_name_that_leads_elsewhere_a_moment_later_gains_nothing(
    receiver: Answering,
) -> None:
    """What was looked at is what is connected to: the name is not resolved a second time."""
    port = int(receiver.url.rpartition(":")[2])
    resolved: list[str] = []

    async def rebinding(host: str, _: int) -> Sequence[str]:
        resolved.append(host)
        return ["127.0.0.1"] if len(resolved) == 1 else ["10.0.0.1"]

    courier = HttpCourier(loopback=True, resolve=rebinding)
    told = await courier.post(f"http://localhost:{port}/", {}, b"{}")
    assert (told, resolved) == ((204, None), ["localhost"])
    again = await courier.post(f"http://localhost:{port}/", {}, b"{}")
    assert again == (None, "this address is not allowed")
    assert len(receiver.asked) == 1
    await courier.close()


async def test_a_name_with_a_private_address_among_public_ones_is_refused() -> None:
    async def mixed(_: str, __: int) -> Sequence[str]:
        return ["8.8.8.8", "169.254.169.254"]

    courier = HttpCourier(resolve=mixed)
    told = await courier.post("https://hooks.example.org/", {}, b"{}")
    assert told == (None, "this address is not allowed")
    await courier.close()
