"""What released clients send, told as a story in which every operation has its part."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, parse, print_ast, separate_operations

from api.documents import CLIENTS
from tests.api.clients import Client

DOCUMENTS: dict[str, DocumentNode] = {
    name: document
    for path in sorted(CLIENTS.glob("*.graphql"))
    for name, document in separate_operations(parse(path.read_text(encoding="utf-8"))).items()
}


class Story:
    """Runs operations by name, and remembers which."""

    def __init__(self) -> None:
        self.ran: set[str] = set()

    async def run(self, by: Client, name: str, /, **variables: Any) -> Any:
        self.ran.add(name)
        return await by.ask(print_ast(DOCUMENTS[name]), **variables)

    async def done(self, by: Client, name: str, **given: Any) -> Any:
        """The case after a mutation that is not refused."""
        (payload,) = (await self.run(by, name, input=given)).values()
        assert payload["errors"] == [], name
        return payload["case"]
