"""Letters of three months in a product that runs, sent and answered by the real services."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.app import now
from domain.bulletins import Month
from domain.calendar import city_date
from domain.words import Channel
from services.office import Keys, Office, close_office, open_office
from services.submission import Submitted
from storage import mongo
from tests.durability.product import Product
from tests.services.offices import TO_CALLBACK, sent, walked

CHANNELS = (Channel.WEB, Channel.WECHAT, Channel.APP, Channel.SMS)
MONTHS, LETTERS = 3, 8
"""So many letters a month, of this month and those before it; every fourth is not answered."""


def put_letters_in(product: Product) -> None:
    """Straight through the services, as the moments of last months cannot be told to the API."""
    settings = product.settings
    secrets = settings.secrets

    async def fill(database: mongo.Database) -> None:
        keys = Keys(secrets.master_key, secrets.access_key, secrets.chain_key)
        client = database.client
        office = await open_office(client, database.name, settings.mongodb_driver, keys)
        try:
            await _fill(office, now())
        finally:
            await close_office(office)

    product.in_database(fill)


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
