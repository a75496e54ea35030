"""What an action asks for besides the case: the shape of each value, and its refusal.

An ``Ask`` reads one value that a person or a job gave, and returns it as history keeps it and
rules use it. ``Given`` holds what was read, by name, with typed access.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, cast

from domain.categories import Category
from domain.directory import Unit
from domain.history import Detail
from domain.refusals import InvalidInput
from domain.text import count_shown, is_blank, read_text
from domain.words import Outcome, Word

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MainCase:
    """The case that another one is joined to; ``answers``: how many replies it has given."""

    id: str
    outcome: Outcome | None
    is_archived: bool = False
    answers: int = 0


class Ask(Protocol):
    """One value asked for. ``read`` raises ``InvalidInput`` naming ``field``."""

    @property
    def required(self) -> bool: ...

    def read(self, field: str, value: object) -> object: ...


@dataclass(frozen=True, slots=True)
class WordsAsked:
    """Text by the one rule, of ``least`` signs that show to ``most`` in all."""

    least: int
    most: int
    required: bool = True
    one_line: bool = False

    def read(self, field: str, value: object) -> str:
        text = read_text(field, value, one_line=self.one_line)
        shown = count_shown(text)
        if shown < self.least or len(text) > self.most:
            raise InvalidInput(
                f"长度须为{self.least}至{self.most}个字。",
                f"This takes {self.least} to {self.most} characters, not"
                f" {shown if shown < self.least else len(text)}.",
                field,
            )
        return text

    def read_optional(self, field: str, value: object) -> str | None:
        """The same; None for nothing at all and for what shows nothing."""
        text = read_text(field, value, one_line=self.one_line)
        return None if is_blank(text) else self.read(field, text)


@dataclass(frozen=True, slots=True)
class NumberAsked:
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int
    required: bool = True

    def read(self, field: str, value: object) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole and self.least <= cast(int, value) <= self.most):
            raise InvalidInput(
                f"须为{self.least}至{self.most}之间的整数。",
                f"This takes a whole number from {self.least} to {self.most}.",
                field,
            )
        return cast(int, value)


@dataclass(frozen=True, slots=True)
class MomentAsked:
    """A moment that says its time zone; read in whole milliseconds."""

    required: bool = True

    def read(self, field: str, value: object) -> datetime:
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise InvalidInput("须为带时区的时间。", "This takes a time with its zone.", field)
        return value.replace(microsecond=value.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class KindAsked:
    """A value of exactly one type: a flag, a unit, a category, a case."""

    kind: type
    required: bool = True

    def read(self, field: str, value: object) -> object:
        if not isinstance(value, self.kind):
            raise InvalidInput("取值无效。", "This value cannot be used here.", field)
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words of a vocabulary."""

    words: tuple[Word, ...]
    required: bool = True

    def read(self, field: str, value: object) -> Word:
        word = next((word for word in self.words if word == value), None)
        if word is None:
            names = ", ".join(self.words)
            raise InvalidInput(f"只能是：{names}。", f"This must be one of {names}.", field)
        return word


FLAG = KindAsked(bool)
MAYBE_FLAG = KindAsked(bool, required=False)
MAYBE_MOMENT = MomentAsked(required=False)
UNIT = KindAsked(Unit)
MAYBE_UNIT = KindAsked(Unit, required=False)
MAYBE_CATEGORY = KindAsked(Category, required=False)
MAIN_CASE = KindAsked(MainCase)


class Given:
    """The values an action was given, read and checked."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @classmethod
    def read(cls, asks: Mapping[str, Ask], values: Mapping[str, object]) -> Given:
        """Reads ``values`` by ``asks``; raises ``InvalidInput`` naming the first bad field."""
        unknown = next((name for name in values if name not in asks), None)
        if unknown is not None:
            raise InvalidInput("此操作不接受该项。", "This action does not take this.", unknown)
        read: dict[str, object] = {}
        for name, ask in asks.items():
            value = values.get(name)
            if value is not None:
                read[name] = ask.read(name, value)
            elif ask.required:
                raise InvalidInput("此项必填。", "This is required.", name)
        return cls(read)

    def text(self, name: str) -> str:
        return cast(str, self._values[name])

    def number(self, name: str) -> int:
        return cast(int, self._values[name])

    def flag(self, name: str) -> bool:
        return self._values.get(name) is True

    def moment(self, name: str) -> datetime | None:
        return cast("datetime | None", self._values.get(name))

    def unit(self, name: str) -> Unit | None:
        return cast("Unit | None", self._values.get(name))

    def category(self, name: str) -> Category | None:
        return cast("Category | None", self._values.get(name))

    def case(self, name: str) -> MainCase:
        return cast(MainCase, self._values[name])

    def get(self, name: str, kind: type[T]) -> T | None:
        value = self._values.get(name)
        return value if isinstance(value, kind) else None

    def recorded(self) -> dict[str, Detail]:
        """As history keeps it: units, categories and cases by their ids."""
        return {name: _recorded(value) for name, value in self._values.items()}


def _recorded(value: object) -> Detail:
    if isinstance(value, Unit):
        return value.code
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | int | datetime):
        return value
    return cast(Category | MainCase, value).id
