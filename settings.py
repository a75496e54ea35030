"""What is configured from outside: read once, at a composition root, and handed on.

Every variable of the environment that the product knows is named here and nowhere else.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets as randomness
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, TypeVar, cast, get_args

Environment = Literal["development", "test", "production"]
Driver = Literal["motor", "pymongo"]

KEY_BYTES = {"master_key": 96, "access_key": 32, "chain_key": 32, "token_key": 32}
_VARIABLES = {name: f"LIZHENG_{name.upper()}" for name in KEY_BYTES}

Choice = TypeVar("Choice", bound=str)


class SettingsError(ValueError):
    """The environment says something that cannot be; the message names the variable."""


@dataclass(frozen=True, repr=False)
class Secrets:
    """Keys. None of them is ever shown: not in a repr, not in a log."""

    master_key: bytes
    """96 bytes that wrap the data keys of personal data."""
    access_key: bytes
    """32 bytes: HMAC of number and query code."""
    chain_key: bytes
    """32 bytes: HMAC that chains history entries."""
    token_key: bytes | None
    """32 bytes, the seed of the development issuer's key; None in production."""

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

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Settings from variables. Raises `SettingsError`, which names the variable.

        Outside production, keys that are not given are made once and kept in
        `DATA_DIR/secrets.json`; in production every key must be given, in base64.
        """
        environment = _choice(environ, "ENVIRONMENT", get_args(Environment), "development")
        data_dir = Path(environ.get("DATA_DIR") or ".data")
        return cls(
            secrets=_secrets(environ, environment, data_dir),
            environment=cast("Environment", environment),
            data_dir=data_dir,
            mongodb_uri=environ.get("MONGODB_URI") or None,
            mongodb_database=environ.get("MONGODB_DATABASE") or "lizheng",
            mongodb_driver=cast(
                "Driver", _choice(environ, "MONGODB_DRIVER", get_args(Driver), "motor")
            ),
            host=environ.get("HOST") or "127.0.0.1",
            port=_port(environ, "PORT", 8000),
            demo=_flag(environ, "DEMO", default=True),
        )


def _choice(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65_535):
        raise SettingsError(f"{name} must be a number from 1 to 65535, not {value!r}")
    return int(value)


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name) or str(int(default))
    if value not in ("0", "1"):
        raise SettingsError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _secrets(environ: Mapping[str, str], environment: str, data_dir: Path) -> Secrets:
    given = {name: _key(environ, name) for name in KEY_BYTES}
    if environment == "production":
        return _production_secrets(environ, given)
    kept = {} if all(given.values()) else _kept_keys(data_dir)
    return Secrets(**{name: given[name] or kept[name] for name in KEY_BYTES})


def _production_secrets(environ: Mapping[str, str], given: Mapping[str, bytes | None]) -> Secrets:
    """All keys from the environment, and nothing that lets anybody sign tokens here."""
    if given["token_key"] is not None:
        raise SettingsError("LIZHENG_TOKEN_KEY is the development issuer's: not in production")
    if _flag(environ, "DEV_ISSUER", default=False):
        raise SettingsError("DEV_ISSUER cannot be on with ENVIRONMENT=production")
    keys = {}
    for name in ("master_key", "access_key", "chain_key"):
        key = given[name]
        if key is None:
            raise SettingsError(f"{_VARIABLES[name]} must be set with ENVIRONMENT=production")
        keys[name] = key
    return Secrets(token_key=None, **keys)


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


def _kept_keys(data_dir: Path) -> dict[str, bytes]:
    """The development keys of this data directory, made when it has none yet."""
    path = data_dir / "secrets.json"
    if not path.exists():
        _keep_new_keys(path)
    try:
        kept = {name: base64.b64decode(key) for name, key in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError, TypeError):
        kept = {}
    if {name: len(key) for name, key in kept.items()} != KEY_BYTES:
        raise SettingsError(f"DATA_DIR: {path} does not hold the keys it should")
    return kept


def _keep_new_keys(path: Path) -> None:
    """Write the file whole and for this user only; whoever comes second finds it there."""
    keys = {name: randomness.token_bytes(size) for name, size in KEY_BYTES.items()}
    text = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secrets-") as draft:
        json.dump(text, draft, indent=2)
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, path)  # unlike a rename, it never replaces a file
