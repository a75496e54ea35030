"""A mailbox is named by its code or by its id, wherever one is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from api.schema import schema
from domain.bulletins import Month
from domain.calendar import city_date
from domain.words import Role
from tests.api.actions import CITY, mailbox_id
from tests.api.clients import Town, letter_input
from tests.api.portals import letter_of, registered
from tests.api.test_letters import published

pytestmark = pytest.mark.ring("test")

CODE = f"{CITY}/HEAD"
NAMES = (CODE, mailbox_id(CODE))
FOUND = "edges { node { id } }"
ASKED: Mapping[str, str] = {
    "mailbox.id": "mailbox(id: $name) { id name }",
    "publishedLetters.mailboxId": f"publishedLetters(mailboxId: $name, first: 5) {{ {FOUND} }}",
    "CaseFilter.mailboxId": f"cases(filter: {{mailboxId: $name}}, first: 5) {{ {FOUND} }}",
    "LetterMapFilter.mailboxId": "letterMap(by: DISTRICT, filter: {from: $month, to: $month,"
    " mailboxId: $name}) { unplaced features { letters } }",
}
"""What is asked with a name, by the argument."""
WRITTEN = {
    "RegisterPartnerInput.mailboxIds",
    "ChangePartnerInput.mailboxIds",
    "SubmitLetterInput.mailboxId",
}


def _named() -> Iterator[str]:
    """Every argument and input field that names a mailbox."""
    for name, kind in schema._schema.type_map.items():
        if isinstance(kind, GraphQLInputObjectType):
            yield from (f"{name}.{field}" for field in kind.fields if field.startswith("mailboxId"))
        elif isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field, one in kind.fields.items():
                for argument in one.args:
                    is_its_id = (get_named_type(one.type).name, argument) == ("Mailbox", "id")
                    if is_its_id or argument.startswith("mailboxId"):
                        yield f"{field}.{argument}"


def test_every_name_of_a_mailbox_is_tried() -> None:
    assert set(_named()) == ASKED.keys() | WRITTEN


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letter(town: Town) -> str:
    """The public id of a letter to the mailbox."""
    _, key = await published(town)
    return key


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
async def test_a_query_answers_the_same_by_either_name(town: Town, letter: str, asked: str) -> None:
    given, variables = "$name: ID!", {}
    if "$month" in asked:
        given += ", $month: String!"
        variables["month"] = str(Month.of(city_date(town.clock())))
    clerk, document = town.person(Role.SUPERVISOR), f"query({given}) {{ {asked} }}"
    by_code, by_id = [await clerk.ask(document, name=name, **variables) for name in NAMES]
    assert by_code == by_id
    assert by_code != await clerk.ask(document, name="51/NOBODY", **variables)


@pytest.mark.parametrize("name", NAMES)
async def test_a_letter_is_written_by_either_name(town: Town, name: str) -> None:
    document = """mutation($input: SubmitLetterInput!) {
        submitLetter(input: $input) { case { mailbox { id } } errors { code } } }"""
    done = await town.citizen.ask(document, input=letter_input(mailboxId=name))
    assert done["submitLetter"] == {"case": {"mailbox": {"id": NAMES[1]}}, "errors": []}


@pytest.mark.parametrize("name", NAMES)
async def test_a_partner_shows_and_writes_to_a_mailbox_by_either_name(
    town: Town, name: str
) -> None:
    portal = await registered(town, mailboxIds=[name])
    for shown in NAMES:
        assert (await portal.show(shown)).data["mailbox"]["id"] == NAMES[1]
        assert (await letter_of(await portal.write(mailboxId=shown), town)).number
    change = """mutation($input: ChangePartnerInput!) {
        changePartner(input: $input) { partner { mailboxes { id } } errors { code } } }"""
    given = {"partnerId": portal.id, "mailboxIds": [name]}
    changed = (await town.person(Role.OPS).ask(change, input=given))["changePartner"]
    assert changed == {"partner": {"mailboxes": [{"id": NAMES[1]}]}, "errors": []}


@pytest.mark.parametrize("name", NAMES)
async def test_the_page_of_letters_is_narrowed_by_either_name(
    town: Town, letter: str, name: str
) -> None:
    page = await town.http.get("/letters", params={"mailbox": name})
    assert f"/letters/{letter}" in page.text
