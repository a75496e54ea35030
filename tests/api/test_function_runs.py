"""Runs that ops ask for over GraphQL, and the ledger that tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from domain.runs import Trigger
from domain.words import Role
from services.functions.ops import Ops
from services.functions.running import Frame, Wanted, run_function
from services.functions.runs import Run
from services.functions.workshop import Workshop
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.reading import Events, serving
from tests.api.steering import (
    AT,
    FUNCTIONS,
    LEDGER,
    asked_run,
    clear,
    functions,
    give,
    ops_of,
    ops_town,
)
from tests.api.working import clockwork
from tests.services.functions.jobs import notes, table, workshop

pytestmark = pytest.mark.ring("test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town whose functions are those of these tests."""
    async for one in ops_town(mongo_uri, driver):
        yield one


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def nothing_yet(town: Town) -> None:
    """Every test begins with an empty ledger."""
    await clear(town)


# Running


async def test_a_run_that_is_asked_for_is_carried_out_and_waited_for(town: Town) -> None:
    async with clockwork(town, FUNCTIONS):
        payload = await asked_run(ops_of(town), name="three", at=AT)
    done = payload["run"]
    assert payload["errors"] == []
    assert (done["state"], done["scheduledFor"], done["trigger"]) == ("SUCCEEDED", AT, "OPS")
    assert (done["seen"], done["changed"], done["requestedBy"]) == (3, 3, "ops")
    assert await notes(town.office) == [1, 2, 3]
    assert [what for _, what, *_ in await town.office.audit.of_function("three")] == ["RUN"]


async def test_a_run_that_takes_longer_is_told_as_running(town: Town) -> None:
    give(town, patience=0.3)
    asked = await asked_run(ops_of(town), name="three", at=AT)  # nobody is there to carry it out
    give(town, patience=5.0)
    assert (asked["run"]["state"], asked["run"]["startedAt"]) == ("RUNNING", None)
    async with clockwork(town, FUNCTIONS):
        done = await asked_run(ops_of(town), name="three", at=AT)
    assert (done["run"]["id"], done["run"]["state"]) == (asked["run"]["id"], "SUCCEEDED")
    assert await notes(town.office) == [1, 2, 3]


FOLLOWED = """subscription($id: ID!) { functionRunChanged(id: $id) { id state changed } }"""
STATE = "query($id: ID!) { node(id: $id) { ... on FunctionRun { state } } }"


@pytest.mark.parametrize("dry", [False, True], ids=["run", "dry run"])
async def test_a_long_run_is_answered_as_running_and_its_end_is_told_to_who_follows_it(
    mongo_uri: str, driver: mongo.Driver, dry: bool
) -> None:
    may_end = asyncio.Event()

    async def slow(workshop: Workshop, run: Run) -> None:
        run.changed("one", "NOTE")
        await may_end.wait()

    assert Ops().patience <= 2
    async for town in open_town(mongo_uri, driver):
        give(town, functions=table(slow), patience=0.2)
        by = ops_of(town)
        async with clockwork(town, table(slow)), serving(town.app) as served:
            run = (await asked_run(by, name="slow", dryRun=dry))["run"]
            assert run["state"] == "RUNNING"
            followed = served.events({"id": run["id"]}, document=FOLLOWED, headers=by.headers)
            async with followed as events:
                assert (await told_run(events))["state"] == "RUNNING"
                may_end.set()
                while (told := await told_run(events))["state"] == "RUNNING":
                    pass
            assert told == {"id": run["id"], "state": "SUCCEEDED", "changed": 1}
            assert (await by.ask(STATE, id=run["id"]))["node"] == {"state": "SUCCEEDED"}


async def told_run(events: Events) -> dict[str, Any]:
    name, data = await events.next()
    assert (name, data.get("errors")) == ("next", None)
    found: dict[str, Any] = data["data"]["functionRunChanged"]
    return found


@pytest.mark.parametrize("role", [None, Role.SUPERVISOR, Role.REVIEWER])
async def test_nobody_but_ops_follows_a_run(town: Town, role: Role | None) -> None:
    async with clockwork(town, FUNCTIONS):
        run = (await asked_run(ops_of(town), name="three", at=AT))["run"]
    headers = town.person(role).headers if role else {}
    async with serving(town.app) as served, served.reader(headers=headers) as reader:
        await reader.greeted()
        await reader.ask(FOLLOWED, id=run["id"])
        refusal = await reader.refusal()
    assert refusal["extensions"]["code"] == ("FORBIDDEN" if role else "UNAUTHENTICATED")


async def test_a_run_that_succeeded_is_not_repeated_and_one_that_failed_is(town: Town) -> None:
    by = ops_of(town)
    async with clockwork(town, FUNCTIONS):
        first = await asked_run(by, name="three", at=AT)
        assert await asked_run(by, name="three", at=AT) == first
        failed = (await asked_run(by, name="broken", at=AT))["run"]
        assert (failed["state"], failed["attempt"]) == ("FAILED", 1)
        assert failed["errors"] == ["20170306-000001-7: no such unit"]
        assert failed["error"].startswith("LookupError at steering.py")
        assert (await asked_run(by, name="broken", at=AT))["run"]["attempt"] == 2
    assert await notes(town.office) == [1, 2, 3]


async def test_a_dry_run_lists_what_it_would_change(town: Town) -> None:
    by = ops_of(town)
    async with clockwork(town, FUNCTIONS):
        dry = (await asked_run(by, name="three", at=AT, dryRun=True))["run"]
        real = (await asked_run(by, name="three", at=AT))["run"]
    assert (dry["dryRun"], dry["changed"], real["dryRun"], real["state"]) == (
        True, 3, False, "SUCCEEDED",
    )  # fmt: skip
    listed = await by.ask(LEDGER, name="three", first=5)
    changes = listed["functionRuns"]["edges"][1]["node"]["changes"]
    assert (changes["totalCount"], changes["pageInfo"]["hasNextPage"]) == (3, True)
    assert changes["edges"][0]["node"] == {"number": "1", "action": "NOTE"}
    rest = await by.ask(
        "query($id: ID!, $after: String) { node(id: $id) { ... on FunctionRun {"
        " changes(first: 9, after: $after) { edges { node { number } } } } } }",
        id=dry["id"],
        after=changes["edges"][1]["cursor"],
    )
    assert rest["node"]["changes"]["edges"] == [{"node": {"number": "3"}}]


# Idempotency keys


async def test_the_same_key_asks_for_the_same_run(town: Town) -> None:
    by = ops_of(town)
    async with clockwork(town, FUNCTIONS):
        first = await asked_run(by, name="three", idempotencyKey="k")
        town.clock.later = timedelta(seconds=90)
        assert await asked_run(by, name="three", idempotencyKey="k") == first
        dry = await asked_run(by, name="three", dryRun=True, idempotencyKey="d")
        assert await asked_run(by, name="three", dryRun=True, idempotencyKey="d") == dry
        colleague = town.person(Role.OPS, subject="ops-2")
        another = await asked_run(colleague, name="three", idempotencyKey="k")
    assert another["run"]["id"] != first["run"]["id"]


@pytest.mark.parametrize(
    "changed", [{"name": "broken"}, {"dryRun": True}, {"at": AT}], ids=["name", "dry", "time"]
)
async def test_a_key_that_stands_for_something_else_is_refused(
    town: Town, changed: dict[str, Any]
) -> None:
    by = ops_of(town)
    async with clockwork(town, FUNCTIONS):
        await asked_run(by, name="three", idempotencyKey="k")
        payload = await asked_run(by, **{"name": "three", "idempotencyKey": "k", **changed})
    assert payload["run"] is None
    assert [(one["code"], one["field"]) for one in payload["errors"]] == [
        ("DUPLICATE", "idempotencyKey")
    ]


# Refusals


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_cannot_be_run_is_refused_in_the_readers_language(
    town: Town, language: str
) -> None:
    by = ops_of(town, language)
    for given, code, field in (
        ({"name": "nonsense"}, "NOT_FOUND", "name"),
        ({"name": "three", "at": "2999-01-01T00:00:00Z"}, "INVALID_INPUT", "at"),
        ({"name": "three", "idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
        ({"name": "three", "idempotencyKey": "k" * 129}, "INVALID_INPUT", "idempotencyKey"),
    ):
        payload = await asked_run(by, **given)
        (error,) = payload["errors"]
        assert (payload["run"], error["code"], error["field"]) == (None, code, field)
        assert error["message"].isascii() == (language == "en")
    assert (await by.ask(LEDGER, name="three", first=1))["functionRuns"]["totalCount"] == 0


# The ledger


async def test_the_ledger_is_paged_newest_first(town: Town) -> None:
    frame = Frame(workshop(town.office), town.clock, functions=FUNCTIONS)
    for minute in range(5):
        town.clock.later = timedelta(minutes=minute)
        await run_function(frame, Wanted("three", town.clock(), Trigger.SCHEDULE))
    by = ops_of(town)
    first = (await by.ask(LEDGER, name="three", first=3))["functionRuns"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    rest = await by.ask(LEDGER, name="three", first=3, after=first["pageInfo"]["endCursor"])
    last = (await by.ask(LEDGER, name="three", last=2))["functionRuns"]
    assert last["edges"] == rest["functionRuns"]["edges"]
    times = [edge["node"]["scheduledFor"] for edge in (*first["edges"], *last["edges"])]
    assert times == sorted(times, reverse=True)
    newest = (await functions(by))["three"]["lastRun"]
    assert newest == {"id": first["edges"][0]["node"]["id"], "state": "SUCCEEDED"}


async def test_who_asks_for_the_ledger_of_no_function_has_a_name_to_mend(town: Town) -> None:
    answer = await ops_of(town).send(LEDGER, name="nonsense", first=1)
    assert answer.code == "BAD_USER_INPUT"
    assert answer.errors[0]["extensions"]["field"] == "name"
