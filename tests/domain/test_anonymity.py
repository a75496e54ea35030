"""Figures of few letters are withheld, and those of their neighbours that would give them away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain import anonymity
from domain.actors import ANONYMOUS, SYSTEM
from domain.anonymity import MINIMUM, Path, in_steps, is_withheld, sees_all
from domain.words import Role
from tests.domain.office import DISTRICT, NEXT_DISTRICT, TOWNSHIP, person

pytestmark = pytest.mark.ring("test")


def letters(text: str) -> dict[Path, int]:
    """``city/a 12, city/a/x 3``: letters by path."""
    pairs = (one.rsplit(" ", 1) for one in text.split(", "))
    return {tuple(path.split("/")): int(count) for path, count in pairs}


def published_units(found: Mapping[Path, int]) -> frozenset[str]:
    return anonymity.published_units({path: (count,) for path, count in found.items()})


@pytest.mark.parametrize(
    ("denominator", "withheld"), [(0, True), (1, True), (9, True), (10, False)]
)
def test_fewer_than_ten_are_withheld(denominator: int, withheld: bool) -> None:
    assert is_withheld(denominator) is withheld


@pytest.mark.parametrize(
    ("found", "published"),
    [
        # nothing to hide
        ("c/a 10, c/b 10", "a b c"),
        ("c/a 10, c/b 99, c/d 10", "a b c d"),
        # too few altogether
        ("c/a 4, c/b 5", ""),
        # one with few letters is what is left of the city: the next smallest goes too
        ("c/a 9, c/b 10, c/d 99", "c d"),
        ("c/a 9, c/b 50", "c"),
        # two with few letters that are ten together hide each other
        ("c/a 5, c/b 5, c/d 10", "c d"),
        ("c/a 9, c/b 9, c/d 10", "c d"),
        # two that are fewer than ten together do not
        ("c/a 4, c/b 5, c/d 10, c/e 11", "c e"),
        # what the unit has itself counts as a neighbour
        ("c 10, c/a 9, c/b 10", "b c"),
        ("c 3, c/a 20, c/b 30", "b c"),
        ("c 3, c/a 7, c/b 30", "b c"),
        # without letters there is nothing to hide
        ("c/a 0, c/b 20", "b c"),
        ("c 0, c/a 20, c/b 30, c/d 0", "a b c"),
        # several levels: the township that is told as a part of the district
        ("c/a/x 9, c/a/y 40, c/b 60", "a b c"),
        ("c/a/x 9, c/a/y 40, c/a/z 12, c/b 60", "a b c y"),
        ("c/a/x 10, c/a/y 40, c/b 60", "a b c x y"),
        # withheld as a neighbour: its parts must not add up to it
        ("c/a 3, c/b/x 25, c/b/y 26", "c y"),
        ("c/a 3, c/b/x 25, c/b/y 26, c/d 60", "c d y"),
        ("c/a 3, c/b/x 50, c/d 60", "c d"),
        # published around a withheld one: a great-grandchild stands for it
        ("c 20, c/a/x/q 12, c/a 3", "a c"),
        # of as many letters the last one by code is withheld
        ("c/a 20, c/b 20, c/d 1", "a c"),
        # a unit that was moved has letters on two paths, and both are its own
        ("c/a/m 20, c/b/m 30", "a b c m"),
        ("c/a/m 5, c/b/m 30, c/a 40", "a b c"),
    ],
)
def test_who_is_published(found: str, published: str) -> None:
    assert published_units(letters(found)) == set(published.split())


def test_nobody_is_published_when_there_are_no_letters() -> None:
    assert published_units({}) == frozenset()


def test_the_order_in_which_units_are_told_does_not_matter() -> None:
    found = letters("c/a 3, c/b/x 25, c/b/y 25, c/d 25, c/e 25")
    assert published_units(dict(reversed(found.items()))) == published_units(found)


def test_what_is_told_of_the_letters_must_not_be_small_either() -> None:
    counts: dict[Path, tuple[int, ...]] = {
        ("c", "a"): (50, 9),
        ("c", "b"): (50, 50),
        ("c", "d"): (50, 10),
    }
    assert anonymity.published_units(counts) == {"b", "c"}
    # of a's nine replies the parent's would tell: b and d leave a alone with them
    counts |= {("c", "e"): (10, 1)}
    assert anonymity.published_units(counts) == {"b", "c", "d"}


def test_only_those_are_published_who_may_be() -> None:
    counts: dict[Path, tuple[int, ...]] = {("c", one): (50,) for one in "abd"}
    assert anonymity.published_units(counts, among=frozenset("ca")) == {"a", "c"}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 9}, {}),
        ({"a": 10}, {"a": 10}),
        # what is left is seven: it may be all b's, so a's step is given up
        ({"a": 14, "b": 3}, {}),
        ({"a": 47, "b": 12}, {"a": 40}),
        ({"a": 47, "b": 13}, {"a": 40, "b": 10}),
        ({"a": 40, "b": 20}, {"a": 40, "b": 20}),
    ],
)
def test_steps_leave_nothing_or_a_step(counts: dict[str, int], told: dict[str, int]) -> None:
    assert in_steps(counts) == told


def test_letters_that_are_not_told_of_are_left_too() -> None:
    assert in_steps({"a": 14}) == {}
    assert in_steps({"a": 14}, beside=5) == {}
    assert in_steps({"a": 14}, beside=6) == {"a": 10}


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        (ANONYMOUS, ()),
        (person(Role.CITIZEN), ()),
        (person(Role.OPS), ()),
        (person(Role.SUPERVISOR), (DISTRICT, TOWNSHIP, NEXT_DISTRICT)),
        (person(Role.INTAKE), (DISTRICT, TOWNSHIP, NEXT_DISTRICT)),
        (SYSTEM, (DISTRICT, TOWNSHIP, NEXT_DISTRICT)),
        (person(Role.HANDLER, unit=DISTRICT), (DISTRICT, TOWNSHIP)),
        (person(Role.APPROVER, unit=TOWNSHIP), (TOWNSHIP,)),
        (person(Role.REVIEWER, unit=NEXT_DISTRICT), (NEXT_DISTRICT,)),
    ],
)
def test_who_works_for_a_unit_sees_its_own_figures(reader: object, sees: Iterable[object]) -> None:
    units = (DISTRICT, TOWNSHIP, NEXT_DISTRICT)
    assert [one for one in units if sees_all(reader, one.path)] == list(sees)  # type: ignore[arg-type]


# Whatever the city looks like

_CODES = st.sampled_from("abcd")


@st.composite
def cities(draw: st.DrawFn) -> dict[Path, int]:
    """Letters by path in a tree of up to three levels below the city."""
    tails = st.lists(_CODES, max_size=3)
    shapes = draw(st.lists(tails, min_size=1, max_size=9))
    paths = {("city", *("".join(tail[: end + 1]) for end in range(len(tail)))) for tail in shapes}
    counts = st.integers(0, 25)
    return {path: draw(counts) for path in sorted(paths)}


def _subtrees(found: Mapping[Path, int]) -> dict[str, frozenset[Path]]:
    """Of each unit the places in the tree whose letters are its own."""
    codes = {code for path in found for code in path}
    placed = {path for path, count in found.items() if count}
    return {code: frozenset(path for path in placed if code in path) for code in codes}


def _is_recoverable(wanted: frozenset[Path], known: Iterable[frozenset[Path]]) -> bool:
    """Whether sums and differences of what is ``known`` give what is ``wanted`` (Gauss)."""
    places = sorted({place for one in (*known, wanted) for place in one})

    def row(one: frozenset[Path]) -> list[Fraction]:
        return [Fraction(place in one) for place in places]

    return _rank([row(one) for one in known]) == _rank([row(one) for one in (*known, wanted)])


def _rank(rows: list[list[Fraction]]) -> int:
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((one for one in rows[rank:] if one[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        for place in range(rank + 1, len(rows)):
            times = rows[place][column] / pivot[column]
            rows[place] = [a - times * b for a, b in zip(rows[place], pivot, strict=True)]
        rank += 1
    return rank


@settings(max_examples=400, deadline=None)
@given(cities())
@example(letters("city/a 3, city/c 0, city/b/ba 25, city/b/bb 25"))
def test_no_withheld_figure_can_be_worked_out_from_the_published_ones(
    found: dict[Path, int],
) -> None:
    subtrees, published = _subtrees(found), published_units(found)
    known = [subtrees[code] for code in published]
    known.append(frozenset(path for path in found if found[path]))
    for code, places in subtrees.items():
        if code not in published and places and sum(found.values()) >= MINIMUM:
            assert not _is_recoverable(places, known), code


@settings(max_examples=400, deadline=None)
@given(cities())
def test_no_difference_of_published_sums_is_of_one_to_nine_letters(found: dict[Path, int]) -> None:
    subtrees, published = _subtrees(found), sorted(published_units(found))
    for code in published:
        inside = [one for one in published if subtrees[one] < subtrees[code]]
        for size in range(min(len(inside), 3) + 1):
            for some in combinations(inside, size):
                rest = subtrees[code] - frozenset().union(*(subtrees[one] for one in some))
                left = sum(found[path] for path in rest)
                assert left == 0 or left >= MINIMUM, (code, some)


@settings(max_examples=200, deadline=None)
@given(cities())
def test_no_more_is_withheld_than_has_to_be(found: dict[Path, int]) -> None:
    """Nobody else with ten letters could be published beside those who are."""
    subtrees, published = _subtrees(found), published_units(found)
    whole = frozenset(path for path in found if found[path])
    for code, places in subtrees.items():
        if code in published or sum(found[path] for path in places) < MINIMUM:
            continue
        around = min(
            (subtrees[one] for one in published if subtrees[one] >= places),
            key=len,
            default=whole,
        )
        beside = [
            subtrees[one]
            for one in published
            if subtrees[one] < around and not subtrees[one] >= places
        ]
        rest = around - places - frozenset().union(*beside)
        assert 0 < sum(found[path] for path in rest) < MINIMUM, code
