"""What is configured from outside: read once, at a composition root, and handed on.

Every variable that the product knows is named here or in a ``told.py`` of ``infra/``.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias, TypeVar, cast, get_args
from urllib.parse import urlsplit

from infra.kept_keys import kept_keys
from infra.outside.told import OutsideSettings
from infra.post.told import PostSettings
from infra.told import FunctionSettings

Environment = Literal["development", "test", "production"]
Driver = Literal["motor", "pymongo"]
Network: TypeAlias = IPv4Network | IPv6Network

KEY_BYTES = {
    "master_key": 96,
    "access_key": 32,
    "chain_key": 32,
    "token_key": 32,
    "account_key": 32,
    "phone_key": 32,
}
KEYS_OF_THE_OFFICE = ("master_key", "access_key", "chain_key")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_VARIABLES = {name: f"LIZHENG_{name.upper()}" for name in KEY_BYTES}

Choice = TypeVar("Choice", bound=str)


class SettingsError(ValueError):
    """The environment says something that cannot be; the message names the variable."""


@dataclass(frozen=True, repr=False)
class Secrets:
    """Keys. None of them is ever shown: not in a repr, not in a log.

    In production a function has only those that it needs (``infra/secrets.py``).
    """

    master_key: bytes | None
    """96 bytes that wrap the data keys of personal data."""
    access_key: bytes | None
    """32 bytes: HMAC of number and query code."""
    chain_key: bytes | None
    """32 bytes: HMAC that chains history entries."""
    token_key: bytes | None
    """32 bytes, the seed of the development issuer's key; None in production."""
    account_key: bytes | None = None
    """32 bytes, the seed of the key that signs citizens' tokens; None: nobody signs in here."""
    phone_key: bytes | None = None
    """32 bytes: HMAC under which letters and accounts of a telephone number are found. Without it
    the key follows from the access key, also outside production."""

    @property
    def lookup_key(self) -> bytes:
        """``phone_key``; where none is given, one that follows from the access key.

        Raises ``SettingsError`` where there is neither.
        """
        if self.phone_key is not None:
            return self.phone_key
        if self.access_key is None:
            raise SettingsError("LIZHENG_PHONE_KEY or LIZHENG_ACCESS_KEY must be set")
        return hmac.digest(self.access_key, b"index of telephones", "sha256")

    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True)
class Settings:
    """Everything the product can be told from outside."""

    secrets: Secrets
    environment: Environment = "development"
    data_dir: Path = field(default=Path(".data"))
    mongodb_uri: str | None = None
    mongodb_database: str = "lizheng"
    mongodb_driver: Driver = "motor"
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    trusted_documents_only: bool = False
    """Whether only the documents under ``schema/clients`` are answered."""
    max_body_bytes: int = 256 * 1024
    operation_seconds: float = 10
    """A query or mutation that takes longer is cancelled."""
    allowed_origins: tuple[str, ...] = ()
    """Origins of other people's pages that may open a WebSocket here; our own always may."""
    max_subscriptions: int = 2_000
    """Of one process."""
    max_concurrent: int = 32
    """Requests that run at once; as many again wait for a moment, the rest is refused."""
    metrics_token: str | None = field(default=None, repr=False)
    """What a reader of /metrics must send; without it production answers 404 there."""
    tracing: bool = False
    otlp_endpoint: str | None = None

    functions: FunctionSettings = field(default_factory=FunctionSettings)
    archive_bucket: str | None = None
    """The S3 bucket of the archive; without one it lies below ``data_dir``."""
    post: PostSettings = field(default_factory=PostSettings)
    outside: OutsideSettings = field(default_factory=OutsideSettings)

    jwks_url: str | None = None
    """Where the issuer of tokens publishes its keys; without it production believes no token."""
    token_issuer: str | None = None
    token_audience: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    """Whose ``X-Forwarded-For`` is believed."""
    rate_limit: int = 1_000_000
    """Requests in a minute, of an account or an address; 1,200 in production."""
    letter_limit: int = 1_000_000
    """Letters in an hour from an address, without an account; 60 in production."""
    guesses_per_number: int = 10
    """Wrong codes in a quarter of an hour, whoever types them."""
    guesses_per_address: int = 100
    public_minimum: int = 10
    """Letters: figures of fewer are withheld in public. It may be raised only."""

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], required: Collection[str] = KEYS_OF_THE_OFFICE
    ) -> Self:
        """Settings from variables. Raises `SettingsError`, which names the variable.

        Outside production, keys that are not given are made once and kept in
        `DATA_DIR/secrets.json`; in production the ``required`` must be given, in base64.
        """
        environment = _choice(environ, "ENVIRONMENT", get_args(Environment), "development")
        data_dir = Path(environ.get("DATA_DIR") or ".data")
        return cls(
            secrets=_secrets(environ, environment, data_dir, required),
            environment=cast("Environment", environment),
            data_dir=data_dir,
            mongodb_uri=environ.get("MONGODB_URI") or None,
            mongodb_database=environ.get("MONGODB_DATABASE") or "lizheng",
            mongodb_driver=cast(
                "Driver", _choice(environ, "MONGODB_DRIVER", get_args(Driver), "motor")
            ),
            host=environ.get("HOST") or "127.0.0.1",
            port=_number(environ, "PORT", 8000, most=65_535),
            demo=_flag(environ, "DEMO", default=True),
            trusted_documents_only=_flag(environ, "TRUSTED_DOCUMENTS_ONLY", default=False),
            max_body_bytes=_number(environ, "MAX_BODY_BYTES", 256 * 1024, most=2**24),
            operation_seconds=_number(environ, "OPERATION_SECONDS", 10, most=300),
            **_edge(environ, production=environment == "production"),
            allowed_origins=_origins(environ, "ALLOWED_ORIGINS"),
            max_subscriptions=_number(environ, "MAX_SUBSCRIPTIONS", 2_000, most=1_000_000),
            max_concurrent=_number(environ, "MAX_CONCURRENT", 32, most=10_000),
            metrics_token=environ.get("METRICS_TOKEN") or None,
            tracing=_flag(
                environ, "TRACING", default=bool(environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
            ),
            otlp_endpoint=environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
            archive_bucket=environ.get("ARCHIVE_BUCKET") or None,
            public_minimum=_number(environ, "PUBLIC_MINIMUM", 10, least=10, most=1_000),
            **_told(environ),
        )


def _told(environ: Mapping[str, str]) -> dict[str, Any]:
    """What the rooms of ``infra/`` read for themselves."""
    try:
        return {
            "functions": FunctionSettings.from_environment(environ),
            "post": PostSettings.from_environment(environ),
            "outside": OutsideSettings.from_environment(environ),
        }
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _edge(environ: Mapping[str, str], *, production: bool) -> dict[str, Any]:
    """Who is believed, and how much anybody may ask for."""
    requests, letters = (1_200, 60) if production else (1_000_000, 1_000_000)
    return {
        **_issuer(environ),
        "trusted_proxies": _networks(environ, "TRUSTED_PROXIES"),
        "rate_limit": _number(environ, "RATE_LIMIT", requests, most=10_000_000),
        "letter_limit": _number(environ, "LETTER_LIMIT", letters, most=10_000_000),
        "guesses_per_number": _number(environ, "GUESSES_PER_NUMBER", 10, most=1_000_000),
        "guesses_per_address": _number(environ, "GUESSES_PER_ADDRESS", 100, most=1_000_000),
    }


def _issuer(environ: Mapping[str, str]) -> dict[str, str | None]:
    """All three or none: a token is for this audience, from this issuer, by these keys."""
    url = environ.get("JWKS_URL") or None
    if url is not None:
        _check_url("JWKS_URL", url)
        for name in ("TOKEN_ISSUER", "TOKEN_AUDIENCE"):
            if not environ.get(name):
                raise SettingsError(f"{name} must be set with JWKS_URL")
    return {
        "jwks_url": url,
        "token_issuer": environ.get("TOKEN_ISSUER") or None,
        "token_audience": environ.get("TOKEN_AUDIENCE") or None,
    }


def _check_url(name: str, url: str) -> None:
    """Encrypted on its way, but for a loopback address."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        scheme, host = "", None
    if not host or not (scheme == "https" or (scheme == "http" and _is_loopback(host))):
        raise SettingsError(f"{name} must begin with https://, not {url!r}")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origins(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """``https://host`` or ``https://host:port``, with commas between them; never all of them."""
    parts = [part.strip() for part in (environ.get(name) or "").split(",")]
    for part in filter(None, parts):
        if not _ORIGIN.fullmatch(part):
            raise SettingsError(f"{name} must be origins such as https://example.org, not {part!r}")
    return tuple(filter(None, parts))


def _networks(environ: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """Addresses and networks, with commas between them."""
    try:
        parts = [part.strip() for part in (environ.get(name) or "").split(",")]
        return tuple(ip_network(part) for part in parts if part)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


def _choice(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _number(
    environ: Mapping[str, str], name: str, default: int, *, most: int, least: int = 1
) -> int:
    value = environ.get(name) or str(default)
    short = len(value) <= len(str(most))
    if not (short and value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise SettingsError(f"{name} must be a number from {least} to {most}, not {value!r}")
    return int(value)


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name) or str(int(default))
    if value not in ("0", "1"):
        raise SettingsError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _secrets(
    environ: Mapping[str, str], environment: str, data_dir: Path, required: Collection[str]
) -> Secrets:
    given = {name: _key(environ, name) for name in KEY_BYTES}
    if environment == "production":
        return _production_secrets(environ, given, required)
    try:
        sizes = {name: size for name, size in KEY_BYTES.items() if name != "phone_key"}
        kept = {} if all(given[name] for name in sizes) else kept_keys(data_dir, sizes)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    keys = {name: given[name] or kept[name] for name in sizes}
    return Secrets(**keys, phone_key=given["phone_key"])


def _production_secrets(
    environ: Mapping[str, str], given: Mapping[str, bytes | None], required: Collection[str]
) -> Secrets:
    """All keys from the environment, and nothing that lets anybody sign tokens here."""
    if given["token_key"] is not None:
        raise SettingsError("LIZHENG_TOKEN_KEY is the development issuer's: not in production")
    if _flag(environ, "DEV_ISSUER", default=False):
        raise SettingsError("DEV_ISSUER cannot be on with ENVIRONMENT=production")
    for name in required:
        if given[name] is None:
            raise SettingsError(f"{_VARIABLES[name]} must be set with ENVIRONMENT=production")
    return Secrets(**given)


def _key(environ: Mapping[str, str], name: str) -> bytes | None:
    variable, size = _VARIABLES[name], KEY_BYTES[name]
    if not environ.get(variable):
        return None
    try:
        key = base64.b64decode(environ[variable], validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError(f"{variable} is not base64") from None
    if len(key) != size:
        raise SettingsError(f"{variable} must be {size} bytes in base64, not {len(key)}")
    return key
