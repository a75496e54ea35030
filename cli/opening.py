"""How a command gets to work: settings, a database, an office on it, and back out again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

import typer

from cli.import_directory import CHENGDU
from infra.embedded import database
from infra.objects import archive_store
from services.anchors import closed_at_birth
from services.directory import import_directory
from services.functions.workshop import Workshop
from services.office import Keys, Office, close_office, open_office
from settings import Settings
from storage import mongo
from storage.directory import DirectoryRepository
from storage.indexes import ensure_indexes

T = TypeVar("T")


class CommandRefused(Exception):
    """A command that cannot be carried out; the message is one line for whoever typed it."""


def read_settings() -> Settings:
    """The settings of this process; raises ``SettingsError``, which names the variable."""
    return Settings.from_environment(os.environ)


def with_database(job: Callable[[mongo.Database], Awaitable[T]]) -> T:
    """What ``job`` answers on the database: the one that runs, or one started for it."""
    settings = read_settings()

    async def run(uri: str) -> T:
        async with _connected(uri, settings) as client:
            return await job(client[settings.mongodb_database])

    with database(settings) as uri:
        return asyncio.run(run(uri))


def with_office(job: Callable[[Office], Awaitable[T]], *, prepared: bool = False) -> T:
    """What ``job`` answers in the office; ``prepared`` sees to indexes and a directory first."""
    settings = read_settings()

    async def run(uri: str) -> T:
        async with _connected(uri, settings) as client:
            if prepared:
                await prepare(client[settings.mongodb_database])
            async with opened(client, settings) as office:
                return await job(office)

    with database(settings) as uri:
        return asyncio.run(run(uri))


def now() -> datetime:
    """This moment in UTC, in the whole milliseconds that MongoDB keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def with_workshop(job: Callable[[Workshop], Awaitable[T]], *, prepared: bool = False) -> T:
    """What ``job`` answers in the workshop that functions run in; ``prepared`` as above."""
    from functions.workshops import opened_workshop

    settings = read_settings()

    async def run(uri: str) -> T:
        async with _connected(uri, settings) as client:
            if prepared:
                await prepare(client[settings.mongodb_database])
            async with opened_workshop(settings, client, now, looks_up=True) as workshop:
                return await job(workshop)

    with database(settings) as uri:
        return asyncio.run(run(uri))


@asynccontextmanager
async def opened(client: mongo.Client, settings: Settings) -> AsyncIterator[Office]:
    """The office that the settings describe, closed on leaving."""
    secrets = settings.secrets
    keys = Keys(secrets.master_key, secrets.access_key, secrets.chain_key, secrets.lookup_key)
    database = client[settings.mongodb_database]
    office = await open_office(
        client,
        settings.mongodb_database,
        settings.mongodb_driver,
        keys,
        are_seals_required=await closed_at_birth(
            archive_store(settings), keys.chain, database, now()
        ),
        minimum=settings.public_minimum,
    )
    try:
        yield office
    finally:
        await close_office(office)


async def prepare(store: mongo.Database) -> None:
    """Indexes, and the directory of Chengdu where there is none; nothing when both are there."""
    await ensure_indexes(store)
    directory = DirectoryRepository(store)
    if await directory.is_empty():
        typer.echo("Filling the directory …", err=True)
        await import_directory(CHENGDU, directory)


@asynccontextmanager
async def _connected(uri: str, settings: Settings) -> AsyncIterator[mongo.Client]:
    client = mongo.connect(uri, settings.mongodb_driver)
    try:
        yield client
    finally:
        await mongo.close(client)
