"""The cases of the access matrix, who reads them, and what there is of a case to be read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from _pytest.mark.structures import ParameterSet
from graphql import GraphQLObjectType, get_named_type

from api.schema import schema
from domain.attachments import Attachment
from domain.words import Role
from domain.workflow import Action
from storage import mongo
from storage.attachments import Upload
from tests.api.access_matrix import READERS, SIGNED_IN, Reader
from tests.api.citizens import ACCOUNT_KEY, signed_in
from tests.api.clients import Account, Client, Letter, Town
from tests.api.conftest import SECRETS, open_town
from tests.api.selections import everything
from tests.rings import sample

WALKING = (*READERS, *SIGNED_IN)
"""Whatever they ask is carried out; whoever comes with a key walks apart."""

SAMPLED = {
    *("anonymous", "anonymous with number and code", "the writer's account", "another account"),
    *("INTAKE, whole city", "SUPERVISOR, whole city", "HANDLER, of the unit"),
    *("INTAKE, of a unit above", "APPROVER, of a unit elsewhere", "HANDLER, of a unit below"),
    *("HANDLER, of a unit that is involved", "OPS", "SYSTEM"),
    "the writer, signed in by telephone",
}
"""One of each kind; what the query lets each of all of them see: tests/storage/test_sight.py."""


def sample_readers(readers: Iterable[Reader]) -> list[ParameterSet]:
    """Parameters: the others of ``readers`` walk in a wider ring."""
    return sample(readers, lambda reader: reader.name in SAMPLED)


TYPES = {
    name: kind
    for name, kind in schema._schema.type_map.items()
    if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
}
_SIMILAR = """similarCases(first: 2) {
    totalCount pageInfo { hasNextPage } edges { cursor node { number } } }"""
_FIELDS = everything("Case", 2, without=("similarCases", "mailbox", "category"))[:-1]
WHOLE = f"{_FIELDS} mailbox {{ id name }} category {{ id name }} {_SIMILAR} }}"
"""Everything that a case has, in braces."""
TITLE = "关于油烟净化设施的来信"
CLEAR = {"name": "张小明", "phone": "+8613880001234", "anonymous": False}
MASKED = {"name": "张**", "phone": "**********1234", "anonymous": False}
TO_SURVEY = (
    "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT INVOLVE_UNIT SUPERVISE SUBMIT_REPLY APPROVE_REPLY"
)


@dataclass(frozen=True)
class Cases:
    """Two cases of li's: RIVER handles them, EDUCATION helps with the open one."""

    open: Letter
    confidential: Letter


async def signed_in_town(
    mongo_uri: str, driver: mongo.Driver, **changed: Any
) -> AsyncIterator[Town]:
    """A town where the citizens of the matrix have signed in by telephone."""
    secrets = replace(SECRETS, account_key=ACCOUNT_KEY)
    async for town in open_town(mongo_uri, driver, secrets=secrets, **changed):
        for one in SIGNED_IN:
            assert one.subject is not None
            client = (await signed_in(town)).client
            subject = (await client.ask("{ viewer { subject } }"))["viewer"]["subject"]
            town.accounts[one.subject] = Account(client, subject)
        yield town


async def two_cases(town: Town) -> Cases:
    """The open one with its reply out and a hold on it, the confidential one with the unit."""
    li = citizen_of(town, "li")
    open_case = await town.letter(li, title=TITLE)
    await town.walk(open_case, TO_SURVEY)
    await _with_a_file(town, open_case)
    await town.person(Role.SUPERVISOR).do("holdCase", caseId=open_case.id, reason="行政诉讼")
    secret = await town.letter(li, title=TITLE)
    await town.walk(secret, "ACCEPT")
    await town.act(secret, Action.REVIEW, confidential=True)
    return Cases(open_case, secret)


async def _with_a_file(town: Town, letter: Letter) -> None:
    """Known of, as if it had been sent."""
    file = Attachment("f" * 32, "油烟.jpg", "image/jpeg", 1000)
    attachments = town.office.outside.attachments
    await attachments.announce(Upload(file, ""), town.clock())
    assert await attachments.bind(file.id, letter.key, 0, file.size)


def client_of(town: Town, reader: Reader) -> Client:
    """Somebody who is this reader."""
    assert not reader.by_key, "a page has no token: see tests/api/test_access_by_key.py"
    if not reader.roles:
        return town.citizen
    if reader.by_telephone:
        return town.accounts[reader.subject or ""].client
    if reader.roles == (Role.CITIZEN,):
        return citizen_of(town, reader.subject or "")
    return town.person(*reader.roles, unit=reader.unit, subject=reader.subject)


def citizen_of(town: Town, subject: str) -> Client:
    """By a token of another issuer: the account that signed in, where somebody did."""
    known = town.accounts.get(subject)
    return town.person(Role.CITIZEN, subject=known.subject if known else subject)


def answered_fields(
    kind: GraphQLObjectType, value: Any, path: list[Any]
) -> Iterator[tuple[str, list[Any]]]:
    """Every field that was answered, with its path."""
    for name, given in value.items():
        yield f"{kind.name}.{name}", [*path, name]
        below = get_named_type(kind.fields[name].type)
        if isinstance(below, GraphQLObjectType):
            many = given if isinstance(given, list) else [given]
            for place, one in enumerate(many):
                if one is not None:
                    place_path = [place] if isinstance(given, list) else []
                    yield from answered_fields(below, one, [*path, name, *place_path])
