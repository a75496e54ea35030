"""Where a sentence ends, and how a title is made of a text that has none.

``. ! ? ;`` also stand inside amounts, times, addresses and names (1.5元, 18.30, 3.2.1,
www.example.com): there they end nothing. In doubt a sentence goes on, so that nothing is torn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from domain.text import count_shown, mend_text

SHORTEST_TITLE, LONGEST_TITLE, SHORTEST_BODY = 2, 100, 5
"""Signs. What is derived never has to be refused for its length, unless all of it is too short."""
_ENDS = re.compile("[。！？；｡\n.!?;．]+")
_CLOSING = "”’」』）】》〉)]}\"'"
_KEPT = "?!？！"
_BOUNDARIES = " ,，、:：;；。.!?！？)）】》”\n"
_ABBREVIATIONS = re.compile(
    "mr|mrs|ms|dr|prof|st|nos?|rd|ave|blvd|bldg|apt|fl|rm|tel|ext|vs|etc|dept|co|ltd|inc|jr|sr"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_WORD_BEFORE = re.compile(r"[0-9A-Za-z.]{1,16}\Z")
_LONGEST_WORD = 17


def split_letter(text: str) -> tuple[str, str]:
    """Title and body of a letter in one piece: the first sentence is the title.

    The body is what follows. It is the whole text where nothing much follows, or where the title
    had to be shortened: no word is lost.
    """
    text = mend_text(text).strip()
    for start, stop in sentence_ends(text):
        title, body = text[:start].strip(), text[stop:].strip()
        if count_shown(title) < SHORTEST_TITLE:
            continue
        if len(title) > LONGEST_TITLE or count_shown(body) < SHORTEST_BODY:
            body = text
        return shorten(_on_one_line(title), LONGEST_TITLE), body
    return shorten(_on_one_line(text), LONGEST_TITLE), text


def sentence_ends(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence ends and the next may begin. A full stop is layout; ``?`` is a word."""
    for found in _ENDS.finditer(text):
        start, stop = found.span()
        while stop < len(text) and text[stop] in _CLOSING:
            stop += 1
        if stop > found.end():
            yield from ([(stop, stop)] if _is_end(text, start, found.end()) else [])
        elif _is_end(text, start, stop):
            keeps = any(sign in _KEPT for sign in found[0])
            yield (stop if keeps else start), stop


def shorten(text: str, most: int) -> str:
    """At most ``most`` signs, cut where a clause or a word ends, with an ellipsis for the rest."""
    if len(text) <= most:
        return text
    cut = most - 1
    places = (place for place in range(cut, cut // 2, -1) if text[place] in _BOUNDARIES)
    place = next(places, None)
    if place is not None:
        return text[:place].rstrip(_BOUNDARIES) + "…"
    while cut > most // 2 and _is_joined(text[cut - 1], text[cut]):
        cut -= 1
    return text[:cut] + "…"


def _is_end(text: str, start: int, stop: int) -> bool:
    """Whether the run of signs from ``start`` to ``stop`` ends a sentence."""
    run = text[start:stop]
    if any(sign not in ".!?;．" for sign in run) or stop == len(text):
        return True
    before, after = text[start - 1 : start], text[stop]
    if run not in (".", "．"):
        return not (_is_in_token(before) and _is_in_token(after))
    if _is_in_token(after) or unicodedata.category(after) == "Nd":
        return False
    return not _is_numbering_or_abbreviation(text, start, stop)


def _is_in_token(sign: str) -> bool:
    return "!" <= sign <= "~"


def _is_numbering_or_abbreviation(text: str, start: int, stop: int) -> bool:
    """``1.`` and ``A.`` before a point of a list; ``No. 5``, ``Mr. Li``, ``5 p.m.``, ``1. 5``."""
    found = _WORD_BEFORE.search(text[max(0, start - _LONGEST_WORD) : start])
    if found is None:
        return False
    word = found[0]
    if len(word) <= 2 and _begins_anew(text, start - len(word)):
        return True
    after = text[stop:].lstrip(" ")[:1]
    if word[-1].isdigit():
        return text[stop] == " " and after.isdigit()
    return text[stop].isspace() and (
        _ABBREVIATIONS.fullmatch(word.lower()) is not None or _is_initials(word)
    )


def _begins_anew(text: str, place: int) -> bool:
    """Whether a point of a list may begin here."""
    before = text[place - 1 : place]
    return not (_is_in_token(before) or before.isalnum())


def _is_initials(word: str) -> bool:
    return all(len(part) == 1 for part in word.split("."))


def _is_joined(before: str, after: str) -> bool:
    """Whether a cut between them would tear one sign, such as an emoji, to pieces."""
    return unicodedata.category(after) in ("Mn", "Me", "Mc", "Cf") or before == "\u200d"


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")
