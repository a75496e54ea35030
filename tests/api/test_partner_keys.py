"""A partner's key at every door: three operations, its origins, its mailboxes, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.documents import digest
from api.partners import KEY
from domain.words import Role
from tests.api.clients import Answer, Town
from tests.api.partner_tries import CLIENT_FILES, ELSEWHERE, OTHER, TABLE, Refused
from tests.api.portals import (
    DISTRICT_HEAD,
    MAYOR,
    ORIGIN,
    Portal,
    letter_of,
    operations,
    registered,
)

pytestmark = pytest.mark.ring("test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(town: Town) -> AsyncIterator[Portal]:
    yield await registered(town)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other(town: Town) -> AsyncIterator[Portal]:
    """Another partner, which shows another mailbox as well."""
    yield await registered(town, origins=[OTHER], mailboxIds=[MAYOR, DISTRICT_HEAD])


# What it opens


async def test_it_shows_its_mailbox_takes_a_letter_and_tells_where_it_stands(
    town: Town, portal: Portal
) -> None:
    shown = await portal.show()
    assert (shown.status, shown.errors) == (200, [])
    assert shown.data["mailbox"]["id"] == MAYOR
    letter = await letter_of(await portal.write(), town)
    status = (await portal.look_up(letter)).data["trackedCase"]
    assert (status["number"], status["stage"]) == (letter.number, "ACCEPTANCE")


async def test_it_asks_by_text_however_laid_out_and_by_a_hash_in_an_address(
    town: Town, portal: Portal
) -> None:
    text = operations("widget")["WidgetMailbox"]
    given = {"variables": {"mailboxId": MAYOR}, "operationName": "WidgetMailbox"}
    for laid_out in (text, " ".join(text.split()), f"# widget\n{text}"):
        assert (await portal.post({"query": laid_out, **given})).data["mailbox"]["id"] == MAYOR
    params = {
        "extensions": f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{digest(text)}"}}}}',
        "variables": f'{{"mailboxId": "{MAYOR}"}}',
    }
    got = Answer(await town.http.get("/graphql", params=params, headers=portal.headers))
    assert got.data["mailbox"]["id"] == MAYOR


async def test_a_page_polls_with_the_code_in_a_header_and_gets_little_when_nothing_changed(
    town: Town, portal: Portal
) -> None:
    letter = await letter_of(await portal.write(), town)
    text = operations("widget")["WidgetStatus"]
    params = {
        "extensions": f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{digest(text)}"}}}}',
        "variables": f'{{"number": "{letter.number}"}}',
    }
    headers = {**portal.headers, "Lizheng-Query-Code": letter.code}
    first = Answer(await town.http.get("/graphql", params=params, headers=headers))
    assert first.data["trackedCase"]["number"] == letter.number
    tag = first.response.headers["ETag"]
    again = await town.http.get(
        "/graphql", params=params, headers={**headers, "If-None-Match": tag}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_a_letter_is_marked_with_its_partner_whatever_it_says_of_itself(
    town: Town, portal: Portal
) -> None:
    letter = await letter_of(await portal.write(channel="SMS"), town)
    asked = "query($n: String!) { case(number: $n) { partner channel history { details } } }"
    found = (await town.person(Role.INTAKE).ask(asked, n=letter.number))["case"]
    assert (found["partner"], found["channel"]) == ("Tianfu Communities", "WIDGET")
    own = """query($number: String!, $queryCode: String!) {
        trackedCase(number: $number, queryCode: $queryCode) { partner } }"""
    refused = await town.citizen.send(own, **letter.proof)
    assert refused.code == "FORBIDDEN"


async def test_what_came_another_way_is_not_there_even_with_the_right_code(
    town: Town, portal: Portal, other: Portal
) -> None:
    directly = await town.letter()
    elsewhere = await letter_of(await other.write(), town)
    for letter in (directly, elsewhere):
        answer = await portal.look_up(letter)
        assert (answer.status, answer.data) == (200, {"trackedCase": None})
    assert (await other.look_up(elsewhere)).data["trackedCase"]["number"] == elsewhere.number


async def test_looking_up_what_is_not_there_counts_as_guessing(town: Town, portal: Portal) -> None:
    letter = await town.letter()
    for _ in range(town.settings.guesses_per_number):
        assert (await portal.look_up(letter)).data == {"trackedCase": None}
    shut = await portal.look_up(letter)
    assert (shut.status, shut.code) == (429, "TOO_MANY_ATTEMPTS")
    assert int(shut.response.headers["Retry-After"]) > 0
    assert shut.response.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_a_page_of_our_own_may_use_a_key(town: Town, portal: Portal) -> None:
    assert (await portal.with_(origin="http://lizheng.test").show()).status == 200


# What it does not open


def test_the_table_tries_every_operation_of_every_other_client() -> None:
    assert len(ELSEWHERE) > 20
    assert {"mobile", "staff", "ops", "directory"} <= set(CLIENT_FILES)
    assert operations("widget").keys() == {"WidgetMailbox", "WidgetSubmit", "WidgetStatus"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name[:60])
async def test_everything_else_is_refused(town: Town, portal: Portal, row: Refused) -> None:
    before = await town.office.cases.count()
    answer = await row.tried(portal)
    assert (answer.status, answer.code) == (row.status, row.code)
    assert answer.errors[0]["extensions"].get("reason") == row.reason
    assert answer.errors[0]["message"]
    assert "data" not in answer.body
    allowed = answer.response.headers.get("Access-Control-Allow-Origin")
    assert allowed == (portal.origin if row.readable else None)
    assert await town.office.cases.count() == before


async def test_another_partners_page_gains_nothing_by_this_key(
    portal: Portal, other: Portal
) -> None:
    answer = await other.with_(key=portal.key).show()
    assert (answer.status, answer.errors[0]["extensions"]["reason"]) == (403, "PARTNER_ORIGIN")
    assert "Access-Control-Allow-Origin" not in answer.response.headers


async def test_a_websocket_does_not_take_a_key(town: Town, portal: Portal) -> None:
    scope = {
        "type": "websocket",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": [
            (b"host", b"lizheng.test"),
            (KEY.lower().encode(), (portal.key or "").encode()),
        ],
        "subprotocols": ["graphql-transport-ws"],
        "scheme": "ws",
        "server": ("lizheng.test", 80),
        "client": ("127.0.0.1", 1),
    }
    incoming = iter(
        [
            {"type": "websocket.connect"},
            {"type": "websocket.receive", "text": '{"type": "connection_init"}'},
            {"type": "websocket.disconnect", "code": 1000},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(incoming)

    async def send(message: Any) -> None:
        sent.append(message)

    await town.app(scope, receive, send)
    assert [one["type"] for one in sent] == ["websocket.accept", "websocket.close"]
    assert sent[-1]["code"] == 4403
