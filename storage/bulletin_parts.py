"""What lies beside a bulletin in the database: its cells, and which letter is in which figure.

Figures are numbers in the order of ``definitions``, which every document names for itself.
Letters are in columns, a thousand a document: their number, their cell's place, two bits for
each definition (in the denominator, in the numerator) and, for the average reply time, days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from domain.definitions import DEFINITIONS, Amount
from domain.figures import Cell, CellKey, Membership, Part
from domain.words import Channel, MailboxLevel
from storage.mongo import Document

T = TypeVar("T")

LETTERS = 1_000
CELLS = 5_000
"""In a document: far below MongoDB's 16 MB."""
IDS = tuple(definition.id for definition in DEFINITIONS)
_IN_DAYS = tuple(definition.figure.is_in_days for definition in DEFINITIONS)


def numbers_of(parts: Mapping[str, Part]) -> list[float]:
    """Numerator and denominator of each definition, in their order."""
    found = (parts.get(name, Part()) for name in IDS)
    return [number for part in found for number in (part.numerator, part.denominator)]


def parts_of(numbers: Sequence[float], definitions: Sequence[str]) -> dict[str, Part]:
    """What ``numbers_of`` wrote, for these definitions."""
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return {
        name: Part(numerator, int(denominator))
        for name, (numerator, denominator) in zip(definitions, pairs, strict=True)
    }


def part_documents(
    key: str, cells: Sequence[Cell], members: Iterable[Membership]
) -> Iterator[Document]:
    """Everything that lies beside a bulletin."""
    for place, some in enumerate(_batches(cells, CELLS)):
        yield {**_part_of(key, "cells", place), "cells": [_cell_document(one) for one in some]}
    places = {cell.key: place for place, cell in enumerate(cells)}
    for place, several in enumerate(_batches(members, LETTERS)):
        yield {**_part_of(key, "letters", place), **_columns(several, places)}


def read_cells(documents: Iterable[Document]) -> tuple[Cell, ...]:
    """The cells of an edition, in their order."""
    return tuple(
        Cell(
            tuple(cell["path"]),
            MailboxLevel[cell["level"]],
            Channel[cell["channel"]],
            cell["letters"],
            parts_of(cell["parts"], document["definitions"]),
        )
        for document in documents
        for cell in document["cells"]
    )


def read_members(documents: Iterable[Document], cells: Sequence[Cell]) -> Iterator[Membership]:
    """The letters of an edition; in definitions that it did not know they are not."""
    for one in documents:
        columns = (one["numbers"], one["in_cells"], one["bits"], one["days"])
        for number, place, bits, days in zip(*columns, strict=True):
            yield Membership(number, cells[place].key, _amounts(bits, days, one["definitions"]))


def _part_of(key: str, kind: str, place: int) -> Document:
    head = {"_id": f"{key}/{kind}/{place}", "bulletin": key, "kind": kind, "place": place}
    return {**head, "definitions": list(IDS)}


def _cell_document(cell: Cell) -> Document:
    return {
        "path": list(cell.path),
        "level": cell.level.value,
        "channel": cell.channel.value,
        "letters": cell.letters,
        "parts": numbers_of(cell.parts),
    }


def _columns(members: Sequence[Membership], places: Mapping[CellKey, int]) -> Document:
    return {
        "numbers": [one.number for one in members],
        "in_cells": [places[one.cell] for one in members],
        "bits": [_bits(one) for one in members],
        "days": [_days(one) for one in members],
    }


def _bits(one: Membership) -> int:
    bits = 0
    for place, amount in enumerate(one.amounts):
        if amount is not None:
            bits |= (0b11 if amount else 0b01) << 2 * place
    return bits


def _days(one: Membership) -> Amount:
    found = (amount for amount, in_days in zip(one.amounts, _IN_DAYS, strict=True) if in_days)
    return next(found, None)


def _amounts(bits: int, days: Amount, definitions: Sequence[str]) -> tuple[Amount, ...]:
    place = {name: place for place, name in enumerate(definitions)}
    found: list[Amount] = []
    for name, in_days in zip(IDS, _IN_DAYS, strict=True):
        pair = bits >> 2 * place[name] & 0b11 if name in place else 0
        if in_days:
            found.append(days if pair else None)
        else:
            found.append(float(pair == 0b11) if pair else None)
    return tuple(found)


def _batches(many: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(many)
    while batch := list(islice(left, size)):
        yield batch
