"""The issuer's public keys: fetched from its JWKS address, kept, and replaced as they rotate.

What is fetched is bounded in time and size, follows no redirect and comes from the configured
address only: nothing in a token says where to look. Keys are fresh for ten minutes, then they
are fetched again behind the back of the requests that still use them; an issuer that does not
answer costs nobody their session for a day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from api.tokens import LONGEST_NAME, PublicKey, Verifier, algorithm_of, key_id
from domain.actors import Actor

logger = logging.getLogger("lizheng.api")

FRESH = timedelta(minutes=10)
"""Younger keys are used without a thought."""
STALE = timedelta(hours=24)
"""Older keys are not used at all."""
PAUSE = timedelta(minutes=1)
"""Between two fetches, whatever the tokens claim."""
SECONDS = 5.0
MOST_BYTES = 200_000
MOST_KEYS = 100
LEAST_RSA_BITS = 2048
_ASKED = {"Accept": "application/json", "Accept-Encoding": "identity"}  # nothing that can swell

_READERS: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "OKP": OKPAlgorithm.from_jwk,
    "EC": ECAlgorithm.from_jwk,
    "RSA": RSAAlgorithm.from_jwk,
}


class RemoteVerifier:
    """Checks tokens of ``issuer`` for ``audience`` with the keys at ``url``."""

    def __init__(
        self,
        url: str,
        issuer: str,
        audience: str,
        clock: Callable[[], datetime],
        seconds: float = SECONDS,
    ) -> None:
        self._url = url
        self._verifier = Verifier(issuer, {}, audience)
        self._clock, self._seconds = clock, seconds
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def believed(self, token: str) -> Actor:
        """Whom the token speaks for; raises ``TokenRefused`` when anything is missing or odd.

        Waits for the issuer only when the token names a key that is not known.
        """
        wanted = key_id(token)
        now = self._clock()
        age = None if self._fetched_at is None else now - self._fetched_at
        if age is not None and age > STALE:
            self._replace_keys({})
        if wanted not in self._verifier.keys or age is None or age > FRESH:
            self._fetch_soon(now)
        if wanted not in self._verifier.keys and self._fetching is not None:
            await asyncio.shield(self._fetching)
        return self._verifier.actor(token)

    async def close(self) -> None:
        """Gives up what is being fetched."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _fetch_soon(self, now: datetime) -> None:
        """One fetch at a time, and one a minute."""
        if self._fetching is not None and not self._fetching.done():
            return
        self._fetching = None
        if self._tried_at is None or now - self._tried_at >= PAUSE:
            self._tried_at = now
            self._fetching = asyncio.create_task(self._fetch(now))

    async def _fetch(self, now: datetime) -> None:
        """New keys in the place of the old; the old stay when there are none to be had."""
        try:
            async with asyncio.timeout(self._seconds):
                found = read_keys(await _downloaded(self._url))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            logger.warning("no keys from the issuer: %s", type(error).__name__)
            return
        self._replace_keys(found)
        self._fetched_at = now

    def _replace_keys(self, keys: Mapping[str, PublicKey]) -> None:
        """By a new verifier, so that nothing is remembered of what the old keys signed."""
        old = self._verifier
        self._verifier = Verifier(old.issuer, keys, old.audience)


async def _downloaded(url: str) -> bytes:
    """The body, of a bounded size; ``ValueError`` for any status but 200 and for a longer one."""
    body = bytearray()
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, headers=_ASKED) as response,
    ):
        if response.status_code != 200:
            raise ValueError(f"status {response.status_code}")
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ValueError("too long")
    return bytes(body)


def read_keys(body: bytes) -> dict[str, PublicKey]:
    """The usable keys of a JWKS document, by id; ``ValueError`` when there is none.

    Only public keys for signatures, of the three types that we believe. What else lies there is
    passed over: an issuer may publish keys for others too.
    """
    document = orjson.loads(body)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no list of keys")  # noqa: TRY004  # a document that is not as it should be
    found = {}
    for one in listed[:MOST_KEYS]:
        key = _read_key(one) if isinstance(one, dict) and _is_for_signatures(one) else None
        if key is not None and one.get("alg", algorithm_of(key)) == algorithm_of(key):
            found[one["kid"]] = key
    if not found:
        raise ValueError("no usable key")
    return found


def _is_for_signatures(one: Mapping[str, Any]) -> bool:
    """A key with a name and without its secret half, not meant for something else."""
    name = one.get("kid")
    named = isinstance(name, str) and 0 < len(name) <= LONGEST_NAME
    return named and "d" not in one and one.get("use", "sig") == "sig"


def _read_key(one: dict[str, Any]) -> PublicKey | None:
    reader = _READERS.get(str(one.get("kty")))
    if reader is None:
        return None
    try:
        key = reader(one)
    except (jwt.InvalidKeyError, ValueError, TypeError, AttributeError):
        return None
    return key if _is_strong(key) else None  # type: ignore[return-value]  # it looked at the type


def _is_strong(key: object) -> bool:
    if isinstance(key, EllipticCurvePublicKey):
        return isinstance(key.curve, SECP256R1)
    if isinstance(key, RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, Ed25519PublicKey)
