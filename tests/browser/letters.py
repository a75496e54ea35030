"""Letters of three months in a product that runs, sent and answered by the real services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.app import now
from domain.bulletins import Month
from domain.calendar import city_date
from domain.history import Chain
from domain.ids import Kind, key_of
from domain.words import Channel, Role
from services.access import Access
from services.office import Keys, Office, close_office, open_office
from services.submission import Submitted
from storage import mongo
from storage.sealed_cases import SealedCases
from storage.state_seals import StateSeals
from tests.browser.portals import MAILBOX, done
from tests.durability.product import Product
from tests.services.offices import SUPERVISOR, TO_CALLBACK, sent, walked

CHANNELS = (Channel.WEB, Channel.WECHAT, Channel.APP, Channel.SMS)
MONTHS, LETTERS = 3, 40
"""So many letters a month, of this month and those before it; every fourth is not answered."""
SUBMIT = """mutation($input: SubmitLetterInput!) { submitLetter(input: $input) {
    case { id number } queryCode errors { code } } }"""
PUBLISH = """mutation($input: PublishCaseInput!) { publishCase(input: $input) {
    decision { letterId } errors { code } } }"""


@dataclass(frozen=True)
class AnsweredLetter:
    """A letter whose reply is out, and its writer's proof."""

    id: str
    number: str
    code: str


def put_letters_in(product: Product) -> None:
    """Straight through the services, as the moments of last months cannot be told to the API."""
    _in_office(product, lambda office: _fill(office, now()))


def on_to_callback(product: Product, number: str) -> None:
    """Takes a case through all hands until its reply is out."""

    async def on(office: Office) -> None:
        case = await office.cases.by_number(number, SUPERVISOR)
        assert case is not None
        await walked(office, case, TO_CALLBACK)

    _in_office(product, on)


def send_answered(
    product: Product, clerk: ThreadPoolExecutor, key: str, title: str, body: str
) -> AnsweredLetter:
    """A letter that may be published; ``clerk`` is a thread without a loop of its own."""
    given = {
        "mailboxId": MAILBOX,
        "kind": "COMPLAINT",
        "title": title,
        "body": body,
        "channel": "WEB",
        "writer": {"name": "张小明"},
        "consentToPublish": True,
        "idempotencyKey": key,
    }
    sent = done(product, SUBMIT, given)
    letter = AnsweredLetter(sent["case"]["id"], sent["case"]["number"], sent["queryCode"])
    clerk.submit(on_to_callback, product, letter.number).result()
    return letter


def publish(product: Product, letter: AnsweredLetter) -> str:
    """The id under which everybody may read it."""
    payload = done(product, PUBLISH, {"caseId": letter.id, "version": 0}, Role.REVIEWER)
    letter_id: str = payload["decision"]["letterId"]
    return letter_id


def open_survey(
    product: Product, clerk: ThreadPoolExecutor, letter: AnsweredLetter, round_: int = 1
) -> str:
    """The token of the link that its writer is asked with; one reply is out, round 1."""
    secrets, case = product.settings.secrets, key_of(letter.id, Kind.CASE, "id")
    access = Access(secrets.access_key)
    token = access.survey_token(case, round_)

    async def put(database: mongo.Database) -> None:
        cases = SealedCases(database["cases"], StateSeals(Chain(secrets.chain_key)))
        key = {"$set": {f"keys.{round_}": access.token_key(token)}}
        assert await cases.update({"_id": case}, key)

    clerk.submit(product.in_database, put).result()
    return token


def _in_office(product: Product, job: Callable[[Office], Awaitable[None]]) -> None:
    settings = product.settings
    secrets = settings.secrets

    async def work(database: mongo.Database) -> None:
        keys = Keys(secrets.master_key, secrets.access_key, secrets.chain_key, secrets.lookup_key)
        client = database.client
        office = await open_office(client, database.name, settings.mongodb_driver, keys)
        try:
            await job(office)
        finally:
            await close_office(office)

    product.in_database(work)


async def _fill(office: Office, moment: datetime) -> None:
    running = Month.of(city_date(moment))
    for months_ago in range(MONTHS):
        month = running.plus(-months_ago)
        for place in range(LETTERS):
            when = month.begins + timedelta(minutes=place)
            channel = CHANNELS[place % len(CHANNELS)]
            letter = await sent(
                office,
                f"{month} {place}",
                when=when,
                channel=channel,
                body=f"第{place}封：每天晚上油烟直接排到居民楼，窗户不敢打开。",
            )
            if place % 4:
                await _answered(office, letter)


async def _answered(office: Office, letter: Submitted) -> None:
    await walked(office, letter.case, TO_CALLBACK)
