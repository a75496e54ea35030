"""Published letters over GraphQL and at ``/letters``: whole without a script, escaped, and gone."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from domain.words import Role
from tests.api.actions import CITY, TO_CALLBACK, mailbox_id
from tests.api.clients import Letter, Town

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

BODY = "我叫张小明，电话13880001234，<script>alert(1)</script>每天晚上油烟直接排到居民楼。"
_ERRORS = "errors { code field message }"
DRAFT = """query($id: ID!) { publicationDraft(caseId: $id) { version
    body { text redacted redactions { start end kind kindName } } } }"""
DECIDE = """mutation($input: %s!) { %s(input: $input) {
    decision { state stateName version letterId } %s } }"""
LETTER = """query($id: ID!) { publishedLetter(id: $id) { id title body reply { text sentAt
    unit { name } } mailbox { name } category { name } submittedAt repliedAt publishedAt supporters
    hasSupported } }"""


async def decided(town: Town, name: str, kind: str, by: Any = None, **given: Any) -> Any:
    """The payload of one of the decisions."""
    who = by or town.person(Role.REVIEWER)
    return (await who.ask(DECIDE % (kind, name, _ERRORS), input=given))[name]


async def published(town: Town, **changed: Any) -> tuple[Letter, str]:
    """A letter that is published as it is proposed; its public id."""
    given = {"body": BODY, "consentToPublish": True, **changed}
    letter = await town.walked(TO_CALLBACK, **given)
    done = await decided(town, "publishCase", "PublishCaseInput", caseId=letter.id, version=0)
    assert done["errors"] == []
    return letter, done["decision"]["letterId"]


def told(page: httpx.Response) -> str:
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_from_the_queue_through_the_draft_to_everybody(town: Town) -> None:
    letter = await town.walked(TO_CALLBACK, body=BODY, consentToPublish=True)
    reviewer = town.person(Role.REVIEWER)
    waiting = "{ publicationQueue(first: 100) { edges { node { id number } } } }"
    found = (await reviewer.ask(waiting))["publicationQueue"]["edges"]
    assert letter.id in [edge["node"]["id"] for edge in found]
    draft = (await reviewer.ask(DRAFT, id=letter.id))["publicationDraft"]
    spans = draft["body"]["redactions"]
    assert [one["kind"] for one in spans] == ["NAME", "TELEPHONE"]
    assert BODY[spans[1]["start"] : spans[1]["end"]] == "13880001234"
    done = await decided(
        town, "publishCase", "PublishCaseInput", caseId=letter.id, version=draft["version"]
    )
    assert done["errors"] == []
    shown = (await town.citizen.ask(LETTER, id=done["decision"]["letterId"]))["publishedLetter"]
    assert shown["body"] == draft["body"]["redacted"]
    assert shown["reply"]["unit"] is not None
    assert shown["mailbox"] is not None
    assert letter.number not in str(shown)


async def test_a_decision_under_an_old_version_is_stale(town: Town) -> None:
    letter, _ = await published(town)
    stale = await decided(
        town, "unpublishCase", "PublicationReasonInput", caseId=letter.id, version=0, reason="写错"
    )
    assert stale["errors"][0]["code"] == "STALE_CASE"


async def test_a_mailbox_shows_its_published_replies_in_short(town: Town) -> None:
    _, key = await published(town)
    text = """query($id: ID!) { mailbox(id: $id) { publishedReplies(first: 1) {
        edges { node { id title repliedAt excerpt } } } } }"""
    box = await town.citizen.ask(text, id=mailbox_id(f"{CITY}/HEAD"))
    (edge,) = box["mailbox"]["publishedReplies"]["edges"]
    assert edge["node"]["id"] == key
    assert edge["node"]["excerpt"]


async def test_only_accounts_say_me_too(town: Town) -> None:
    _, key = await published(town)
    text = """mutation($input: SupportLetterInput!) { supportLetter(input: $input) {
        letter { supporters hasSupported } errors { code } } }"""
    given = {"id": key, "idempotencyKey": "k"}
    nobody = (await town.citizen.ask(text, input=given))["supportLetter"]
    assert [one["code"] for one in nobody["errors"]] == ["UNAUTHENTICATED"]
    wang = town.person(Role.CITIZEN, subject="wang")
    for _ in range(2):
        done = (await wang.ask(text, input=given))["supportLetter"]
        assert done["letter"] == {"supporters": 1, "hasSupported": True}


async def test_a_page_shows_the_letter_and_lets_no_script_in(town: Town) -> None:
    _, key = await published(town)
    page = await town.http.get(f"/letters/{key}", params={"lang": "en"})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "<script>alert(1)</script>" in html.unescape(page.text)
    assert "13880001234" not in page.text
    assert "张小明" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-language"] == "en"
    root = f"{town.settings.post.public_url}/letters/{key}"
    assert f'<link rel="canonical" href="{root}?lang=en">' in page.text
    assert f'<link rel="alternate" hreflang="zh-CN" href="{root}?lang=zh">' in page.text


async def test_the_list_is_narrowed_by_a_menu_of_categories_and_freed_of_a_mailbox(
    town: Town,
) -> None:
    _, key = await published(town)
    asked = {"lang": "en", "mailbox": f"{CITY}/HEAD", "search": "油烟"}
    page = await town.http.get("/letters", params=asked)
    taxonomy = await town.office.directory.categories()
    for root in taxonomy.roots:
        assert f'<option value="{root.id}">{root.named("en")}</option>' in page.text
    assert 'href="/letters?search=%E6%B2%B9%E7%83%9F&amp;lang=en">Every mailbox</a>' in page.text
    assert f'name="mailbox" value="{CITY}/HEAD"' in page.text
    deep = next(one for one in taxonomy if one not in taxonomy.roots)
    narrowed = await town.http.get("/letters", params={"category": deep.id, "lang": "zh"})
    assert f'<option value="{deep.id}" selected>' in narrowed.text
    nowhere = await town.http.get("/letters", params={"mailbox": "<b>", "category": "no such"})
    assert nowhere.status_code == 200
    assert "<b>" not in nowhere.text
    assert key not in nowhere.text


async def test_whoever_has_a_page_is_told_that_it_is_the_same(town: Town) -> None:
    _, key = await published(town)
    page = await town.http.get(f"/letters/{key}")
    again = await town.http.get(f"/letters/{key}", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age=0" in again.headers["cache-control"]


async def test_withdrawn_it_is_gone_and_an_unknown_one_is_not_found(town: Town) -> None:
    letter, key = await published(town)
    done = await decided(
        town,
        "withdrawPublicationConsent",
        "WithdrawPublicationConsentInput",
        by=town.citizen,
        **letter.proof,
    )
    assert done["decision"]["state"] == "WITHDRAWN"
    gone = await town.http.get(f"/letters/{key}", params={"lang": "en"})
    assert gone.status_code == 410
    assert "not published any more" in told(gone)
    assert gone.headers["x-robots-tag"] == "noindex"
    assert (await town.http.get("/letters/none")).status_code == 404


async def test_the_list_is_searched_and_turned_over(town: Town) -> None:
    for place in range(21):
        await published(town, title=f"第{place}封关于噪音的来信", idempotencyKey=f"list {place}")
    page = await town.http.get("/letters", params={"search": "噪音", "lang": "en"})
    assert page.text.count('<li class="sheet">') == 20
    assert "21 letters" in told(page)
    older = html.unescape(re.findall(r'rel="next" href="([^"]+)"', page.text)[0])
    rest = await town.http.get(older)
    assert rest.text.count('<li class="sheet">') == 1
    none = await town.http.get("/letters", params={"search": "没有这样的词", "lang": "en"})
    assert "No letter matches" in told(none)


@pytest.mark.parametrize(
    "asked", [{"from": "yesterday"}, {"after": "!"}, {"search": "长" * 201}, {"to": "9999-12-32"}]
)
async def test_what_cannot_be_asked_is_refused_politely(town: Town, asked: dict[str, str]) -> None:
    page = await town.http.get("/letters", params={**asked, "lang": "en"})
    assert page.status_code == 400
    assert "cannot be searched" in told(page)
