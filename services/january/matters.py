"""What the letters of January 2017 are about, and in which words: read from ``data/january``.

All of it is invented. A text is put together from a matter, a place and a way of putting it, so
that hundreds of different letters come out, and several about one matter at one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.rows import Row
from domain.words import LetterKind
from services.january.chance import pick
from services.tables import read_table

DATA = Path(__file__).resolve().parents[2] / "data" / "january"
PSEUDONYMS = DATA.parent / "chengdu" / "pseudonyms.csv"
COLUMNS = (
    *("name", "category", "department", "bureau", "team", "weight", "kinds", "hot"),
    *("title", "what", "ask", "done", "hard"),
)
_PARTS = ("part", "text")
_TIMES = ("晚上八点", "早上七点", "半夜", "中午", "傍晚六点", "晚上十点")
_COUNTS = ("两", "三", "四", "五", "六", "七", "八")
_DAYS = ("三", "五", "七", "十")


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of trouble: whose it is, and how people put it.

    ``department`` is the code below the city's, ``bureau`` below a district's, ``team`` that of
    the district's front-line team with direct dispatch, empty for none.
    """

    name: str
    category: tuple[str, ...]
    department: str
    bureau: str
    team: str
    weight: float
    kinds: tuple[LetterKind, ...]
    is_hot: bool
    phrases: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it is: an invented place in a township of a district, as people call it."""

    name: str
    township: str
    district: str

    def address(self) -> str:
        return f"{self.district}{self.township}{self.name}"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything that is not about one matter: how letters and replies begin and end."""

    parts: Mapping[str, tuple[str, ...]]

    def of(self, part: str, *about: object) -> str:
        """One of the phrases for this part; may be empty."""
        return pick(self.parts[part], part, *about)


@dataclass(frozen=True, slots=True)
class Wording:
    """How one writer puts it: the same matter and place in other words for every ``key``.

    ``variant`` picks what exactly is wrong there; what is asked and done follows it.
    """

    phrases: Phrases
    matter: Matter
    spot: Spot
    key: object
    variant: int

    def title(self) -> str:
        return self._said(self._following("title"))

    def body(self) -> str:
        parts = (
            self.phrases.of("opening", self.key),
            self._following("what"),
            self.phrases.of("effect", self.key),
            pick(self.matter.phrases["ask"], "ask", self.key),
            self.phrases.of("closing", self.key),
        )
        return self._said("".join(parts))

    def reply(self, done: bool, *, again: bool = False) -> str:
        """What the unit answers: what was done, or why nothing can be."""
        opening = self.phrases.of("reply_opening_second" if again else "reply_opening", self.key)
        middle = self._following("done" if done else "hard")
        return self._said(opening + middle + self.phrases.of("reply_closing", self.key))

    def _following(self, part: str) -> str:
        phrases = self.matter.phrases[part]
        return phrases[self.variant % len(phrases)]

    def _said(self, text: str) -> str:
        return text.format(
            spot=self.spot.name,
            township=self.spot.township,
            district=self.spot.district,
            time=pick(_TIMES, "time", self.key),
            count=pick(_COUNTS, "count", self.key),
            days=pick(_DAYS, "days", self.key),
        )


def read_matters(path: Path = DATA / "matters.csv") -> tuple[Matter, ...]:
    """The matters of the table; see ``read_table`` for errors."""
    return read_table(path, COLUMNS, lambda rows: tuple(map(_matter, rows)))


def read_phrases(path: Path = DATA / "wording.csv") -> Phrases:
    """The phrases of the table, by part."""
    return read_table(path, _PARTS, lambda rows: Phrases(_by_part(rows)))


def read_spots(path: Path = DATA / "spots.csv") -> tuple[str, ...]:
    """Names of estates, put together from their parts."""
    parts = read_table(path, _PARTS, _by_part)
    return tuple(first + second for first in parts["first"] for second in parts["second"])


def read_names(path: Path = PSEUDONYMS) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Surnames and given names to invent people from."""
    parts = read_table(path, _PARTS, _by_part)
    return parts["surname"], parts["given"]


def _matter(row: Row) -> Matter:
    return Matter(
        name=row.text("name"),
        category=tuple(row.text("category").split("/")),
        department=row.text("department"),
        bureau=row.text("bureau"),
        team=row.optional("team"),
        weight=float(row.text("weight")),
        kinds=tuple(LetterKind[kind] for kind in row.text("kinds").split()),
        is_hot=row.optional("hot") == "1",
        phrases={part: tuple(row.text(part).split("|")) for part in COLUMNS[8:]},
    )


def _by_part(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = {}
    for row in rows:
        parts.setdefault(row.text("part"), []).append(row.optional("text"))
    return {part: tuple(texts) for part, texts in parts.items()}
