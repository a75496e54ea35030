"""Letters of three months in a product that runs, sent and answered by the real services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from api.app import now
from domain.bulletins import Month
from domain.calendar import city_date
from domain.words import Channel
from services.office import Keys, Office, close_office, open_office
from services.submission import Submitted
from storage import mongo
from tests.durability.product import Product
from tests.services.offices import SUPERVISOR, TO_CALLBACK, sent, walked

CHANNELS = (Channel.WEB, Channel.WECHAT, Channel.APP, Channel.SMS)
MONTHS, LETTERS = 3, 40
"""So many letters a month, of this month and those before it; every fourth is not answered."""


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
