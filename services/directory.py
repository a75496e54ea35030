"""A city comes in: its folder of CSV files is read, built, checked and stored."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from domain.categories import Taxonomy, build_taxonomy
from domain.city import CityTables, build_city
from domain.directory import City
from domain.rows import DirectoryError, Row
from storage.directory import DirectoryRepository

OPTIONAL = frozenset({"incumbents", "pseudonyms"})
TABLES = (
    "divisions",
    "departments",
    "district_bureaus",
    "front_line",
    "systems",
    "mailboxes",
    "place_codes",
    "incumbents",
    "pseudonyms",
)


@dataclass(frozen=True, slots=True)
class LoadedCity:
    """A city that passed all checks; ``version`` changes with any byte of its files."""

    city: City
    taxonomy: Taxonomy
    version: str


@dataclass(frozen=True, slots=True)
class DirectoryReport:
    """How many there are now, and how many documents were written or retired for it."""

    units: int
    mailboxes: int
    categories: int
    changed: int


def load_city(folder: Path) -> LoadedCity:
    """The city in ``folder``; data/README.md describes the files.

    Raises `DirectoryError`, which names file and line, when a file is missing or cannot be read.
    """
    tables = {name: _rows(folder / f"{name}.csv", optional=name in OPTIONAL) for name in TABLES}
    taxonomy = build_taxonomy(
        _rows(folder / "categories.csv"), _rows(folder / "category_networks.csv")
    )
    return LoadedCity(build_city(CityTables(**tables)), taxonomy, _version(folder))


async def import_directory(
    folder: Path,
    repository: DirectoryRepository,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> DirectoryReport:
    """Make the stored directory the one in ``folder``; doing it again changes nothing.

    ``progress`` is told the documents dealt with and their total. What is no longer in the
    files stays, retired, because letters point to it. Raises `DirectoryError` as `load_city`
    does, before anything is stored.
    """
    loaded = load_city(folder)
    changed = await repository.replace_city(loaded.city, loaded.taxonomy, loaded.version, progress)
    return DirectoryReport(
        units=len(loaded.city.units),
        mailboxes=len(loaded.city.mailboxes),
        categories=len(loaded.taxonomy),
        changed=changed,
    )


def _rows(path: Path, *, optional: bool = False) -> list[Row]:
    if optional and not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            return [Row(path.name, reader.line_num, _texts(values)) for values in reader]
    except FileNotFoundError:
        raise DirectoryError(f"{path.name}:1: the file is missing from {path.parent}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DirectoryError(f"{path.name}:1: not a CSV file in UTF-8: {error}") from error


def _texts(values: dict[str, str]) -> dict[str, str]:
    """The named columns; what stands beyond the last heading is dropped."""
    return {column: text for column, text in values.items() if column}


def _version(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
