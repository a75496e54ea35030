"""Operations that nobody would write, many at the same moment and each of them twice.

What one request does may stand in another one's way: the first to count a guess, the only one to
act on a case. Whoever loses is told so, and nothing crashes. So that they do meet, what a
generator cannot guess is put in: ids, numbers and codes of a few letters, words that are long
enough.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema

from api.schema import sdl
from domain.words import Role
from storage import mongo
from tests.durability.letters import MAILBOXES, SUBMIT
from tests.durability.product import ANSWER_SECONDS, Product, asked
from tests.fuzzing.scalars import SCALARS

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]

ROUNDS = (25, pytest.param(100, marks=pytest.mark.ring("release")))
AT_ONCE = 11
LETTERS = 12
CRASHES = {"INTERNAL_SERVER_ERROR", "UNAVAILABLE", "TIMEOUT"}
WORDS = ("每晚十点以后仍在排放油烟。",)
DEEDS = tuple(
    f"mutation {{ {name}(input: {{ {proof} {more} }}) {{ case {{ version }} errors {{ code }} }} }}"
    for name, proof, more in (
        ("acceptCase", 'caseId: "%s"', ""),
        ("rejectCase", 'caseId: "%s"', 'reason: "", advice: ""'),
        ("dispatchCaseDirectly", 'caseId: "%s"', 'unitId: ""'),
    )
)
"""Something that succeeds once for each letter, however often it is tried."""
PLACES = "{ units(first: 2) { edges { node { id } } } categories { id } }"
_GIVEN = re.compile(r'\b(\w+): ("(?:[^"\\\n]|\\.)*")')
_VERSION = re.compile(r"\bversion: -?\d+")

BY_CHANCE = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],  # what depends on the moment cannot be made smaller
    suppress_health_check=list(HealthCheck),
)

Values = Mapping[str, Sequence[str]]
Request = tuple[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def values(running: Product) -> Values:
    """What there is, by the names of the arguments that ask for it."""
    with running.client() as client:
        (mailbox,) = asked(client, MAILBOXES)["data"]["mailboxes"]["edges"]
        places = asked(client, PLACES)["data"]
        letters = [_letter(client, mailbox["node"]["id"], key) for key in range(LETTERS)]
    cases = [letter["case"] for letter in letters]
    ids = [case["id"] for case in cases]
    return {
        **dict.fromkeys(("caseId", "mainCaseId", "id"), ids),
        "number": [case["number"] for case in cases],
        "queryCode": [letter["queryCode"] for letter in letters],
        "unitId": [edge["node"]["id"] for edge in places["units"]["edges"]],
        "categoryId": [places["categories"][0]["id"]],
        "mailboxId": [mailbox["node"]["id"]],
        **dict.fromkeys(("title", "body", "text", "reason", "purpose", "advice"), WORDS),
    }


def _letter(client: httpx.Client, mailbox: str, key: int) -> dict[str, Any]:
    given = {
        "mailboxId": mailbox,
        "kind": "COMPLAINT",
        "title": WORDS[0],
        "body": WORDS[0],
        "writer": {},
        "channel": "WEB",
        "idempotencyKey": str(key),
    }
    letter: dict[str, Any] = asked(client, SUBMIT, input=given)["data"]["submitLetter"]
    return letter


def put_in(document: str, values: Values) -> str:
    """The document about what there is, as it is; a literal's length decides which of several."""

    def real(given: re.Match[str]) -> str:
        known = values.get(given[1])
        return f'{given[1]}: "{known[len(given[2]) % len(known)]}"' if known else given[0]

    return _VERSION.sub("version: null", _GIVEN.sub(real, document))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_no_operations_at_once_make_the_server_fail(
    running: Product, everybody: dict[str, str], values: Values, rounds: int
) -> None:
    outcomes: Counter[str] = Counter()
    readers = [everybody, everybody, running.token(Role.CITIZEN), {}]
    deeds = st.builds(
        _deed, st.sampled_from(DEEDS), st.integers(0, LETTERS - 1), st.just(everybody)
    )

    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(base_url=running.url, timeout=ANSWER_SECONDS, trust_env=False)

        @settings(BY_CHANCE, max_examples=rounds)
        @given(_nonsense(values, readers), deeds)
        def sent(requests: list[Request], deed: Request) -> None:
            batch = [*requests, (put_in(deed[0], values), deed[1])]
            outcomes.update(runner.run(_outcomes(client, [*batch, *batch])))

        try:
            sent()
        except AssertionError as failure:
            failure.add_note(running.said()[-3000:])
            raise
        finally:
            runner.run(client.aclose())
    assert '"level":"ERROR"' not in running.said()
    assert outcomes.total() >= rounds * (AT_ONCE + 1) * 2
    assert outcomes["data"] >= outcomes.total() / 4, outcomes
    assert running.in_database(_moved) > LETTERS / 2, "they hardly met"


def _nonsense(
    values: Values, readers: Sequence[Mapping[str, str]]
) -> st.SearchStrategy[list[Request]]:
    """Generated requests, two of three about what there is."""
    generated = from_schema(sdl(), custom_scalars=SCALARS)
    known = generated.map(lambda document: put_in(document, values))
    documents = st.sampled_from([known, known, generated]).flatmap(lambda one: one)
    requests = st.tuples(documents, st.sampled_from(readers))
    return st.lists(requests, min_size=AT_ONCE, max_size=AT_ONCE)


def _deed(document: str, letter: int, reader: Mapping[str, str]) -> Request:
    return document % ("-" * letter), reader


async def _moved(database: mongo.Database) -> int:
    """How many of the letters have a history."""
    return await database["cases"].count_documents({"version": {"$gt": 1}})


async def _outcomes(client: httpx.AsyncClient, batch: Sequence[Request]) -> list[str]:
    return await asyncio.gather(*(_outcome(client, *request) for request in batch))


async def _outcome(client: httpx.AsyncClient, document: str, reader: Mapping[str, str]) -> str:
    """The first code in an answer that is not a crash, of its errors or of a refusal's."""
    answer = await client.post("/graphql", json={"query": document}, headers=reader)
    assert answer.status_code in {200, 400, 429}, (answer.text, document)
    body = answer.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert not codes & CRASHES, (body, document)
    return min(codes, default="data")
