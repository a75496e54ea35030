"""What released clients send, told as a story in which every operation has its part."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from graphql import DocumentNode, parse, print_ast, separate_operations
from starlette.applications import Starlette

from api.app import create_app
from api.documents import CLIENTS
from tests.api.clients import Answer, Client, Town

DOCUMENTS: dict[str, DocumentNode] = {
    name: document
    for path in sorted(CLIENTS.glob("*.graphql"))
    for name, document in separate_operations(parse(path.read_text(encoding="utf-8"))).items()
}


@dataclass
class Story:
    """Runs operations by name, and remembers which.

    ``app`` answers released clients only; the town's own answers those who look on.
    """

    app: Starlette
    http: httpx.AsyncClient
    ran: set[str] = field(default_factory=set)

    def document(self, name: str) -> str:
        """What a client sends, for whoever sends it another way."""
        self.ran.add(name)
        return print_ast(DOCUMENTS[name])

    async def send(self, by: Client, name: str, /, **variables: Any) -> Answer:
        """Whatever comes of it."""
        return await replace(by, http=self.http).send(self.document(name), **variables)

    async def run(self, by: Client, name: str, /, **variables: Any) -> Any:
        """The data of an operation that has no errors."""
        answer = await self.send(by, name, **variables)
        assert (answer.status, answer.errors) == (200, []), name
        return answer.data

    async def payload(self, by: Client, name: str, /, **given: Any) -> Any:
        """That of a mutation which is not refused."""
        (payload,) = (await self.run(by, name, input=given)).values()
        assert payload["errors"] == [], (name, payload["errors"])
        return payload

    async def done(self, by: Client, name: str, /, **given: Any) -> Any:
        """The case after such a mutation."""
        return (await self.payload(by, name, **given))["case"]


@asynccontextmanager
async def telling(town: Town, mongo_uri: str) -> AsyncIterator[Story]:
    """A story in this town, told to an application that answers released clients only."""
    settings = replace(town.settings, trusted_documents_only=True)
    app = create_app(settings, mongo_uri, town.clock)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://released.test") as http,
    ):
        yield Story(app, http)
