"""An issuer of tokens on 127.0.0.1: a real HTTP server with keys that a test can change."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey
ISSUER, AUDIENCE = "https://id.example", "letters"

ED = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
NEW_ED = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
EC: PrivateKey = generate_private_key(SECP256R1())
RSA: PrivateKey = generate_rsa(65537, 2048)


def jwk(name: str, key: PrivateKey, **changed: object) -> dict[str, object]:
    """The public half of a key, as an issuer publishes it."""
    public: Any = key.public_key()
    if isinstance(key, RSAPrivateKey):
        shown = RSAAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(key, EllipticCurvePrivateKey):
        shown = ECAlgorithm.to_jwk(public, as_dict=True)
    else:
        shown = OKPAlgorithm.to_jwk(public, as_dict=True)
    return {**shown, "kid": name, "use": "sig", **changed}


def algorithm(key: PrivateKey) -> str:
    if isinstance(key, RSAPrivateKey):
        return "RS256"
    return "ES256" if isinstance(key, EllipticCurvePrivateKey) else "EdDSA"


def signed(name: str, key: PrivateKey, claims: Mapping[str, Any]) -> str:
    return jwt.encode(dict(claims), key, algorithm(key), headers={"kid": name})


def claims(without: str = "", **changed: object) -> dict[str, Any]:
    """What a good token says, but for this."""
    whole: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "wang",
        "roles": ["HANDLER"],
        "unit": "510101",
        "iat": later(),
        "nbf": later(),
        "exp": later(hours=1),
    }
    return {name: value for name, value in {**whole, **changed}.items() if name != without}


def later(**time: int) -> int:
    """So long from now, in seconds since 1970; now, not when the tests were loaded."""
    return int((datetime.now(UTC) + timedelta(**time)).timestamp())


def by_hand(header: dict[str, Any], sign: Callable[[bytes], bytes], said: object = None) -> str:
    """A token that no library would make."""
    parts = [json.dumps(header), json.dumps(said if said is not None else claims())]
    message = b".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in parts)
    return (message + b"." + base64.urlsafe_b64encode(sign(message)).rstrip(b"=")).decode()


@dataclass
class Issuer:
    """What it answers with; ``asked`` counts how often it was asked."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    url: str = ""
    hangs: threading.Event = field(default_factory=threading.Event)
    """Set: it answers. Cleared: it takes the question and says nothing."""

    def publish(self, *keys: dict[str, object]) -> None:
        self.status, self.headers, self.body = 200, {}, json.dumps({"keys": keys}).encode()


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer that answers until the test is over."""
    issuer = Issuer()
    issuer.hangs.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            issuer.hangs.wait()
            self.send_response(issuer.status)
            for name, value in issuer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(issuer.body)))
            self.end_headers()
            try:
                self.wfile.write(issuer.body)
            except ConnectionError:  # whoever asked did not want to hear it to the end
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}/jwks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        issuer.hangs.set()
        server.shutdown()
        thread.join()
        server.server_close()
