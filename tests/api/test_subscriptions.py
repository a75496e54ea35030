"""Whoever follows a case is told of its changes: over WebSocket, and as events over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from domain.words import Role
from tests.api.clients import Letter, Town
from tests.api.reading import CHANGED, Served, serving, until

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

WRONG_CODE = "AAAA-AAAA-AAAA-AAA"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(town: Town) -> AsyncIterator[Served]:
    async with serving(town.app) as served:
        yield served


async def test_a_reader_is_told_of_each_change_as_the_writer_sees_it(
    town: Town, served: Served
) -> None:
    letter = await town.letter()
    async with served.reader(headers={"Accept-Language": "en"}) as reader:
        await reader.greeted()
        await reader.follow(letter)
        await served.followed_by(1)
        for step, stage in (("ACCEPT", "Review"), ("REVIEW", "Transfer")):
            done = await town.walk(letter, step)
            told = await reader.case()
            assert told == {
                "number": letter.number,
                "stage": done["stage"],
                "stageName": stage,
                "version": done["version"],
            }
    await served.followed_by(0)


async def test_events_over_http_tell_the_same(town: Town, served: Served) -> None:
    letter = await town.letter()
    async with served.events(letter.proof, headers={"Accept-Language": "zh"}) as events:
        assert events.answer.headers["Content-Type"].startswith("text/event-stream")
        assert events.answer.headers["X-Request-Id"]
        await served.followed_by(1)
        await town.walk(letter, "ACCEPT")
        told = await events.case()
        assert (told["number"], told["stage"], told["stageName"]) == (
            letter.number,
            "REVIEW",
            "审核",
        )
    await served.followed_by(0)


async def test_nobody_is_told_of_another_case(town: Town, served: Served) -> None:
    mine, other = await town.letter(), await town.letter()
    async with served.reader() as reader, served.reader() as neighbour:
        for who, letter in ((reader, mine), (neighbour, other)):
            await who.greeted()
            await who.follow(letter)
        await served.followed_by(2)
        await town.walk(other, "ACCEPT REVIEW")
        await until(lambda: served.figures.readings > 0)
        assert (await neighbour.case())["number"] == other.number
        await town.walk(mine, "ACCEPT")
        assert (await reader.case())["number"] == mine.number


def _wrong(letter: Letter, other: Letter) -> list[dict[str, str]]:
    return [
        {"number": letter.number, "queryCode": WRONG_CODE},
        {"number": letter.number, "queryCode": other.code},
        {"number": "2017-000001-0", "queryCode": letter.code},
        {"number": other.number, "queryCode": letter.code},
        {"number": "", "queryCode": ""},
    ]


async def test_a_wrong_number_and_a_wrong_code_are_refused_alike(
    town: Town, served: Served
) -> None:
    letter, other = await town.letter(), await town.letter()
    refusals = []
    async with served.reader(headers={"Accept-Language": "en"}) as reader:
        await reader.greeted()
        for name, proof in enumerate(_wrong(letter, other)):
            await reader.ask(CHANGED, str(name), **proof)
            refusals.append(await reader.refusal())
    assert refusals[0]["extensions"]["code"] == "NOT_FOUND"
    assert refusals == refusals[:1] * len(refusals)
    assert served.figures.open == 0


async def test_events_refuse_them_alike_before_a_stream_begins(town: Town, served: Served) -> None:
    letter, other = await town.letter(), await town.letter()
    for proof in _wrong(letter, other):
        async with served.events(proof) as events:
            await events.answer.aread()
            assert events.answer.status_code == 400
            (error,) = events.answer.json()["errors"]
            assert error["extensions"]["code"] == "NOT_FOUND"
            assert events.answer.headers["Content-Type"] == "application/json"


async def test_what_the_writer_cannot_see_is_not_told(town: Town, served: Served) -> None:
    """A delivered notice writes to the case; nothing of it is news."""
    letter = await town.letter()
    async with served.reader() as reader:
        await reader.greeted()
        await reader.follow(letter)
        await served.followed_by(1)
        await town.walk(letter, "ACCEPT")
        assert (await reader.case())["version"] == 2
        before = served.figures.readings
        await town.database["cases"].update_one({"_id": letter.key}, {"$set": {"notices": []}})
        await until(lambda: served.figures.readings > before)
        await town.walk(letter, "REVIEW")
        assert (await reader.case())["version"] == 3


async def test_an_event_is_of_its_own_time(town: Town, served: Served) -> None:
    """Long after the connection began, a promise that was running is overdue."""
    letter = await town.letter()
    document = CHANGED.replace("version", "version replyDue { state } mailbox { name }")
    async with served.reader() as reader:
        await reader.greeted()
        await reader.follow(letter, document=document)
        await served.followed_by(1)
        await town.walk(letter, "ACCEPT")
        first = await reader.case()
        town.clock.later = timedelta(days=90)
        await town.walk(letter, "REVIEW")
        second = await reader.case()
    assert [one["replyDue"]["state"] for one in (first, second)] == ["RUNNING", "OVERDUE"]
    assert second["mailbox"] == first["mailbox"]


async def test_a_case_that_is_gone_completes_the_subscription(town: Town, served: Served) -> None:
    letter = await town.letter()
    async with served.reader() as reader, served.events(letter.proof) as events:
        await reader.greeted()
        await reader.follow(letter)
        await served.followed_by(2)
        await town.database["cases"].delete_one({"_id": letter.key})
        assert await reader.hear() == {"id": "1", "type": "complete"}
        assert await events.next() == ("complete", None)
    await served.followed_by(0)


async def test_a_reader_can_leave_one_case_and_keep_another(town: Town, served: Served) -> None:
    letters = [await town.letter(), await town.letter()]
    async with served.reader() as reader:
        await reader.greeted()
        for name, letter in zip("ab", letters, strict=True):
            await reader.follow(letter, name)
        await served.followed_by(2)
        await reader.say(id="a", type="complete")
        await served.followed_by(1)
        for letter in letters:
            await town.walk(letter, "ACCEPT")
        assert (await reader.hear())["id"] == "b"


NOT_SUBSCRIPTIONS = (
    "{ categories { id } }",
    'mutation { acceptCase(input: {caseId: "x"}) { errors { code } } }',
)


@pytest.mark.parametrize("document", NOT_SUBSCRIPTIONS)
async def test_nothing_but_subscriptions_is_run_on_a_stream(served: Served, document: str) -> None:
    async with served.reader() as reader, served.events({}, document=document) as events:
        await reader.greeted()
        await reader.ask(document)
        assert (await reader.refusal())["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        await events.answer.aread()
        assert events.answer.status_code == 400
        assert events.answer.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    "document", ["subscription {", "subscription { nothing }", CHANGED.replace("stage ", "x ")]
)
async def test_a_broken_document_is_refused_like_a_query(served: Served, document: str) -> None:
    async with served.reader() as reader, served.events({}, document=document) as events:
        await reader.greeted()
        await reader.ask(document)
        code = (await reader.refusal())["extensions"]["code"]
        await events.answer.aread()
        assert events.answer.status_code == 400
        assert events.answer.json()["errors"][0]["extensions"]["code"] == code
        assert code in ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED")


async def test_a_query_by_a_client_that_reads_both_is_answered_in_json(town: Town) -> None:
    accept = "application/graphql-response+json, application/json, text/event-stream"
    answer = await town.http.post(
        "/graphql", json={"query": "{ categories { id } }"}, headers={"Accept": accept}
    )
    assert answer.status_code == 200
    assert answer.json()["data"]["categories"]


async def test_nobody_subscribes_without_a_stream_or_by_get(town: Town) -> None:
    letter = await town.letter()
    plain = await town.person(Role.INTAKE).send(CHANGED, **letter.proof)
    assert (plain.status, bool(plain.code), plain.data) == (400, True, None)
    document = f'subscription {{ caseChanged(number: "{letter.number}", queryCode: "x") {{ id }} }}'
    got = await town.http.get(
        "/graphql", params={"query": document}, headers={"Accept": "text/event-stream"}
    )
    assert got.status_code == 400
