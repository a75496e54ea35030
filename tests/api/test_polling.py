"""An app asks again and again: it pays next to nothing, and its code is in no address."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.documents import manifest
from domain.words import Role
from tests.api.clients import Answer, Letter, Town
from tests.api.reading import serving
from tests.api.test_logs import log as log  # noqa: PLC0414  # a fixture

pytestmark = pytest.mark.ring("test")

MOST_BYTES = 300
"""Of everything that comes over the line when nothing has changed."""


def hash_of(operation: str) -> str:
    """Under which a released client's operation is known."""
    (sha256,) = [
        sha256 for sha256, text in manifest().items() if re.search(rf"\bquery {operation}\b", text)
    ]
    return sha256


def address(operation: str, **variables: Any) -> str:
    """Where a client asks for it by GET."""
    asked = {"persistedQuery": {"version": 1, "sha256Hash": hash_of(operation)}}
    given = {"extensions": json.dumps(asked), "variables": json.dumps(variables)}
    return f"/graphql?{urlencode(given)}"


async def poll(
    town: Town, letter: Letter, tag: str | None = None, language: str = "en", **more: str
) -> httpx.Response:
    """The letter's status as an app without an account asks for it."""
    headers = {"Lizheng-Query-Code": letter.code, "Accept-Language": language, **more}
    if tag is not None:
        headers["If-None-Match"] = tag
    return await town.http.get(address("CaseStatus", number=letter.number), headers=headers)


async def test_a_status_that_has_not_changed_is_not_sent_again(town: Town) -> None:
    letter = await town.letter()
    first = await poll(town, letter)
    assert first.json()["data"]["trackedCase"]["number"] == letter.number
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Lizheng-Query-Code" in first.headers["Vary"]
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await poll(town, letter, known)
        assert (again.status_code, again.content) == (304, b""), known
        assert (again.headers["ETag"], again.headers["Vary"]) == (tag, first.headers["Vary"])
    assert (await poll(town, letter, '"other"')).content == first.content


async def test_whatever_changes_it_is_told_of_it(town: Town) -> None:
    letter = await town.letter()
    tags = {(await poll(town, letter)).headers["ETag"]}

    async def see_it_new(**more: str) -> None:
        answer = await poll(town, letter, ", ".join(tags), **more)
        assert answer.status_code == 200
        tags.add(answer.headers["ETag"])

    await town.walk(letter, "ACCEPT")
    await see_it_new()
    await see_it_new(language="zh")
    await see_it_new(Accept="application/graphql-response+json")
    town.clock.later = timedelta(days=30)  # nobody has done anything; the promise is broken
    await see_it_new()
    assert len(tags) == 5


async def test_over_the_line_an_unchanged_status_is_less_than_300_bytes(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = await town.letter()
    tag = (await poll(town, letter)).headers["ETag"]
    async with serving(town.app) as served:
        whole = await _over_the_line(served.port, letter, None)
        unchanged = await _over_the_line(served.port, letter, tag)
    assert whole.startswith(b"HTTP/1.1 200 ")
    assert unchanged.startswith(b"HTTP/1.1 304 ")
    with capsys.disabled():
        sys.stdout.write(f"\na status: {len(whole)} bytes; unchanged: {len(unchanged)} bytes\n")
    assert len(unchanged) < MOST_BYTES < len(whole)


async def _over_the_line(port: int, letter: Letter, tag: str | None) -> bytes:
    """Every byte of the answer, with its headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        f"GET {address('CaseStatus', number=letter.number)} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Accept-Language: en",
        f"Lizheng-Query-Code: {letter.code}",
        "Connection: close",
        *([f"If-None-Match: {tag}"] if tag else []),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_an_account_asks_the_same_way_and_has_a_tag_of_its_own(town: Town) -> None:
    tags = set()
    for subject in ("li", "wang"):
        writer = town.person(Role.CITIZEN, subject=subject)
        await town.letter(by=writer)
        answer = await town.http.get(address("MyCases", first=5), headers=writer.headers)
        assert len(answer.json()["data"]["viewer"]["cases"]["edges"]) == 1
        tags.add(answer.headers["ETag"])
    assert len(tags) == 2


async def test_what_nobody_may_see_or_what_failed_is_kept_by_nobody(town: Town) -> None:
    letter = await town.letter()
    wrong = replace(letter, code="AAAA-AAAA-AAAA-AAA")
    nothing = await poll(town, wrong)
    assert nothing.json()["data"]["trackedCase"] is None
    whole = await poll(town, letter)
    assert (await poll(town, wrong, whole.headers["ETag"])).status_code == 200
    refused = await town.http.get(address("CaseStatus", number=letter.number))
    assert (refused.status_code, refused.headers.get("ETag")) == (400, None)
    asked = '{ cases(first: 1, after: "x") { totalCount } categories { id } }'
    failed = await town.http.get("/graphql", params={"query": asked})
    assert "ETag" not in failed.headers


IN_AN_ADDRESS = (
    {"variables": '{"number": "1", "queryCode": "%s"}'},
    {"variables": '{"input": [{"proof": {"queryCode": "%s"}}]}'},
    {"variables": r'{"number": "1", "queryC\u006fde": "%s"}'},
    {"queryCode": "%s"},
    {"query": '{ trackedCase(number: "1", queryCode: "%s") { id } }'},
    {"query": '{ trackedCase(number: "1", queryCode #\n: "%s") { id } }'},
    {"query": '{ trackedCase(number: "1", queryCode,:,"%s") { id } }'},
    {"query": '{ trackedCase(number: "1", queryCode: """%s""") { id } }'},
    {"query": 'query Q($c: String! = "%s") { trackedCase(number: "1", queryCode: $c) { id } }'},
    {"query": 'query Q($queryCode: String! = "%s") { a(queryCode: $queryCode) { id } }'},
    {
        "query": "query Q($c: String!) { trackedCase(number: 1, queryCode: $c) { id } }",
        "variables": '{"c": "%s"}',
    },
    {"query": "{ a(proof: {queryCode: $c}) { id } }", "variables": '{"c": "%s"}'},
)
CODE = "34AC-79DE-FHJK-LMNP"
WRITTEN = (CODE, CODE.lower(), CODE.replace("-", ""), "３４ＡＣ" + CODE[4:])
A_WHOLE_ONE = (
    ("query", '{ cases(search: "%s") { id } }', (*WRITTEN, CODE.replace("-", " "))),
    ("query", '{ cases(search: "%s"', WRITTEN),
    ("variables", '{"whatever": ["%s"]}', (*WRITTEN, CODE.replace("-", " "))),
    ("operationName", "%s", (*WRITTEN, CODE.replace("-", " "))),
    ("anything", "%s", (*WRITTEN, CODE.replace("-", " "))),
)


@pytest.mark.parametrize(("name", "value", "codes"), A_WHOLE_ONE)
async def test_what_looks_like_a_code_is_refused_wherever_it_stands(
    town: Town, name: str, value: str, codes: tuple[str, ...]
) -> None:
    for code in codes:
        answer = Answer(await town.http.get("/graphql", params={name: value.replace("%s", code)}))
        assert (answer.status, answer.code) == (400, "QUERY_CODE_IN_ADDRESS"), code
        assert code not in answer.response.text


async def test_an_address_is_looked_at_by_post_too(town: Town) -> None:
    asked = {"query": "{ __typename }"}
    answer = Answer(await town.http.post("/graphql", params={"queryCode": CODE}, json=asked))
    assert (answer.status, answer.code) == (400, "QUERY_CODE_IN_ADDRESS")


@pytest.mark.parametrize("given", IN_AN_ADDRESS)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_code_in_an_address_is_refused(
    town: Town, given: dict[str, str], language: str
) -> None:
    params = {
        "extensions": json.dumps(
            {"persistedQuery": {"version": 1, "sha256Hash": hash_of("CaseStatus")}}
        ),
        **{name: value.replace("%s", "BCDF-GHJK") for name, value in given.items()},
    }
    if "query" in given:
        del params["extensions"]
    headers = {"Accept-Language": language}
    answer = Answer(await town.http.get("/graphql", params=params, headers=headers))
    assert (answer.status, answer.code) == (400, "QUERY_CODE_IN_ADDRESS")
    assert "Lizheng-Query-Code" in answer.errors[0]["message"]
    assert "BCDF" not in answer.response.text


async def test_neither_the_code_nor_the_address_is_logged(town: Town, log: Any) -> None:
    letter = await town.letter()
    await poll(town, letter)
    params = {"variables": json.dumps({"queryCode": letter.code})}
    await town.http.get("/graphql", params=params)
    assert [line["status"] for line in log.lines[-2:]] == [200, 400]
    for secret in (letter.code, letter.code.replace(" ", ""), letter.number, "sha256"):
        assert secret not in log.text


async def test_the_header_stands_for_nothing_else(town: Town) -> None:
    letter = await town.letter()
    code = {"Lizheng-Query-Code": letter.code}
    asked = {
        "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of("CaseStatus")}},
        "variables": {"number": letter.number},
    }
    by_post = Answer(await town.http.post("/graphql", json=asked, headers=code))
    assert by_post.code == "BAD_USER_INPUT"
    plain = await town.http.get(address("Categories"), headers=code)
    assert plain.json()["data"]["categories"]
