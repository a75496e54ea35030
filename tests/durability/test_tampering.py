"""Whoever changes what has happened, past everything that guards it, is found out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from domain.words import Role
from storage import mongo
from tests.durability.letters import ACCEPT, Receipt, acted, letter, sent_again
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


def next_letter(text: str) -> str:
    """The same but for its last byte."""
    return text[:-1] + chr(ord(text[-1]) ^ 1)


class Change(NamedTuple):
    """One field of one history entry, and the number of the entry that is found to be broken."""

    field: str
    change: Callable[[Any], Any]
    entry: int


CHANGES = (
    Change("history.0.seal", next_letter, 1),
    Change("history.0.details.body_commitment", next_letter, 1),
    Change("history.0.at", lambda at: at + timedelta(milliseconds=1), 1),
    Change("history.1.seal", next_letter, 2),
    Change("history.1.subject", next_letter, 2),
    Change("history.1.note", next_letter, 2),
    Change("history.1.at", lambda at: at + timedelta(milliseconds=1), 2),
    Change("letter.body", next_letter, 1),
)
SPARED = 2


def test_one_byte_changed_is_found_and_named(product: Product) -> None:
    product.start()
    numbers = accepted_letters(product, len(CHANGES) + SPARED)
    changes = dict(zip(numbers, CHANGES, strict=False))
    wanted = sorted(f"{number}: entry {change.entry}:" for number, change in changes.items())

    before = product.in_database(lambda database: tampered(database, changes))
    assert broken(product) == wanted
    product.stop()
    assert broken(product) == wanted
    assert product.has_no_database()

    product.start()
    product.in_database(lambda database: restored(database, before))
    assert product.command("verify", "--all")[0] == 0


def accepted_letters(product: Product, count: int) -> list[str]:
    """The numbers of so many cases whose history has two entries, the second with a note."""
    receipts = sent_again(product, [letter("tampered", number) for number in range(count)])
    headers = product.token(Role.INTAKE)
    with product.client() as client:
        for one in receipts:
            assert isinstance(one, Receipt)
            assert acted(client, ACCEPT, headers, caseId=one.case_id, note="已核对") == 2
    return [one.number for one in receipts if isinstance(one, Receipt)]


def broken(product: Product) -> list[str]:
    """Number and entry of every case that does not pass."""
    status, said = product.command("verify", "--all")
    assert status == 1, said
    return sorted(" ".join(line.split()[:3]) for line in said.splitlines() if "entry" in line)


async def tampered(database: mongo.Database, changes: Mapping[str, Change]) -> list[dict[str, Any]]:
    """The cases as they were before these changes."""
    before = []
    for number, (field, change, _) in changes.items():
        case = await database["cases"].find_one({"number": number})
        assert case is not None
        value: Any = case
        for part in field.split("."):
            value = value[int(part) if part.isdigit() else part]
        await database["cases"].update_one({"number": number}, {"$set": {field: change(value)}})
        before.append(case)
    return before


async def restored(database: mongo.Database, cases: Sequence[dict[str, Any]]) -> None:
    for case in cases:
        await database["cases"].replace_one({"_id": case["_id"]}, case)
