"""The widget as it is served: one small script, a page to frame, and a page to try it on."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from graphql import parse, print_ast, separate_operations

from api.errors import HTTP_CODES
from api.widget_script import MODULES, WIDGET
from domain.refusals import ErrorCode
from domain.words import DeadlineState, LetterKind, MailboxLevel, Stage
from tests.api.clients import Town
from tests.api.portals import MAYOR, ORIGIN, Portal, operations, registered

pytestmark = pytest.mark.ring("test")

SCRIPT = "/widget/lizheng-mailbox.js"
MOST_BYTES = 20_000
OTHER_CODES = {"DOWN", "ORIGIN", "INTERNAL_SERVER_ERROR", "UNKNOWN"}
# What only a broken widget would be told: the reader is told that it is something unexpected.
BROKEN = {"BAD_REQUEST", "METHOD_NOT_ALLOWED", "NOT_ACCEPTABLE", "UNSUPPORTED_MEDIA_TYPE"}


@pytest.fixture(scope="module")
def words() -> Any:
    return json.loads((WIDGET / "words.json").read_text(encoding="utf-8"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(town: Town) -> AsyncIterator[Portal]:
    yield await registered(town, origins=[ORIGIN, "https://www.example.org"])


def leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


# The script


async def test_what_goes_over_the_wire_is_under_20_kilobytes(town: Town) -> None:
    headers = {"Accept-Encoding": "gzip"}
    async with town.http.stream("GET", SCRIPT, headers=headers) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert len(sent) < MOST_BYTES
    plain = await town.http.get(SCRIPT, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(sent) == plain.content


async def test_any_page_may_load_it_and_asks_again_whether_it_is_new(town: Town) -> None:
    first = await town.http.get(SCRIPT, headers={"Origin": "https://anybody.example.org"})
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["cache-control"] == "public, max-age=600"
    again = await town.http.get(SCRIPT, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_it_is_all_modules_in_one_function_and_needs_nothing_else(town: Town) -> None:
    text = (await town.http.get(SCRIPT)).text
    sources = {path.stem for path in WIDGET.glob("*.js")} - {"try"}
    assert set(MODULES) == sources
    assert text.startswith('(() => {\n"use strict";')
    for never in ("import ", "export ", "eval(", "innerHTML", "document.cookie", "localStorage"):
        assert never not in text.replace("[", " ["), never
    assert "https://" not in text


def test_no_two_modules_give_the_same_name_to_different_things() -> None:
    declared = re.compile(r"^(?:export )?(?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
    names = [
        name
        for module in MODULES
        for name in declared.findall((WIDGET / f"{module}.js").read_text(encoding="utf-8"))
    ]
    assert sorted(names) == sorted(set(names))


def test_it_sends_the_released_operations_and_no_others() -> None:
    text = (WIDGET / "operations.js").read_text(encoding="utf-8")
    sent = parse("\n".join(re.findall(r"`([^`]+)`", text)))
    printed = {name: print_ast(one) for name, one in separate_operations(sent).items()}
    assert printed == dict(operations("widget"))


# Its words


def test_every_word_is_there_in_both_languages_with_the_same_places(words: Any) -> None:
    zh, en = (dict(leaves(words[language])) for language in ("zh", "en"))
    assert list(zh) == list(en)
    for name, text in zh.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", en[name])), name
        assert text.strip(), name


def test_every_code_that_the_server_knows_has_words(words: Any) -> None:
    codes = {*ErrorCode, *HTTP_CODES.values(), *OTHER_CODES} - BROKEN
    for language in ("zh", "en"):
        assert codes <= words[language]["error"].keys()


def test_enums_have_words_and_those_of_the_letters_kinds_are_ours(words: Any) -> None:
    for enum in (LetterKind, MailboxLevel, DeadlineState):
        for word in enum:
            assert word.value in words["zh"], word
    for kind in LetterKind:
        assert words["zh"][kind.value] == kind.named("zh")
    stages = re.search(r"STAGES = (\[.+\]);", (WIDGET / "lookup.js").read_text(encoding="utf-8"))
    assert stages is not None
    assert json.loads(stages[1]) == [stage.value for stage in Stage]


def test_every_word_that_is_said_exists_and_every_one_that_exists_is_said(words: Any) -> None:
    source = "\n".join((WIDGET / f"{name}.js").read_text(encoding="utf-8") for name in MODULES)
    said = set(re.findall(r"\"([a-z_]+)\"", source)) | {"missing_number", "missing_query_code"}
    there = {name for name in words["zh"] if name.islower() and name != "error"}
    assert set(re.findall(r"say\(\"(\w+)\"", source)) <= words["zh"].keys()
    assert there <= said


# The frame


async def framed(town: Town, **asked: str | None) -> Any:
    told = {name: value for name, value in asked.items() if value is not None}
    return await town.http.get("/widget/frame", params=told)


async def test_only_the_partners_pages_may_frame_the_page(town: Town, portal: Portal) -> None:
    page = await framed(town, key=portal.key, mailbox=MAYOR, locale="en", theme="dark")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors https://portal.example.org https://www.example.org" in policy
    assert "script-src 'self'" in policy
    assert "x-frame-options" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert f'key="{portal.key}" mailbox="{MAYOR}" locale="en" theme="dark"' in page.text


async def test_whatever_is_asked_for_stays_an_attribute(town: Town, portal: Portal) -> None:
    page = await framed(town, key=portal.key, mailbox='"><script>', locale="xx", theme='"><b>')
    assert "<script>" not in page.text
    assert 'mailbox="&#34;&gt;&lt;script&gt;" locale="zh" theme="auto"' in page.text


@pytest.mark.parametrize("key", [None, "", "lzp_nonsense", "x" * 3_000])
async def test_without_a_living_key_nobody_frames_anything(town: Town, key: str | None) -> None:
    page = await framed(town, key=key, mailbox=MAYOR)
    assert page.status_code == 403
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "lizheng-mailbox" not in page.text


# The page to try it on


async def test_the_page_to_try_it_on_speaks_both_languages_and_holds_no_key(town: Town) -> None:
    for language, heading in (("zh", "把信箱放进您的网站"), ("en", "Put a mailbox on your site")):
        page = await town.http.get("/widget/try", params={"lang": language})
        assert heading in page.text
        assert re.search(r"lzp_\w", page.text) is None
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_its_files_are_there_and_nothing_else_of_the_folder(town: Town) -> None:
    for name, kind in (("page.css", "text/css"), ("try.js", "text/javascript")):
        answer = await town.http.get(f"/widget/{name}")
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    for name in ("words.json", "style.css", "element.js", "..%2Fsettings.py"):
        assert (await town.http.get(f"/widget/{name}")).status_code == 404
    for path in (SCRIPT, "/widget/frame", "/widget/try"):
        assert (await town.http.post(path)).status_code == 405
