"""Where names end that are no Han ones, or whose signs stand apart."""

from __future__ import annotations

from domain.redaction.segments import are_words
from domain.redaction.signs import is_chinese
from domain.redaction.surnames import ABROAD, FOLLOWERS, NO_GIVEN, ORDINARY

_NO_NAME = frozenset("一二两三四五六七八九十可由除如若即本同另须应当该以且及")
_LONGEST = 6
_LONGEST_PART = 9


def end_from_abroad(text: str, start: int) -> int:
    """Where a name of three signs or more that only write its sound ends."""
    end = start
    while end < min(len(text), start + _LONGEST_PART) and text[end] in ABROAD:
        end += 1
    is_over = not is_chinese(text[end : end + 1]) or text.startswith(FOLLOWERS, end)
    return end if end - start > 2 and is_over else start


def is_spaced(text: str, first: int, *, is_asked: bool) -> bool:
    """Whether a blank stands between a surname and what may be a given name."""
    is_alone = is_given(text, first + 1) and not is_chinese(text[first + 2 : first + 3])
    is_apart = text[first : first + 1] == " " and not text.startswith(FOLLOWERS, first + 1)
    return is_apart and (is_asked or is_alone)


def end_of_spaced(text: str, start: int, end: int) -> int:
    """A name whose signs stand apart; ``start`` when none follows the surname."""
    found = start
    for at in (end + 1, end + 2, end + 3):
        if is_given(text, at) and not text.startswith(FOLLOWERS, at):
            found = at + 1
        elif text[at : at + 1] != " ":
            break
    return found


def is_given(text: str, at: int) -> bool:
    """Whether a given name may have the sign that stands here."""
    sign = text[at : at + 1]
    return is_chinese(sign) and sign not in NO_GIVEN


def end_of_any(text: str, start: int) -> int:
    """Names that begin with no surname, as Tibetan ones: up to what ends a name."""
    end = start
    while end < start + _LONGEST and is_given(text, end) and not text.startswith(FOLLOWERS, end):
        end += 1
    is_word = text[start : start + 2] in ORDINARY or text[start : start + 1] in _NO_NAME
    is_over = not is_chinese(text[end : end + 1]) or text.startswith(FOLLOWERS, end)
    is_name = 2 <= end - start < _LONGEST and is_over and not is_word
    return end if is_name and not are_words(text[start:end]) else start


def trimmed(text: str, start: int, end: int) -> int:
    """A name in parts ends where its last part meets a sign that no name has."""
    at = max(text.rfind("·", start, end), text.rfind(".", start, end)) + 2
    while at < end and text[at] not in NO_GIVEN and not text.startswith(FOLLOWERS, at):
        at += 1
    return at


def is_abroad(name: str) -> bool:
    """Whether its signs only write its sound."""
    signs = name.replace("·", "").replace(".", "")
    return sum(sign in ABROAD for sign in signs) >= 0.75 * len(signs)
