"""Tokens of an issuer elsewhere: believed whole or not at all, and refused in one way."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from math import inf

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.words import Role
from storage import mongo
from tests.api.clients import Answer, Town
from tests.api.conftest import open_town
from tests.api.issuers import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    NEW_ED,
    RSA,
    Issuer,
    PrivateKey,
    by_hand,
    claims,
    jwk,
    later,
    running_issuer,
    signed,
)

pytestmark = pytest.mark.ring("test")

KEYS = {"ed": ED, "ec": EC, "rsa": RSA}


def hs256(name: str, key: PrivateKey, encoding: Encoding, form: PublicFormat) -> str:
    secret = key.public_key().public_bytes(encoding, form)
    header = {"alg": "HS256", "typ": "JWT", "kid": name}
    return by_hand(header, lambda message: hmac.new(secret, message, hashlib.sha256).digest())


_PEM, _SPKI = Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
_HEADER = {"alg": "EdDSA", "typ": "JWT", "kid": "ed"}


def refused_tokens() -> dict[str, str]:
    """Tokens that are refused, each for one cause; made when used, as some speak of now."""
    return {
        "nothing": "",
        "garbage": "garbage",
        "expired": signed("ed", ED, claims(exp=later(minutes=-5))),
        "expired a minute ago": signed("ed", ED, claims(exp=later(seconds=-60))),
        "not yet valid": signed("ed", ED, claims(nbf=later(minutes=5))),
        "issued in the future": signed("ed", ED, claims(iat=later(minutes=5))),
        "wrong issuer": signed("ed", ED, claims(iss="https://id.example.evil")),
        "wrong audience": signed("ed", ED, claims(aud="elsewhere")),
        "a list of audiences": signed("ed", ED, claims(aud=[AUDIENCE])),
        "alg none": by_hand({"alg": "none", "kid": "ed"}, lambda _: b""),
        "HS256 with the Ed25519 key": hs256("ed", ED, Encoding.Raw, PublicFormat.Raw),
        "HS256 with the EC key's PEM": hs256("ec", EC, _PEM, _SPKI),
        "HS256 with the RSA key's PEM": hs256("rsa", RSA, _PEM, _SPKI),
        "HS256 with the RSA key's DER": hs256("rsa", RSA, Encoding.DER, _SPKI),
        "another algorithm of the same key": by_hand(
            {"alg": "RS512", "typ": "JWT", "kid": "rsa"}, lambda _: b"x" * 256
        ),
        "the name of one key, signed by another": signed("ec", ED, claims()),
        "an unknown key": signed("another", ED, claims()),
        "a stranger's key under a known name": signed("ed", NEW_ED, claims()),
        "no key": by_hand({"alg": "EdDSA", "typ": "JWT"}, ED.sign),
        "a key in the token": by_hand(
            {"alg": "EdDSA", "kid": "mine", "jwk": jwk("mine", NEW_ED)},
            NEW_ED.sign,
        ),
        "an address in the token": by_hand(
            {**_HEADER, "kid": "mine", "jku": "http://127.0.0.1:1/jwks"}, ED.sign
        ),
        "critical extensions": by_hand({**_HEADER, "crit": ["exp"]}, ED.sign),
        "no signature": by_hand(_HEADER, lambda _: b""),
        "ten thousand signs": signed("ed", ED, claims(more="x" * 10_000)),
        **{
            f"no {name}": signed("ed", ED, claims(without=name))
            for name in claims()
            if name != "unit"
        },
        "roles a string": signed("ed", ED, claims(roles="HANDLER")),
        "no roles": signed("ed", ED, claims(roles=[])),
        "an unknown role": signed("ed", ED, claims(roles=["HANDLER", "EMPEROR"])),
        "a role that is an object": signed("ed", ED, claims(roles=[{}])),
        "an empty subject": signed("ed", ED, claims(sub="")),
        "a subject with a line's end": signed("ed", ED, claims(sub="wang\nlevel=CRITICAL")),
        "a subject without end": signed("ed", ED, claims(sub="w" * 201)),
        "a subject that is a number": by_hand(_HEADER, ED.sign, claims(sub=1)),
        "an empty unit": signed("ed", ED, claims(unit="")),
        "a unit that is a list": signed("ed", ED, claims(unit=["510101"])),
        "an expiry in words": by_hand(_HEADER, ED.sign, claims(exp="9999999999")),
        "an expiry that is true": by_hand(_HEADER, ED.sign, claims(exp=True)),
        "an expiry that is infinite": by_hand(_HEADER, ED.sign, claims(exp=inf)),
        "an expiry that is null": by_hand(_HEADER, ED.sign, claims(exp=None)),
        "a start in words": by_hand(_HEADER, ED.sign, claims(nbf="0")),
        "claims that are a list": by_hand(_HEADER, ED.sign, [1]),
    }


@pytest.fixture(scope="module")
def shared_issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.publish(*(jwk(name, key) for name, key in KEYS.items()))
        yield issuer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver, shared_issuer: Issuer) -> AsyncIterator[Town]:
    """A town that believes the issuer's tokens and, in production, no others."""
    settings = {"jwks_url": shared_issuer.url, "token_issuer": ISSUER, "token_audience": AUDIENCE}
    async for one in open_town(mongo_uri, driver, **settings):
        yield one


async def _asked(town: Town, token: str) -> Answer:
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    body = {"query": "{ viewer { subject } }"}
    return Answer(await town.http.post("/graphql", json=body, headers=headers))


@pytest.mark.parametrize("name", KEYS)
async def test_a_token_by_each_type_of_key_is_believed(town: Town, name: str) -> None:
    answer = await _asked(town, signed(name, KEYS[name], claims()))
    assert answer.data == {"viewer": {"subject": "wang"}}


@pytest.mark.parametrize("what", refused_tokens())
async def test_anything_odd_is_the_same_401(town: Town, what: str) -> None:
    answer = await _asked(town, refused_tokens()[what])
    request_id = answer.errors[0]["extensions"]["requestId"]
    assert answer.status == 401
    assert answer.response.headers["WWW-Authenticate"] == "Bearer"
    extensions = {"code": "UNAUTHENTICATED", "requestId": request_id}
    message = "This token is not valid."
    assert answer.body == {"errors": [{"message": message, "extensions": extensions}]}


async def test_the_development_issuer_is_not_believed_beside_another(town: Town) -> None:
    assert (await town.person(Role.HANDLER).send("{ viewer { subject } }")).status == 401
