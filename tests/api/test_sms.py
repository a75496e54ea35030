"""The topic's address: what is believed, how often one may write, and what operators see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from domain.words import Role
from infra.outside.channels import ChannelSettings
from infra.outside.told import OutsideSettings
from services.functions.satisfaction_callback import satisfaction_callback
from storage import mongo
from tests.api.actions import TO_CALLBACK, case_id
from tests.api.channels import LINE, SMS, hand_on, letters, proof_in, trace
from tests.api.clients import Letter, Town
from tests.api.conftest import open_town
from tests.api.providers import TOPIC, Authority
from tests.api.test_metrics import scraped, value
from tests.api.test_survey_page import morning
from tests.services.functions.jobs import carried_out

pytestmark = pytest.mark.ring("test")

TOO_MANY = "操作过于频繁"
Envelope = dict[str, str]


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    authority = Authority()
    yield authority
    authority.server.shutdown()


@pytest.fixture(scope="module")
def outside(authority: Authority) -> OutsideSettings:
    return OutsideSettings(channels=ChannelSettings(sms_topic=TOPIC, sms_authority=authority.url))


@pytest_asyncio.fixture(loop_scope="module")
async def town(
    mongo_uri: str, driver: mongo.Driver, outside: OutsideSettings
) -> AsyncIterator[Town]:
    """A town of few words, for each test its own."""
    few = {"letter_limit": 2, "guesses_per_address": 3, "rate_limit": 40}
    async for one in open_town(mongo_uri, driver, outside=outside, **few):
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def quiet(town: Town, authority: Authority) -> Town:
    """The same with a certificate at hand."""
    assert await hand_on(town, authority.envelope(town.clock(), "帮助")) == 204
    return town


async def answer_to(town: Town, authority: Authority, text: str) -> str:
    """What comes back by SMS; the newest lies first."""
    town.clock.later += timedelta(seconds=2)
    assert await hand_on(town, authority.envelope(town.clock(), text)) == 204
    (answer,) = await town.office.outbox.newest(1)
    return answer.text


# What is not to be believed

Forging = Callable[[Authority, Envelope, datetime], Envelope]
REFUSED: dict[str, tuple[Forging, int]] = {
    "other words under the signature": (
        lambda _, good, __: {**good, "Message": good["Message"].replace("路灯", "井盖")},
        403,
    ),
    "another message's id": (lambda _, good, __: {**good, "MessageId": "another"}, 403),
    "no signature worth the name": (lambda _, good, __: {**good, "Signature": "AAAA"}, 403),
    "a signature that is not even text": (lambda _, good, __: {**good, "Signature": "é"}, 403),
    "a kind of signature that there is not": (
        lambda _, good, __: {**good, "SignatureVersion": "3"},
        403,
    ),
    "another topic": (
        lambda sns, _, now: sns.envelope(now, LINE, TopicArn=f"{TOPIC}2"),
        403,
    ),
    "another type": (
        lambda sns, _, now: sns.envelope(now, LINE, Type="UnsubscribeConfirmation"),
        403,
    ),
    "a message of the day before yesterday": (
        lambda sns, _, now: sns.envelope(now - timedelta(hours=25), LINE),
        403,
    ),
    "a message of tomorrow": (
        lambda sns, _, now: sns.envelope(now + timedelta(minutes=6), LINE),
        403,
    ),
    "a certificate of somebody else's": (
        lambda sns, _, now: sns.envelope(now, LINE, SigningCertURL="https://evil.test/x.pem"),
        403,
    ),
    "a certificate with a fragment": (
        lambda sns, good, now: sns.envelope(
            now, LINE, SigningCertURL=f"{good['SigningCertURL']}#another"
        ),
        403,
    ),
    "a certificate with a query": (
        lambda sns, good, now: sns.envelope(
            now, LINE, SigningCertURL=f"{good['SigningCertURL']}?another"
        ),
        403,
    ),
    "no message in it": (lambda sns, _, now: sns.envelope(now, LINE, Message="{}"), 400),
    "no envelope": (lambda *_: {}, 400),
    "half an envelope": (lambda _, good, __: {**good, "Signature": ""}, 400),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_to_be_believed_is_a_4xx_and_nothing_else(
    quiet: Town, authority: Authority, name: str
) -> None:
    good = authority.envelope(quiet.clock(), LINE)
    before = await trace(quiet)
    forge, status = REFUSED[name]
    forged = forge(authority, good, quiet.clock())
    refused = await quiet.http.post(SMS, json=forged)
    assert (refused.status_code, refused.content) == (status, b"")
    assert await trace(quiet) == before


async def test_nobody_drives_a_certificate_out_or_puts_one_in(
    quiet: Town, authority: Authority
) -> None:
    asked = len(authority.asked)
    good = authority.envelope(quiet.clock(), LINE)
    for number in range(20):
        other = good["SigningCertURL"].replace("0123", f"{number:04}")
        forged = authority.envelope(quiet.clock(), LINE, SigningCertURL=other) | {"MessageId": "x"}
        assert (await quiet.http.post(SMS, json=forged)).status_code in (403, 503)
    for later in (timedelta(0), timedelta(hours=23)):
        quiet.clock.later += later
        fetched = len(authority.asked)
        assert await hand_on(quiet, authority.envelope(quiet.clock(), "帮助")) == 204
        assert len(authority.asked) == fetched
    assert len(authority.asked) - asked < 10


@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_recorded_message_replayed_is_one_letter_and_a_day_later_nothing(
    town: Town, authority: Authority, version: str
) -> None:
    recorded = authority.envelope(town.clock(), LINE, version)
    for _ in range(2):
        assert await hand_on(town, recorded) == 204
    assert len(await letters(town, "SMS")) == 1
    assert await town.database["outbox"].count_documents({}) == 1
    before = await trace(town)
    town.clock.later += timedelta(hours=25)
    assert await hand_on(town, recorded) == 403
    assert await trace(town) == before


# How often


async def test_a_telephone_s_letters_are_limited(quiet: Town, authority: Authority) -> None:
    for _ in range(2):
        assert "查询码" in await answer_to(quiet, authority, LINE)
    refused = authority.envelope(quiet.clock(), LINE)
    for _ in range(2):
        assert await hand_on(quiet, refused) == 204
    assert TOO_MANY in await answer_to(quiet, authority, LINE)
    assert len(await letters(quiet, "SMS")) == 2
    quiet.clock.later += timedelta(hours=1)
    assert "查询码" in await answer_to(quiet, authority, LINE)


async def test_after_wrong_codes_a_telephone_is_locked_out(
    quiet: Town, authority: Authority
) -> None:
    number, code = proof_in(await answer_to(quiet, authority, LINE))
    for _ in range(3):
        wrong = f"查询 {number} AAAA-AAAA-AAAA-AAAA"
        assert "不符" in await answer_to(quiet, authority, wrong)
    assert TOO_MANY in await answer_to(quiet, authority, f"查询 {number} {code}")
    quiet.clock.later += timedelta(minutes=16)
    assert number in await answer_to(quiet, authority, f"查询 {number} {code}")


async def test_an_address_that_sends_too_much_is_told_when_to_come_again(town: Town) -> None:
    for _ in range(40):
        assert await hand_on(town, {}) == 400
    refused = await town.http.post(SMS, json={})
    assert (refused.status_code, refused.content) == (429, b"")
    assert int(refused.headers["Retry-After"]) >= 1


# The survey


async def test_a_figure_answers_the_survey_over_the_topic_too(
    quiet: Town, authority: Authority
) -> None:
    number, code = proof_in(await answer_to(quiet, authority, LINE))
    [case] = await letters(quiet, "SMS")
    letter = Letter(case_id(case["_id"]), number, code)
    await quiet.walk(letter, TO_CALLBACK)
    quiet.clock.later = morning() - datetime.now(morning().tzinfo)
    at = quiet.clock().replace(microsecond=0)
    await carried_out(quiet.office, satisfaction_callback, at=at)
    figure = authority.envelope(quiet.clock(), "5")
    for _ in range(2):
        assert await hand_on(quiet, figure) == 204
    [after] = await letters(quiet, "SMS")
    assert after["stage"] == "CONCLUSION"
    [thanks] = [one for one in await quiet.office.outbox.newest(10) if "感谢" in one.text]
    assert thanks.to == "+8613880001234"


# What operators see


async def test_an_answer_in_the_outbox_shows_neither_code_nor_what_the_case_says(
    quiet: Town, authority: Authority
) -> None:
    number, code = proof_in(await answer_to(quiet, authority, LINE))
    [case] = await letters(quiet, "SMS")
    await quiet.walk(Letter(case_id(case["_id"]), number, code), TO_CALLBACK)
    told = await answer_to(quiet, authority, f"查询 {number} {code}")
    reply = told.partition("答复：")[2]
    assert reply
    seen = await quiet.person(Role.OPS).ask("{ outbox(first: 9) { edges { node { text } } } }")
    texts = [one["node"]["text"] for one in seen["outbox"]["edges"]]
    assert f"来信已收到。编号 {number}，查询码 …，请妥善保存，凭此查询进度。" in texts
    for secret in (code, reply):
        assert secret not in str(texts)


async def test_a_message_is_counted_logged_and_has_an_id(
    quiet: Town, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="lizheng.requests")
    name = 'lizheng_request_seconds_count{{operation="SMS message",status="{}"}}'
    before = await scraped(quiet)
    good = authority.envelope(quiet.clock(), "帮助")
    answer = await quiet.http.post(SMS, json=good)
    assert await hand_on(quiet, {**good, "MessageId": "x"}) == 403
    after = await scraped(quiet)
    for status in (204, 403):
        counted = name.format(status)
        assert value(after, counted) == value(before, counted) + 1
    told = [one.fields for one in caplog.records]  # type: ignore[attr-defined]
    assert [(one["operation"], one["status"]) for one in told] == [
        ("SMS message", 204),
        ("SMS message", 403),
    ]
    assert told[0]["requestId"] == answer.headers["X-Request-Id"]
