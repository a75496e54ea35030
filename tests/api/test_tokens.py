"""A token is believed whole or not at all; nobody falls back to less than they claimed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.app import now, verifier_of
from api.tokens import (
    AUDIENCE,
    DEVELOPMENT_ISSUER,
    DEVELOPMENT_KEY,
    MOST_KNOWN,
    DevelopmentIssuer,
    TokenRefused,
    Verifier,
)
from domain.actors import Actor
from domain.words import Role
from tests.api.clients import Answer, Town
from tests.api.conftest import SECRETS

pytestmark = pytest.mark.ring("test")

SEED = b"t" * 32
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
ISSUER = DevelopmentIssuer(SEED)
VERIFIER = Verifier(DEVELOPMENT_ISSUER, {DEVELOPMENT_KEY: ISSUER.public_key()})
NOW = datetime.now(UTC)
CLAIMS: dict[str, Any] = {
    "iss": DEVELOPMENT_ISSUER,
    "aud": AUDIENCE,
    "sub": "wang",
    "roles": ["HANDLER"],
    "unit": "510101",
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + timedelta(days=1),
}


def _signed(header: dict[str, Any] | None = None, without: str = "", **changed: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if name != without}
    headers = {"kid": DEVELOPMENT_KEY, **(header or {})}
    return jwt.encode(claims, KEY, "EdDSA", headers=headers)


PLAIN = {**CLAIMS, **{name: int(CLAIMS[name].timestamp()) for name in ("iat", "nbf", "exp")}}


def _by_hand(
    header: dict[str, Any], sign: Callable[[bytes], bytes], claims: str = json.dumps(PLAIN)
) -> str:
    """A token that no library would make."""
    parts = [json.dumps(header), claims]
    message = b".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(sign(message)).rstrip(b"=")
    return (message + b"." + signature).decode()


def _hs256(key: bytes) -> str:
    header = {"alg": "HS256", "typ": "JWT", "kid": DEVELOPMENT_KEY}
    return _by_hand(header, lambda message: hmac.new(key, message, hashlib.sha256).digest())


_PUBLIC = KEY.public_key()
_STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
_ED = {"alg": "EdDSA", "typ": "JWT", "kid": DEVELOPMENT_KEY}
REFUSED: dict[str, str] = {
    "nothing": "",
    "garbage": "garbage",
    "three dots": "...",
    "two parts": "a.b",
    "expired": _signed(exp=NOW - timedelta(hours=1)),
    "not yet": _signed(nbf=NOW + timedelta(hours=1)),
    "issued in the future": _signed(iat=NOW + timedelta(hours=1)),
    "another audience": _signed(aud="elsewhere"),
    "a list of audiences": _signed(aud=[AUDIENCE, "elsewhere"]),
    "another issuer": _signed(iss="elsewhere"),
    "alg none": _by_hand({"alg": "none", "kid": DEVELOPMENT_KEY}, lambda _: b""),
    "alg None": _by_hand({"alg": "None", "kid": DEVELOPMENT_KEY}, lambda _: b""),
    "HS256 with the public key": _hs256(_PUBLIC.public_bytes(Encoding.Raw, PublicFormat.Raw)),
    "HS256 with its PEM": _hs256(
        _PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ),
    "a stranger's signature": _by_hand(_ED, _STRANGER.sign),
    "no signature": _by_hand(_ED, lambda _: b""),
    "an unknown key": _signed({"kid": "another"}),
    "no key": _by_hand({"alg": "EdDSA", "typ": "JWT"}, KEY.sign),
    "a key that is a list": _by_hand({**_ED, "kid": ["development"]}, KEY.sign),
    "a header as deep as a well": f"{'W1tb' * 1_600}.e30.e30",
    "claims as deep as a well": _by_hand(_ED, KEY.sign, "[" * 3_000),
    "claims that are a list": _by_hand(_ED, KEY.sign, "[]"),
    "claims that are no JSON": _by_hand(_ED, KEY.sign, "{"),
    **{f"no {name}": _signed(without=name) for name in CLAIMS if name != "unit"},
    "roles a string": _signed(roles="HANDLER"),
    "no roles": _signed(roles=[]),
    "roles null": _signed(roles=None),
    "an unknown role": _signed(roles=["HANDLER", "EMPEROR"]),
    "a role in small letters": _signed(roles=["handler"]),
    "a role that is a list": _signed(roles=[["HANDLER"]]),
    "a role that is an object": _signed(roles=[{"HANDLER": True}]),
    "a role that is a number": _signed(roles=[1]),
    "an empty unit": _signed(unit=""),
    "a unit that is a list": _signed(unit=["510101"]),
    "a unit that is a number": _signed(unit=51),
    "an empty subject": _signed(sub=""),
    "a subject that is a number": _by_hand(_ED, KEY.sign, json.dumps({**PLAIN, "sub": 1})),
    "an expiry that is a word": _signed(exp="tomorrow"),
    "an expiry that is infinite": _by_hand(_ED, KEY.sign, json.dumps({**PLAIN, "exp": inf})),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_token_that_is_not_whole_is_401(town: Town, what: str) -> None:
    headers = {"Authorization": f"Bearer {REFUSED[what]}"}
    body = {"query": "{ categories { id } }"}
    answer = Answer(await town.http.post("/graphql", json=body, headers=headers))
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.response.headers["WWW-Authenticate"] == "Bearer"
    assert "data" not in answer.body


@pytest.mark.parametrize("header", ["", "Basic d2FuZzp3YW5n", _signed(), f"Token {_signed()}"])
async def test_only_bearer_tokens_are_taken(town: Town, header: str) -> None:
    body = {"query": "{ categories { id } }"}
    headers = {"Authorization": header}
    answer = Answer(await town.http.post("/graphql", json=body, headers=headers))
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
async def test_a_whole_token_says_who_asks(town: Town, scheme: str) -> None:
    body = {"query": "{ viewer { subject } }"}
    headers = {"Authorization": f"{scheme} {_signed()}"}
    answer = Answer(await town.http.post("/graphql", json=body, headers=headers))
    assert answer.body["data"] == {"viewer": {"subject": "wang"}}
    assert answer.errors == []


async def test_without_a_token_one_is_a_citizen(town: Town) -> None:
    assert (await town.citizen.ask("{ categories { id } }"))["categories"]


def test_what_is_refused_differs_from_a_good_token_in_one_thing() -> None:
    assert VERIFIER.actor(_by_hand(_ED, KEY.sign)) == VERIFIER.actor(_signed())


def test_an_actor_has_the_roles_and_the_unit_of_the_token() -> None:
    assert VERIFIER.actor(_signed()) == Actor(frozenset({Role.HANDLER}), "wang", "510101")
    whole_city = ISSUER.issue("li", (Role.INTAKE, Role.REVIEWER), None, now())
    roles = frozenset({Role.INTAKE, Role.REVIEWER})
    assert VERIFIER.actor(whole_city) == Actor(roles, "li", None)


def test_clocks_may_be_half_a_minute_apart() -> None:
    wang = VERIFIER.actor(_signed())
    assert VERIFIER.actor(_signed(nbf=now() + timedelta(seconds=20))) == wang
    assert VERIFIER.actor(_signed(exp=now() - timedelta(seconds=10))) == wang


def test_a_believed_token_is_not_checked_again_before_it_expires() -> None:
    keys, clock = {DEVELOPMENT_KEY: ISSUER.public_key()}, [NOW.timestamp()]
    verifier = Verifier(DEVELOPMENT_ISSUER, keys, clock=lambda: clock[0])
    token = _signed()
    actor = verifier.actor(token)
    keys.clear()  # whoever looks for the key now finds none
    clock[0] = CLAIMS["exp"].timestamp() - 1
    assert verifier.actor(token) == actor
    clock[0] = CLAIMS["exp"].timestamp()
    with pytest.raises(TokenRefused):
        verifier.actor(token)


def test_nothing_but_the_very_token_is_believed_again() -> None:
    verifier = Verifier(DEVELOPMENT_ISSUER, {DEVELOPMENT_KEY: ISSUER.public_key()})
    token = _signed()
    assert verifier.actor(token).roles == {Role.HANDLER}
    head, _, signature = token.split(".")
    _, claims, _ = _signed(roles=["SUPERVISOR"]).split(".")
    for other in (f"{head}.{claims}.{signature}", f"{head}.{claims}.", token[:-4] + "AAAA"):
        with pytest.raises(TokenRefused):
            verifier.actor(other)


def test_what_is_remembered_of_tokens_is_bounded() -> None:
    verifier = Verifier(DEVELOPMENT_ISSUER, {DEVELOPMENT_KEY: ISSUER.public_key()})
    for place in range(MOST_KNOWN + 1):
        assert verifier.actor(_signed(sub=f"person {place}")).subject == f"person {place}"
    assert len(verifier._known) == 1


def test_production_believes_no_development_token(town: Town) -> None:
    token = ISSUER.issue("wang", (Role.HANDLER,), None, now())
    assert verifier_of(town.settings).actor(token).subject == "wang"
    for secrets in (SECRETS, replace(SECRETS, token_key=None)):
        production = replace(town.settings, environment="production", secrets=secrets)
        with pytest.raises(TokenRefused):
            verifier_of(production).actor(token)
