"""People at the API: a citizen, a clerk, a handler, each with a token, in a town of their own.

They know nothing but HTTP and GraphQL. A case is told as a walk, as in the domain's tests:
``await town.walk(letter, "ACCEPT REVIEW SIGN_FOR")``; whoever usually takes an action takes it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from graphql import GraphQLInputObjectType, get_named_type
from starlette.applications import Starlette

from api.app import now
from api.schema import schema
from api.tokens import DevelopmentIssuer
from domain.ids import Kind, key_of
from domain.words import Role
from domain.workflow import Action
from services.office import Office
from settings import Settings
from storage import mongo
from tests.api.actions import CITY, MUTATIONS, USUAL, USUAL_ROLE, mailbox_id

CASE = "id number stage version availableActions"
_ERRORS = "errors { code field message }"
_SELECTED = {
    "submitLetter": f"case {{ {CASE} title submittedAt }} queryCode {_ERRORS}",
    "revealWriter": f"writer {{ name phone anonymous }} {_ERRORS}",
}


def mutation(name: str) -> str:
    """A document with this one mutation; its input's type is read from the schema."""
    root = schema._schema.mutation_type
    assert root is not None
    given = get_named_type(root.fields[name].args["input"].type)
    assert isinstance(given, GraphQLInputObjectType)
    selected = _SELECTED.get(name, f"case {{ {CASE} }} {_ERRORS}")
    return f"mutation M($input: {given.name}!) {{ {name}(input: $input) {{ {selected} }} }}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = self.response.json()
        return body

    @property
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.body.get("errors", []))

    @property
    def code(self) -> str | None:
        """The first top-level error's code."""
        return self.errors[0]["extensions"]["code"] if self.errors else None


@dataclass(frozen=True)
class Client:
    """Somebody at the API; without a ``token`` the anonymous citizen."""

    http: httpx.AsyncClient
    token: str | None = None
    language: str = "en"

    @property
    def headers(self) -> dict[str, str]:
        identity = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept-Language": self.language, **identity}

    async def send(self, document: str, **variables: Any) -> Answer:
        """Whatever comes of it."""
        body = {"query": document, "variables": variables}
        return Answer(await self.http.post("/graphql", json=body, headers=self.headers))

    async def ask(self, document: str, **variables: Any) -> Any:
        """The data of an operation that has no errors."""
        answer = await self.send(document, **variables)
        assert answer.status == 200, answer.body
        assert answer.errors == []
        return answer.data

    async def do(self, name: str, **given: Any) -> dict[str, Any]:
        """The payload of a mutation, refused or not."""
        payload: dict[str, Any] = (await self.ask(mutation(name), input=given))[name]
        return payload


@dataclass(frozen=True)
class Account:
    """Somebody who signed in by telephone; ``subject`` is the account's id."""

    client: Client
    subject: str


@dataclass(frozen=True)
class Letter:
    """What a writer holds in hand after submitting."""

    id: str
    number: str
    code: str

    @property
    def proof(self) -> dict[str, str]:
        return {"number": self.number, "queryCode": self.code}

    @property
    def key(self) -> str:
        """The case's key in the database."""
        return key_of(self.id, Kind.CASE, "id")


@dataclass
class Clock:
    """The real time, or so much later."""

    later: timedelta = timedelta()

    def __call__(self) -> datetime:
        return now() + self.later


_keys = itertools.count(1)


def letter_input(**changed: Any) -> dict[str, Any]:
    """A letter that nothing is wrong with, with a fresh idempotency key."""
    return {
        "mailboxId": mailbox_id(f"{CITY}/HEAD"),
        "kind": "COMPLAINT",
        "title": "楼下餐馆油烟扰民",
        "body": "每天晚上油烟直接排到居民楼，无法开窗。",
        "writer": {"name": "张小明", "phone": "13880001234"},
        "channel": "APP",
        "idempotencyKey": f"key {next(_keys)}",
        **changed,
    }


@dataclass
class Town:
    """The small city with its API running; one database, one event loop."""

    app: Starlette
    http: httpx.AsyncClient
    settings: Settings
    clock: Clock = field(default_factory=Clock)
    accounts: dict[str, Account] = field(default_factory=dict)
    """Who has signed in by telephone, by the name under which the access matrix knows them."""

    @property
    def office(self) -> Office:
        office: Office = self.app.state.office
        return office

    @property
    def database(self) -> mongo.Database:
        client: mongo.Client = self.app.state.client
        return client[self.settings.mongodb_database]

    @property
    def issuer(self) -> DevelopmentIssuer:
        assert self.settings.secrets.token_key is not None
        return DevelopmentIssuer(self.settings.secrets.token_key)

    @property
    def citizen(self) -> Client:
        """Without an account."""
        return Client(self.http)

    def person(self, *roles: Role, unit: str | None = None, subject: str | None = None) -> Client:
        """One with these roles, for the whole city or one unit, named like the first role."""
        subject = subject or roles[0].lower()
        return Client(self.http, self.issuer.issue(subject, roles, unit, now()))

    async def letter(self, by: Client | None = None, **changed: Any) -> Letter:
        """A letter that has just come in."""
        payload = await (by or self.citizen).do("submitLetter", **letter_input(**changed))
        assert payload["errors"] == []
        case = payload["case"]
        return Letter(case["id"], case["number"], payload["queryCode"])

    async def act(
        self, letter: Letter, action: Action, by: Client | None = None, **given: Any
    ) -> dict[str, Any]:
        """The payload of an action, with these values beside or instead of the usual ones."""
        role = USUAL_ROLE[action]
        case = letter.proof if role is Role.CITIZEN and by is None else {"caseId": letter.id}
        values = {**case, **USUAL.get(action, {}), **given}
        who = by or (self.citizen if role is Role.CITIZEN else self.person(role))
        return await who.do(MUTATIONS[action], **values)

    async def walk(self, letter: Letter, walk: str) -> dict[str, Any]:
        """The case after these actions, none of which is refused."""
        case: dict[str, Any] = {}
        for name in walk.split():
            payload = await self.act(letter, Action[name])
            assert payload["errors"] == [], name
            case = payload["case"]
        return case

    async def walked(self, walk: str, **changed: Any) -> Letter:
        """A new letter after these actions."""
        letter = await self.letter(**changed)
        await self.walk(letter, walk)
        return letter
