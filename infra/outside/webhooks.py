"""Takes webhooks to addresses that partners named, and to no address of our own house.

A name is resolved once, every address that it leads to is looked at, and the connection is made
to one that was looked at: what the name leads to a moment later changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpcore

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

SECONDS = 10.0
"""For all of it, from the look-up to the receiver's status."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_LOW = (1 << 32) - 1
_NOBODYS = tuple(
    ip_network(one)
    for one in (
        "192.0.0.0/24",  # protocols; a cloud's metadata
        "192.88.99.0/24",  # relays of 6to4, given up
        "168.63.129.16/32",  # a cloud's metadata, though it looks public
        "3fff::/20",  # for examples
    )
)
"""What Python, or an older one, takes for public."""


class NotReachable(OSError):
    """An address at which no partner is: of this machine, of a private network, of a cloud."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system knows for a name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class HttpCourier:
    """Posts without following redirects; of an answer it reads the status and no more.

    ``loopback``: this machine may be reached, over http too. For development only.
    """

    def __init__(self, *, loopback: bool = False, resolve: Resolve = resolve) -> None:
        self._loopback, self._resolve = loopback, resolve
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def close(self) -> None:
        """Closes its connections."""
        if self._pool is not None:
            await self._pool.aclose()

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, str | None]:
        """The receiver's status, or None and what kept it from answering; raises nothing."""
        try:
            self._check_scheme(url)
            async with asyncio.timeout(SECONDS):
                return await self._posted(url, headers, body), None
        except NotReachable:
            return None, "this address is not allowed"
        except TimeoutError:
            return None, f"no answer within {SECONDS:g} seconds"
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the receiver's
            return None, type(error).__name__

    async def _posted(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        if self._pool is None:
            from infra.outside.guarded import guarded_pool  # most containers send nothing

            self._pool = guarded_pool(self._addresses)
        fields = {**headers, "host": urlsplit(url).netloc, "content-length": str(len(body))}
        plain = [(name.encode(), value.encode()) for name, value in fields.items()]
        async with self._pool.stream("POST", url, headers=plain, content=body) as answer:
            return answer.status

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        return checked(await self._resolve(host, port), loopback=self._loopback)

    def _check_scheme(self, url: str) -> None:
        parts = urlsplit(url)
        is_here = self._loopback and parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
            raise NotReachable(parts.scheme)


def checked(addresses: Sequence[str], *, loopback: bool) -> Sequence[str]:
    """The same addresses; raises ``NotReachable`` when one of them is not a partner's, or none."""
    if not addresses or not all(is_allowed(one, loopback=loopback) for one in addresses):
        raise NotReachable("not every address of this name is public")
    return addresses


def is_allowed(text: str, *, loopback: bool = False) -> bool:
    """Whether an address is public, with every IPv4 address that hides in it."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) or (loopback and one.is_loopback) for one in _meant(address))


def _is_public(address: Address) -> bool:
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    is_kept_back = any(address in one for one in _NOBODYS)
    return address.is_global and not (special or site_local or is_kept_back)


def _meant(address: Address) -> Iterator[Address]:
    """The address, or what a tunnel, a translator or a mapping makes of it."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        with suppress(ValueError):
            yield IPv4Address(int(address) & _LOW)
