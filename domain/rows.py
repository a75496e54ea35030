"""A line of a table that came from a file, and the complaint that names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from domain.refusals import InvalidInput
from domain.text import read_text

_E = TypeVar("_E", bound=StrEnum)


class DirectoryError(ValueError):
    """A directory that cannot be built; the message starts with ``file:line: ``."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the file's name, the line's number (the heading is 1) and text by column."""

    file: str
    line: int
    values: Mapping[str, str]

    def error(self, reason: str) -> DirectoryError:
        """The complaint about this line, to be raised by whoever found the fault."""
        return DirectoryError(f"{self.file}:{self.line}: {reason}")

    def text(self, column: str) -> str:
        """What stands in ``column``; raises `DirectoryError` where nothing does."""
        if value := self.optional(column):
            return value
        raise self.error(f"{column} is missing")

    def optional(self, column: str) -> str:
        """What stands in ``column``, or an empty string; `DirectoryError` for unusable signs."""
        try:
            return read_text(column, self.values.get(column, ""), one_line=True)
        except InvalidInput as refused:
            raise self.error(f"{column}: {refused.text.en}") from None

    def word(self, column: str, words: type[_E]) -> _E:
        """A member of a vocabulary; raises `DirectoryError` for anything else."""
        return self._known(column, self.text(column), words)

    def words(self, column: str, words: type[_E]) -> frozenset[_E]:
        """Members of a vocabulary with blanks between them; none where nothing stands."""
        return frozenset(self._known(column, one, words) for one in self.optional(column).split())

    def _known(self, column: str, value: str, words: type[_E]) -> _E:
        try:
            return words(value)
        except ValueError:
            known = ", ".join(words)
            raise self.error(f"{column} is {value!r}, not one of {known}") from None

    def flag(self, column: str) -> bool:
        """``true`` or ``false``."""
        value = self.text(column)
        if value not in {"true", "false"}:
            raise self.error(f"{column} is {value!r}, not true or false")
        return value == "true"

    def number(self, column: str, among: range) -> int:
        """A whole number in ASCII digits, among these."""
        value = self.text(column)
        if not (value.isascii() and value.isdigit() and int(value) in among):
            span = f"from {among[0]} to {among[-1]}"
            raise self.error(f"{column} is {value!r}, not a number {span}")
        return int(value)

    def clock(self, column: str) -> time:
        """A time of the day written ``HH:MM``."""
        value = self.text(column)
        try:
            return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007  # a time, no moment
        except ValueError:
            raise self.error(f"{column} is {value!r}, not a time like 09:30") from None

    def day(self, column: str) -> date:
        """A date written ``YYYY-MM-DD``."""
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.error(f"{column} is {value!r}, not a date like 2017-01-31") from None
