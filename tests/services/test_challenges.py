"""A challenge is solved with some work, and its solution counts once."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import altcha
import pytest

from api.app import now
from domain.refusals import ChallengeFailed, ChallengeRequired
from services.access import Access
from services.challenges import COST, COUNTERS, GOOD_FOR, LONGEST, new_challenge, use_solution
from services.office import Office
from tests.services.offices import KEYS

pytestmark = pytest.mark.ring("test")

ACCESS = Access(KEYS.access)


@cache
def _moment() -> datetime:
    """One for the whole module: challenges run out by the real clock as well."""
    return now()


def solved(challenge: dict[str, Any], **changed: Any) -> str:
    """The solution that a browser sends, with something ``changed`` about the challenge."""
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    assert solution is not None
    told = {**challenge, "parameters": {**challenge["parameters"], **changed}}
    return packed({"challenge": told, "solution": solution.to_dict()})


def packed(payload: object) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


def opened(solution: str) -> Any:
    return json.loads(base64.b64decode(solution))


@pytest.fixture(scope="module")
def solution() -> str:
    """One for all tests that do not use it up: each has a database of its own."""
    return solved(new_challenge(ACCESS, _moment()))


def test_a_challenge_is_signed_runs_out_and_tells_nothing_of_its_counter() -> None:
    challenge = new_challenge(ACCESS, _moment())
    told = challenge["parameters"]
    assert set(challenge) == {"parameters", "signature"}
    assert (told["algorithm"], told["cost"]) == ("PBKDF2/SHA-256", COST)
    assert told["expiresAt"] == int((_moment() + GOOD_FOR).timestamp())
    assert "counter" not in told
    assert new_challenge(ACCESS, _moment())["signature"] != challenge["signature"]


def test_the_work_is_within_its_bounds(solution: str) -> None:
    assert opened(solution)["solution"]["counter"] in COUNTERS
    assert len(solution) < LONGEST / 2


async def test_a_solution_counts_once(office: Office, solution: str) -> None:
    await use_solution(office, solution, _moment())
    with pytest.raises(ChallengeFailed):
        await use_solution(office, solution, _moment())


async def test_of_many_who_send_the_same_at_once_one_is_let_in(
    office: Office, solution: str
) -> None:
    tried = [use_solution(office, solution, _moment()) for _ in range(10)]
    told = await asyncio.gather(*tried, return_exceptions=True)
    assert [type(one) for one in told].count(type(None)) == 1
    assert all(one is None or isinstance(one, ChallengeFailed) for one in told)


async def test_written_otherwise_it_is_still_the_same_solution(
    office: Office, solution: str
) -> None:
    await use_solution(office, solution, _moment())
    payload = opened(solution)
    payload["solution"]["time"] = 1
    payload["more"] = [1, 2]
    with pytest.raises(ChallengeFailed):
        await use_solution(office, packed(payload), _moment())


@pytest.mark.parametrize("missing", [None, ""])
async def test_without_one_it_is_required(office: Office, missing: str | None) -> None:
    with pytest.raises(ChallengeRequired):
        await use_solution(office, missing, _moment())


@pytest.mark.parametrize(
    "nonsense",
    [
        "x",
        "ü",
        "e30=",
        packed([]),
        packed({"challenge": 1}),
        packed({"challenge": {}}),
        "A" * 5_000,
    ],
)
async def test_nonsense_fails(office: Office, nonsense: str) -> None:
    with pytest.raises(ChallengeFailed):
        await use_solution(office, nonsense, _moment())


@pytest.mark.parametrize(
    "changed",
    [{"cost": 1}, {"keyPrefix": "00"}, {"expiresAt": 4_000_000_000}, {"keySignature": None}],
)
async def test_whoever_makes_it_easier_or_longer_fails(
    office: Office, solution: str, changed: dict[str, Any]
) -> None:
    payload = opened(solution)
    payload["challenge"]["parameters"] |= changed
    with pytest.raises(ChallengeFailed):
        await use_solution(office, packed(payload), _moment())


async def test_another_key_than_the_right_one_fails(office: Office, solution: str) -> None:
    payload = opened(solution)
    payload["solution"]["derivedKey"] = payload["challenge"]["parameters"]["keyPrefix"] + "00" * 16
    with pytest.raises(ChallengeFailed):
        await use_solution(office, packed(payload), _moment())


async def test_somebody_elses_challenge_fails(office: Office) -> None:
    foreign = solved(new_challenge(Access(b"z" * 32), _moment()))
    with pytest.raises(ChallengeFailed):
        await use_solution(office, foreign, _moment())


async def test_after_ten_minutes_it_is_too_old(office: Office, solution: str) -> None:
    with pytest.raises(ChallengeFailed):
        await use_solution(office, solution, _moment() + GOOD_FOR)
    await use_solution(office, solution, _moment() + GOOD_FOR - timedelta(seconds=2))


async def test_one_that_ran_out_by_the_real_clock_fails(office: Office) -> None:
    old = solved(new_challenge(ACCESS, _moment() - GOOD_FOR - timedelta(seconds=2)))
    with pytest.raises(ChallengeFailed):
        await use_solution(office, old, _moment())
