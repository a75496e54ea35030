"""What is personal in a text, found by rules, and the text without it.

To hide what is hidden already changes nothing. The rules err towards hiding: a number of seven
digits or more is hidden whatever it counts, unless it is a date or an amount. What they cannot know
is a name that stands alone; a person looks before a letter is published.

Every rule reads a text once and looks at a bounded number of signs around each place, so that the
time is in proportion to the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from domain.redaction.addresses import find_addresses
from domain.redaction.called_numbers import find_called_numbers
from domain.redaction.contacts import find_handles, find_mail
from domain.redaction.doors import find_doors
from domain.redaction.names import find_known_names, find_names
from domain.redaction.numbers import (
    digits_of,
    find_numbers,
    is_fixed_telephone,
    is_identity_number,
)
from domain.redaction.plates import find_plates
from domain.redaction.signs import read_signs
from domain.redaction.spans import (
    MARK,
    Redaction,
    RedactionKind,
    hidden_by_hand,
    hide,
    is_redaction_of,
    merge,
)

__all__ = [
    "MARK",
    "Redaction",
    "RedactionKind",
    "digits_of",
    "hidden_by_hand",
    "hide",
    "is_fixed_telephone",
    "is_identity_number",
    "is_redaction_of",
    "redact_title",
    "redacted",
    "redactions_of",
]

_MOST_ROUNDS = 8
"""What is hidden can leave something beside it that a rule now finds; two rounds nearly always."""
_FINDERS = (
    find_mail,
    find_handles,
    find_numbers,
    find_called_numbers,
    find_plates,
    find_addresses,
    find_doors,
)


def redactions_of(
    text: str, names: Collection[str] = (), keep: Collection[str] = ()
) -> tuple[Redaction, ...]:
    """What is to be hidden, in order, none over another.

    ``names`` are hidden wherever they stand; ``keep`` are not hidden as names: who holds an office
    is named with it.
    """
    found: list[Redaction] = []
    hidden = text
    for _ in range(_MOST_ROUNDS):
        new = merge(_found(hidden, names, keep))
        if not new:
            break
        found += new
        hidden = hide(hidden, new)
    return tuple(merge(found))


def redacted(text: str, names: Collection[str] = (), keep: Collection[str] = ()) -> str:
    """The text without what the rules find."""
    return hide(text, redactions_of(text, names, keep))


def redact_title(text: str) -> str:
    """A short text to be read: two marks for each place that is hidden, however long it was."""
    parts, begins = [], 0
    for one in redactions_of(text):
        parts += [text[begins : one.start], MARK * 2]
        begins = one.end
    return "".join((*parts, text[begins:]))


def _found(text: str, names: Collection[str], keep: Collection[str]) -> Iterator[Redaction]:
    signs = read_signs(text)
    for finder in _FINDERS:
        for start, end, kind in finder(signs.text):
            yield Redaction(*signs.stretch(start, end), kind)
    for start, end in (*find_known_names(signs.text, names), *find_names(signs.text, keep)):
        yield Redaction(*signs.stretch(start, end), RedactionKind.NAME)
