"""Who follows cases in this process, put together for one application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.routing import WebSocketRoute

from api.graphql import Endpoint
from api.sockets import SocketLimits, Sockets
from resolvers.loaders import loaders_for
from schema.context import Reading
from services.office import Office
from services.subscribers import Figures, Subscribers
from settings import Settings
from storage.changes import CaseChanges
from storage.mongo import Database


class Following:
    """Made with the application, before there is an event loop."""

    subscribers: Subscribers[Reading]
    """Everybody who follows a case here; there while the application runs."""
    sockets: Sockets
    """There as soon as there is a route."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._origins = settings.allowed_origins
        self._most = settings.max_subscriptions
        self._clock = clock

    @property
    def figures(self) -> Figures:
        """For the metrics."""
        running = getattr(self, "subscribers", None)
        return running.figures if running else Figures()

    def route(self, endpoint: Endpoint, limits: SocketLimits | None = None) -> WebSocketRoute:
        """``/graphql`` for WebSockets, beside ``endpoint`` for requests."""
        limits = limits or SocketLimits()
        endpoint.slow_seconds = limits.slow_seconds
        self.sockets = Sockets(endpoint, self._origins, limits)
        return WebSocketRoute("/graphql", self.sockets)

    @asynccontextmanager
    async def running(self, office: Office, database: Database) -> AsyncIterator[None]:
        """People can follow cases until it ends. What one change needs is read for all at once."""

        async def read(key: bytes) -> Reading | None:
            case = await office.cases.by_key(key)
            return Reading(case, self._clock(), loaders_for(office)) if case else None

        self.subscribers = Subscribers(CaseChanges(database).ids, read, self._most)
        try:
            yield
        finally:
            await self.close()

    async def close(self) -> None:
        """Completes every subscription, closes every socket; nobody is let in any more."""
        await self.subscribers.close()
        await self.sockets.close()
