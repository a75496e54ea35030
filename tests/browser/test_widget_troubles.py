"""What the widget says and keeps when something goes wrong: none of it is put on.

Pages are refused by the server, which is stopped and started; answers are lost on their way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.portals import PortalSite, register
from tests.browser.readers import BODY, TITLE, WORDS, Reader, seen, titled
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]
Opened = Callable[..., Page]


@pytest.mark.parametrize("language", WORDS)
def test_a_page_that_nobody_registered_is_refused_and_told_why(
    opened: Opened, site: PortalSite, pictures: Path, language: str
) -> None:
    page = opened(site.page(port=site.unregistered_port, locale=language), "phone")
    reader = Reader(page, language)
    expect(reader.trouble("ORIGIN")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)
    seen(page, pictures, f"phone-{language}-foreign")


def test_a_page_with_another_partners_key_is_refused_as_well(
    opened: Opened, site: PortalSite, product: Product
) -> None:
    key = register(product, "https://elsewhere.example.org")
    reader = Reader(opened(site.page(key=key)))
    expect(reader.trouble("ORIGIN")).to_be_visible()


@pytest.mark.parametrize(
    ("told", "code"),
    [({"key": "lzp_nonsense"}, "UNAUTHENTICATED"), ({"mailbox": "x"}, "FORBIDDEN")],
)
def test_a_wrong_key_or_mailbox_is_told(
    opened: Opened, site: PortalSite, told: dict[str, str], code: str
) -> None:
    reader = Reader(opened(site.page("/", port=0, **told)))
    expect(reader.trouble(code)).to_be_visible()
    expect(reader.page.get_by_role("tab")).to_have_count(0)


def test_nothing_typed_is_lost_while_the_server_is_away(
    opened: Opened, site: PortalSite, product: Product, pictures: Path
) -> None:
    title = "停机时写的信"
    page = opened(site.page(), "phone")
    reader = Reader(page)
    reader.fill(title)
    product.stop()
    try:
        reader.send()
        expect(reader.trouble("DOWN")).to_contain_text(reader.say("kept"))
        expect(reader.field("body")).to_have_value(BODY)
        seen(page, pictures, "phone-zh-down")
        page.reload()  # the script is in the browser's cache
        expect(reader.trouble("DOWN")).to_be_visible()
        expect(reader.field("title")).to_have_value(title)
        expect(reader.field("phone")).to_have_value("13880001234")
    finally:
        product.start()
    reader.button("retry").click()
    expect(page.get_by_role("heading", level=2)).not_to_be_empty()
    reader.send()
    reader.receipt()
    assert titled(product, title) == 1


def test_a_letter_whose_answer_was_lost_is_not_sent_twice(
    opened: Opened, site: PortalSite, product: Product
) -> None:
    title = "答复丢失的信"
    page = opened(site.page())
    reader = Reader(page)
    reader.fill(title)
    lost = _lose_an_answer(page)
    reader.send()
    expect(reader.trouble("DOWN")).to_be_visible()
    assert lost
    reader.field("body").fill(f"{BODY}（补充）")
    reader.send()
    number, _ = reader.receipt()
    expect(page.locator(".receipt")).to_contain_text(reader.say("sent_earlier"))
    assert number == lost[0]
    assert titled(product, title) == 1


def _lose_an_answer(page: Page) -> list[str]:
    """The first letter that is sent arrives, and its answer does not; the number of its case."""
    numbers: list[str] = []

    def lose(route: Route) -> None:
        if "WidgetSubmit" not in (route.request.post_data or "") or numbers:
            route.continue_()
            return
        answer = route.fetch()
        numbers.append(answer.json()["data"]["submitLetter"]["case"]["number"])
        route.abort()

    page.route("**/graphql", lose)
    return numbers


def test_a_challenge_that_was_used_is_made_up_for_without_a_word(
    opened: Opened, site: PortalSite
) -> None:
    page = opened(site.page())
    given: list[str] = []

    def give_the_first_again(route: Route) -> None:
        if len(given) == 1:
            given.append(given[0])
            allowed = {"Access-Control-Allow-Origin": site.origin}
            route.fulfill(body=given[0], headers=allowed, content_type="application/json")
            return
        answer = route.fetch()
        given.append(answer.text())
        route.fulfill(response=answer)

    page.route("**/widget/challenge", give_the_first_again)
    reader = Reader(page)
    reader.fill()
    reader.send()
    first, _ = reader.receipt()
    reader.button("write_another").click()
    reader.fill()
    reader.send()
    expect(page.locator(".slip .code").first).not_to_have_text(first)
    assert reader.receipt()[0] != first
    assert len(given) == 3


def test_whoever_writes_too_much_is_told_when_to_try_again(
    opened: Opened, site: PortalSite, product: Product, pictures: Path
) -> None:
    key = register(product, site.origin, lettersPerHour=1)
    reader = Reader(opened(site.page(key=key, locale="en"), "phone"), "en")
    reader.fill()
    reader.send()
    reader.receipt()
    reader.button("write_another").click()
    expect(reader.field("title")).to_have_value("")
    reader.fill()
    reader.send()
    told = reader.trouble("TOO_MANY_ATTEMPTS")
    expect(told).to_contain_text(re.compile(r"You can try again in (59|60) min"))
    expect(told).to_contain_text(reader.say("kept"))
    expect(reader.button("retry")).to_be_disabled()
    expect(reader.field("title")).to_have_value(TITLE)
    seen(reader.page, pictures, "phone-en-too-many")
