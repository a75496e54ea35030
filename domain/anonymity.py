"""What the public is not told, so that nobody's letter can be made out from a figure.

Everything that is published of a month is one system of sums, with two rules:

1. **One dimension at a time.** There are tables by unit, by mailbox level, by channel, by category
   and by place, and none by two of them. Whoever knows all of these tables may still deal the
   letters' units out anew among their levels, categories and places.
2. **No remainder is small.** In each table published sums are those of subtrees, which lie apart
   or one within the other. Whatever can be worked out by adding and subtracting them is made of
   *remainders*: a published subtree without the published ones in it. Each has no letters, or at
   least ``MINIMUM`` letters, and as many of what is told of them (replied to, resolved, ...);
   of the late ones none, or as many.

So a number of fewer than ten letters, or a part of it, lies anywhere from none to ten or more.
``docs/decisions/0012-withheld-figures.md`` has the argument, the tests a solver that checks it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias, TypeVar

from domain.actors import Actor

MINIMUM = 10
"""Letters: fewer are told to nobody but those who work on them. A setting may raise it."""

K = TypeVar("K")
Path: TypeAlias = tuple[str, ...]
"""From the root of a table down, such as the codes of units from the city."""
Measures: TypeAlias = Sequence[int]
"""How many letters, and how many of them are something: replied to, in a denominator, ..."""


def is_withheld(letters: int, minimum: int = MINIMUM) -> bool:
    """Whether so many are too few to be told; none are no exception."""
    return letters < minimum


def is_enough(measures: Measures, minimum: int = MINIMUM, optional: int = 0) -> bool:
    """Whether each is of ``minimum`` letters; the last ``optional`` ones may be of none."""
    surely = len(measures) - optional
    return all(
        one >= minimum or (one == 0 and place >= surely) for place, one in enumerate(measures)
    )


def published_paths(
    counts: Mapping[Path, Measures],
    minimum: int = MINIMUM,
    among: Collection[Path] | None = None,
    *,
    optional: int = 0,
) -> frozenset[Path]:
    """Whose sums everybody may know, of each with those below it; ``()`` is the sum of all.

    ``counts`` are of what stands at a path itself, which counts as a neighbour of those below it.
    Only those ``among`` are considered, where that is given. The last ``optional`` measures may be
    none. Empty where all are too few.
    """
    sums = _sums(counts)
    if () not in sums or not is_enough(sums[()], minimum, optional):
        return frozenset()
    remainders: dict[Path, list[int]] = {(): sums[()]}
    # The largest first, so that it is the smallest that find no room; a unit before those in it.
    for path in sorted(sums, key=lambda one: (-sums[one][0], len(one), one)):
        if not path or (among is not None and path not in among):
            continue
        around = nearest(path, remainders)
        left = [whole - part for whole, part in zip(remainders[around], sums[path], strict=True)]
        is_told = is_enough(sums[path], minimum, optional)
        if is_told and (left[0] == 0 or is_enough(left, minimum, optional)):
            remainders[around], remainders[path] = left, sums[path]
    return frozenset(remainders)


def published_units(
    counts: Mapping[Path, Measures],
    minimum: int = MINIMUM,
    among: frozenset[str] | None = None,
    *,
    optional: int = 0,
) -> frozenset[str]:
    """Codes of the units whose sums everybody may know, of each with those below it."""
    candidates = None if among is None else {path for path in subtrees(counts) if path[-1] in among}
    published = published_paths(counts, minimum, candidates, optional=optional)
    # A unit that was moved has letters on two paths: both are in its figure.
    with_letters = {path for path, measures in _sums(counts).items() if path and measures[0]}
    withheld = {path[-1] for path in with_letters - published}
    return frozenset(path[-1] for path in published if path) - withheld


def in_steps(counts: Mapping[K, int], minimum: int = MINIMUM, *, beside: int = 0) -> dict[K, int]:
    """How many there are at least, in steps of ``minimum``; what is below one step is left out.

    For counts that are told again and again of times that overlap: exact ones would tell what a
    month brought. What the steps leave of the sum of all, and of ``beside`` that are not told of,
    is none, or at least ``minimum``.
    """
    told = {one: count - count % minimum for one, count in counts.items() if count >= minimum}
    left = beside + sum(counts.values()) - sum(told.values())
    if told and 0 < left < minimum:
        smallest = min(told, key=lambda one: told[one])
        told[smallest] -= minimum
    return {one: count for one, count in told.items() if count}


def subtrees(paths: Collection[Path]) -> set[Path]:
    """Every path that has one of these at or below it, but for the root."""
    return {path[:depth] for path in paths for depth in range(1, len(path) + 1)}


def nearest(path: Path, published: Collection[Path]) -> Path:
    """The smallest published subtree around this one; the root when there is none."""
    inner = (path[:depth] for depth in range(len(path) - 1, 0, -1))
    return next((one for one in inner if one in published), ())


def sees_all(reader: Actor, path: Path) -> bool:
    """Whoever works on cases sees the figures of their own subtree, however few the letters."""
    return reader.works_on_cases and reader.reaches(path)


def _sums(counts: Mapping[Path, Measures]) -> dict[Path, list[int]]:
    """The measures of every subtree; that of ``()`` has all of them."""
    sums: dict[Path, list[int]] = {}
    for path, measures in counts.items():
        for depth in range(len(path) + 1):
            whole = sums.setdefault(path[:depth], [0] * len(measures))
            for place, one in enumerate(measures):
                whole[place] += one
    return sums
