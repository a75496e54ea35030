"""Rules that are data come in versions, each in force from a day on: one mechanism for them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from domain.rows import Row


class Dated(Protocol):
    """Rules that are in force from ``valid_from`` (Asia/Shanghai) on."""

    @property
    def valid_from(self) -> date: ...


T = TypeVar("T", bound=Dated)


@dataclass(frozen=True, slots=True)
class Versions(Generic[T]):
    """All versions, in order of ``valid_from``; ``ValueError`` without one, or with two a day."""

    versions: tuple[T, ...]

    def __post_init__(self) -> None:
        starts = [version.valid_from for version in self.versions]
        if not starts or starts != sorted(set(starts)):
            name = type(self).__name__.lower()
            raise ValueError(f"{name} need versions that begin on different days, in order")

    def on(self, day: date) -> T:
        """The version in force on ``day`` (Asia/Shanghai).

        The first one also serves the time before it, so that old letters can be imported.
        """
        in_force = [version for version in self.versions if version.valid_from <= day]
        return in_force[-1] if in_force else self.versions[0]


def build_versions(
    rows: Sequence[Row], build: Callable[[str, date, Sequence[Row]], T]
) -> tuple[T, ...]:
    """What ``build`` makes of the lines of each version, in order of their days.

    Lines have columns ``version`` and ``valid_from``. Raises ``ValueError`` for a version that
    begins on two days, naming the line, and what ``build`` raises.
    """
    starts: dict[str, date] = {}
    lines: dict[str, list[Row]] = {}
    for row in rows:
        version, valid_from = row.text("version"), row.day("valid_from")
        if starts.setdefault(version, valid_from) != valid_from:
            raise row.error(f"version {version} begins on {starts[version]} in a line above")
        lines.setdefault(version, []).append(row)
    built = (build(version, starts[version], lines[version]) for version in lines)
    return tuple(sorted(built, key=lambda version: version.valid_from))
