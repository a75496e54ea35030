"""The files of open data: the month's cases as CSV, the same as Parquet, and the dictionary."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, fields
from itertools import chain
from pathlib import Path
from typing import Any

from domain.bulletins import Bulletin
from domain.categories import Category
from domain.csv_text import format_for_machines
from domain.directory import Unit
from domain.manifests import digest
from domain.open_data import ANY, BANDS, COLUMNS, LONGEST, Column, OpenCase, SurveyTold
from domain.open_tables import TopicCount
from domain.words import Channel, LetterKind, MailboxLevel, Network, Outcome, UnitLevel, Word
from services.archive.published import CSV, PARQUET, TOPICS

WORDS: Mapping[str, type[Word]] = {
    "level": MailboxLevel,
    "channel": Channel,
    "kind": LetterKind,
    "network": Network,
    "unit_level": UnitLevel,
    "outcome": Outcome,
    "survey": SurveyTold,
}


def as_csv(cases: Iterable[OpenCase]) -> bytes:
    """UTF-8 with a line of names; what is not known is empty."""
    names = [column.name for column in COLUMNS]
    rows = ([_cell(value) for value in astuple(case)] for case in cases)
    return format_for_machines(chain([names], rows)).encode()


def as_topics(counts: Iterable[TopicCount]) -> bytes:
    """UTF-8 with a line of names, as the rows are."""
    names = [one.name for one in fields(TopicCount)]
    return format_for_machines(chain([names], map(astuple, counts))).encode()


def as_parquet(csv_file: bytes) -> bytes:
    """The same rows in the same order; the same bytes for the same version of DuckDB."""
    import duckdb  # only whoever writes open data pays for loading it

    columns = ", ".join(f"'{one.name}': '{one.type}'" for one in COLUMNS)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config=_CONFIG) as connection:
        source, target = Path(folder, CSV), Path(folder, PARQUET)
        source.write_bytes(csv_file)
        # Names of our own columns, and of a folder that was made a moment ago.
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{source}', header = true, columns = {{{columns}}}, "  # noqa: S608
            "auto_detect = false, delim = ',', quote = '\"', nullstr = '')) "
            f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
        return target.read_bytes()


_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "256MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def as_dictionary(
    bulletin: Bulletin,
    files: Mapping[str, bytes],
    categories: Mapping[str, Category],
    units: Mapping[str, Unit],
    k: int,
) -> bytes:
    """What the files are, what their columns and values mean, in Chinese and English."""
    rows, topics = (
        list(csv.DictReader(io.StringIO(files[name].decode()))) for name in (CSV, TOPICS)
    )
    named: dict[str, Mapping[str, Category | Unit | None]] = {
        name: {one[name]: categories.get(one[name]) for one in (*rows, *topics)}
        for name in ("category", "subcategory")
    }
    named["unit"] = {one["unit"]: units.get(one["unit"]) for one in rows}
    told = {
        "month": str(bulletin.month),
        "edition": bulletin.edition,
        "as_of": bulletin.as_of.isoformat(),
        "timezone": "Asia/Shanghai",
        "code": bulletin.code,
        "rows": len(rows),
        "anonymity": {"k": k, "withheld": ANY},
        "files": {
            name: {"sha256": digest(body), "size": len(body)} for name, body in files.items()
        },
        "topics": {
            "letters": {
                "zh": "该类别（含其下各类）的来信数；“*”代表全部",
                "en": "Letters of the category and of all in it; * stands for all",
            }
        },
        "columns": [_described(one, named.get(one.name, {})) for one in COLUMNS],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _described(column: Column, named: Mapping[str, Category | Unit | None]) -> dict[str, Any]:
    known = {
        code: {"zh": one.name, "en": one.name_en} for code, one in sorted(named.items()) if one
    } or dict(_values(column.name))
    told = {"name": column.name, "type": column.type, "zh": column.text.zh, "en": column.text.en}
    return {**told, **({"values": known} if known else {})}


def _values(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The closed vocabulary of a column, if it has one."""
    if name == "reply_days":
        for band in (*(one for _, one in BANDS), LONGEST):
            yield band, {"zh": f"{band}天", "en": f"{band} days"}
    for word in WORDS.get(name, ()):
        yield word.value, {"zh": word.zh, "en": word.en}


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value
