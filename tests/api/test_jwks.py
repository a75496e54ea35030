"""Tokens of an issuer elsewhere: its keys are fetched, kept and replaced; nothing else is believed.

The issuer is a real HTTP server; the clock is the test's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa

from api.jwks import MOST_BYTES, RemoteVerifier, read_keys
from api.tokens import TokenRefused
from domain.actors import Actor
from domain.words import Role
from tests.api.clients import Clock
from tests.api.issuers import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    NEW_ED,
    RSA,
    Issuer,
    algorithm,
    by_hand,
    claims,
    jwk,
    running_issuer,
    signed,
)

pytestmark = pytest.mark.ring("test")

KEYS = {"ed": ED, "ec": EC, "rsa": RSA}
WANG = Actor(frozenset({Role.HANDLER}), "wang", "510101")


# Keys come, go and stay


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.publish(jwk("ed", ED))
        yield issuer


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def verifier(issuer: Issuer, clock: Clock) -> AsyncIterator[RemoteVerifier]:
    verifier = RemoteVerifier(issuer.url, ISSUER, AUDIENCE, clock, seconds=0.5)
    yield verifier
    await verifier.close()


TOKEN = signed("ed", ED, claims())
ROTATED = signed("new", NEW_ED, claims())


async def _is_refused(verifier: RemoteVerifier, token: str) -> bool:
    try:
        await verifier.believed(token)
    except TokenRefused:
        return True
    return False


async def _settled(verifier: RemoteVerifier) -> None:
    """What is fetched behind the back of a request has come."""
    if verifier._fetching is not None:
        await verifier._fetching


async def test_keys_are_fetched_once_for_many_who_come_at_once(
    issuer: Issuer, verifier: RemoteVerifier
) -> None:
    actors = await asyncio.gather(*(verifier.believed(TOKEN) for _ in range(50)))
    assert (actors, issuer.asked) == ([WANG] * 50, 1)


async def test_a_clock_may_be_half_a_minute_off(verifier: RemoteVerifier) -> None:
    real = int(datetime.now(UTC).timestamp())
    assert await verifier.believed(signed("ed", ED, claims(exp=real - 10))) == WANG
    assert await verifier.believed(signed("ed", ED, claims(nbf=real + 20, iat=real + 20))) == WANG


async def test_a_rotated_key_is_fetched_and_the_old_one_is_gone(
    issuer: Issuer, verifier: RemoteVerifier, clock: Clock
) -> None:
    assert await verifier.believed(TOKEN) == WANG
    issuer.publish(jwk("new", NEW_ED))
    assert await _is_refused(verifier, ROTATED)  # it was asked within the last minute
    clock.later = timedelta(seconds=61)
    assert await verifier.believed(ROTATED) == WANG
    assert issuer.asked == 2
    assert await _is_refused(verifier, TOKEN)


async def test_unknown_keys_make_it_ask_once_a_minute(
    issuer: Issuer, verifier: RemoteVerifier, clock: Clock
) -> None:
    for number in range(50):
        assert await _is_refused(verifier, signed(f"key {number}", ED, claims()))
    assert issuer.asked == 1
    clock.later = timedelta(seconds=61)
    for number in range(50):
        assert await _is_refused(verifier, signed(f"key {number}", ED, claims()))
    assert issuer.asked == 2


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"keys": {}}', b'{"keys": [1, null, {}]}'])
async def test_an_outage_of_the_issuer_costs_nobody_their_session_for_a_day(
    issuer: Issuer, verifier: RemoteVerifier, clock: Clock, body: bytes
) -> None:
    assert await verifier.believed(TOKEN) == WANG
    issuer.status, issuer.body = (503 if body == b"" else 200), body
    for hours in (1, 12, 23):
        clock.later = timedelta(hours=hours)
        assert await verifier.believed(TOKEN) == WANG
        await _settled(verifier)
    assert issuer.asked == 4
    clock.later = timedelta(hours=24, minutes=1)
    assert await _is_refused(verifier, TOKEN)
    issuer.publish(jwk("ed", ED))
    clock.later += timedelta(minutes=1)
    assert await verifier.believed(TOKEN) == WANG


async def test_an_issuer_that_hangs_holds_up_nobody_who_has_a_known_key(
    issuer: Issuer, verifier: RemoteVerifier, clock: Clock
) -> None:
    assert await verifier.believed(TOKEN) == WANG
    issuer.hangs.clear()
    clock.later = timedelta(hours=1)
    assert await verifier.believed(TOKEN) == WANG
    waiting = asyncio.create_task(_is_refused(verifier, ROTATED))
    assert await verifier.believed(TOKEN) == WANG
    assert not waiting.done()
    assert await waiting  # half a second later: that is all it may take


async def test_an_issuer_that_was_never_there_is_a_refusal(clock: Clock) -> None:
    verifier = RemoteVerifier("http://127.0.0.1:1/jwks", ISSUER, AUDIENCE, clock)
    assert await _is_refused(verifier, TOKEN)


async def test_a_redirect_is_not_followed(issuer: Issuer, clock: Clock) -> None:
    with running_issuer() as elsewhere:
        elsewhere.publish(jwk("ed", ED))
        issuer.status, issuer.headers = 302, {"Location": elsewhere.url}
        verifier = RemoteVerifier(issuer.url, ISSUER, AUDIENCE, clock)
        assert await _is_refused(verifier, TOKEN)
        assert (issuer.asked, elsewhere.asked) == (1, 0)


@pytest.mark.parametrize("header", ["jku", "x5u"])
async def test_a_token_does_not_say_where_its_key_lies(
    verifier: RemoteVerifier, header: str
) -> None:
    with running_issuer() as elsewhere:
        elsewhere.publish(jwk("mine", NEW_ED))
        told = {"alg": "EdDSA", "kid": "mine", header: elsewhere.url}
        assert await _is_refused(verifier, by_hand(told, NEW_ED.sign))
        assert elsewhere.asked == 0


async def test_an_answer_without_end_is_not_read(issuer: Issuer, verifier: RemoteVerifier) -> None:
    issuer.body = issuer.body[:-1] + b" " * MOST_BYTES + b"}"
    assert await _is_refused(verifier, TOKEN)


# Keys that are none


UNUSABLE: dict[str, dict[str, object]] = {
    "no name": {**jwk("x", ED), "kid": None},
    "an empty name": jwk("", ED),
    "for encryption": jwk("x", ED, use="enc"),
    "for another algorithm": jwk("x", RSA, alg="RS512"),
    "for HMAC": {"kty": "oct", "kid": "x", "k": "c2VjcmV0"},
    "with its secret half": jwk("x", ED, d="ZWVl"),
    "another curve": jwk("x", generate_private_key(SECP384R1())),
    "too short": jwk("x", generate_rsa(65537, 1024)),
    "half of it": {"kty": "EC", "kid": "x", "crv": "P-256", "x": "AAAA"},
    "garbage": {"kty": "OKP", "kid": "x", "crv": "Ed25519", "x": 1},
    "an unknown type": {"kty": "XYZ", "kid": "x"},
}


@pytest.mark.parametrize("what", UNUSABLE)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_key_that_is_not_as_it_should_be_is_passed_over(what: str) -> None:
    document = {"keys": [UNUSABLE[what], jwk("ed", ED)]}
    assert list(read_keys(json.dumps(document).encode())) == ["ed"]


def test_a_key_is_good_for_one_algorithm_only() -> None:
    assert [algorithm(key) for key in KEYS.values()] == ["EdDSA", "ES256", "RS256"]
    found = read_keys(json.dumps({"keys": [jwk(n, k) for n, k in KEYS.items()]}).encode())
    assert list(found) == list(KEYS)
