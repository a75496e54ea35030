"""Numbers and codes cannot be guessed: failures are counted, by address and by number."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import date, timedelta
from ipaddress import ip_network

import httpx
import pytest
import pytest_asyncio

from api.app import create_app
from domain.numbers import case_number
from services.office import Office
from storage import attempts, mongo
from tests.api.clients import Answer, Client, Letter, Town, mutation
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("test")

BY_NUMBER, BY_ADDRESS = 5, 12
WRONG = "AAAA-AAAA-AAAA-AAAA"
TRACKED = """query($number: String!, $queryCode: String!) {
    trackedCase(number: $number, queryCode: $queryCode) { number } }"""
GUESSES: dict[str, dict[str, object]] = {
    "withdrawCase": {},
    "answerSurvey": {"resolved": True, "satisfaction": 5},
    "appeal": {"reason": "问题依然存在"},
}
_hosts = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town behind a proxy, with limits that are reached soon."""
    limits = {"guesses_per_number": BY_NUMBER, "guesses_per_address": BY_ADDRESS}
    proxies = (ip_network("127.0.0.0/8"),)
    async for one in open_town(mongo_uri, driver, trusted_proxies=proxies, **limits):
        yield one


class Guest(Client):
    """Somebody at an address of their own."""

    @property
    def headers(self) -> dict[str, str]:
        return {**super().headers, "X-Forwarded-For": self.language}


def guest(town: Town, address: str | None = None) -> Client:
    """Whose address travels in the place of the language."""
    number = next(_hosts)
    return Guest(town.http, language=address or f"10.0.{number // 250}.{number % 250 + 1}")


async def tries(who: Client, letter: Letter, code: str = WRONG) -> Answer:
    return await who.send(TRACKED, number=letter.number, queryCode=code)


def is_too_many(answer: Answer) -> bool:
    if answer.status != 429:
        return False
    assert answer.code == "TOO_MANY_ATTEMPTS"
    assert 0 < int(answer.response.headers["Retry-After"]) <= 15 * 60
    assert answer.data == {"trackedCase": None}
    return True


async def test_a_number_is_shut_after_so_many_failures_from_anywhere(town: Town) -> None:
    letter = await town.letter()
    answers = [await tries(guest(town), letter) for _ in range(BY_NUMBER)]
    assert {(answer.status, str(answer.data)) for answer in answers} == {
        (200, "{'trackedCase': None}")
    }
    assert is_too_many(await tries(guest(town), letter))
    assert is_too_many(await tries(guest(town), letter, letter.code))


async def test_an_address_is_shut_after_so_many_failures_at_any_number(town: Town) -> None:
    letter, guesser = await town.letter(), guest(town)
    for number in range(BY_ADDRESS):
        answer = await guesser.send(TRACKED, number=f"nonsense {number}", queryCode=WRONG)
        assert answer.status == 200
    assert is_too_many(await tries(guesser, letter, letter.code))
    assert (await tries(guest(town), letter, letter.code)).status == 200


async def test_a_wrong_number_and_a_wrong_code_are_counted_alike(town: Town) -> None:
    letter = await town.letter()
    answers = []
    for number in (letter.number, case_number(date(2026, 1, 1), 1)):
        who = guest(town)
        answers.append(
            [
                (await who.send(TRACKED, number=number, queryCode=WRONG)).status
                for _ in range(BY_NUMBER + 1)
            ]
        )
    assert answers[0] == answers[1] == [200] * BY_NUMBER + [429]


@pytest.mark.parametrize("number", ["编号", "20260101-000001-0", ""])
async def test_what_is_no_number_is_nobody_s_guess(town: Town, number: str) -> None:
    letter = Letter("", number, WRONG)
    for _ in range(2 * BY_NUMBER):
        assert (await tries(guest(town), letter)).status == 200


async def test_successes_are_not_counted_and_forgive_nothing(town: Town) -> None:
    letter, writer = await town.letter(), guest(town)
    for _ in range(3 * BY_ADDRESS):
        assert (await tries(writer, letter, letter.code)).status == 200
    for _ in range(BY_NUMBER):
        assert (await tries(writer, letter)).status == 200
        if _ < BY_NUMBER - 1:
            assert (await tries(writer, letter, letter.code)).status == 200
    assert is_too_many(await tries(writer, letter, letter.code))


async def test_the_door_opens_again_after_a_quarter_of_an_hour(town: Town) -> None:
    letter, writer = await town.letter(), guest(town)
    for _ in range(BY_NUMBER):
        await tries(writer, letter)
    town.clock.later = timedelta(minutes=14)
    assert is_too_many(await tries(writer, letter, letter.code))
    town.clock.later = timedelta(minutes=15, seconds=1)
    assert (await tries(writer, letter, letter.code)).data["trackedCase"]


@pytest.mark.parametrize("name", GUESSES)
async def test_a_writers_action_is_a_guess_too(town: Town, name: str) -> None:
    letter, guesser = await town.letter(), guest(town)
    given = {**letter.proof, **GUESSES[name]}
    for _ in range(BY_NUMBER):
        payload = await guesser.do(name, **{**given, "queryCode": WRONG})
        assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    for code in (WRONG, letter.code):
        payload = await guesser.do(name, **{**given, "queryCode": code})
        (error,) = payload["errors"]
        assert (payload["case"], error["code"]) == (None, "TOO_MANY_ATTEMPTS")
    assert is_too_many(await tries(guest(town), letter, letter.code))


async def test_the_token_of_a_survey_link_is_counted_for_the_address(town: Town) -> None:
    guesser = guest(town)
    given = {"token": "guess", "resolved": True, "satisfaction": 1}
    codes = [
        (await guesser.do("answerSurvey", **given))["errors"][0]["code"]
        for _ in range(BY_ADDRESS + 1)
    ]
    assert codes == ["NOT_FOUND"] * BY_ADDRESS + ["TOO_MANY_ATTEMPTS"]


async def test_an_incomplete_proof_is_no_guess(town: Town) -> None:
    letter, writer = await town.letter(), guest(town)
    for _ in range(2 * BY_ADDRESS):
        payload = await writer.do("withdrawCase", number=letter.number)
        assert payload["errors"][0]["code"] == "INVALID_INPUT"


async def test_many_guesses_in_one_request_get_no_further_than_one_by_one(town: Town) -> None:
    letter, guesser = await town.letter(), guest(town)
    aliases = " ".join(
        f'g{n}: trackedCase(number: "{letter.number}", queryCode: "{code}") {{ number }}'
        for n, code in enumerate([WRONG] * BY_NUMBER + [letter.code] * 5)
    )
    answer = await guesser.send(f"{{ {aliases} }}")
    assert answer.status == 429
    assert not any(answer.data.values())
    assert len(answer.errors) == 5


async def test_many_guesses_at_once_get_no_further_than_one_by_one(town: Town) -> None:
    letter = await town.letter()
    guessers = [guest(town) for _ in range(40)]
    answers = await asyncio.gather(*(tries(who, letter) for who in guessers))
    assert sorted(answer.status for answer in answers) == [200] * BY_NUMBER + [429] * 35
    await _everybody_is_gone(town.office)


async def test_many_writers_at_one_address_do_not_wait_for_a_guesser(town: Town) -> None:
    letters = [await town.letter() for _ in range(30)]
    office = guest(town)
    answers = await asyncio.gather(*(tries(office, one, one.code) for one in letters))
    assert [answer.status for answer in answers] == [200] * 30
    await _everybody_is_gone(town.office)


async def _everybody_is_gone(office: Office) -> None:
    assert not any(line.in_use for line in office.guessing._lines.values())


async def test_what_one_process_shut_another_keeps_shut(town: Town, mongo_uri: str) -> None:
    letter, late = await town.letter(), await town.letter()
    other = create_app(town.settings, mongo_uri, town.clock)
    transport = httpx.ASGITransport(app=other)
    async with (
        other.router.lifespan_context(other),
        httpx.AsyncClient(transport=transport, base_url="http://lizheng.test") as http,
    ):
        there = Town(other, http, town.settings, town.clock)
        for _ in range(BY_NUMBER):
            await tries(guest(town), letter)
        assert is_too_many(await tries(guest(there), letter, letter.code))
        for turn in range(BY_NUMBER):
            await tries(guest((town, there)[turn % 2]), late)
        town.clock.later = timedelta(seconds=1)
        assert is_too_many(await tries(guest(town), late, late.code))
        assert is_too_many(await tries(guest(there), late, late.code))


async def test_neither_numbers_nor_addresses_are_kept(town: Town) -> None:
    letter = await town.letter()
    await tries(guest(town, "203.0.113.77"), letter)
    kept = [one async for one in town.database[attempts.COLLECTION].find()]
    assert kept
    assert "203.0.113" not in str(kept)
    assert letter.number[:8] not in str([one["_id"] for one in kept])


async def test_a_right_guess_writes_nothing_and_a_wrong_one_two_counts(town: Town) -> None:
    letter, writer = await town.letter(), guest(town)
    collection = town.database[attempts.COLLECTION]
    before = await collection.count_documents({})
    await tries(writer, letter, letter.code)
    assert await collection.count_documents({}) == before
    await tries(writer, letter)
    assert await collection.count_documents({}) == before + 2


async def test_a_subscription_is_a_guess_like_any_other(town: Town) -> None:
    letter = await town.letter()
    document = """subscription($number: String!, $queryCode: String!) {
        caseChanged(number: $number, queryCode: $queryCode) { number } }"""
    body = {"query": document, "variables": {**letter.proof, "queryCode": WRONG}}
    codes = []
    for _ in range(BY_NUMBER + 1):
        headers = {**guest(town).headers, "Accept": "text/event-stream"}
        answer = Answer(await town.http.post("/graphql", json=body, headers=headers))
        codes.append(answer.code)
    assert codes == ["NOT_FOUND"] * BY_NUMBER + ["TOO_MANY_ATTEMPTS"]
    assert is_too_many(await tries(guest(town), letter, letter.code))


# Where somebody comes from


async def test_an_ipv6_household_is_one_address(town: Town) -> None:
    for host in range(BY_ADDRESS):
        who = guest(town, f"2001:db8:1:2::{host:x}")
        await who.send(TRACKED, number=f"elsewhere {host}", queryCode=WRONG)
    letter = await town.letter()
    assert is_too_many(await tries(guest(town, "2001:db8:1:2:ffff::1"), letter, letter.code))
    assert (await tries(guest(town, "2001:db8:1:3::1"), letter, letter.code)).status == 200


async def test_what_a_client_says_of_its_own_address_is_not_believed(town: Town) -> None:
    for host in range(BY_ADDRESS):
        who = guest(town, f"198.51.100.{host}, 203.0.113.9")
        await who.send(TRACKED, number=f"hidden {host}", queryCode=WRONG)
    letter = await town.letter()
    shut = guest(town, "198.51.100.200, 203.0.113.9")
    assert is_too_many(await tries(shut, letter, letter.code))


async def test_a_guess_as_an_inputs_null_is_none(town: Town) -> None:
    answer = await guest(town).send(mutation("withdrawCase"), input={"queryCode": WRONG})
    assert answer.data["withdrawCase"]["errors"][0]["code"] == "INVALID_INPUT"
