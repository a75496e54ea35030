"""Tokens of accounts: for citizens alone, beside those of other issuers, checked by anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
import pytest_asyncio
from jwt.algorithms import OKPAlgorithm

from api.account_tokens import ACCOUNT_ISSUER, AccountIssuer
from api.app import now
from domain.words import Role
from storage import mongo
from tests.api.citizens import (
    ACCOUNT_KEY,
    VIEWER,
    signed_in,
    town_of_citizens,
)
from tests.api.clients import Client, Town
from tests.api.conftest import open_town
from tests.api.issuers import AUDIENCE, ED, ISSUER, claims, jwk, running_issuer, signed

pytestmark = pytest.mark.ring("test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where citizens sign in."""
    async for one in town_of_citizens(mongo_uri, driver):
        yield one


async def test_an_access_token_says_citizen_and_nothing_more(town: Town) -> None:
    li = await signed_in(town)
    told = jwt.decode(li.tokens["accessToken"], options={"verify_signature": False})
    assert (told["iss"], told["roles"], "unit" in told) == (ACCOUNT_ISSUER, ["CITIZEN"], False)
    assert told["exp"] - told["iat"] == 15 * 60
    assert li.phone not in str(told)


async def test_anybody_can_check_a_token_with_the_published_key(town: Town) -> None:
    response = await town.http.get("/.well-known/jwks.json")
    assert response.headers["content-type"] == "application/json"
    [key] = response.json()["keys"]
    assert key["kty"] == "OKP"
    assert "d" not in key
    token = (await signed_in(town)).tokens["accessToken"]
    assert jwt.get_unverified_header(token)["kid"] == key["kid"]
    public: Any = OKPAlgorithm.from_jwk(key)
    jwt.decode(token, public, algorithms=["EdDSA"], audience="lizheng", issuer=ACCOUNT_ISSUER)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
async def test_the_account_key_makes_nobody_staff(town: Town, role: Role) -> None:
    issuer = AccountIssuer(ACCOUNT_KEY)
    good = jwt.decode(issuer.access_token("a1", "s1", now()), options={"verify_signature": False})
    for roles in ([role.value], ["CITIZEN", role.value]):
        token = jwt.encode(
            {**good, "roles": roles},
            issuer._key,
            "EdDSA",
            headers={"kid": issuer.key_name},
        )
        answer = await Client(town.http, token).send("{ viewer { subject } }")
        assert answer.status == 401


@pytest.mark.parametrize(
    "changed",
    [{"unit": "5101"}, {"sid": None}, {"sid": ""}, {"iss": "lizheng-development"}, {"aud": "x"}],
)
async def test_an_account_token_that_is_odd_is_401(town: Town, changed: dict[str, Any]) -> None:
    issuer = AccountIssuer(ACCOUNT_KEY)
    good = jwt.decode(issuer.access_token("a1", "s1", now()), options={"verify_signature": False})
    token = jwt.encode({**good, **changed}, issuer._key, "EdDSA", headers={"kid": issuer.key_name})
    assert (await Client(town.http, token).send("{ viewer { subject } }")).status == 401
    whole = jwt.encode(good, issuer._key, "EdDSA", headers={"kid": issuer.key_name})
    assert (await Client(town.http, whole).send("{ viewer { subject } }")).status == 200


async def test_no_other_key_signs_for_accounts(town: Town) -> None:
    forged, kid = AccountIssuer(b"x" * 32), AccountIssuer(ACCOUNT_KEY).key_name
    good = jwt.decode(forged.access_token("a1", "s1", now()), options={"verify_signature": False})
    for name in (kid, "development", forged.key_name):
        token = jwt.encode(good, forged._key, "EdDSA", headers={"kid": name})
        assert (await Client(town.http, token).send("{ viewer { subject } }")).status == 401


async def test_staff_tokens_of_the_other_issuer_are_believed_beside_them(town: Town) -> None:
    clerk = town.person(Role.INTAKE)
    assert (await clerk.ask("{ viewer { subject } }"))["viewer"]["subject"] == "intake"


async def test_tokens_of_a_remote_issuer_are_believed_beside_them(
    mongo_uri: str, driver: mongo.Driver, town: Town
) -> None:
    with running_issuer() as remote:
        remote.publish(jwk("one", ED))
        told = {"jwks_url": remote.url, "token_issuer": ISSUER, "token_audience": AUDIENCE}
        secrets = town.settings.secrets
        async for other in open_town(mongo_uri, driver, secrets=secrets, **told):
            staff = Client(other.http, signed("one", ED, claims()))
            assert (await staff.ask("{ viewer { subject } }"))["viewer"]["subject"] == "wang"
            li = await signed_in(other)
            assert (await li.client.ask(VIEWER))["viewer"]["phone"]
            # The remote key signs nothing for accounts, whatever it claims to be.
            posing = claims(iss=ACCOUNT_ISSUER, sub=li.tokens["session"]["id"], roles=["CITIZEN"])
            for name in ("one", AccountIssuer(ACCOUNT_KEY).key_name):
                refused = await Client(other.http, signed(name, ED, posing)).send(VIEWER)
                assert refused.status == 401
