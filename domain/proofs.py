"""Number and query code in what people write: our own messages pasted back are understood.

Both are known by their shape, so that labels, order, punctuation and line breaks do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.numbers import CODE_ALPHABET, CODE_LENGTH, read_case_number
from domain.refusals import Text
from domain.text import fold_for_matching

RECEIPT = Text(
    "来信已收到。编号 {number}，查询码 {code}，请妥善保存，凭此查询进度。",
    "Your letter is in. Number {number}, query code {code}: keep both.",
)
"""What a writer is told, and pastes back."""
LONGEST = 1_000
"""Signs that are looked at."""
_NUMBER_DIGITS = range(15, 19)
_CODE_SIGNS = frozenset(CODE_ALPHABET.lower())
_FIGURES = re.compile(r"[0-9](?:[\s-]{0,3}[0-9]){14,17}")
_GROUPS = re.compile(r"[0-9a-z]{4}(?:[\s-]{0,3}[0-9a-z]{4}){3}(?![0-9a-z])")
_WORD = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_TAKEN = "|"
_PUNCTUATION = " \n\t,.:;|()[]<>\"'，。：；、（）【】“”‘’-"


@dataclass(frozen=True, slots=True)
class GivenProof:
    """What somebody gave: ``number`` as in the case when its check digit is right, else as typed.

    ``rest`` is what was said beside them. Empty is what was not given.
    """

    number: str
    code: str = field(repr=False)
    rest: str = field(repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether both have the shape of ours, so that nothing else can have been meant."""
        return read_case_number(self.number) is not None and _is_code(self.code)


def find_proof(text: str) -> GivenProof:
    """Number and query code in a message; a message without them gives empty ones."""
    plain = "".join(map(_plain_sign, fold_for_matching(text[:LONGEST])))
    number, plain = _take_number(plain)
    code, plain = _take_code(plain)
    for words in _WORDS_OF_OURS:
        plain = plain.replace(words, " ")
    if not number:
        number, plain = _take_word(plain)
    if number and not code:
        code, plain = _take_words(plain)
    said = (part.strip(_PUNCTUATION) for part in plain.split(_TAKEN))
    return GivenProof(number, code, " ".join(part for part in said if part))


def _plain_sign(sign: str) -> str:
    return "-" if unicodedata.category(sign) == "Pd" or sign in "\u2212\u2015\u30fc_" else sign


def _take_number(plain: str) -> tuple[str, str]:
    """The first run of figures whose check digit is right, in whatever groups."""
    for start in _token_starts(plain):
        run = _FIGURES.match(plain, start)
        for stop in _stops_of_figures(plain, run) if run else ():
            number = read_case_number(plain[start:stop])
            if number is not None:
                return number, _without(plain, start, stop)
    return "", plain


def _stops_of_figures(plain: str, run: re.Match[str]) -> Iterator[int]:
    """After so many figures as a number may have, where no further sign follows at once."""
    figures = 0
    for place in range(*run.span()):
        figures += plain[place].isdigit()
        follows = plain[place + 1 : place + 2]
        if plain[place].isdigit() and figures in _NUMBER_DIGITS and not _is_alphanumeric(follows):
            yield place + 1


def _take_code(plain: str) -> tuple[str, str]:
    """Four groups of four signs; of several the first that can be a code of ours."""
    found = [run for start in _token_starts(plain) if (run := _GROUPS.match(plain, start))]
    run = next((one for one in found if _is_code(one[0])), found[0] if found else None)
    return (run[0], _without(plain, *run.span())) if run else ("", plain)


def _is_code(text: str) -> bool:
    signs = [sign for sign in text.lower() if sign.isalnum()]
    return len(signs) == CODE_LENGTH and _CODE_SIGNS.issuperset(signs)


def _take_word(plain: str) -> tuple[str, str]:
    found = _WORD.search(plain)
    return (found[0], _without(plain, *found.span())) if found else ("", plain)


def _take_words(plain: str) -> tuple[str, str]:
    """As many words behind the number as make a code, or all there are."""
    signs, start = 0, plain.find(_TAKEN) + 1
    words = []
    for found in _WORD.finditer(plain, start):
        words.append(found[0])
        signs += sum(map(str.isalnum, found[0]))
        if signs >= CODE_LENGTH:
            return " ".join(words), _without(plain, start, found.end())
    return " ".join(words), plain[:start] if words else plain


def _token_starts(plain: str) -> Iterator[int]:
    """Where a run of Latin letters and figures begins."""
    for place, sign in enumerate(plain):
        if _is_alphanumeric(sign) and not (place and _is_alphanumeric(plain[place - 1])):
            yield place


def _is_alphanumeric(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _without(plain: str, start: int, stop: int) -> str:
    return f"{plain[:start]}{_TAKEN}{plain[stop:]}"


def _words_of_ours() -> tuple[str, ...]:
    """What stands around number and code in our receipts, the longest first."""
    told = " ".join(RECEIPT).format(number=_TAKEN, code=_TAKEN)
    parts = re.split(r"[|。，.,:]", fold_for_matching(told))
    words = {part.strip() for part in parts if part.strip()} | {"code"}
    return tuple(sorted(words, key=len, reverse=True))


_WORDS_OF_OURS = _words_of_ours()
