"""Where a request comes from, as far as it can be known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.requests import HTTPConnection

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
NOWHERE = "unknown"
"""Whoever hides where they come from shares one count with all who do."""
HOUSEHOLD = 64
"""Bits of an IPv6 address that one household has to itself: it can vary the others at will."""
MOST_HOPS = 20
LONGEST_TEXT = 100
"""No address takes more, with its zone."""


def address_of(connection: HTTPConnection, proxies: Sequence[Network]) -> str:
    """The client's IPv4 address, or its IPv6 network of 64 bits.

    ``X-Forwarded-For`` is believed as far as ``proxies`` wrote it: from the right, up to the
    first address that is none of theirs. What a client writes there itself stays unread.
    """
    near = _read(connection.client.host) if connection.client else None
    forwarded = ",".join(connection.headers.getlist("x-forwarded-for"))
    hops = forwarded.rsplit(",", MOST_HOPS)[-MOST_HOPS:] if forwarded and proxies else []
    while near is not None and hops and _is_one_of(near, proxies):
        near = _read(hops.pop())
    return _counted(near)


def counted_address(host: str | None, proxies: Sequence[Network]) -> tuple[str, bool]:
    """Under which address a connection counts, and whether it is a proxy's, of many clients."""
    near = _read(host) if host else None
    return _counted(near), near is not None and _is_one_of(near, proxies)


def _counted(address: Address | None) -> str:
    if address is None:
        return NOWHERE
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, HOUSEHOLD), strict=False))


def _read(text: str) -> Address | None:
    text = text.strip()
    return _parsed(text) if len(text) <= LONGEST_TEXT else None


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_one_of(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)
