"""Readers of the access matrix follow two cases, by both transports, rightly and wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from tests.api.access_cases import WHOLE, Cases, client_of
from tests.api.access_matrix import Reader
from tests.api.clients import Town
from tests.api.reading import Events, Served
from tests.api.reading import Reader as Socket

FOLLOWED = f"""subscription($number: String!, $queryCode: String!) {{
    found: caseChanged(number: $number, queryCode: $queryCode) {WHOLE} }}"""
TRACKED = FOLLOWED.replace("subscription", "query").replace("caseChanged", "trackedCase")
WRONG_CODE = "AAAA-AAAA-AAAA-AAAA"
OPENED = ("open", "confidential")
CHANGES = {"open": "ANSWER_SURVEY", "confidential": "SIGN_FOR"}


@dataclass
class Heard:
    """What one reader was told: by the name of what they asked for."""

    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    tracked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the query answers to the same reader in the same moment."""


def asked(cases: Cases) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Document and variables of each try to follow a case."""
    number, queryless = cases.open.number, FOLLOWED.replace(", queryCode: $queryCode", "")
    variables = {
        "open": cases.open.proof,
        "confidential": cases.confidential.proof,
        "wrong code": {"number": number, "queryCode": WRONG_CODE},
        "another case's code": {"number": number, "queryCode": cases.confidential.code},
        "id for a number": {"number": cases.open.id, "queryCode": WRONG_CODE},
        "without code": {"number": number},
    }
    tries = {name: (FOLLOWED, given) for name, given in variables.items()}
    without = queryless.replace(", $queryCode: String!", "")
    return {**tries, "without argument": (without, {"number": number})}


class Listening:
    """Some readers at once, with their connections open."""

    def __init__(
        self,
        town: Town,
        served: Served,
        cases: Cases,
        stack: AsyncExitStack,
        readers: Sequence[Reader],
    ) -> None:
        self._town, self._served, self._cases, self._stack = town, served, cases, stack
        self._readers = readers
        self._sockets: dict[str, Socket] = {}
        self._streams: dict[str, dict[str, Events]] = {}
        self.by_socket: dict[str, Heard] = {}
        self.by_stream: dict[str, Heard] = {}

    async def all(self) -> None:
        """Everybody follows; the cases change; everybody hears of it."""
        for reader in self._readers:
            await self._open_socket(reader)
            await self._open_streams(reader)
        await self._served.followed_by(2 * len(OPENED) * len(self._readers))
        for name, walk in CHANGES.items():
            await self._town.walk(getattr(self._cases, name), walk)
        for reader in self._readers:
            await self._hear_socket(reader)
            await self._hear_streams(reader)
            tracked = await self._track(reader)
            self.by_socket[reader.name].tracked = tracked
            self.by_stream[reader.name].tracked = tracked

    async def _open_socket(self, reader: Reader) -> None:
        """Waits until each try that is refused has been."""
        headers = client_of(self._town, reader).headers
        socket = await self._stack.enter_async_context(self._served.reader(headers=headers))
        await socket.greeted()
        heard = self.by_socket[reader.name] = Heard()
        tries = asked(self._cases)
        for name, (document, variables) in tries.items():
            await socket.ask(document, name, **variables)
        while len(heard.refused) < len(tries) - len(OPENED):
            message = await socket.hear()
            assert message["type"] == "error", message
            heard.refused[message["id"]] = message["payload"][0]
        self._sockets[reader.name] = socket

    async def _open_streams(self, reader: Reader) -> None:
        headers = client_of(self._town, reader).headers
        heard = self.by_stream[reader.name] = Heard()
        self._streams[reader.name] = {}
        for name, (document, variables) in asked(self._cases).items():
            events = await self._stack.enter_async_context(
                self._served.events(variables, document=document, headers=headers)
            )
            if events.answer.status_code == 200:
                self._streams[reader.name][name] = events
            else:
                await events.answer.aread()
                (heard.refused[name],) = events.answer.json()["errors"]

    async def _hear_socket(self, reader: Reader) -> None:
        """What lies there, to the end: the answer to a ping comes after all of it."""
        socket = self._sockets[reader.name]
        told = self.by_socket[reader.name].told
        for _ in OPENED:
            message = await socket.hear()
            assert message["type"] == "next", message
            told.setdefault(message["id"], []).append(message["payload"])
        await socket.say(type="ping")
        assert (await socket.hear())["type"] == "pong"

    async def _hear_streams(self, reader: Reader) -> None:
        for name, events in self._streams[reader.name].items():
            kind, payload = await events.next()
            assert kind == "next"
            self.by_stream[reader.name].told[name] = [payload]

    async def _track(self, reader: Reader) -> dict[str, dict[str, Any]]:
        client = client_of(self._town, reader)
        return {
            name: (await client.send(TRACKED, **getattr(self._cases, name).proof)).body
            for name in OPENED
        }
