"""Compatibility forms of strangers' text, at a cost that grows as its length does.

``unicodedata.normalize`` sorts each run of combining marks by insertion: a run of 100,000, which
nobody writes, takes minutes. No language has more than a handful in a row, so a run is broken after
thirty, as Unicode's Stream-Safe Text Format does (UAX #15, section 13).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

MOST_MARKS = 30
_MARKS = "\u0f73\u0f75\u0f81\uff9e\uff9f"
"""Signs that count as none themselves, and become marks."""
_JOINER = "\N{COMBINING GRAPHEME JOINER}"


def normalize(text: str) -> str:
    """The text in Normalization Form KC: full-width signs as plain ones, and so on."""
    if text.isascii():
        return text
    if any(map(_is_mark, text)):
        text = "".join(_with_short_runs(text))
    return unicodedata.normalize("NFKC", text)


def _with_short_runs(text: str) -> Iterator[str]:
    run = 0
    for sign in text:
        run = run + 1 if _is_mark(sign) else 0
        if run > MOST_MARKS:
            yield _JOINER
            run = 1
        yield sign


def _is_mark(sign: str) -> bool:
    return unicodedata.combining(sign) != 0 or sign in _MARKS
