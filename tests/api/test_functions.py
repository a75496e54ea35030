"""The functions over GraphQL: how ops see and change them, and that nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from domain.ids import Kind, key_of
from domain.runs import RunState, Trigger
from services.functions.running import Frame, Wanted, run_function
from services.functions.table import FUNCTIONS as DEPLOYED
from storage import mongo
from tests.api.access_cases import client_of, sample_readers
from tests.api.access_matrix import READERS, Class, Gets, Reader, gets
from tests.api.clients import Town
from tests.api.steering import ERRORS, FUNCTIONS, change, clear, functions, ops_of, ops_town
from tests.services.functions.jobs import workshop

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


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"schedule": "* * * *"}, "schedule"),
        ({"schedule": "0 0 30 2 *"}, "schedule"),
        ({"schedule": "0 0 1 * MON"}, "schedule"),
        ({"schedule": "* * * * *", "timezone": "Mars/Olympus"}, "timezone"),
        ({"schedule": "* * * * *", "timezone": "../etc/passwd"}, "timezone"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_schedule_that_is_none_is_refused(
    town: Town, given: dict[str, str], field: str, language: str
) -> None:
    by = ops_of(town, language)
    payload = await change(by, "rescheduleFunction", name="three", **given)
    (error,) = payload["errors"]
    assert (payload["function"], error["code"], error["field"]) == (None, "INVALID_INPUT", field)
    assert error["message"].isascii() == (language == "en")
    assert (await functions(by))["three"]["schedule"] == "*/10 * * * *"
    assert await town.office.audit.of_function("three") == []


@pytest.mark.parametrize("what", ["rescheduleFunction", "pauseFunction", "resumeFunction"])
async def test_a_function_that_is_none_cannot_be_changed(town: Town, what: str) -> None:
    given = {"schedule": "* * * * *"} if what == "rescheduleFunction" else {}
    payload = await change(ops_of(town), what, name="nonsense", **given)
    assert [(one["code"], one["field"]) for one in payload["errors"]] == [("NOT_FOUND", "name")]


# Schedules


async def test_a_function_is_told_with_its_default_schedule(town: Town) -> None:
    one = (await functions(ops_of(town)))["three"]
    assert (one["schedule"], one["timezone"], one["enabled"]) == (
        "*/10 * * * *", "Asia/Shanghai", True,
    )  # fmt: skip
    assert one["nextRunAt"][15:] == "0:00+08:00"
    assert one["lastRun"] is None
    assert one["description"] == "a test"
    assert (await functions(ops_of(town, "zh")))["three"]["description"] == "测试"


async def test_another_schedule_is_kept_and_audited(town: Town) -> None:
    by = ops_of(town)
    given = {"schedule": "30 2 * * mon-fri", "timezone": "Europe/Berlin"}
    payload = await change(by, "rescheduleFunction", name="three", **given)
    assert payload["errors"] == []
    told = (await functions(by))["three"]
    assert payload["function"] == told
    assert (told["schedule"], told["timezone"]) == ("30 2 * * MON-FRI", "Europe/Berlin")
    ((_, what, who, noted),) = await town.office.audit.of_function("three")
    assert (what, who) == ("RESCHEDULE", "ops")
    assert noted == {"schedule": "30 2 * * MON-FRI", "timezone": "Europe/Berlin"}
    again = await change(by, "rescheduleFunction", name="three", schedule="* * * * *")
    assert again["function"]["timezone"] == "Europe/Berlin"


async def test_a_paused_function_has_no_next_run_until_it_is_resumed(town: Town) -> None:
    by = ops_of(town)
    paused = (await change(by, "pauseFunction", name="three"))["function"]
    assert (paused["enabled"], paused["nextRunAt"]) == (False, None)
    assert (await functions(by))["three"] == paused
    resumed = (await change(by, "resumeFunction", name="three"))["function"]
    assert (resumed["enabled"], resumed["nextRunAt"] is None) == (True, False)
    deeds = await town.office.audit.of_function("three")
    assert [what for _, what, *_ in deeds] == ["PAUSE", "RESUME"]


async def test_one_function_is_found_by_name_and_others_are_null(town: Town) -> None:
    by = ops_of(town)
    text = "query($name: String!) { function(name: $name) { name } }"
    assert (await by.ask(text, name="three"))["function"] == {"name": "three"}
    assert (await by.ask(text, name="nonsense"))["function"] is None


# Who may


READS = {
    "functions": "{ functions { name } }",
    "function": '{ function(name: "three") { name } }',
    "functionRuns": '{ functionRuns(name: "three", first: 1) { edges { node { id } } } }',
}
WRITES = {
    "runFunction": ("run { id }", {"name": "three"}),
    "rescheduleFunction": ("function { name }", {"name": "three", "schedule": "* * * * *"}),
    "pauseFunction": ("function { name }", {"name": "three"}),
    "resumeFunction": ("function { name }", {"name": "three"}),
}


@pytest.mark.parametrize("reader", sample_readers(READERS), ids=lambda reader: reader.name)
async def test_functions_are_for_ops_alone(town: Town, reader: Reader) -> None:
    frame = Frame(workshop(town.office), town.clock, functions=FUNCTIONS)
    entry = await run_function(frame, Wanted("three", town.clock(), Trigger.SCHEDULE))
    assert entry.state is RunState.SUCCEEDED
    may = gets(Class.OPS, reader) is Gets.YES
    refusal = "FORBIDDEN" if reader.subject else "UNAUTHENTICATED"
    who = client_of(town, reader)
    for name, text in READS.items():
        answer = await who.send(text)
        assert answer.code == (None if may else refusal), name
    (edge,) = (await ops_of(town).ask(READS["functionRuns"]))["functionRuns"]["edges"]
    assert key_of(edge["node"]["id"], Kind.FUNCTION_RUN, "id") == entry.id
    text = "query($id: ID!) { node(id: $id) { id ... on FunctionRun { name } } }"
    node = (await who.ask(text, id=edge["node"]["id"]))["node"]
    assert (node is not None) == may
    if may:
        return
    for name, (selected, given) in WRITES.items():
        kind = name[0].upper() + name[1:] + "Input"
        text = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {selected} {ERRORS} }} }}"
        payload = (await who.ask(text, input=given))[name]
        assert [error["code"] for error in payload.pop("errors")] == [refusal]
        assert list(payload.values()) == [None]
    assert await town.office.audit.of_function("three") == []
    assert (await functions(ops_of(town)))["three"]["schedule"] == "*/10 * * * *"


def test_every_function_of_the_table_is_described_in_both_languages() -> None:
    assert len(DEPLOYED) == 7
    for one in DEPLOYED.values():
        assert one.description.en.isascii()
        assert not one.description.zh.isascii()
        assert one.timezone == "Asia/Shanghai"
