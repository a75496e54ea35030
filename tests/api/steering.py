"""Ops at a town's API: what they ask, and functions to ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from starlette.routing import Route

from api.graphql import Endpoint
from domain.words import Role
from services.functions.runs import Run
from services.functions.workshop import Workshop
from storage import mongo
from tests.api.clients import Client, Town
from tests.api.conftest import open_town
from tests.services.functions.jobs import table, three, written

RUN = """id name scheduledFor startedAt endedAt state dryRun seen changed skipped failed error
    attempt trigger requestedBy toBeContinued errors"""
ERRORS = "errors { code field message }"
DO = f"""mutation($input: RunFunctionInput!) {{
    runFunction(input: $input) {{ run {{ {RUN} }} {ERRORS} }} }}"""
FUNCTION = "name description schedule timezone enabled nextRunAt lastRun { id state }"
CHANGES = """changes(first: 2) {
    totalCount pageInfo { hasNextPage } edges { cursor node { number action } } }"""
LEDGER = f"""query($name: String!, $first: Int, $after: String, $last: Int) {{
    functionRuns(name: $name, first: $first, after: $after, last: $last) {{
        totalCount pageInfo {{ hasNextPage hasPreviousPage endCursor }}
        edges {{ cursor node {{ {RUN} {CHANGES} }} }}
    }} }}"""
AT = "2017-03-06T09:00:00+08:00"


async def broken(workshop: Workshop, run: Run) -> None:
    run.failed("20170306-000001-7", "no such unit")
    raise LookupError("张小明")


FUNCTIONS = table(three, broken)


async def ops_town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town with these functions, where nobody waits long for a run."""
    async for one in open_town(mongo_uri, driver):
        give(one, functions=FUNCTIONS, patience=5.0)
        yield one


def give(town: Town, **changed: Any) -> None:
    """Lets its API reach the functions by other ways, or wait for another time."""
    (endpoint,) = (
        one.endpoint
        for one in town.app.routes
        if isinstance(one, Route) and isinstance(one.endpoint, Endpoint)
    )
    endpoint._ops = replace(endpoint._ops, **changed)


async def clear(town: Town) -> None:
    """Nothing has run, and nothing was ordered."""
    for name in ("function_runs", "function_requests", "functions", "audit"):
        await town.database[name].drop()
    await written(town.office).drop()
    town.office.functions._known.clear()


def ops_of(town: Town, language: str = "en") -> Client:
    return replace(town.person(Role.OPS), language=language)


async def asked_run(by: Client, **given: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await by.ask(DO, input=given))["runFunction"]
    return payload


async def change(by: Client, what: str, **given: Any) -> dict[str, Any]:
    kind = what[0].upper() + what[1:] + "Input"
    selected = f"function {{ {FUNCTION} }} {ERRORS}"
    text = f"mutation($input: {kind}!) {{ {what}(input: $input) {{ {selected} }} }}"
    payload: dict[str, Any] = (await by.ask(text, input=given))[what]
    return payload


async def functions(by: Client) -> Mapping[str, dict[str, Any]]:
    found = (await by.ask(f"{{ functions {{ {FUNCTION} }} }}"))["functions"]
    return {one["name"]: one for one in found}
