"""What a partner's key does not open: one table of tries, and what each must come to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.documents import CLIENTS, digest
from domain.words import Role
from tests.api.clients import Answer, letter_input
from tests.api.portals import DISTRICT_HEAD, MAYOR, ORIGIN, Portal, operations

OTHER = "https://other.example.org"


@dataclass(frozen=True)
class Refused:
    """A try, and what it must come to; ``readable``: the page may read why."""

    name: str
    status: int
    code: str
    reason: str | None
    readable: bool
    tried: Callable[[Portal], Awaitable[Answer]]


def _hashed(document: str) -> str:
    return f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{digest(document)}"}}}}'


def _text(document: str, **variables: Any) -> Callable[[Portal], Awaitable[Answer]]:
    async def tried(portal: Portal) -> Answer:
        return await portal.post({"query": document, "variables": variables})

    return tried


def _hash(document: str) -> Callable[[Portal], Awaitable[Answer]]:
    async def tried(portal: Portal) -> Answer:
        asked = {"persistedQuery": {"version": 1, "sha256Hash": digest(document)}}
        return await portal.post({"extensions": asked})

    return tried


def _as(**changed: Any) -> Callable[[Portal], Awaitable[Answer]]:
    async def tried(portal: Portal) -> Answer:
        return await portal.with_(**changed).show()

    return tried


def _body(body: Any, **headers: str) -> Callable[[Portal], Awaitable[Answer]]:
    async def tried(portal: Portal) -> Answer:
        return await portal.post(body, **headers)

    return tried


def _get(**params: str) -> Callable[[Portal], Awaitable[Answer]]:
    async def tried(portal: Portal) -> Answer:
        http = portal.town.http
        return Answer(await http.get("/graphql", params=params, headers=portal.headers))

    return tried


def _mailbox(operation: str, mailbox: Any) -> Callable[[Portal], Awaitable[Answer]]:
    async def tried(portal: Portal) -> Answer:
        if operation == "WidgetSubmit":
            return await portal.ask(operation, input=letter_input(mailboxId=mailbox))
        return await portal.ask(operation, mailboxId=mailbox)

    return tried


async def _with_a_token(portal: Portal) -> Answer:
    token = portal.town.person(Role.SUPERVISOR).headers["Authorization"]
    return await portal.ask("WidgetMailbox", {"Authorization": token}, mailboxId=MAYOR)


async def _foreign_with_another_text(portal: Portal) -> Answer:
    """The hash of an operation that is open, beside a document that is not."""
    asked = {"version": 1, "sha256Hash": digest(SHOWN)}
    return await portal.post(
        {"query": "{ categories { id } }", "extensions": {"persistedQuery": asked}}
    )


FOLLOW = 'subscription { caseChanged(number: "1", queryCode: "2") { number } }'
SHOWN = operations("widget")["WidgetMailbox"]
STATUS = operations("widget")["WidgetStatus"]
FORBIDDEN, OPERATION = "FORBIDDEN", "PARTNER_OPERATION"
CLIENT_FILES = sorted(path.stem for path in CLIENTS.glob("*.graphql"))
ELSEWHERE: Mapping[str, str] = {
    f"{client}: {name}": text
    for client in CLIENT_FILES
    if client != "widget"
    for name, text in operations(client).items()
}

TABLE: tuple[Refused, ...] = (
    *(
        Refused(name, 403, FORBIDDEN, OPERATION, True, tried)
        for what, text in ELSEWHERE.items()
        for name, tried in ((f"{what} by text", _text(text)), (f"{what} by hash", _hash(text)))
    ),
    *(
        Refused(name, 403, FORBIDDEN, OPERATION, True, tried)
        for name, tried in {
            "a field more": _text(SHOWN.replace("promise", "x: name promise"), mailboxId=MAYOR),
            "a field less": _text(SHOWN.replace("    level\n", ""), mailboxId=MAYOR),
            "another name": _text(SHOWN.replace("WidgetMailbox", "Other"), mailboxId=MAYOR),
            "node": _text("query($id: ID!) { node(id: $id) { id } }", id=MAYOR),
            "introspection": _text("{ __schema { types { name } } }"),
            "typename": _text("{ __typename }"),
            "nothing": _text(""),
            "nonsense": _text("{"),
            "a subscription": _text(FOLLOW),
            "a stream": _body(
                {"query": FOLLOW},
                Accept="text/event-stream",
            ),
            "two operations": _text(f"{SHOWN}\n{STATUS}", mailboxId=MAYOR),
            "an unknown hash": _hash("{ nothing }"),
            "a hash beside another text": _foreign_with_another_text,
            "a batch": _body([{"query": SHOWN, "variables": {"mailboxId": MAYOR}}]),
            "a text": _body("WidgetMailbox"),
            "a document in an address": _get(query=SHOWN, variables=f'{{"mailboxId": "{MAYOR}"}}'),
            "an address with nothing": _get(),
            "a code in an address": _get(
                extensions=_hashed(STATUS),
                variables='{"number": "1", "queryCode": "2"}',
            ),
        }.items()
    ),
    *(
        Refused(name, 403, FORBIDDEN, "PARTNER_MAILBOX", True, _mailbox(operation, mailbox))
        for operation in ("WidgetMailbox", "WidgetSubmit")
        for mailbox in (DISTRICT_HEAD, "nonsense", "", 1, None, [MAYOR], {"$ne": ""})
        for name in (f"{operation} of {mailbox}",)
    ),
    *(
        Refused(f"from {origin}", 403, FORBIDDEN, "PARTNER_ORIGIN", False, _as(origin=origin))
        for origin in (
            None,
            "null",
            "",
            "https://evil.example",
            OTHER,
            "http://portal.example.org",
            "https://portal.example.org:8443",
            "https://portal.example.org.evil.example",
            "https://sub.portal.example.org",
            "HTTPS://PORTAL.EXAMPLE.ORG",
            f"{ORIGIN}/",
            f"{ORIGIN}, https://evil.example",
        )
    ),
    *(
        Refused(f"with the key {key!r}", 401, "UNAUTHENTICATED", None, True, _as(key=key))
        for key in ("", "lzp_", "lzp_" + "x" * 43, "lzp_" + "x" * 10_000, "Bearer lzp_x", "x")
    ),
    Refused("beside a token", 403, FORBIDDEN, "PARTNER_TOKEN", True, _with_a_token),
)  # fmt: skip
