"""Fifty clients race for the same action on the same case: one wins, nothing happens twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.words import Role
from tests.api.actions import TO_TRANSFER
from tests.api.clients import Letter, Town

pytestmark = pytest.mark.ring("test")

HISTORY = "query($number: String!) { case(number: $number) { version history { action subject } } }"


async def _race(town: Town, letter: Letter, name: str, role: Role, version: int | None) -> Any:
    people = [town.person(role, subject=f"{role}-{n}") for n in range(50)]
    seen = {} if version is None else {"version": version}
    return await asyncio.gather(*(one.do(name, caseId=letter.id, **seen) for one in people))


@pytest.mark.parametrize("saw_version", [True, False], ids=["version", "no version"])
@pytest.mark.parametrize(
    ("walk", "name", "action", "role"),
    [
        ("", "acceptCase", "ACCEPT", Role.INTAKE),
        (TO_TRANSFER, "signForCase", "SIGN_FOR", Role.HANDLER),
    ],
)
async def test_of_fifty_one_wins(
    town: Town, walk: str, name: str, action: str, role: Role, saw_version: bool
) -> None:
    letter = await town.walked(walk)
    version = 1 + len(walk.split())
    payloads = await _race(town, letter, name, role, version if saw_version else None)
    won = [payload for payload in payloads if not payload["errors"]]
    lost = Counter(error["code"] for payload in payloads for error in payload["errors"])
    assert len(won) == 1
    assert lost.keys() <= {"STALE_CASE", "ACTION_NOT_ALLOWED"}
    assert lost.total() == 49
    case = (await town.person(Role.SUPERVISOR).ask(HISTORY, number=letter.number))["case"]
    actions = [entry["action"] for entry in case["history"]]
    assert actions == [None, *walk.split(), action]
    assert case["version"] == won[0]["case"]["version"] == version + 1


async def test_whoever_saw_an_old_version_is_stale_even_when_the_action_fits_again(
    town: Town,
) -> None:
    letter = await town.walked("ACCEPT RETURN_TO_INTAKE")
    clerk = town.person(Role.INTAKE)
    stale = await clerk.do("acceptCase", caseId=letter.id, version=1)
    assert stale["errors"][0]["code"] == "STALE_CASE"
    fresh = await clerk.do("acceptCase", caseId=letter.id, version=3)
    assert fresh["errors"] == []


async def test_different_actions_race_and_the_history_stays_in_one_line(town: Town) -> None:
    letter = await town.walked(f"{TO_TRANSFER} SIGN_FOR RECORD_CONTACT")
    handler = town.person(Role.HANDLER)
    texts = [f"进展{n}" for n in range(20)]
    payloads = await asyncio.gather(
        *(handler.do("noteProgress", caseId=letter.id, text=text) for text in texts)
    )
    won = [payload["case"]["version"] for payload in payloads if not payload["errors"]]
    assert won
    assert sorted(won) == list(range(6, 6 + len(won)))
    document = "query($number: String!) { case(number: $number) { history { details action } } }"
    case = (await handler.ask(document, number=letter.number))["case"]
    noted = [one["details"]["text"] for one in case["history"] if one["action"] == "NOTE_PROGRESS"]
    done = {text for text, one in zip(texts, payloads, strict=True) if not one["errors"]}
    assert (len(noted), set(noted)) == (len(done), done)
