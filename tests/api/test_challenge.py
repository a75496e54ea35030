"""What the widget asks for beside GraphQL, and which pages may read the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import altcha
import pytest
import pytest_asyncio

from api.partners import SOLUTION
from tests.api.clients import Town, letter_input
from tests.api.portals import MAYOR, ORIGIN, Portal, registered

pytestmark = pytest.mark.ring("test")

OTHER = "https://another.example.org"
FOREIGN = "https://nobody.example.org"
ALLOWED = "access-control-allow-origin"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(town: Town) -> AsyncIterator[Portal]:
    yield await registered(town)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other(town: Town) -> AsyncIterator[Portal]:
    yield await registered(town, origins=[OTHER])


async def test_any_partners_page_reads_a_challenge_and_nobody_keeps_it(
    town: Town, portal: Portal, other: Portal
) -> None:
    for origin in (portal.origin, other.origin):
        assert origin is not None
        given = await town.http.get("/widget/challenge", headers={"Origin": origin})
        assert given.headers[ALLOWED] == origin
        assert given.headers["cache-control"] == "no-store"
        assert given.headers["vary"] == "Origin"
        assert altcha.Challenge.from_dict(given.json()).signature


async def test_a_foreign_page_cannot_read_it(town: Town, portal: Portal) -> None:
    given = await town.http.get("/widget/challenge", headers={"Origin": FOREIGN})
    assert ALLOWED not in given.headers


async def test_challenges_are_counted_like_every_request(town: Town) -> None:
    given = await town.http.get("/widget/challenge")
    assert int(given.headers["ratelimit-remaining"]) < int(given.headers["ratelimit-limit"])
    assert (await town.http.post("/widget/challenge")).status_code == 405


async def test_a_letter_needs_a_solution_and_each_serves_one(portal: Portal) -> None:
    letter = letter_input(channel="WIDGET", mailboxId=MAYOR)
    bare = await portal.ask("WidgetSubmit", input=letter)
    assert (bare.status, bare.code) == (403, "CHALLENGE_REQUIRED")
    solution = {SOLUTION: portal.solution()}
    done = await portal.ask("WidgetSubmit", solution, input=letter)
    assert done.data["submitLetter"]["errors"] == []
    again = await portal.ask("WidgetSubmit", solution, input=letter)
    assert (again.status, again.code) == (403, "CHALLENGE_FAILED")
    fresh = await portal.ask("WidgetSubmit", {SOLUTION: portal.solution()}, input=letter)
    assert fresh.data["submitLetter"]["queryCode"] == done.data["submitLetter"]["queryCode"]


async def test_a_page_is_told_whether_its_key_is_for_it(
    town: Town, portal: Portal, other: Portal
) -> None:
    cases = [
        (portal.key, ORIGIN, True),
        (portal.key, OTHER, False),  # another partner's
        (portal.key, FOREIGN, False),
        ("lzp_nonsense", ORIGIN, True),  # it is the key that is wrong
        ("lzp_nonsense", FOREIGN, False),
        ("", FOREIGN, False),
    ]
    for key, origin, registered_here in cases:
        told = await town.http.post("/widget/origin", content=key or "", headers={"Origin": origin})
        assert told.json() == {"registered": registered_here}, (key, origin)
        assert told.headers[ALLOWED] == "*"


async def test_what_is_too_long_is_no_key(town: Town) -> None:
    told = await town.http.post("/widget/origin", content="x" * 300_000)
    assert (told.status_code, told.headers[ALLOWED]) == (413, "*")
