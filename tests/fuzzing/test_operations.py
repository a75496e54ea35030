"""Operations that nobody would write, made from the schema, some of them by staff: none crashes."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema

from api.schema import sdl
from domain.words import Role
from tests.durability.product import Product
from tests.fuzzing.scalars import SCALARS

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

COUNTS = (400, pytest.param(2_000, marks=pytest.mark.ring("release")))
CRASHES = {"INTERNAL_SERVER_ERROR", "UNAVAILABLE", "TIMEOUT"}


@pytest.mark.parametrize("count", COUNTS)
def test_no_operation_makes_the_server_fail(
    running: Product, everybody: dict[str, str], count: int
) -> None:
    outcomes: Counter[str] = Counter()
    readers = [{}, running.token(Role.CITIZEN), everybody]

    with running.client() as client:

        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            document=from_schema(sdl(), custom_scalars=SCALARS),
            reader=st.sampled_from(readers),
        )
        def sent(document: str, reader: dict[str, str]) -> None:
            outcomes.update([_outcome(client, document, reader)])

        try:
            sent()
        except AssertionError as failure:
            failure.add_note(running.said()[-3000:])
            raise
    assert '"level":"ERROR"' not in running.said()
    assert outcomes.total() >= count
    assert outcomes["data"] >= count / 4, outcomes


def _outcome(client: httpx.Client, document: str, reader: dict[str, str]) -> str:
    answer = client.post("/graphql", json={"query": document}, headers=reader)
    assert answer.status_code in {200, 400, 429}, (answer.text, document)
    body = answer.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert not codes & CRASHES, (body, document)
    return min(codes, default="data")
