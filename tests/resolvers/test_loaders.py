"""A list asks for its relations once a level, however long it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from domain.directory import Mailbox, Unit
from domain.words import Role
from storage import mongo
from storage.directory import DirectoryRepository
from tests.api.actions import BUREAU, HILL, RIVER, category_id, unit_id
from tests.api.clients import Town

pytestmark = pytest.mark.ring("test")

QUEUE = """{ cases(first: 100) { edges { node { mailbox { name unit { name } }
    responsibleUnit { name parent { name parent { name } } } } } } }"""


class CountingDirectory(DirectoryRepository):
    """The directory, counting how often it is asked."""

    def __init__(self, database: mongo.Database) -> None:
        super().__init__(database)
        self.asked: Counter[str] = Counter()

    async def units_by_code(self, codes: Iterable[str]) -> dict[str, Unit]:
        self.asked["units"] += 1
        return await super().units_by_code(codes)

    async def mailboxes_by_code(self, codes: Iterable[str]) -> dict[str, Mailbox]:
        self.asked["mailboxes"] += 1
        return await super().mailboxes_by_code(codes)


async def test_units_and_mailboxes_are_looked_up_once_a_level(town: Town) -> None:
    reviewer = town.person(Role.REVIEWER)
    for unit in (RIVER, HILL, BUREAU, RIVER, HILL):
        letter = await town.walked("ACCEPT")
        given = {"urgency": "NORMAL", "unitId": unit_id(unit), "categoryId": category_id("01")}
        await reviewer.do("reviewCase", caseId=letter.id, **given)
    directory = CountingDirectory(town.database)
    office = town.office
    town.app.state.office = replace(office, directory=directory)
    listed = (await reviewer.ask(QUEUE))["cases"]["edges"]
    town.app.state.office = office
    assert len(listed) == 5
    assert {edge["node"]["responsibleUnit"]["parent"]["name"] for edge in listed} == {
        "East District"
    }
    assert directory.asked["mailboxes"] == 1
    assert directory.asked["units"] <= 4
