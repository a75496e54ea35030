"""Wherever somebody ends up: a page for people in their language, JSON for programs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from api.site import HANDLERS
from storage import mongo
from tests.api.clients import Town
from tests.api.conftest import open_town

pytestmark = pytest.mark.ring("test")

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MACHINES = ("/metrics", "/channels/", "/graphql", "/healthz", "/readyz", "/.well-known/")
"""Doors of programs, each of which speaks as its protocol has it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def production(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    async for one in open_town(mongo_uri, driver, environment="production"):
        yield one


def paths(town: Town) -> list[str]:
    routes = [one.path for one in town.app.routes if isinstance(one, Route)]
    filled = [re.sub(r"\{.*?\}", "nonsense", path) for path in routes]
    return [path for path in filled if not path.startswith(MACHINES)]


def is_page(answer: httpx.Response, language: str) -> bool:
    tag = {"zh": "zh-CN", "en": "en"}[language]
    has_heading = "<h1" in answer.text or "<lizheng-mailbox" in answer.text
    return f'<html lang="{tag}"' in answer.text and has_heading


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_every_address_answers_a_browser_with_a_page(
    town: Town, method: str, language: str
) -> None:
    found = paths(town)
    assert {"/", "/city", "/letters", "/letters/nonsense", "/survey/nonsense"} <= set(found)
    bare = []
    for path in [*found, "/nope", "/open-data/2017-01/cases.csv"]:
        headers = {**BROWSER, "Accept-Language": language}
        answer = await town.http.request(method, path, headers=headers)
        is_file = answer.status_code == 200 and "text/html" not in answer.headers["content-type"]
        if not is_file and not is_page(answer, language):
            bare.append((path, answer.status_code, answer.text[:60]))
    assert bare == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nope", 404, "NOT_FOUND"),
        ("GET", "/city/assets/nope", 404, "NOT_FOUND"),
        ("GET", "/open-data/2017-01/cases.csv", 404, "NOT_FOUND"),
        ("POST", "/city", 405, "METHOD_NOT_ALLOWED"),
        ("PUT", "/survey/x", 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_a_program_is_told_by_a_code(
    town: Town, method: str, path: str, status: int, code: str
) -> None:
    answer = await town.http.request(method, path)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"] == {"code": code}
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_crash_is_told_without_what_crashed(accept: str) -> None:
    async def crash(request: Request) -> None:
        raise RuntimeError("secret")

    app = Starlette(routes=[Route("/", crash)], exception_handlers=HANDLERS)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://lizheng.test") as client:
        answer = await client.get("/", headers={"Accept": accept, "Accept-Language": "en"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Something went wrong" in answer.text


async def test_the_first_page_leads_on_in_production_too(production: Town, town: Town) -> None:
    for one, is_for_developers in ((production, False), (town, True)):
        page = await one.http.get("/", headers={**BROWSER, "Accept-Language": "en"})
        assert page.status_code == 200
        found = set(re.findall(r'<a href="(/\w*)', page.text))
        assert {"/city", "/letters"} <= found
        assert ("/graphql" in found) is is_for_developers
    assert (await production.http.get("/")).json()["graphql"] == "/graphql"


async def test_there_is_an_icon_and_crawlers_are_told(town: Town) -> None:
    for path, magic in (("/favicon.ico", b"\0\0\1\0"), ("/favicon.svg", b"<svg")):
        icon = await town.http.get(path)
        assert icon.status_code == 200
        assert icon.content.startswith(magic)
    robots = await town.http.get("/robots.txt")
    assert robots.headers["content-type"].startswith("text/plain")
    assert "Disallow: /survey/" in robots.text


async def test_where_nothing_is_published_yet_the_list_says_so(town: Town) -> None:
    page = await town.http.get("/letters", headers={"Accept-Language": "en"})
    assert "No letter is published yet" in page.text
    searched = await town.http.get("/letters?search=x", headers={"Accept-Language": "en"})
    assert "No letter matches" in searched.text
