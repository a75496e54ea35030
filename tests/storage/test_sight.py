"""Who sees which case: every reader of the access matrix, by the filter of every query."""

from __future__ import annotations

import itertools

import pytest

from domain.actors import Actor
from storage.mongo import Document
from storage.sight import counts_for, visible_to
from tests.api.access_matrix import READERS, SIGNED_IN, Reader
from tests.api.actions import CITY, DISTRICT, EDUCATION, HILL, RIVER

pytestmark = pytest.mark.ring("test")

ABOVE = {RIVER: {CITY, DISTRICT, RIVER}, HILL: {CITY, DISTRICT, HILL}}


def matches(document: Document, wanted: Document) -> bool:
    """As MongoDB does, for equality with a value or with one of a list."""
    if wanted == {"_id": {"$in": []}}:
        return False
    return all(
        value in document[name] if isinstance(document[name], list) else value == document[name]
        for name, value in wanted.items()
    )


def case(*, confidential: bool, account: str | None = "li") -> Document:
    """RIVER handles it; EDUCATION helps, unless it is confidential."""
    seen_by = ABOVE[RIVER] | (set() if confidential else {EDUCATION})
    return {"seen_by": sorted(seen_by), "confidential": confidential, "account": account}


def actor_of(reader: Reader) -> Actor:
    return Actor(frozenset(reader.roles), reader.subject, reader.unit)


WITHOUT_CODE = [reader for reader in (*READERS, *SIGNED_IN) if not reader.has_code]


@pytest.mark.parametrize("reader", WITHOUT_CODE, ids=lambda reader: reader.name)
def test_a_query_matches_what_its_reader_sees(reader: Reader) -> None:
    wanted = visible_to(actor_of(reader))
    assert matches(case(confidential=False), wanted) == reader.sees
    assert matches(case(confidential=True), wanted) == reader.sees_confidential
    if reader.subject == "li":
        for confidential in (False, True):
            assert not matches(case(confidential=confidential, account=None), wanted)


@pytest.mark.parametrize("reader", WITHOUT_CODE, ids=lambda reader: reader.name)
def test_staff_count_what_they_see_and_everybody_else_every_letter(reader: Reader) -> None:
    actor = actor_of(reader)
    for confidential in (False, True):
        at_hand = case(confidential=confidential)
        counted = counts_for(actor, at_hand["seen_by"], confidential=confidential)
        sees = reader.sees_confidential if confidential else reader.sees
        assert counted == (sees if reader.works_on_cases else True)


def test_no_unit_sees_the_case_of_another() -> None:
    for reader, (mine, other) in itertools.product(READERS, ((HILL, RIVER), (EDUCATION, HILL))):
        if reader.unit == mine and mine not in ABOVE.get(other, ()):
            document = {"seen_by": sorted(ABOVE[other]), "confidential": False, "account": "li"}
            assert not matches(document, visible_to(actor_of(reader)))
