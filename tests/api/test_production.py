"""In production a stranger learns nothing about the schema; staff may read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from api.app import now
from domain.words import Role
from storage import mongo
from tests.api.clients import Client, Town
from tests.api.conftest import SECRETS, open_town
from tests.api.issuers import AUDIENCE, ED, ISSUER, jwk, running_issuer, signed

pytestmark = pytest.mark.ring("test")

SCHEMA = "{ __schema { queryType { name } } }"
#    a slip                                              what the schema has instead
SLIPS = (
    ("{ categorie { id } }",                             "categories"),
    ("{ categories { nam } }",                           "name"),
    ("{ units(frst: 1) { totalCount } }",                "first"),
    ("{ node(id: 1) { ... on Unitt { id } } }",          "'Unit'"),
    ("{ node(id: 1) { number } }",                       "Case"),
    ("{ mailboxes(level: CITY_GOVERMENT, first: 1) { totalCount } }", "CITY_GOVERNMENT"),
    ("query($x: CaseFiltr) { cases(filter: $x, first: 1) { totalCount } }", "CaseFilter"),
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town in production, with an issuer of its own."""
    with running_issuer() as issuer:
        issuer.publish(jwk("ed", ED))
        changed = {
            "environment": "production",
            "secrets": replace(SECRETS, token_key=None),
            "jwks_url": issuer.url,
            "token_issuer": ISSUER,
            "token_audience": AUDIENCE,
        }
        async for one in open_town(mongo_uri, driver, **changed):
            yield one


def _person(town: Town, role: Role) -> Client:
    at = now()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "wang",
        "roles": [role.value],
        "iat": at,
        "nbf": at,
        "exp": at + timedelta(hours=1),
    }
    return Client(town.http, signed("ed", ED, claims))


@pytest.mark.parametrize("document", [SCHEMA, '{ __type(name: "Case") { name } }'])
async def test_only_staff_read_the_schema(town: Town, document: str) -> None:
    for reader in (town.citizen, _person(town, Role.CITIZEN)):
        refused = await reader.send(document)
        assert (refused.status, refused.code) == (400, "GRAPHQL_VALIDATION_FAILED")
        assert refused.errors[0]["extensions"]["limit"] == "introspection"
    assert (await _person(town, Role.HANDLER).send(document)).errors == []


async def test_a_fragment_does_not_hide_introspection(town: Town) -> None:
    hidden = "{ ...F } fragment F on Query { ... { x: __schema { queryType { name } } } }"
    assert (await town.citizen.send(hidden)).data is None
    named = "query Q { __typename } query R { __schema { queryType { name } } }"
    assert (await town.citizen.send(named)).data is None
    assert (await town.citizen.send("{ __typename }")).data == {"__typename": "Query"}


@pytest.mark.parametrize(("document", "hint"), SLIPS)
async def test_a_strangers_slip_is_not_mended(town: Town, document: str, hint: str) -> None:
    told = (await _person(town, Role.HANDLER).send(document)).errors[0]["message"]
    assert "Did you mean" in told
    assert hint in told
    untold = (await town.citizen.send(document)).errors[0]["message"]
    assert told.startswith(untold)
    assert "Did you mean" not in untold


async def test_there_is_no_explorer(town: Town) -> None:
    answer = await town.http.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 406
    assert "<html" not in answer.text
