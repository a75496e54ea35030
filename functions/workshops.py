"""The workshop, put together from the settings: on one machine and in a Lambda container alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from botocore.exceptions import ClientError

from domain.history import Chain
from infra.attachment_store import attachment_store
from infra.objects import archive_store
from infra.outside.webhooks import HttpCourier
from infra.post.outbox import OutboxPost
from infra.post.switchboard import switchboard
from services.anchors import are_forms_closed
from services.functions.workshop import ObjectStore, Workshop
from services.office import Keys, close_office, open_office
from services.quotas import DailyQuota
from settings import Settings
from storage import mongo


@asynccontextmanager
async def opened_workshop(
    settings: Settings,
    client: mongo.Client,
    clock: Callable[[], datetime],
    *,
    looks_up: bool = False,
) -> AsyncIterator[Workshop]:
    """The office on this client, the archive store and the post that the settings name.

    ``clock`` tells when a message was put into the outbox; ``looks_up``: letters are looked up by
    telephone, as no function does. Leave it before closing the client.
    """
    secrets = settings.secrets
    phone = secrets.lookup_key if looks_up else secrets.phone_key
    keys = Keys(secrets.master_key, secrets.access_key, secrets.chain_key, phone)
    store = archive_store(settings)
    office = await open_office(
        client,
        settings.mongodb_database,
        settings.mongodb_driver,
        keys,
        are_seals_required=await _are_forms_closed(store, Chain(keys.chain)),
        minimum=settings.public_minimum,
    )
    async with AsyncExitStack() as opened:
        opened.push_async_callback(close_office, office)
        sms = DailyQuota(office.outside.quotas, "text messages", settings.post.sms_a_day)
        post = switchboard(settings.post, OutboxPost(office.outbox, clock), clock, sms)
        opened.push_async_callback(post.close)
        courier = HttpCourier(loopback=settings.environment != "production")
        opened.push_async_callback(courier.close)
        files = attachment_store(settings.outside.attachments, settings.data_dir)
        pages = settings.post.public_url
        yield Workshop(office, store, post, pages, courier, files)


async def _are_forms_closed(store: ObjectStore, chain: Chain) -> bool:
    """Not, for a function that may not read there: what it writes is never healed by it either.

    Nor for one without the chain's key, which neither reads seals nor writes them.
    """
    if chain.key is None:
        return False
    try:
        return await are_forms_closed(store, chain)
    except ClientError:
        return False
