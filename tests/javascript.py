"""The tree of a regular expression: how JavaScript writes it, for checkers that read that, and in
how many ways it can go on from where it begins.

What JavaScript has not is put in a form that takes no less time: a possessive repeat as a greedy
one, an atomic group as a plain one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

parse = re._parser.parse  # type: ignore[attr-defined]  # its tree has no other name
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip
_PLACES = {
    "AT_BEGINNING": "^", "AT_BEGINNING_STRING": "^", "AT_END": "$", "AT_END_STRING": "$",
    "AT_BOUNDARY": r"\b", "AT_NON_BOUNDARY": r"\B",
}  # fmt: skip
_SUFFIXES = {"MAX_REPEAT": "", "POSSESSIVE_REPEAT": "", "MIN_REPEAT": "?"}


def to_javascript(pattern: str | bytes, flags: int = 0) -> str:
    """The source of the expression, for the flag ``u``; raises ``ValueError`` for what has none."""
    return _all_of(parse(pattern, flags))


def _all_of(nodes: Iterable[tuple[Any, Any]]) -> str:
    return "".join(_one(str(kind), value) for kind, value in nodes)


def _one(kind: str, value: Any) -> str:
    match kind, value:
        case "LITERAL", int():
            return _sign(value)
        case "NOT_LITERAL", int():
            return f"[^{_sign(value)}]"
        case "ANY", _:
            return "."
        case "IN", list():
            return _set(value)
        case "AT", _:
            return _PLACES[str(value)]
        case "GROUPREF", int():
            return f"\\{value}"
        case "BRANCH", (_, branches):
            return f"(?:{'|'.join(_all_of(one) for one in branches)})"
        case "SUBPATTERN", (group, _, _, inner):
            return f"({'' if group else '?:'}{_all_of(inner)})"
        case "ATOMIC_GROUP", inner:
            return f"(?:{_all_of(inner)})"
        case (("ASSERT" | "ASSERT_NOT"), (direction, inner)):
            sign = "=" if kind == "ASSERT" else "!"
            return f"(?{'<' if direction < 0 else ''}{sign}{_all_of(inner)})"
        case _ if kind in _SUFFIXES:
            return _repeat(kind, *value)
    raise ValueError(kind)


def _repeat(kind: str, least: int, most: Any, inner: Any) -> str:
    bounds = f"{{{least},{'' if str(most) == 'MAXREPEAT' else int(most)}}}"
    return f"(?:{_all_of(inner)}){bounds}{_SUFFIXES[kind]}"


def _set(parts: Iterable[tuple[Any, Any]]) -> str:
    text = ""
    for kind, value in parts:
        match str(kind):
            case "NEGATE":
                text = "^"
            case "LITERAL":
                text += _sign(value)
            case "RANGE":
                text += f"{_sign(value[0])}-{_sign(value[1])}"
            case "CATEGORY":
                text += _CATEGORIES[str(value)]
            case other:
                raise ValueError(other)
    return f"[{text}]"


def _sign(code: int) -> str:
    return f"\\u{{{code:x}}}" if not (chr(code).isascii() and chr(code).isalnum()) else chr(code)


def count_ways(pattern: str | bytes, flags: int = 0) -> float:
    """In how many ways, at most, an expression can be tried from one place; infinite where a repeat
    has no end. A text is then searched in so many times its length, whatever it says."""
    return _ways_of_all(parse(pattern, flags))


def _ways_of_all(nodes: Iterable[tuple[Any, Any]]) -> float:
    return math.prod(_ways(str(kind), value) for kind, value in nodes)


def _ways(kind: str, value: Any) -> float:
    match kind, value:
        case "BRANCH", (_, branches):
            return _ways_of_branches([list(one) for one in branches])
        case "SUBPATTERN", (_, _, _, inner):
            return _ways_of_all(inner)
        case (("ASSERT" | "ASSERT_NOT"), (_, inner)):
            return _ways_of_all(inner)
        case "ATOMIC_GROUP", inner:
            return _ways_of_all(inner)
        case _ if kind in _SUFFIXES:
            least, most, inner = value
            if str(most) == "MAXREPEAT":
                return math.inf
            each = _ways_of_all(inner)
            return sum(each**times for times in range(least, most + 1))
    return 1


def _ways_of_branches(branches: list[list[tuple[Any, Any]]]) -> float:
    """Of plain words only those can go on that begin with one another."""
    words = [[code for _, code in one] for one in branches if _is_word(one)]
    longest = max((sum(word[: len(one)] == one for one in words) for word in words), default=0)
    return longest + sum(_ways_of_all(one) for one in branches if not _is_word(one))


def _is_word(branch: list[tuple[Any, Any]]) -> bool:
    return all(str(kind) == "LITERAL" for kind, _ in branch)
