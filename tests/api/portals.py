"""A partner's portal at the API: it knows its key, its page's origin and the widget's documents."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import altcha
from graphql import parse, print_ast, separate_operations

from api.documents import CLIENTS, digest
from api.partners import KEY, SOLUTION
from domain.words import Role
from services.challenges import new_challenge
from tests.api.actions import CITY, DISTRICT, mailbox_id
from tests.api.clients import Answer, Client, Letter, Town, letter_input

MAYOR, DISTRICT_HEAD = mailbox_id(f"{CITY}/HEAD"), mailbox_id(f"{DISTRICT}/HEAD")
ORIGIN = "https://portal.example.org"
_numbers = itertools.count(1)

PARTNER = """{ id name nameEn origins version registeredAt changedAt revokedAt
    mailboxes { id } quota { perMinute perDay lettersPerHour }
    keys { id shown issuedAt expiresAt revokedAt lastUsedAt alive }
    webhooks { id url events endedAt failures openUntil } }"""
ERRORS = "errors { code field message }"
_PAYLOADS = {
    "IssuePartnerKey": f"secret key {{ id shown alive expiresAt }} partner {PARTNER} {ERRORS}",
    "SubscribeWebhook": f"secret webhook {{ id url events }} {ERRORS}",
    "EndWebhook": f"webhook {{ id endedAt }} {ERRORS}",
    "ReplayWebhookDelivery": f"delivery {{ id state attempts dueAt }} {ERRORS}",
}


@cache
def operations(client: str) -> Mapping[str, str]:
    """A released client's operations, each as graphql prints it."""
    document = parse((CLIENTS / f"{client}.graphql").read_text(encoding="utf-8"))
    return {name: print_ast(one) for name, one in separate_operations(document).items()}


def fresh_key() -> str:
    """An idempotency key that nobody has used."""
    return f"portal {next(_numbers)}"


async def ordered(by: Client, name: str, /, **given: Any) -> Any:
    """The payload of one of ops' mutations, refused or not."""
    kind = name[0].upper() + name[1:]
    selected = _PAYLOADS.get(kind, f"partner {PARTNER} {ERRORS}")
    text = f"mutation M($input: {kind}Input!) {{ {name}(input: $input) {{ {selected} }} }}"
    return (await by.ask(text, input=given))[name]


@dataclass(frozen=True)
class Portal:
    """What a partner has in hand. ``key`` and ``origin`` None are not sent."""

    town: Town
    id: str
    key: str | None
    origin: str | None = ORIGIN

    def with_(self, **changed: Any) -> Portal:
        """The same, but for this."""
        return replace(self, **changed)

    @property
    def headers(self) -> dict[str, str]:
        told = {KEY: self.key, "Origin": self.origin, "Accept-Language": "en"}
        return {name: value for name, value in told.items() if value is not None}

    async def post(self, body: Any, **headers: str) -> Answer:
        """Whatever comes of it."""
        told = {**self.headers, **headers}
        return Answer(await self.town.http.post("/graphql", json=body, headers=told))

    async def ask(
        self, name: str, headers: Mapping[str, str] | None = None, **given: Any
    ) -> Answer:
        """One of the widget's operations, by its hash."""
        asked = {"version": 1, "sha256Hash": digest(operations("widget")[name])}
        body = {"extensions": {"persistedQuery": asked}, "variables": given}
        return await self.post(body, **(headers or {}))

    async def show(self, mailbox: str = MAYOR) -> Answer:
        return await self.ask("WidgetMailbox", mailboxId=mailbox)

    async def look_up(self, letter: Letter) -> Answer:
        return await self.ask("WidgetStatus", None, **letter.proof)

    async def write(self, **changed: Any) -> Answer:
        """A letter to the mayor, with a challenge solved."""
        given = {**letter_input(channel="WEB"), **changed}
        return await self.ask("WidgetSubmit", {SOLUTION: self.solution()}, input=given)

    def solution(self) -> str:
        """A challenge of this office's, solved."""
        told = new_challenge(self.town.office.access, self.town.clock())
        solved = altcha.solve_challenge(altcha.Challenge.from_dict(told))
        assert solved is not None
        payload = {"challenge": told, "solution": solved.to_dict()}
        return base64.b64encode(json.dumps(payload).encode()).decode()


async def letter_of(answer: Answer, town: Town) -> Letter:
    """What the writer holds in hand, and what only a test knows: the case's id."""
    payload = answer.data["submitLetter"]
    assert payload["errors"] == []
    number = payload["case"]["number"]
    clerk = town.person(Role.SUPERVISOR)
    found = await clerk.ask("query($n: String!) { case(number: $n) { id } }", n=number)
    return Letter(found["case"]["id"], number, payload["queryCode"])


async def registered(town: Town, **changed: Any) -> Portal:
    """A portal that shows the mayor's mailbox, with a key."""
    ops = town.person(Role.OPS)
    given = {
        "name": "天府社区网",
        "nameEn": "Tianfu Communities",
        "origins": [ORIGIN],
        "mailboxIds": [MAYOR],
        "idempotencyKey": fresh_key(),
        **changed,
    }
    payload = await ordered(ops, "registerPartner", **given)
    assert payload["errors"] == []
    partner = payload["partner"]["id"]
    return Portal(town, partner, await another_key(town, partner), partner_origin(payload))


def partner_origin(payload: Any) -> str:
    """The first of a partner's origins."""
    origin: str = payload["partner"]["origins"][0]
    return origin


async def another_key(town: Town, partner: str, **given: Any) -> str:
    """One more key of a partner."""
    given = {"partnerId": partner, "idempotencyKey": fresh_key(), **given}
    payload = await ordered(town.person(Role.OPS), "issuePartnerKey", **given)
    assert payload["errors"] == []
    secret: str = payload["secret"]
    return secret
