"""A network for httpcore that connects to the addresses it is given, and to no others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore


class Guarded(httpcore.AsyncNetworkBackend):
    """``addresses`` answers which to try for a host and port, or raises.

    The name stays what TLS checks the certificate against.
    """

    def __init__(self, addresses: Callable[[str, int], Awaitable[Sequence[str]]]) -> None:
        self._addresses = addresses
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that takes one."""
        refused: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in await self._addresses(host, port):
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                refused = error
        raise refused


def guarded_pool(
    addresses: Callable[[str, int], Awaitable[Sequence[str]]],
) -> httpcore.AsyncConnectionPool:
    """No connection is kept: each request looks at the addresses anew."""
    return httpcore.AsyncConnectionPool(
        network_backend=Guarded(addresses), max_keepalive_connections=0
    )
