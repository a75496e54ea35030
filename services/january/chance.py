"""Chance that is the same every time: everything is drawn from a hash of what it is drawn for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_WHOLE = 1 << 64


def draw(*about: object) -> float:
    """A number from 0 to below 1 for these words and numbers."""
    return _number(about) / _WHOLE


def happens(share: float, *about: object) -> bool:
    """Whether something that happens to this share happens here."""
    return draw(*about) < share


def pick(among: Sequence[T], *about: object) -> T:
    """One of several, each as likely."""
    return among[_number(about) % len(among)]


def weighted(among: Mapping[T, float], *about: object) -> T:
    """One of several, as likely as its weight says."""
    left = draw(*about) * sum(among.values())
    for one, weight in among.items():
        left -= weight
        if left < 0:
            return one
    return tuple(among)[-1]


def shuffled(among: Iterable[int], *about: object) -> list[int]:
    """In an order of chance."""
    return sorted(among, key=lambda one: (_number((*about, one)), one))


def _number(about: Sequence[object]) -> int:
    text = "\n".join(map(str, about)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
