"""What a page of the office or of a writer costs follows what is on it, not what is there."""

from __future__ import annotations

import pytest
from graphql import print_ast

from domain.words import Role
from tests.api.actions import TO_HANDLING
from tests.api.clients import Town
from tests.api.stories import DOCUMENTS
from tests.growth import FEW, MANY, Cost, counting, crowd

pytestmark = pytest.mark.ring("release")

SHOWN = 5
ASKED = ("CaseStatus", "CaseByNumber", "Queue")
"""As released clients ask."""


async def test_a_page_costs_the_same_among_many_cases(town: Town) -> None:
    letters = [await town.walked(TO_HANDLING) for _ in range(SHOWN)]
    given = {**letters[0].proof, "first": SHOWN, "filter": {"stages": ["HANDLING"]}}
    who = dict.fromkeys(ASKED, town.person(Role.SUPERVISOR)) | {"CaseStatus": town.citizen}
    costs: dict[int, dict[str, Cost]] = {}
    for there in (FEW, MANY):
        await crowd(town.database, there)
        costs[there] = {}
        for name in ASKED:
            with counting() as costs[there][name]:
                data = await who[name].ask(print_ast(DOCUMENTS[name]), **given)
            assert all(data.values()), name
        assert data["cases"]["totalCount"] == there
        assert costs[there]["Queue"].documents["find cases"] >= SHOWN
    assert costs[MANY] == costs[FEW]
