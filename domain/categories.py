"""What letters are about: a taxonomy of three levels, each of its roots in one of the networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.rows import Row
from domain.words import Network

LEVELS = ("level1", "level2", "level3")


@dataclass(frozen=True, slots=True)
class Category:
    """One node; ``id`` is ``"01"``, ``"01-02"`` or ``"01-02-03"``, by place in the file.

    ``level`` is 1 to 3; ``path`` has the ids from the root down to this one, itself included.
    Only roots have an English name of their own; below, ``name_en`` is the Chinese one.
    """

    id: str
    name: str
    name_en: str
    level: int
    parent: str | None
    path: tuple[str, ...]
    network: Network
    retired: bool = False

    def named(self, language: str) -> str:
        """``language`` is ``"zh"`` or ``"en"``."""
        return self.name if language == "zh" else self.name_en


class Taxonomy:
    """All categories, by id, by place in the tree and by name. Iterates in file order."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self._by_id = {category.id: category for category in categories}
        self._below: dict[str | None, list[Category]] = {}
        for category in self._by_id.values():
            self._below.setdefault(category.parent, []).append(category)

    def __iter__(self) -> Iterator[Category]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, category_id: str) -> Category | None:
        return self._by_id.get(category_id)

    @property
    def roots(self) -> tuple[Category, ...]:
        return self.children(None)

    def children(self, category_id: str | None) -> tuple[Category, ...]:
        """The categories right below one; none below a leaf or an unknown id."""
        return tuple(self._below.get(category_id, ()))

    def path(self, category_id: str) -> tuple[Category, ...]:
        """From the root down to ``category_id``, itself included; empty for an unknown id."""
        found = self._by_id.get(category_id)
        return tuple(self._by_id[one] for one in found.path) if found else ()

    def find(self, *names: str) -> Category | None:
        """The category with these Chinese names from the first level down, or None."""
        found: Category | None = None
        for name in names:
            below = self.children(found.id if found else None)
            found = next((child for child in below if child.name == name), None)
            if found is None:
                return None
        return found


def build_taxonomy(rows: Sequence[Row], networks: Sequence[Row]) -> Taxonomy:
    """The taxonomy from ``level1,level2,level3`` and ``level1,level1_en,network`` lines.

    Raises `DirectoryError` for a line that repeats another, that leaves out a level above one
    it names, or whose first level has no network.
    """
    roots = {row.text("level1"): row for row in networks}
    found: dict[tuple[str, ...], Category] = {}
    below: dict[tuple[str, ...], int] = {}
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        names = _names(row)
        if names in seen:
            raise row.error(f"{' / '.join(names)} stands there twice")
        seen.add(names)
        for depth in range(1, len(names) + 1):
            at = names[:depth]
            if at not in found:
                below[at[:-1]] = below.get(at[:-1], 0) + 1
                found[at] = _category(row, at, below[at[:-1]], found.get(at[:-1]), roots)
    return Taxonomy(found.values())


def _names(row: Row) -> tuple[str, ...]:
    names = tuple(row.optional(level) for level in LEVELS)
    given = tuple(name for name in names if name)
    if not given or names[: len(given)] != given:
        raise row.error("a level above is missing")
    return given


def _category(
    row: Row,
    names: tuple[str, ...],
    place: int,
    parent: Category | None,
    roots: Mapping[str, Row],
) -> Category:
    if names[0] not in roots:
        raise row.error(f"{names[0]} belongs to no network")
    root = roots[names[0]]
    own = f"{parent.id}-{place:02}" if parent else f"{place:02}"
    return Category(
        id=own,
        name=names[-1],
        name_en=names[-1] if parent else root.text("level1_en"),
        level=len(names),
        parent=parent.id if parent else None,
        path=(*(parent.path if parent else ()), own),
        network=root.word("network", Network),
    )
