"""Which matters many people write about: groups of letters, counted, ordered and described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from domain.issues import GroupedLetter, typicality
from domain.matters import pieces
from domain.places import find_place, fold
from domain.redaction import redactions_of
from domain.words import Word

LEAST_WRITERS = 3
"""What fewer write about is no hot issue; least of all the campaign of one."""
MOST_PLACES = 5
MOST_KEYWORDS = 8
RISES = 1.25
FALLS = 0.75


class Trend(Word):
    """The last third of the time asked for beside the two thirds before, in letters a day."""

    RISING = "RISING", "上升", "Rising"
    STEADY = "STEADY", "平稳", "Steady"
    FALLING = "FALLING", "下降", "Falling"


@dataclass(frozen=True, slots=True)
class CountedLetter:
    """What is counted of a letter."""

    id: str
    group: str
    submitted_at: datetime
    writer: bytes


@dataclass(frozen=True, slots=True)
class HotIssue:
    """A group as far as it was written in the time asked for; ``ids`` newest first."""

    group: str
    letters: int
    writers: int
    first_seen_at: datetime
    last_seen_at: datetime
    trend: Trend
    ids: tuple[str, ...]


def hot_issues(
    letters: Iterable[CountedLetter],
    begins: datetime,
    ends: datetime,
    least: int = LEAST_WRITERS,
) -> list[HotIssue]:
    """Of what at least ``least`` people wrote, most writers first; then letters, then newest."""
    found = [_issue(key, members, begins, ends) for key, members in groups_of(letters).items()]
    hot = [one for one in found if one.writers >= least]
    return sorted(hot, key=order_of)


def groups_of(letters: Iterable[CountedLetter]) -> dict[str, list[CountedLetter]]:
    """The letters by their group, oldest first."""
    groups: dict[str, list[CountedLetter]] = {}
    for one in sorted(letters, key=lambda one: (one.submitted_at, one.id)):
        groups.setdefault(one.group, []).append(one)
    return groups


def order_of(one: HotIssue) -> tuple[int, int, int, str]:
    """Where it stands: to be compared. Times count in whole milliseconds."""
    seen = round(one.last_seen_at.timestamp() * 1000)
    return (-one.writers, -one.letters, -seen, one.group)


def _issue(group: str, members: list[CountedLetter], begins: datetime, ends: datetime) -> HotIssue:
    return HotIssue(
        group=group,
        letters=len(members),
        writers=len({one.writer for one in members}),
        first_seen_at=members[0].submitted_at,
        last_seen_at=members[-1].submitted_at,
        trend=trend([one.submitted_at for one in members], begins, ends),
        ids=tuple(one.id for one in reversed(members)),
    )


def trend(moments: Sequence[datetime], begins: datetime, ends: datetime) -> Trend:
    """At least a quarter more letters a day than before rises, a quarter fewer falls."""
    turn = begins + (ends - begins) * 2 / 3
    late = sum(moment >= turn for moment in moments)
    return trend_of(late, (len(moments) - late) / 2)


def trend_of(late: float, before: float) -> Trend:
    """The same of two rates; where nothing is known of either it is steady."""
    if late == before:
        return Trend.STEADY
    if late >= RISES * before:
        return Trend.RISING
    return Trend.FALLING if late <= FALLS * before else Trend.STEADY


def central_first(letters: Sequence[GroupedLetter]) -> list[str]:
    """Ids, the letter that is most like all of them first."""
    if not letters:
        return []
    scored = [
        (-typical, one.submitted_at, one.id)
        for one, typical in zip(letters, typicality(letters), strict=True)
    ]
    return [key for _, _, key in sorted(scored)]


def places_of(
    letters: Sequence[GroupedLetter],
    titles: Collection[str] = (),
    divisions: Collection[str] = (),
) -> tuple[str, ...]:
    """Places that letters of at least two writers name and are known by, most writers first.

    ``titles`` are the letters', ``divisions`` names of the directory: by them places are known
    whose name does not say that it is one.
    """
    folded = [fold(title) for title in titles]
    names = {name for one in letters for name in _known_by(one)}
    places = {name: find_place(name, folded, divisions) for name in names}
    told = (
        (one.writer, [place for name in _known_by(one) if (place := places[name])])
        for one in letters
    )
    return _shared(told, MOST_PLACES)


def keywords_of(letters: Sequence[GroupedLetter]) -> tuple[str, ...]:
    """Words of at least two writers, by how many write them and how rare they are elsewhere."""
    weight: Counter[str] = Counter()
    writers: dict[str, set[bytes]] = {}
    for one in letters:
        for word, by in one.words.items():
            weight[word] += by  # type: ignore[assignment]  # a Counter adds fractions, too
            writers.setdefault(word, set()).add(one.writer)
    shared = [word for word, of in writers.items() if len(of) > 1]
    shared.sort(key=lambda word: (-weight[word], word))
    return tuple(islice(filter(is_sayable, shared), MOST_KEYWORDS))


def _known_by(letter: GroupedLetter) -> list[str]:
    """What it names only in passing is not where its matter is."""
    return [
        place
        for place in letter.places
        if 2 * sum(piece in letter.heads for piece in pieces(place)) > len(pieces(place))
    ]


def _shared(terms: Iterable[tuple[bytes, Iterable[str]]], most: int) -> tuple[str, ...]:
    writers: dict[str, set[bytes]] = {}
    for writer, told in terms:
        for term in told:
            writers.setdefault(term, set()).add(writer)
    shared = [term for term, of in writers.items() if len(of) > 1]
    shared.sort(key=lambda term: (-len(writers[term]), -len(term), term))
    kept: list[str] = []
    for term in filter(is_sayable, shared):
        if not any(term in other or other in term for other in kept):
            kept.append(term)
        if len(kept) == most:
            break
    return tuple(kept)


def is_sayable(term: str) -> bool:
    """Whether there is nothing personal in it."""
    return not redactions_of(term)
