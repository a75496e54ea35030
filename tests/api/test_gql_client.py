"""A client that somebody else wrote, over HTTP and over a WebSocket: ``gql`` for Python."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import print_ast

from api.schema import sdl
from domain.words import Role
from storage import mongo
from tests.api.citizens import code_sent, new_phone, town_of_citizens
from tests.api.clients import Town, letter_input
from tests.api.reading import PATIENCE, PROTOCOL, Served, serving
from tests.api.stories import DOCUMENTS

pytestmark = pytest.mark.ring("test")

SCHEMA = sdl()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where citizens sign in."""
    async for one in town_of_citizens(mongo_uri, driver):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(town: Town) -> AsyncIterator[Served]:
    async with serving(town.app) as served:
        yield served


def asked(name: str, **variables: Any) -> GraphQLRequest:
    """One of the app's operations."""
    return GraphQLRequest(print_ast(DOCUMENTS[name]), variable_values=variables)


def over_http(served: Served, token: str | None = None) -> Client:
    """It checks every document against the schema before it sends it."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{served.http}/graphql"
    transport = HTTPXAsyncTransport(url, headers=headers, trust_env=False)
    return Client(schema=SCHEMA, transport=transport)


def over_a_socket(served: Served) -> Client:
    url = f"ws://127.0.0.1:{served.port}/graphql"
    transport = WebsocketsTransport(
        url, subprotocols=[PROTOCOL], connect_args={"proxy": None, "compression": None}
    )
    return Client(schema=SCHEMA, transport=transport)


async def test_a_letter_is_written_looked_up_and_followed(town: Town, served: Served) -> None:
    async with over_http(served) as app, over_a_socket(served) as reader:
        written = await app.execute(asked("SubmitLetter", input=letter_input()))
        case, code = written["submitLetter"]["case"], written["submitLetter"]["queryCode"]
        proof = {"number": case["number"], "queryCode": code}
        told = (await app.execute(asked("CaseStatus", **proof)))["trackedCase"]
        assert (told["id"], told["stage"]) == (case["id"], "ACCEPTANCE")
        changes = reader.subscribe(asked("CaseChanged", **proof))
        next_one = asyncio.create_task(anext(changes))
        await served.followed_by(1)
        accepted = await town.person(Role.INTAKE).do("acceptCase", caseId=case["id"])
        assert accepted["errors"] == []
        async with asyncio.timeout(PATIENCE):
            changed = (await next_one)["caseChanged"]
            while changed["stage"] != "REVIEW":
                changed = (await anext(changes))["caseChanged"]
        assert changed["id"] == case["id"]
        await changes.aclose()
        assert (await app.execute(asked("CaseStatus", **proof)))["trackedCase"]["stage"] == "REVIEW"
    await served.followed_by(0)


async def test_a_letter_written_offline_may_be_sent_as_often_as_one_likes(
    served: Served,
) -> None:
    letter = letter_input(idempotencyKey="written in a tunnel")
    async with over_http(served) as app:
        sent = [app.execute(asked("SubmitLetter", input=letter)) for _ in range(3)]
        answers = [answer["submitLetter"] for answer in await asyncio.gather(*sent)]
        answers.append((await app.execute(asked("SubmitLetter", input=letter)))["submitLetter"])
        assert [answer["errors"] for answer in answers] == [[]] * 4
        assert len({answer["case"]["number"] for answer in answers}) == 1
        assert len({answer["queryCode"] for answer in answers}) == 1
        other = {**letter, "title": "另一封信"}
        refused = (await app.execute(asked("SubmitLetter", input=other)))["submitLetter"]
    assert refused["case"] is None
    (error,) = refused["errors"]
    assert (error["code"], error["field"]) == ("DUPLICATE", "idempotencyKey")


async def test_an_account_is_signed_in_kept_and_told_what_changed(
    town: Town, served: Served
) -> None:
    phone = new_phone()
    async with over_http(served) as app:
        written = (await app.execute(asked("SubmitLetter", input=letter_input())))["submitLetter"]
        number = written["case"]["number"]
        request = {"phone": phone, "idempotencyKey": "gql"}
        await app.execute(asked("RequestSignInCode", input=request))
        given = {"phone": phone, "code": await code_sent(town, phone), "deviceName": "gql"}
        signed_in = (await app.execute(asked("SignIn", input=given)))["signIn"]
        refresh = {"refreshToken": signed_in["refreshToken"]}
        fresh = (await app.execute(asked("RefreshSession", input=refresh)))["refreshSession"]
    claim = {"number": number, "queryCode": written["queryCode"], "idempotencyKey": "gql"}
    async with over_http(served, fresh["accessToken"]) as app:
        claimed = (await app.execute(asked("ClaimCase", input=claim)))["claimCase"]
        assert (claimed["errors"], claimed["case"]["number"]) == ([], number)
        told = (await app.execute(asked("ChangedCases", first=10)))["changedCases"]
        assert [edge["node"] for edge in told["edges"]] == [claimed["case"]]
        mine = (await app.execute(asked("MyCases", first=10)))["viewer"]["cases"]
        assert [edge["node"]["number"] for edge in mine["edges"]] == [number]
        ended = (await app.execute(asked("SignOut", input={})))["signOut"]
        assert ended == {"ended": 1, "errors": []}
