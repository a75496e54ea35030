"""What nobody foresaw: masked, numbered, logged once; and a database that does not answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from graphql import GraphQLError

from api.errors import formatted
from domain.words import Role
from services.office import Keys, close_office, open_office
from storage import mongo
from tests.api.clients import Answer, Letter, Town, letter_input, mutation
from tests.api.conftest import SECRETS
from tests.api.lines import Line

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

BODY = "query($number: String!) { case(number: $number) { number body } }"
MASKED = "Something went wrong on our side."


@pytest_asyncio.fixture(loop_scope="module")
async def mangled(town: Town) -> Letter:
    """A case whose document somebody damaged."""
    letter = await town.letter(title="文档将被损坏")
    await town.database["cases"].update_one(
        {"_id": letter.key}, {"$set": {"stage": "SECRET-STAGE-7"}}
    )
    return letter


def _is_masked(answer: Answer, logged: list[logging.LogRecord]) -> None:
    (error,) = answer.errors
    request_id = error["extensions"]["requestId"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    assert error["message"] == MASKED
    assert answer.response.headers["X-Request-Id"] == request_id
    for secret in ("SECRET-STAGE-7", "KeyError", "Traceback", ".py"):
        assert secret not in answer.response.text
    (record,) = (one for one in logged if one.levelno >= logging.WARNING)
    assert request_id in record.getMessage()
    assert record.exc_info


async def test_a_crash_in_a_query_is_masked_and_logged_once(
    town: Town, mangled: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await town.person(Role.SUPERVISOR).send(BODY, number=mangled.number)
    _is_masked(answer, caplog.records)
    assert answer.data == {"case": None}


async def test_a_crash_in_a_mutation_is_masked_and_logged_once(
    town: Town, mangled: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = town.person(Role.INTAKE)
    answer = await clerk.send(mutation("acceptCase"), input={"caseId": mangled.id})
    _is_masked(answer, caplog.records)


def test_a_crash_before_execution_is_masked_too(caplog: pytest.LogCaptureFixture) -> None:
    crash = GraphQLError("SECRET-STAGE-7", original_error=RuntimeError("SECRET-STAGE-7"))
    shown = formatted(crash, "en", "a request")
    assert shown["message"] == MASKED
    assert shown["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "a request"}
    (record,) = caplog.records
    assert record.levelname == "ERROR"


async def test_a_refusal_and_a_clients_slip_are_not_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.citizen.send("{ nothing }")
    await town.citizen.send("{ cases(first: 1) { totalCount } }")
    await town.citizen.do("submitLetter", **letter_input(title=""))
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@pytest_asyncio.fixture(loop_scope="module")
async def line(town: Town, mongo_uri: str) -> AsyncIterator[Line]:
    """The town's office reaches the database over this line."""
    direct, driver = town.office, town.settings.mongodb_driver
    keys = Keys(SECRETS.master_key, SECRETS.access_key, SECRETS.chain_key, SECRETS.lookup_key)
    async with Line(mongo_uri) as line:
        client = mongo.connect(line.uri, driver, timeout_ms=200)
        office = await open_office(client, town.settings.mongodb_database, driver, keys)
        town.app.state.office = office
        yield line
        town.app.state.office = direct
        await close_office(office)
        await mongo.close(client)


async def test_a_database_out_of_reach_is_unavailable_and_no_crash(
    town: Town, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    letter = await town.letter()
    reader = town.person(Role.SUPERVISOR)
    assert (await reader.ask(BODY, number=letter.number))["case"]["number"] == letter.number
    await line.cut()
    submission = letter_input()
    for answer in (
        await reader.send(BODY, number=letter.number),
        await reader.send(mutation("acceptCase"), input={"caseId": letter.id}),
        await town.citizen.send(mutation("submitLetter"), input=submission),
        await town.citizen.send("{ categories { id } }"),
    ):
        (error,) = answer.errors
        assert error["extensions"]["code"] == "UNAVAILABLE"
        assert error["extensions"]["requestId"]
    assert {record.levelname for record in caplog.records if record.name == "lizheng.api"} == {
        "WARNING"
    }
