"""What is hidden of a text, and the text without it.

A text keeps its length: every sign of what is hidden becomes one ``■``, so that a span is at the
same place before and after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from domain.words import Word

MARK = "■"


class RedactionKind(Word):
    """Why something is hidden."""

    TELEPHONE = "TELEPHONE", "电话号码", "Telephone number"
    IDENTITY_CARD = "IDENTITY_CARD", "身份证号", "Identity card number"
    ACCOUNT = "ACCOUNT", "账号、卡号", "Account or card number"
    PLATE = "PLATE", "车牌号", "Number plate"
    MAIL = "MAIL", "电子邮箱", "Mail address"
    HANDLE = "HANDLE", "微信号、QQ号", "WeChat or QQ name"
    ADDRESS = "ADDRESS", "门牌、楼栋、房号", "House, building or room number"
    NAME = "NAME", "姓名", "Name"
    BY_HAND = "BY_HAND", "人工隐去", "Hidden by a reviewer"


@dataclass(frozen=True, slots=True)
class Redaction:
    """``start`` to before ``end`` in Unicode signs, counted from 0."""

    start: int
    end: int
    kind: RedactionKind


def hide(text: str, redactions: Collection[Redaction]) -> str:
    """The text with a mark for every sign that is hidden."""
    signs = list(text)
    for one in redactions:
        signs[one.start : one.end] = MARK * len(signs[one.start : one.end])
    return "".join(signs)


def is_redaction_of(changed: str, original: str) -> bool:
    """Whether ``changed`` is ``original`` with marks in the place of signs, and nothing else."""
    return len(changed) == len(original) and all(
        new in (old, MARK) for new, old in zip(changed, original, strict=True)
    )


def hidden_by_hand(changed: str, automatic: str) -> tuple[Redaction, ...]:
    """Where ``changed`` hides what ``automatic``, of the same length, shows."""
    places = [
        place
        for place, (new, old) in enumerate(zip(changed, automatic, strict=True))
        if new != old and new == MARK
    ]
    if not places:
        return ()
    breaks = [after for before, after in pairwise(places) if after != before + 1]
    starts = [places[0], *breaks]
    ends = [place + 1 for place, after in pairwise(places) if after != place + 1]
    ends.append(places[-1] + 1)
    return tuple(
        Redaction(start, end, RedactionKind.BY_HAND)
        for start, end in zip(starts, ends, strict=True)
    )


def merge(found: Iterable[Redaction]) -> list[Redaction]:
    """One span for all that overlap; it is called what the first of them is."""
    merged: list[Redaction] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if merged and one.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Redaction(last.start, max(last.end, one.end), last.kind)
        else:
            merged.append(one)
    return merged
