"""What ops see of cases that jobs have put aside: numbers and reasons, and nobody's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.app import now
from domain.words import Role
from services.functions.overdue_sweep import overdue_sweep
from tests.api.access_cases import client_of
from tests.api.access_matrix import READERS, Class, Gets, Reader, gets
from tests.api.clients import Letter, Town
from tests.services.functions.jobs import carried_out

pytestmark = pytest.mark.ring("test")

FIELDS = "id job caseNumber reason reasonName error tries firstAt lastAt nextTryAt"
LISTED = f"""query($first: Int) {{ caseProblems(first: $first) {{
    totalCount edges {{ node {{ {FIELDS} }} }} }} }}"""
RETRY = f"""mutation($input: RetryCaseProblemInput!) {{ retryCaseProblem(input: $input) {{
    problem {{ {FIELDS} }} errors {{ code field }} }} }}"""
SECRET = "楼下餐馆油烟扰民"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letters(town: Town) -> list[Letter]:
    """Two whose stage is damaged, and swept."""
    letters = [await town.walked("ACCEPT REVIEW") for _ in range(2)]
    keys = {"$in": [one.key for one in letters]}
    await town.database["cases"].update_many({"_id": keys}, {"$set": {"stage": SECRET}})
    await carried_out(town.office, overdue_sweep, at=now() + timedelta(days=30))
    return letters


async def listed(town: Town) -> list[dict[str, Any]]:
    found = (await town.person(Role.OPS).ask(LISTED, first=10))["caseProblems"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def test_ops_list_them_with_number_and_reason(town: Town, letters: list[Letter]) -> None:
    found = await listed(town)
    assert {one["caseNumber"] for one in found} == {one.number for one in letters}
    first = found[0]
    assert (first["job"], first["reason"], first["tries"]) == ("overdue_sweep", "UNREADABLE", 1)
    assert (first["reasonName"], first["error"]) == ("Cannot be read", "cannot be read: KeyError")
    assert first["nextTryAt"] > first["lastAt"]
    assert SECRET not in str(found)


async def test_ops_have_one_tried_again_and_that_is_recorded(
    town: Town, letters: list[Letter]
) -> None:
    key = f"overdue_sweep/{letters[0].key}"
    ops = town.person(Role.OPS)
    payload = (await ops.ask(RETRY, input={"id": key}))["retryCaseProblem"]
    assert (payload["problem"]["tries"], payload["errors"]) == (0, [])
    assert ("RETRY_CASE", "ops") in [
        (what, who) for _, what, who, _ in await town.office.audit.of_case(letters[0].key)
    ]
    payload = (await ops.ask(RETRY, input={"id": "overdue_sweep/nobody"}))["retryCaseProblem"]
    assert payload == {"problem": None, "errors": [{"code": "NOT_FOUND", "field": "id"}]}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
async def test_nobody_but_ops_sees_or_changes_them(
    town: Town, letters: list[Letter], reader: Reader
) -> None:
    client = client_of(town, reader)
    refused = "UNAUTHENTICATED" if not reader.subject else "FORBIDDEN"
    may = gets(Class.OPS, reader) is Gets.YES
    assert (await client.send(LISTED, first=1)).code == (None if may else refused)
    payload = await client.ask(RETRY, input={"id": "overdue_sweep/nobody"})
    [error] = payload["retryCaseProblem"]["errors"]
    assert error["code"] == ("NOT_FOUND" if may else refused)
