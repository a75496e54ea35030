"""How much a partner's visitors may ask for together, and what a letter is worth."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.partners import SOLUTION
from domain.words import Role
from tests.api.clients import Answer, Town, letter_input
from tests.api.portals import ORIGIN, ordered, registered

pytestmark = pytest.mark.ring("test")


def _quota(**changed: int) -> dict[str, int]:
    return {"perMinute": 100_000, "perDay": 100_000, "lettersPerHour": 100, **changed}


def _is_shut(answer: Answer) -> bool:
    """429 with all that a client needs to wait, readable for the page."""
    headers = answer.response.headers
    if answer.status != 429:
        return False
    assert answer.code == "TOO_MANY_ATTEMPTS"
    assert answer.errors[0]["extensions"]["reason"] == "PARTNER_QUOTA"
    assert int(headers["Retry-After"]) > 0
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    return True


async def test_so_many_requests_in_a_minute_whoever_sends_them(town: Town) -> None:
    portal = await registered(town, quota=_quota(perMinute=3))
    answers = [await portal.post({"query": "{ nothing }"}) for _ in range(4)]
    assert [_is_shut(answer) for answer in answers] == [False, False, False, True]
    assert answers[-1].response.headers["RateLimit-Remaining"] == "0"
    assert [one.response.headers["RateLimit-Limit"] for one in answers] == ["3"] * 4
    assert [one.response.headers["RateLimit-Remaining"] for one in answers[:3]] == ["2", "1", "0"]
    assert (await registered(town)).key  # another partner has a quota of its own
    town.clock.later = timedelta(seconds=21)
    assert not _is_shut(await portal.post({"query": "{ nothing }"}))


async def test_so_many_in_a_day(town: Town) -> None:
    portal = await registered(town, quota=_quota(perDay=3))
    answers = [await portal.post({}) for _ in range(5)]
    assert [_is_shut(answer) for answer in answers] == [False, False, False, True, True]
    assert 0 < int(answers[-1].response.headers["Retry-After"]) <= 24 * 3600
    town.clock.later = timedelta(days=1)
    assert not _is_shut(await portal.post({}))


async def test_a_larger_quota_is_felt_at_once(town: Town) -> None:
    portal = await registered(town, quota=_quota(perMinute=1, perDay=1))
    assert [_is_shut(await portal.post({})) for _ in range(2)] == [False, True]
    given = {"partnerId": portal.id, "perMinute": 50, "perDay": 50}
    await ordered(town.person(Role.OPS), "changePartner", **given)
    assert not _is_shut(await portal.post({}))


async def test_so_many_letters_in_an_hour(town: Town) -> None:
    portal = await registered(town, quota=_quota(lettersPerHour=2))
    answers = [await portal.write() for _ in range(3)]
    assert [_is_shut(answer) for answer in answers] == [False, False, True]
    before = await town.office.cases.count()
    assert _is_shut(await portal.write())
    assert await town.office.cases.count() == before


async def test_a_letter_is_taken_with_a_challenge_solved_and_once_for_each(town: Town) -> None:
    portal = await registered(town)
    given = {"input": letter_input(channel="WEB")}
    without = await portal.ask("WidgetSubmit", **given)
    assert (without.status, without.code) == (403, "CHALLENGE_REQUIRED")
    nonsense = await portal.ask("WidgetSubmit", {SOLUTION: "nonsense"}, **given)
    assert (nonsense.status, nonsense.code) == (403, "CHALLENGE_FAILED")
    assert nonsense.response.headers["Access-Control-Allow-Origin"] == ORIGIN
    solution = portal.solution()
    taken = await portal.ask("WidgetSubmit", {SOLUTION: solution}, **given)
    assert taken.data["submitLetter"]["errors"] == []
    again = await portal.ask("WidgetSubmit", {SOLUTION: solution}, input=letter_input())
    assert (again.status, again.code) == (403, "CHALLENGE_FAILED")
    repeated = await portal.ask("WidgetSubmit", {SOLUTION: portal.solution()}, **given)
    assert repeated.data["submitLetter"] == taken.data["submitLetter"]
