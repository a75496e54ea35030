"""Every text that a client can give: which rule it meets, and that it does meet it.

A field that is new in the schema and stands in none of these tables fails here.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema, get_named_type

from domain.asks import WordsAsked
from domain.case import NOTE
from domain.words import Role
from domain.workflow import TRANSITIONS, Action
from infra.wheels import ROOT
from storage import mongo
from tests.api.actions import CITY, case_id, mailbox_id
from tests.api.citizens import ERRORS, signed_in, town_of_citizens
from tests.api.clients import Client, Town, letter_input

pytestmark = pytest.mark.ring("test")

SCHEMA = build_schema((ROOT / "schema/schema.graphql").read_text(encoding="utf-8"))
ROOTS = [one for one in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type) if one]
CONTROL, SEPARATOR, BLANK = "人民\x07路上", "人民\u2028路上", "\u3164\u2800\u200b"
PARTNER = {
    "name": "锦江社区", "nameEn": "Jinjiang", "origins": ["https://portal.example"],
    "mailboxIds": [mailbox_id(f"{CITY}/HEAD")],
}  # fmt: skip

NOT_STORED = {
    # looked up, compared or counted; nothing of it is kept
    "number": "looked up", "queryCode": "hashed", "token": "hashed", "code": "hashed",
    "refreshToken": "hashed", "idempotencyKey": "hashed", "messageId": "hashed",
    "search": "looked up", "name": "looked up", "since": "a cursor", "after": "a cursor",
    "before": "a cursor", "month": "a date", "from": "a date", "to": "a date",
    "baseline": "looked up",
}  # fmt: skip
PARSED = {
    # kept in the form of what it is read as, and of nothing else
    "phone": "services.letter_checks.read_phone", "origins": "domain.partners.read_origins",
    "url": "domain.webhooks.read_url", "contentType": "domain.attachments.UploadAsked",
    "fileName": "domain.attachments.plain_name", "schedule": "a cron expression",
    "timezone": "a time zone", "AnswerSurveyByMessageInput.text": "domain.satisfaction",
    "PublishCaseInput.title": "signs of the original", "PublishCaseInput.body": "the same",
    "PublishCaseInput.reply": "the same",
}  # fmt: skip


async def submit(town: Town, **changed: Any) -> Any:
    return await order(town.citizen, "submitLetter", **letter_input(**changed))


async def order(by: Client, mutation: str, /, **given: Any) -> Any:
    """The payload of a mutation, refused or not."""
    assert SCHEMA.mutation_type is not None
    field = SCHEMA.mutation_type.fields[mutation]
    kind, payload = field.args["input"].type, get_named_type(field.type)
    assert isinstance(payload, GraphQLObjectType)
    selected = f"{'partner { id } ' * ('partner' in payload.fields)}{ERRORS}"
    text = f"mutation M($input: {kind}) {{ {mutation}(input: $input) {{ {selected} }} }}"
    return (await by.ask(text, input=given))[mutation]


async def ordered(town: Town, role: Role, mutation: str, /, **given: Any) -> Any:
    return await order(town.person(role), mutation, **given)


async def registered(town: Town, **changed: Any) -> Any:
    given = {**PARTNER, "idempotencyKey": "k", **changed}
    return await ordered(town, Role.OPS, "registerPartner", **given)


async def changed(town: Town, **given: Any) -> Any:
    partner = (await registered(town))["partner"]["id"]
    return await ordered(town, Role.OPS, "changePartner", partnerId=partner, **given)


async def sign_in(town: Town, name: str) -> Any:
    given = {"phone": "13800138000", "code": "000000", "deviceName": name}
    return await order(town.citizen, "signIn", **given)


async def device(town: Town, token: str) -> Any:
    client: Client = (await signed_in(town)).client
    given = {"platform": "APNS", "token": token, "idempotencyKey": "k"}
    return await order(client, "registerDevice", **given)


NOBODY = case_id("0" * 24)
TEXTS: dict[str, tuple[str, Callable[[Town, str], Any]]] = {
    "SubmitLetterInput.title": ("title", lambda town, text: submit(town, title=text)),
    "SubmitLetterInput.body": ("body", lambda town, text: submit(town, body=text)),
    "WriterInput.name": ("writer.name", lambda town, text: submit(town, writer={"name": text})),
    "PlaceInput.address": (
        "place.address",
        lambda town, text: submit(town, place={"address": text}),
    ),
    "SignInInput.deviceName": ("deviceName", sign_in),
    "RegisterDeviceInput.token": ("token", device),
    "RevealWriterInput.purpose": (
        "purpose",
        lambda town, text: ordered(town, Role.INTAKE, "revealWriter", caseId=NOBODY, purpose=text),
    ),
    "HoldCaseInput.reason": (
        "reason",
        lambda town, text: ordered(town, Role.SUPERVISOR, "holdCase", caseId=NOBODY, reason=text),
    ),
    "ReleaseCaseInput.reason": (
        "reason",
        lambda town, text: ordered(
            town, Role.SUPERVISOR, "releaseCase", caseId=NOBODY, reason=text
        ),
    ),
    "PublicationReasonInput.reason": (
        "reason",
        lambda town, text: ordered(
            town, Role.REVIEWER, "declinePublication", caseId=NOBODY, version=0, reason=text
        ),
    ),
    "RegisterPartnerInput.name": ("name", lambda town, text: registered(town, name=text)),
    "RegisterPartnerInput.nameEn": ("nameEn", lambda town, text: registered(town, nameEn=text)),
    "ChangePartnerInput.name": ("name", lambda town, text: changed(town, name=text)),
    "ChangePartnerInput.nameEn": ("nameEn", lambda town, text: changed(town, nameEn=text)),
}
ONE_LINE = (
    "SubmitLetterInput.title", "WriterInput.name", "PlaceInput.address", "SignInInput.deviceName",
    "RegisterPartnerInput.name", "RegisterPartnerInput.nameEn", "ChangePartnerInput.name",
)  # fmt: skip
OPTIONAL = ("WriterInput.name", "PlaceInput.address", "SignInInput.deviceName")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    async for one in town_of_citizens(mongo_uri, driver):
        yield one


def text_fields() -> dict[str, str]:
    """Every field and argument of type String, with the mutation that takes it."""
    found: dict[str, str] = {}
    for root in ROOTS:
        for name, field in root.fields.items():
            for argument, given in field.args.items():
                kind = get_named_type(given.type)
                if isinstance(kind, GraphQLInputObjectType):
                    found |= dict.fromkeys(_fields_of(kind), name)
                elif kind.name == "String":
                    found[f"{root.name}.{name}.{argument}"] = name
    return found


def _fields_of(kind: GraphQLInputObjectType) -> list[str]:
    found = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            found += _fields_of(inner)
        elif inner.name == "String":
            found.append(f"{kind.name}.{name}")
    return found


def rule_of_action(mutation: str, name: str) -> object:
    """What the process asks for under this name in the action of a mutation."""
    if name == "note":
        return NOTE
    spelled = re.sub("([A-Z])", r"_\1", mutation).upper()
    action = next((one for one in Action if spelled in (one, f"{one}_CASE", _split(one))), None)
    steps = [step[action] for step in TRANSITIONS.values() if action and action in step]
    return steps[0].asks.get(re.sub("([A-Z])", r"_\1", name).lower()) if steps else None


def _split(action: Action) -> str:
    verb, _, rest = action.partition("_")
    return f"{verb}_CASE_{rest}"


@pytest.mark.parametrize(("path", "mutation"), text_fields().items())
def test_every_text_of_the_schema_meets_a_rule(path: str, mutation: str) -> None:
    name = path.rpartition(".")[2]
    rule = rule_of_action(mutation, name)
    known = {*TEXTS, *PARSED, *NOT_STORED}
    assert isinstance(rule, WordsAsked) or path in known or name in {*PARSED, *NOT_STORED}


@pytest.mark.parametrize("path", TEXTS)
async def test_a_text_that_is_stored_is_refused_for_what_it_hides(town: Town, path: str) -> None:
    field, give = TEXTS[path]
    bad = [CONTROL] + [SEPARATOR] * (path in ONE_LINE) + [BLANK] * (path not in OPTIONAL)
    for text in bad:
        payload = await give(town, text)
        refused = [(one["code"], one["field"]) for one in payload["errors"]]
        assert refused == [("INVALID_INPUT", field)], ascii(text)


async def test_what_is_stored_is_what_was_read(town: Town) -> None:
    given: dict[str, Any] = {
        "title": "路灯\u202e不亮\u200b",
        "body": "人民路上的路灯\x0b坏了①②③天\r\n谢谢",
        "writer": {"name": "\u3164", "phone": "\u202d13880001234\u202c"},
        "place": {"address": " \u2800"},
    }
    letter = await town.letter(**given)
    [stored] = [one async for one in town.database["cases"].find({"number": letter.number})]
    kept = stored["letter"]
    assert kept["title"] == "路灯不亮"
    assert kept["body"] == "人民路上的路灯\n坏了①②③天\n谢谢"
    assert stored["writer"]["name"] is None
    assert not kept.get("place", {}).get("address")
