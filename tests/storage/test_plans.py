"""Every question that is asked by name is answered along an index: the server says so itself."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.bulletins import Bulletin, BulletinState, Month
from domain.figures import Counts
from domain.words import Role, Stage
from services.office import Office, close_office
from storage.case_lists import CaseFilter, CaseOrder
from storage.cases import SUMMARIES
from storage.indexes import ensure_indexes
from storage.mongo import Document
from storage.pages import Page, encode_cursor
from tests.services.offices import small_office

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
EDITION = Bulletin(Month(2017, 1), 1, BulletinState.FROZEN, NOW, "1", "", Counts())
STAFF = Actor(frozenset({Role.SUPERVISOR}), "supervisor-1", None)
HANDLER = Actor(frozenset({Role.HANDLER}), "handler-1", "510104")
CITIZEN = Actor(frozenset({Role.CITIZEN}), "citizen-1", None)
_OTHER_SERVER = os.environ.get("MONGODB_URI")
EMBEDDED_SCANS = {
    "by id",
    "a claim",
    "a unit's queue at a stage",
    "joined letters in order",
    "with waiting notices",
    "by words",
    "similar letters",
    "published letters, all",
}
"""What the embedded database's own explain tells as a scan: `_id` beside another condition, two
indexes to choose from, an empty collection of terms. Real planners have an index for each."""
KEPT_AT_HAND = ("directory", "keys")
"""A handful of documents, which a process looks up once."""
READS = ("find", "aggregate", "count")
ALONG_AN_INDEX = ("IXSCAN", "IDHACK", "COUNT_SCAN", "EXPRESS")


class Overheard(CommandListener):
    """What the driver asks the server."""

    def __init__(self) -> None:
        self.commands: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in READS:
            kept = {name: event.command[name] for name in event.command if name[0] != "$"}
            self.commands.append({name: kept[name] for name in kept if name != "lsid"})

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def listed(actor: Actor, order: CaseOrder, **asked: Any) -> Callable[[Office], Awaitable[object]]:
    return lambda office: office.cases.page(
        SUMMARIES, actor, CaseFilter(**asked), order, Page(first=50), NOW, counted=False
    )


DUE, NEWEST = CaseOrder.DUE_FIRST, CaseOrder.NEWEST_FIRST

QUESTIONS: dict[str, Callable[[Office], Awaitable[object]]] = {
    "by key": lambda office: office.cases.by_key(b"k"),
    "by number": lambda office: office.cases.by_number("20261102-000001-1", STAFF),
    "by id": lambda office: office.cases.by_id("c", HANDLER),
    "by ids": lambda office: office.cases.by_ids(["c", "d"], STAFF),
    "whole by ids": lambda office: office.cases.whole_by_ids(["c", "d"], SYSTEM),
    "writers": lambda office: office.cases.writers_of(["c", "d"]),
    "joined letters": lambda office: office.cases.has_joined("c"),
    "the city's queue": listed(STAFF, DUE),
    "the newest": listed(STAFF, NEWEST),
    "a stage's queue": listed(STAFF, DUE, stages=[Stage.HANDLING]),
    "a unit's queue": listed(HANDLER, DUE),
    "a unit's queue at a stage": listed(HANDLER, DUE, stages=[Stage.HANDLING]),
    "an account's letters": listed(CITIZEN, NEWEST),
    "a mailbox's letters": listed(STAFF, NEWEST, mailbox="5101/HEAD"),
    "a claim": lambda office: office.submissions.claimed("k", NOW),
    "a case's audit": lambda office: office.audit.of_case("c"),
    "due notices": lambda office: office.notices.page(NOW, (NOW, "c"), 100),
    "any due notice": lambda office: office.notices.has_due(NOW),
    "joined letters in order": lambda office: office.notices.joined_to("c", "a", 200),
    "which have joined letters": lambda office: office.notices.with_joined(["c", "d"]),
    "which came through a partner": lambda office: office.notices.through_partners(["c", "d"]),
    "a partner's requests of a day": lambda office: office.outside.partners.requests_of(
        "p", NOW.date()
    ),
    "given up": lambda office: office.undelivered.page(Page(first=50), counted=False),
    "digests of notices": lambda office: office.digests.holding(["a", "b"]),
    "digests of a day": lambda office: office.digests.existing(["a", "b"]),
    "the outbox": lambda office: office.outbox.page(Page(first=50), counted=False),
    "a contact's day": lambda office: office.contacts.holder("c", NOW.date()),
    "due for the archive": lambda office: office.archive.due.page(NOW, (NOW, "c"), 100),
    "a batch's cases": lambda office: anext(office.archive.marked("b", "20261102"), None),
    "how many of a batch": lambda office: office.archive.holds("b"),
    "where archived cases stand": lambda office: office.archive.standing(["c", "d"]),
    "with waiting notices": lambda office: office.archive.with_waiting_notices(["c", "d"]),
    "by words": lambda office: office.cases.terms.with_all("油烟"),
    "similar letters": lambda office: office.cases.terms.sharing(
        ["油烟"], NOW - timedelta(days=30)
    ),
    "what is to be swept": lambda office: office.to_sweep.page(NOW, None, 200),
    "the next page of it": lambda office: office.to_sweep.page(NOW, (NOW, "c"), 200),
    "who is to be asked": lambda office: office.to_ask.page(NOW, None, 200),
    "who is to be telephoned": listed(STAFF, DUE, awaits_call=True),
    "a telephone's open surveys": lambda office: office.telephones.waiting_for("+8613800138000"),
    "telephones of cases": lambda office: office.telephones.of(["c", "d"]),
    "which writers WeChat reaches": lambda office: office.telephones.with_openid(["c", "d"]),
    "text messages that were left": lambda office: office.outside.conversations.left(NOW, 50),
    "any text message that was left": lambda office: office.outside.conversations.has_left(NOW),
    "what a sender was asked last": lambda office: office.outside.conversations.survey_of("s"),
    "what a message answered": lambda office: office.incoming.known("m"),
    "a month's cohort": lambda office: office.cohorts.letters(NOW - timedelta(days=30), NOW),
    "a mailbox's year": lambda office: office.cohorts.letters(
        NOW - timedelta(days=365), NOW, mailbox="5101/HEAD"
    ),
    "facts of main cases": lambda office: office.cohorts.facts_of(["c", "d"]),
    "bulletins to be frozen": lambda office: office.bulletins.unfrozen(),
    "a month's last edition": lambda office: office.bulletins.editions([Month(2017, 1)]),
    "an edition": lambda office: office.bulletins.find(Month(2017, 1), 1),
    "an edition's cells and letters": lambda office: office.bulletins.members(EDITION),
    "a baseline": lambda office: office.baselines.named("before trial operation"),
    "a month's baselines": lambda office: office.baselines.of(Month(2017, 1)),
    "cases by their numbers": lambda office: office.cohorts.seen(["20261102-000001-1"], STAFF),
    "what was written in a month": lambda office: office.written.of_month(
        Month(2026, 11), ANONYMOUS, NOW
    ),
    "a function's runs": lambda office: office.runs.page("f", Page(first=50)),
    "a function's last run": lambda office: office.runs.last("f"),
    "open runs": lambda office: office.runs.open(),
    "how functions stand": lambda office: office.functions.states(["f", "g"]),
    "orders about a function": lambda office: office.audit.of_function("f"),
    "what changed of an account": lambda office: office.outside.ownership.changed(
        "a", Page(first=50)
    ),
    "what changed since": lambda office: office.outside.ownership.changed(
        "a", Page(first=50, after=encode_cursor([NOW, "c"]))
    ),
    "cases that were given up": lambda office: office.outside.ownership.forget_phones(),
    "which of these are over": lambda office: office.outside.ownership.over(["c", "d"]),
    "an account's uploads": lambda office: office.outside.attachments.waiting_of("a", NOW),
    "files of cases": lambda office: office.outside.attachments.of_cases(["c", "d"]),
    "files that were not given up": lambda office: office.outside.given_up_files.has_files("c"),
    "documents of given-up cases": lambda office: office.outside.given_up_files.waiting_for_cases(),
    "objects that are to go": lambda office: office.outside.given_up_files.going(NOW, 20),
    "a sender's messages": lambda office: office.outside.spoken.of("s"),
    "letters by WeChat under a number": lambda office: office.outside.spoken.openids_under(
        "+8613800138000"
    ),
    "published letters, all": lambda office: anext(office.outside.supports.letters(), None),
    "what an account supported": lambda office: office.outside.supports.of(["s", "t"]),
    "an account": lambda office: office.outside.accounts.by_id("a"),
    "an account's wishes": lambda office: office.outside.accounts.preferences("a"),
    "a telephone's code": lambda office: office.outside.sign_in_codes.of("k", NOW),
    "a session": lambda office: office.outside.sessions.by_id("s"),
    "an account's sessions": lambda office: office.outside.sessions.of_account("a", NOW),
    "sessions that ended": lambda office: office.outside.sessions.is_ended("s", NOW),
    "an account's devices": lambda office: office.outside.devices.of_account("a"),
    "what happened to an account": lambda office: office.audit.of_account("a"),
    "units by code": lambda office: office.directory.units_by_code(["5101-JYJ"]),
    "mailboxes by code": lambda office: office.directory.mailboxes_by_code(["5101/HEAD"]),
}


@pytest.fixture
async def asked(mongo_uri: str) -> AsyncIterator[tuple[Office, Overheard, Any]]:
    overheard = Overheard()
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        mongo_uri, tz_aware=True, event_listeners=[overheard]
    )
    database = client[f"lizheng_plans_{os.getpid()}"]
    await ensure_indexes(database)
    office = await small_office(client, database, "pymongo")
    yield office, overheard, database
    await close_office(office)
    await client.drop_database(database.name)
    await client.close()


async def test_every_question_has_an_index(asked: tuple[Office, Overheard, Any]) -> None:
    office, overheard, database = asked
    without = set()
    for name, ask in QUESTIONS.items():
        overheard.commands.clear()
        await ask(office)
        commands = [one for one in overheard.commands if one.get("find") not in KEPT_AT_HAND]
        assert commands, name
        for command in commands:
            told = await database.command("explain", command, verbosity="queryPlanner")
            plan = str(told.get("queryPlanner") or told["stages"])
            if "COLLSCAN" in plan or not any(way in plan for way in ALONG_AN_INDEX):
                without.add(name)
    assert without <= (set() if _OTHER_SERVER else EMBEDDED_SCANS)
