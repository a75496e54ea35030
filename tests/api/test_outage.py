"""While the database is out of reach, or full, every door says 503 and when to come back."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.errors import NO_DATABASE, unavailable
from domain.numbers import case_number
from domain.words import Role
from infra.embedded import EmbeddedDatabase
from infra.outside.channels import ChannelSettings
from infra.outside.told import OutsideSettings
from services.office import Keys, close_office, open_office
from storage import mongo
from tests.api.channels import SMS, WECHAT
from tests.api.clients import Town, letter_input, mutation
from tests.api.conftest import SECRETS, open_town
from tests.api.lines import Line
from tests.api.portals import Portal, registered
from tests.api.providers import TOKEN, TOPIC, Authority, query, xml
from tests.api.test_survey_page import YES, asked
from tests.storage.test_readiness import fill

pytestmark = pytest.mark.ring("all")

Door = Callable[[], Awaitable[httpx.Response]]
READING = ("graphql", "letters", "letter", "survey", "widget frame", "widget origin")
WRITING = ("graphql mutation", "sms", "wechat", "survey answer", "partner")
CASES = "{ categories { id } }"
BESIDE = "query($number: String!) { __typename case(number: $number) { number } }"


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    authority = Authority()
    yield authority
    authority.server.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedDatabase]:
    """A database server that is this module's own: it gets full."""
    with tempfile.TemporaryDirectory(prefix="lizheng-full-") as folder:
        started = EmbeddedDatabase.start(Path(folder))
        yield started
        started.stop(timeout=0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    server: EmbeddedDatabase, driver: mongo.Driver, authority: Authority
) -> AsyncIterator[Town]:
    channels = ChannelSettings(TOKEN, "wx12", sms_topic=TOPIC, sms_authority=authority.url)
    async for one in open_town(server.uri, driver, outside=OutsideSettings(channels=channels)):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doors(town: Town, authority: Authority) -> Mapping[str, Door]:
    """A request for each door; all were answered while the database worked."""
    _, page = await asked(town)
    portal, english = await registered(town), {"Accept-Language": "en"}
    doors: dict[str, Door] = {
        "graphql": lambda: post(town, CASES),
        "graphql mutation": lambda: post(town, mutation("submitLetter"), input=letter_input()),
        "letters": lambda: town.http.get("/letters", headers=english),
        "letter": lambda: town.http.get("/letters/x", headers=english),
        "survey": lambda: town.http.get(page, headers=english),
        "survey answer": lambda: town.http.post(page, data=YES, headers=english),
        "widget frame": lambda: town.http.get("/widget/frame", params={"key": portal.key or ""}),
        "widget origin": lambda: town.http.post("/widget/origin", content=portal.key),
        "partner": lambda: wrote(portal),
        "sms": lambda: town.http.post(SMS, json=authority.envelope(town.clock(), "帮助")),
        "wechat": lambda: town.http.post(
            WECHAT, params=query(town.clock()), content=xml("帮助", "oWriter").encode()
        ),
    }
    working = {name: (await doors[name]()).status_code for name in (*READING, *WRITING[:-2])}
    assert set(working.values()) == {200, 204, 404}, working
    return doors


async def post(town: Town, document: str, **variables: Any) -> httpx.Response:
    return (await town.person(Role.SUPERVISOR).send(document, **variables)).response


async def wrote(portal: Portal) -> httpx.Response:
    return (await portal.write()).response


@pytest_asyncio.fixture(loop_scope="module")
async def cut(town: Town, server: EmbeddedDatabase) -> AsyncIterator[None]:
    """The office has lost its line to the database."""
    direct, driver = town.office, town.settings.mongodb_driver
    keys = Keys(SECRETS.master_key, SECRETS.access_key, SECRETS.chain_key, SECRETS.lookup_key)
    async with Line(server.uri) as line:
        client = mongo.connect(line.uri, driver, timeout_ms=50)
        town.app.state.office = await open_office(
            client, town.settings.mongodb_database, driver, keys
        )
        await line.cut()
        yield
        await close_office(town.app.state.office)
        town.app.state.office = direct
        await mongo.close(client)


def says_when_to_come_back(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "10"), answer.text
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("name", [*READING, *WRITING])
async def test_a_database_out_of_reach_is_told_at_every_door(
    town: Town, doors: Mapping[str, Door], cut: None, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    says_when_to_come_back(await doors[name]())
    assert not [one for one in caplog.records if one.levelno > logging.WARNING]


async def test_beside_data_an_outage_is_a_200_that_says_when_to_come_back(
    town: Town, doors: Mapping[str, Door], cut: None
) -> None:
    number = case_number(date(2017, 3, 6), 1)
    answer = await post(town, BESIDE, number=number)
    assert (answer.status_code, answer.headers["Retry-After"]) == (200, "10")
    assert NO_DATABASE.en in answer.text or NO_DATABASE.zh in answer.text


@pytest.mark.parametrize("name", WRITING)
async def test_a_database_that_cannot_write_is_told_at_every_door_that_writes(
    town: Town, doors: Mapping[str, Door], full: None, name: str
) -> None:
    says_when_to_come_back(await doors[name]())
    assert (await town.http.get("/readyz")).json() == {"status": "database refuses writes"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(server: EmbeddedDatabase, doors: Mapping[str, Door]) -> None:
    """The server's files cannot grow any more."""
    await asyncio.to_thread(fill, server)


def test_a_full_disk_is_unavailable_and_another_fault_of_a_file_is_none() -> None:
    assert unavailable(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "1").status_code == 503
    with pytest.raises(PermissionError):
        unavailable(PermissionError(errno.EACCES, "no"), "1")
