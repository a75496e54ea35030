"""What a browser is told on behalf of a partner's page: before the request, and with its answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from api.partners import KEY, MAX_AGE
from domain.words import Role
from storage.partners import PartnerRepository
from tests.api.clients import Answer, Town
from tests.api.portals import ORIGIN, Portal, ordered, registered

pytestmark = pytest.mark.ring("test")

SECOND = "https://second.example.org"
NEEDED = {"content-type", "lizheng-partner-key", "lizheng-query-code", "altcha-solution"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(town: Town) -> AsyncIterator[Portal]:
    yield await registered(town, origins=[ORIGIN, "http://localhost:5173"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def second(town: Town) -> AsyncIterator[Portal]:
    yield await registered(town, origins=[SECOND])


async def preflight(town: Town, origin: str | None, **headers: str) -> httpx.Response:
    """What a browser sends by itself; it carries no key."""
    told = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": f"content-type,{KEY.lower()}",
        **({"Origin": origin} if origin is not None else {}),
        **headers,
    }
    return await town.http.options("/graphql", headers=told)


async def test_a_preflight_is_answered_for_the_origins_of_all_partners(
    town: Town, portal: Portal, second: Portal
) -> None:
    for origin in (ORIGIN, "http://localhost:5173", SECOND):
        answer = await preflight(town, origin)
        assert (answer.status_code, answer.content) == (204, b"")
        headers = answer.headers
        assert headers["Access-Control-Allow-Origin"] == origin
        allowed = {
            name.strip().lower() for name in headers["Access-Control-Allow-Headers"].split(",")
        }
        assert allowed >= NEEDED
        assert "authorization" not in allowed
        assert headers["Access-Control-Max-Age"] == str(MAX_AGE)
        assert "Origin" in headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "http://portal.example.org", f"{ORIGIN}.evil.example"],
)
async def test_a_foreign_origin_is_not_let_in_with_or_without_a_key(
    town: Town, portal: Portal, origin: str | None
) -> None:
    for headers in ({}, {KEY: portal.key or ""}):
        answer = await preflight(town, origin, **headers)
        assert answer.status_code == 405
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_without_a_key_not_even_a_partners_page_reads_an_answer(
    town: Town, portal: Portal
) -> None:
    for origin in (ORIGIN, "https://evil.example"):
        body = {"query": "{ categories { id } }"}
        answer = await town.http.post("/graphql", json=body, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


async def test_a_page_reads_what_its_key_was_answered_and_no_other_page_does(
    portal: Portal, second: Portal
) -> None:
    answer = (await portal.show()).response
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"Retry-After", "RateLimit-Remaining"} <= {one.strip() for one in exposed.split(",")}
    assert "Access-Control-Allow-Credentials" not in answer.headers
    crossed = (await portal.with_(origin=SECOND).show()).response
    assert crossed.status_code == 403
    assert "Access-Control-Allow-Origin" not in crossed.headers


async def test_what_is_wrong_with_the_request_itself_can_be_read_too(portal: Portal) -> None:
    http, headers = portal.town.http, portal.headers
    form = await http.post(
        "/graphql", content=b"{}", headers={**headers, "Content-Type": "text/plain"}
    )
    large = await http.post("/graphql", json={"query": "x" * 300_000}, headers=headers)
    assert [form.status_code, large.status_code] == [415, 413]
    for answer in (form, large):
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_a_new_partner_is_known_within_a_second_and_a_revoked_one_forgotten_in_a_minute(
    town: Town,
) -> None:
    origin = "https://brief.example.org"
    assert (await preflight(town, origin)).status_code == 405
    portal = await registered(town, origins=[origin])
    town.clock.later = timedelta(seconds=2)
    assert (await preflight(town, origin)).status_code == 204
    await ordered(town.person(Role.OPS), "revokePartner", partnerId=portal.id)
    assert (await portal.show()).code == "UNAUTHENTICATED"
    town.clock.later = timedelta(minutes=2)
    assert (await preflight(town, origin)).status_code == 405


async def test_strangers_make_the_database_work_once_a_second_at_most(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = PartnerRepository.origins

    async def counted(self: PartnerRepository) -> frozenset[str]:
        asked.append(1)
        return await real(self)

    monkeypatch.setattr(PartnerRepository, "origins", counted)
    moment = town.clock()
    monkeypatch.setattr(type(town.clock), "__call__", lambda _: moment)
    for number in range(20):
        assert (await preflight(town, f"https://s{number}.example")).status_code == 405
    assert len(asked) <= 1


async def test_an_answer_to_somebody_else_is_as_it_was(town: Town) -> None:
    answer = Answer(await town.http.post("/graphql", json={"query": "{ __typename }"}))
    assert answer.response.headers["Vary"] == "Accept, Accept-Language, Authorization"
    assert not [name for name in answer.response.headers if name.startswith("access-control")]
