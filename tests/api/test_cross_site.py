"""What another site's page, or a client with too many fields, gets out of the API: nothing."""

from __future__ import annotations

from typing import Any

import pytest

from domain.words import Role
from tests.api.clients import Answer, Town, letter_input, mutation

pytestmark = pytest.mark.ring("test")

SIMPLE = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


async def test_no_answer_sets_a_cookie_or_lets_another_origin_read_it(town: Town) -> None:
    headers = {"Origin": "https://evil.example", "Cookie": "session=stolen"}
    body = {"query": "{ viewer { subject } }"}
    answer = Answer(await town.http.post("/graphql", json=body, headers=headers))
    assert answer.code == "UNAUTHENTICATED"
    names = {name.lower() for name in answer.response.headers}
    assert "set-cookie" not in names
    assert not {name for name in names if name.startswith("access-control-")}


async def test_a_browser_that_asks_first_is_not_let_in(town: Town) -> None:
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = await town.http.options("/graphql", headers=headers)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("content_type", SIMPLE)
async def test_a_form_of_another_site_does_nothing(town: Town, content_type: str) -> None:
    before = await town.office.cases.count()
    content = '{"query": "mutation { __typename }"}'
    headers = {"Content-Type": content_type, "Origin": "https://evil.example"}
    answer = await town.http.post("/graphql", content=content, headers=headers)
    assert answer.status_code == 415
    assert await town.office.cases.count() == before


FOREIGN: tuple[dict[str, Any], ...] = (
    {"stage": "CONCLUSION"},
    {"number": "20170101-000001-5"},
    {"account": "mayor"},
    {"urgency": "URGENT"},
    {"submittedAt": "2017-01-01T00:00:00+08:00"},
    {"writer": {"name": "张小明", "account": "mayor"}},
    {"$set": {"stage": "CONCLUSION"}},
    {"_id": "mine"},
)


@pytest.mark.parametrize("field", FOREIGN, ids=str)
async def test_a_field_that_is_not_the_clients_to_set_is_refused(
    town: Town, field: dict[str, Any]
) -> None:
    before = await town.office.cases.count()
    given = {**letter_input(), **field}
    answer = await town.person(*Role).send(mutation("submitLetter"), input=given)
    assert (answer.status, answer.code) == (400, "BAD_USER_INPUT")
    assert await town.office.cases.count() == before
