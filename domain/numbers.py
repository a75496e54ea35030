"""Case numbers and query codes: what a person reads over the phone.

A case number is ``YYYYMMDD-NNNNNN-C``: the day of submission in Asia/Shanghai, the serial of
that day and a check digit by H. M. Damm's quasigroup of order 10 ("Total anti-symmetrische
Quasigruppen", 2004), which catches every single wrong digit and every swap of neighbours.

A query code is sixteen signs from an alphabet of twenty-two in which no two look alike:
22**16 is more than 71 bits. It is a secret: only its keyed hash is ever stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.normalization import normalize

SERIAL_DIGITS = 6
CODE_ALPHABET = "34679ACDEFHJKLMNPRTWXY"
CODE_LENGTH = 16
GROUP = 4
"""Signs of a code that are printed together."""

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that makes ``digits`` plus it pass the Damm check."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def case_number(day: date, serial: int) -> str:
    """The number of the ``serial``-th case (from 1) of ``day``; a serial past six digits grows."""
    if serial < 1:
        raise ValueError(f"a serial starts at 1, not {serial}")
    digits = f"{day:%Y%m%d}{serial:0{SERIAL_DIGITS}d}"
    return f"{digits[:8]}-{digits[8:]}-{check_digit(digits)}"


def read_case_number(text: str) -> str | None:
    """What a person typed, as a number; None when its check digit says it cannot be one.

    Full-width digits, spaces, hyphens of any kind, none at all, and a label such as 编号 before
    it are forgiven.
    """
    signs = _plain(text)
    digits = "".join(sign for sign in signs if sign.isascii() and sign.isdigit())
    if any(sign.isascii() and sign.isalpha() for sign in signs) or not 15 <= len(digits) <= 18:
        return None
    if check_digit(digits) != "0":
        return None
    return f"{digits[:8]}-{digits[8:-1]}-{digits[-1]}"


def without_check_digit(number: str) -> str:
    """What tells a case from others: a search for one figure is none for its check digit."""
    return number.rpartition("-")[0]


def spaced_code(signs: str) -> str:
    """Sixteen signs in four groups of four, as they are printed."""
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def read_query_code(text: str) -> str:
    """What a person typed, with its signs as they are hashed; whether it is right shows later."""
    return "".join(sign for sign in _plain(text).upper() if sign.isascii() and sign.isalnum())


def looks_like_query_code(text: str) -> bool:
    """Whether somebody would take this for a query code: in its groups, or in one piece.

    In one piece it is of one case: a token in base64 has small letters and capitals.
    """
    groups = "".join(sign if sign.isalnum() else " " for sign in _plain(text[:64])).split()
    whole = "".join(groups)
    if len(whole) != CODE_LENGTH or not all(sign in CODE_ALPHABET for sign in whole.upper()):
        return False
    return (len(groups) == 1 and whole in (whole.upper(), whole.lower())) or _are_fours(groups)


def _are_fours(groups: Sequence[str]) -> bool:
    return all(len(group) == GROUP for group in groups)


def _plain(text: str) -> str:
    return normalize(text).strip()
