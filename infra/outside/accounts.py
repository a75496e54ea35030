"""What accounts are told from outside: limits, and the applications that devices belong to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

CODES_PER_ADDRESS = 30
_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:app/[A-Z_]+/[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class AccountSettings:
    """``apns`` and ``fcm`` are ARNs of SNS platform applications; None: no such devices."""

    codes_per_address: int = 1_000_000
    """Sign-in codes in an hour that one address may ask for; 30 in production."""
    apns: str | None = None
    fcm: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads the variables; raises ``ValueError``, which names the one that is wrong."""
        production = environ.get("ENVIRONMENT") == "production"
        usual = CODES_PER_ADDRESS if production else cls.codes_per_address
        codes = environ.get("SIGN_IN_CODES_PER_ADDRESS") or str(usual)
        if not (codes.isascii() and codes.isdigit() and len(codes) <= 7 and int(codes) >= 1):
            raise ValueError(
                f"SIGN_IN_CODES_PER_ADDRESS must be a number from 1 to 9999999, not {codes!r}"
            )
        return cls(
            codes_per_address=int(codes),
            apns=_arn(environ, "PUSH_APNS_APPLICATION"),
            fcm=_arn(environ, "PUSH_FCM_APPLICATION"),
        )


def _arn(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name) or None
    if value is not None and not _ARN.fullmatch(value):
        raise ValueError(f"{name} must be the ARN of an SNS platform application, not {value!r}")
    return value
