"""What the public is not told, so that nobody's letter can be made out from a figure.

A figure of fewer than ten letters is withheld. That alone does not keep it: where all units below
another one are told but the one with few letters, it is what is left when they are subtracted.
So its neighbours are withheld too, the smallest first, until what is left is ten letters or none.

Published sums are those of subtrees, and two subtrees lie apart or one within the other. Whatever
can be worked out by adding and subtracting them is therefore made of *remainders*: a published
subtree without the published ones in it. No remainder has one to nine letters; that is all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from domain.actors import Actor

MINIMUM = 10
"""Letters: figures of fewer are withheld in public."""

Path: TypeAlias = tuple[str, ...]
"""Codes of units, from the city down."""


def is_withheld(denominator: int, minimum: int = MINIMUM) -> bool:
    """Whether a figure of so many letters is withheld; a figure of none is no exception."""
    return denominator < minimum


def published_units(letters: Mapping[Path, int], minimum: int = MINIMUM) -> frozenset[str]:
    """Codes of the units whose figure everybody may know, of each with those below it.

    ``letters`` are those that the figure is of (its denominator), by the path of the unit that
    has them; what is left at a unit itself counts as a neighbour of the units below it. The sum
    of all letters is taken to be known to everybody.
    """
    sums = _sums(letters)
    if is_withheld(sums[()], minimum):
        return frozenset()
    remainders: dict[Path, int] = {(): sums[()]}
    # The largest first, so that it is the smallest that find no room; a unit before those in it.
    for path in sorted(sums, key=lambda one: (-sums[one], len(one), one)):
        if not path or is_withheld(sums[path], minimum):
            continue
        around = _nearest(path, remainders)
        left = remainders[around] - sums[path]
        if left == 0 or left >= minimum:
            remainders[around], remainders[path] = left, sums[path]
    # A unit that was moved has letters on two paths: both are in its figure.
    withheld = {path[-1] for path in sums if path not in remainders and sums[path]}
    return frozenset(path[-1] for path in remainders if path) - withheld


def sees_all(reader: Actor, path: Path) -> bool:
    """Whoever works on cases sees the figures of their own subtree, however few the letters."""
    return reader.works_on_cases and reader.reaches(path)


def _sums(letters: Mapping[Path, int]) -> Counter[Path]:
    """The letters of every subtree; that of ``()`` has all of them."""
    sums: Counter[Path] = Counter()
    for path, count in letters.items():
        for depth in range(len(path) + 1):
            sums[path[:depth]] += count
    return sums


def _nearest(path: Path, published: Mapping[Path, int]) -> Path:
    """The smallest published subtree around this one."""
    return next(path[:depth] for depth in range(len(path) - 1, -1, -1) if path[:depth] in published)
