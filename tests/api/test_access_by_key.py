"""The access matrix by a partner's key: the widget's operations as they stand, and nothing else.

Walked over HTTP with a good key from the partner's own origin, as a page would: by fields, ids,
edges, searches, counts and subscriptions. What is refused is so before it is looked at, so the
answer must be the same whatever is asked, and of whichever case.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLInterfaceType, TypeInfo, TypeInfoVisitor, Visitor, parse, validate, visit
from graphql.language import FieldNode
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.partners import KEY
from domain.words import Role
from domain.workflow import Action
from storage import mongo
from tests.api.access_cases import TITLE, TYPES, WHOLE, Cases, answered_fields, two_cases
from tests.api.access_documents import SCHEMA, document_with
from tests.api.access_matrix import MATRIX, PARTNERS, Class, Gets, gets
from tests.api.access_matrix.widget import OPENED, opened_by
from tests.api.clients import Answer, Letter, Town
from tests.api.conftest import open_town
from tests.api.following_cases import FOLLOWED
from tests.api.portals import MAYOR, ORIGIN, Portal, letter_of, operations, registered
from tests.api.reading import serving
from tests.api.test_access import WAYS
from tests.api.test_letters import published

pytestmark = pytest.mark.ring("test")

STRANGER, OWN = PARTNERS
WIDE = {"perMinute": 100_000, "perDay": 1_000_000, "lettersPerHour": 100}
NOT_THERE = {"Incumbent", "MailboxFigures"}
"""The small city knows no incumbents, and has no figures yet."""
REFUSED = (403, "FORBIDDEN", "PARTNER_OPERATION")
CLASSES = {**MATRIX, "Mutation.submitLetter": Class.ANSWER}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    async for one in open_town(mongo_uri, driver, guesses_per_address=10_000):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cases(town: Town) -> Cases:
    """Two that did not come through the partner."""
    return await two_cases(town)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(town: Town) -> Portal:
    return await registered(town, quota=WIDE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(town: Town, portal: Portal) -> Letter:
    """A letter that came through the partner, with its reply out."""
    letter = await letter_of(await portal.write(title=TITLE), town)
    await town.walk(letter, "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    return letter


def _refusal(answer: Answer) -> tuple[int, str | None, str | None]:
    return answer.status, answer.code, answer.errors[0]["extensions"].get("reason")


# What the tables say


class _Fields(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._types = types

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        kind = self._types.get_parent_type()
        assert kind is not None
        self.found.add(f"{kind.name}.{node.name.value}")


def test_the_table_is_what_the_widget_sends() -> None:
    assert OPENED.keys() == operations("widget").keys()
    for name, document in operations("widget").items():
        types = TypeInfo(SCHEMA)
        fields = _Fields(types)
        visit(parse(document), TypeInfoVisitor(types, fields))
        assert fields.found == opened_by(name), name


def test_a_key_opens_nothing_of_a_class_that_it_does_not_get() -> None:
    opened = {field for name in OPENED for field in opened_by(name)}
    assert {gets(CLASSES[field], OWN) for field in opened} == {Gets.WIDGET}
    assert {CLASSES[field] for field in opened} == {
        one for one in Class if gets(one, OWN) is Gets.WIDGET
    }


# Every field there is


EVERY_FIELD = [*MATRIX, *(f"Mutation.{name}" for name in TYPES["Mutation"].fields)]


def test_every_field_is_asked_for_with_a_document_that_is_valid() -> None:
    for field in EVERY_FIELD:
        assert validate(SCHEMA, parse(document_with(field))) == [], field


@pytest.mark.parametrize("kind", sorted({field.partition(".")[0] for field in EVERY_FIELD}))
async def test_no_field_of_a_type_is_told_to_a_key_that_asks_for_it(
    portal: Portal, kind: str
) -> None:
    for field in (one for one in EVERY_FIELD if one.startswith(f"{kind}.")):
        answer = await portal.post({"query": document_with(field)})
        assert _refusal(answer) == REFUSED, field
        assert answer.data is None


async def test_no_id_is_told_to_a_key_whatever_it_is_of(
    town: Town, portal: Portal, cases: Cases, own: Letter
) -> None:
    root = SCHEMA.type_map["Node"]
    assert isinstance(root, GraphQLInterfaceType)
    for kind in SCHEMA.get_possible_types(root):
        text = f"query($id: ID!) {{ node(id: $id) {{ id ... on {kind.name} {{ __typename }} }} }}"
        for one in (cases.open.id, own.id, MAYOR):
            answer = await portal.post({"query": text, "variables": {"id": one}})
            assert _refusal(answer) == REFUSED, kind


# Every way to a case


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("whose", ["of another way", "confidential", "own"])
async def test_no_way_leads_a_key_to_a_case(
    portal: Portal, cases: Cases, own: Letter, way: str, whose: str
) -> None:
    letter = {"of another way": cases.open, "confidential": cases.confidential, "own": own}[whose]
    given = {"id": letter.id, "number": letter.number, "code": letter.code}
    for asked in (WHOLE, "{ number }"):
        text = WAYS[way].format(it=asked)
        variables = {name: value for name, value in given.items() if f"${name}:" in text}
        answer = await portal.post({"query": text, "variables": variables})
        assert _refusal(answer) == REFUSED
        assert letter.number not in answer.response.text
        assert TITLE not in answer.response.text


async def test_nothing_is_counted_found_or_compared_for_a_key(
    portal: Portal, cases: Cases, own: Letter
) -> None:
    for text in (
        "query($words: String) { cases(filter: { search: $words }, first: 1) { totalCount } }",
        "query($words: String) { mailboxes(search: $words, first: 1) { totalCount } }",
        "{ publishedLetters(first: 1) { totalCount } }",
        "{ viewer { cases(first: 1) { totalCount } } }",
    ):
        answer = await portal.post({"query": text, "variables": {"words": TITLE}})
        assert _refusal(answer) == REFUSED, text


async def test_a_key_follows_no_case_by_either_transport(
    town: Town, portal: Portal, own: Letter
) -> None:
    async with serving(town.app) as served:
        headers = portal.headers
        async with served.events(own.proof, document=FOLLOWED, headers=headers) as events:
            body = json.loads(await events.answer.aread())
        assert events.answer.status_code == 403
        assert body["errors"][0]["extensions"]["reason"] == "PARTNER_OPERATION"
        key = {KEY: portal.key or ""}
        with pytest.raises(InvalidStatus) as foreign:
            async with served.reader(headers=key, origin=ORIGIN):
                pass
        assert foreign.value.response.status_code == 403
        with pytest.raises(ConnectionClosed) as closed:
            async with served.reader(headers=key) as reader:
                await reader.greeted()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
        assert served.figures.open == 0


# What it does open


async def test_a_key_is_told_every_field_of_the_table_and_no_other(
    town: Town, portal: Portal, own: Letter
) -> None:
    await published(town)
    answers = {
        "WidgetMailbox": [await portal.show()],
        "WidgetSubmit": [await portal.write(), await portal.write(title="")],
        "WidgetStatus": [await portal.look_up(own)],
    }
    for name, given in answers.items():
        assert [(one.status, one.errors) for one in given] == [(200, [])] * len(given), name
        root = TYPES["Mutation" if name == "WidgetSubmit" else "Query"]
        told = {field for one in given for field, _ in answered_fields(root, one.data, [])}
        assert told <= opened_by(name)
        assert {field.partition(".")[0] for field in opened_by(name) - told} <= NOT_THERE
    mailbox = answers["WidgetMailbox"][0].data["mailbox"]
    assert (mailbox["incumbent"], mailbox["figures"]) == (None, None)


async def test_a_confidential_case_is_told_to_its_writer_on_the_partners_page(
    town: Town, portal: Portal
) -> None:
    letter = await letter_of(await portal.write(), town)
    await town.walk(letter, "ACCEPT")
    await town.act(letter, Action.REVIEW, confidential=True)
    assert OWN.sees_confidential
    assert (await portal.look_up(letter)).data["trackedCase"]["number"] == letter.number


async def test_what_came_another_way_is_not_there_for_a_key(portal: Portal, cases: Cases) -> None:
    assert (STRANGER.sees, gets(Class.PROOF, STRANGER)) == (False, Gets.NOTHING)
    for letter in (cases.open, cases.confidential):
        answer = await portal.look_up(letter)
        assert (answer.status, answer.data) == (200, {"trackedCase": None})


async def test_nobody_acts_on_a_case_with_a_key(town: Town, portal: Portal, own: Letter) -> None:
    before = await town.office.audit.of_case(own.key)
    text = """mutation($input: RevealWriterInput!) {
        revealWriter(input: $input) { writer { name } errors { code } } }"""
    given = {"caseId": own.id, "purpose": "核实"}
    answer = await portal.post({"query": text, "variables": {"input": given}})
    assert _refusal(answer) == REFUSED
    assert await town.office.audit.of_case(own.key) == before
    seen = await town.person(Role.SUPERVISOR).ask(
        "query($id: ID!) { node(id: $id) { ... on Case { stage } } }", id=own.id
    )
    assert seen["node"]["stage"] == "CALLBACK"
