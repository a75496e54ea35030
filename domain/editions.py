"""What a later edition of a bulletin changed, figure by figure, and because of which letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.definitions import BY_ID, DEFINITIONS, Amount, Definition, FigureName
from domain.facts import Facts
from domain.figures import Membership, Part
from domain.words import Outcome, Word

_REPLIED = DEFINITIONS.index(BY_ID["REPLY_RATE/1"])
_ANSWERED = DEFINITIONS.index(BY_ID["SATISFACTION_RATE/2"])


class ChangeReason(Word):
    """Why a letter counts otherwise in a later edition."""

    LATE_LETTER = "LATE_LETTER", "补录来信", "A letter that came in late"
    LATE_REPLY = "LATE_REPLY", "后来回复", "A reply that came later"
    LATE_ANSWER = "LATE_ANSWER", "后来评价", "A survey answer that came later"
    WITHDRAWAL = "WITHDRAWAL", "撤回", "Withdrawn since"
    PROMISE_PASSED = "PROMISE_PASSED", "其后超期", "The promise ran out since, without a reply"
    OTHER = "OTHER", "其他", "Other"


@dataclass(frozen=True, slots=True)
class Because:
    """The letters that count otherwise for one reason, by their numbers, in order."""

    reason: ChangeReason
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure's numerator and denominator, before and after."""

    definition: str
    before: Part
    after: Part
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """An edition against the one before it; ``reason`` is what whoever published it said."""

    reason: str
    letters_before: int
    letters_after: int
    figures: tuple[FigureChange, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a letter after a moment; what came in late may bear an earlier time."""

    replied: bool = False
    answered: bool = False
    withdrawn: bool = False


def since(own: Facts, answering: Facts, moment: datetime) -> Since:
    """What these facts have that is later than ``moment``."""
    return Since(
        replied=any(one.at > moment for one in answering.releases),
        answered=any(one.at > moment for one in own.answers),
        withdrawn=own.left is Outcome.WITHDRAWN
        and own.left_at is not None
        and own.left_at > moment,
    )


def compare(
    before: Sequence[Membership], after: Sequence[Membership], since: Mapping[str, Since]
) -> tuple[FigureChange, ...]:
    """The figures that changed, in the order of their definitions.

    ``since`` tells by number what became of the letters of ``after`` meanwhile.
    """
    pairs = _paired(before, after)
    found = (_figure_change(place, pairs, since) for place in range(len(DEFINITIONS)))
    return tuple(one for one in found if one is not None)


_Pair = tuple[str, Membership | None, Membership | None]


def _paired(before: Iterable[Membership], after: Iterable[Membership]) -> list[_Pair]:
    was, now = ({one.number: one for one in side} for side in (before, after))
    return [(number, was.get(number), now.get(number)) for number in sorted({**was, **now})]


def _figure_change(
    place: int, pairs: Sequence[_Pair], since: Mapping[str, Since]
) -> FigureChange | None:
    because: dict[ChangeReason, list[str]] = {}
    was, now = Part(), Part()
    for number, old, new in pairs:
        was, now = was + _share(old, place), now + _share(new, place)
        if _amount(old, place) != _amount(new, place):
            reason = _reason(place, old, new, since.get(number, Since()))
            because.setdefault(reason, []).append(number)
    if not because:
        return None
    told = tuple(Because(one, tuple(because[one])) for one in ChangeReason if one in because)
    return FigureChange(DEFINITIONS[place].id, was, now, told)


def _amount(one: Membership | None, place: int) -> Amount:
    return None if one is None else one.amounts[place]


def _share(one: Membership | None, place: int) -> Part:
    amount = _amount(one, place)
    return Part() if amount is None else Part(amount, 1)


def _reason(
    place: int, old: Membership | None, new: Membership | None, since: Since
) -> ChangeReason:
    if old is None:
        return ChangeReason.LATE_LETTER
    if new is None:
        return ChangeReason.OTHER
    return next(_reasons(DEFINITIONS[place], old, new, since), ChangeReason.OTHER)


def _reasons(
    definition: Definition, old: Membership, new: Membership, since: Since
) -> Iterator[ChangeReason]:
    """What may be the reason, the likeliest first."""
    was_replied, is_replied = old.amounts[_REPLIED], new.amounts[_REPLIED]
    has_answered = since.answered or old.amounts[_ANSWERED] != new.amounts[_ANSWERED]
    if since.withdrawn:
        yield ChangeReason.WITHDRAWAL
    if definition.figure is FigureName.SATISFACTION_RATE and has_answered:
        yield ChangeReason.LATE_ANSWER
    if since.replied or was_replied != is_replied:
        yield ChangeReason.LATE_REPLY
    if has_answered:
        yield ChangeReason.LATE_ANSWER
    if definition.figure is FigureName.OVERDUE_RATE and not is_replied:
        yield ChangeReason.PROMISE_PASSED
