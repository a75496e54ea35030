"""The widget on a page of another origin, in a real browser: letters are written and looked up.

The page's policy allows no style and no script but the widget's; whatever the browser complains of
is an error. Screenshots are left behind for whoever wants to look.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.letters import LETTERS, on_to_callback
from tests.browser.portals import PortalSite
from tests.browser.readers import BODY, TITLE, WORDS, Reader, seen
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]
Opened = Callable[..., Page]
VIEWS = [
    ("phone", "light", "zh"),
    ("phone", "dark", "en"),
    ("desktop", "dark", "zh"),
    ("desktop", "light", "en"),
]


@pytest.mark.parametrize(("size", "theme", "language"), VIEWS)
def test_a_letter_is_written_and_looked_up(
    opened: Opened,
    site: PortalSite,
    pictures: Path,
    size: str,
    theme: str,
    language: str,
) -> None:
    page = opened(site.page(locale=language, theme=theme), size)
    reader, name = Reader(page, language), f"{size}-{theme}-{language}"
    expect(page.get_by_role("heading", level=2)).not_to_be_empty()
    expect(page.locator(".promise")).to_contain_text("10")
    seen(page, pictures, f"{name}-mailbox")
    reader.fill()
    reader.send()
    number, _ = reader.receipt()
    seen(page, pictures, f"{name}-receipt")
    reader.button("look_up_this").click()
    found = page.get_by_role("article")
    expect(found.get_by_role("heading", name=TITLE)).to_be_focused()
    expect(found).to_contain_text(number)
    expect(found).to_contain_text("受理" if language == "zh" else "Acceptance")
    seen(page, pictures, f"{name}-case")
    reader.tab("replies").click()
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile(r"\S"))
    seen(page, pictures, f"{name}-replies")


def test_the_figures_are_those_of_the_mailbox(opened: Opened, site: PortalSite) -> None:
    page = opened(site.page(locale="en"))
    figures = page.get_by_label(WORDS["en"]["figures"])
    expect(figures).to_contain_text("Letters last month")
    expect(figures.get_by_role("definition").first).to_have_text(str(LETTERS))
    expect(figures).to_contain_text(re.compile(r"\d+(\.\d)?%"))


def test_somebody_who_comes_back_reads_the_reply(
    opened: Opened, site: PortalSite, product: Product, pictures: Path
) -> None:
    reader = Reader(opened(site.page()))
    reader.fill("路灯不亮")
    reader.send()
    number, code = reader.receipt()
    with ThreadPoolExecutor(1) as clerk:
        clerk.submit(on_to_callback, product, number).result()
    later = Reader(opened(site.page(), "phone"))
    later.tab("look_up").click()
    later.field("number").fill(f" {number.lower()} ")
    later.field("query_code").fill(code.lower().replace("-", " "))
    later.button("look_up_do").click()
    found = later.page.get_by_role("article")
    expect(found.get_by_role("blockquote")).not_to_be_empty()
    expect(found).to_contain_text(later.say("MET"))
    seen(later.page, pictures, "phone-replied")


def test_a_wrong_code_is_told_and_is_no_outage(opened: Opened, site: PortalSite) -> None:
    reader = Reader(opened(site.page(locale="en")), "en")
    reader.tab("look_up").click()
    reader.button("look_up_do").click()
    expect(reader.page.locator(".trouble:focus li")).to_have_count(2)
    reader.field("number").fill("20261123-000001-3")
    reader.field("query_code").fill("AAAA-AAAA-AAAA-AAAA")
    reader.button("look_up_do").click()
    expect(reader.trouble("not_found")).to_be_visible()


@pytest.mark.parametrize("language", WORDS)
def test_what_is_missing_is_listed_and_leads_to_its_field(
    opened: Opened, site: PortalSite, pictures: Path, language: str
) -> None:
    page = opened(site.page(locale=language), "phone")
    reader = Reader(page, language)
    reader.send()
    summary = page.locator(".trouble:focus")
    expect(summary.get_by_role("listitem")).to_have_count(4)
    seen(page, pictures, f"phone-{language}-missing")
    summary.get_by_role("button", name=reader.say("wrong_title")).click()
    expect(reader.field("title")).to_be_focused()
    expect(reader.field("title")).to_have_attribute("aria-invalid", "true")
    expect(reader.field("title")).to_have_accessible_description(
        re.compile(re.escape(reader.say("wrong_title")))
    )


@pytest.mark.parametrize(
    "phone",
    ["（028）86271234", "138.0013.8000", "１３８００１３８０００", "\u202d13800138000\u202c"],
)
def test_a_telephone_number_is_the_servers_to_judge(
    opened: Opened, site: PortalSite, phone: str
) -> None:
    reader = Reader(opened(site.page()))
    reader.fill()
    reader.field("phone").fill(phone)
    reader.send()
    reader.receipt()


def test_what_the_server_refuses_is_shown_at_the_field(opened: Opened, site: PortalSite) -> None:
    reader = Reader(opened(site.page(locale="en")), "en")
    reader.fill()
    reader.field("phone").fill("123456")
    reader.send()
    expect(reader.page.locator("#phone-error")).to_have_text("This is no valid telephone number.")
    expect(reader.page.locator(".trouble:focus")).to_be_visible()
    reader.field("phone").fill("13880001234")
    reader.send()
    reader.receipt()


def test_all_of_it_is_done_with_the_keyboard_alone(opened: Opened, site: PortalSite) -> None:
    page = opened(site.page(locale="en"))
    reader, press, typed = Reader(page, "en"), page.keyboard.press, page.keyboard.type
    expect(reader.tab("write")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    press("Tab")
    expect(reader.tab("write")).to_be_focused()
    for key, name in (("ArrowRight", "look_up"), ("End", "replies"), ("ArrowRight", "write")):
        press(key)
        expect(reader.tab(name)).to_be_focused()
        expect(reader.tab(name)).to_have_attribute("aria-selected", "true")
    press("Tab")
    press("Space")
    expect(page.get_by_label("Complaint")).to_be_checked()
    press("ArrowRight")
    expect(page.get_by_label("Request for help")).to_be_checked()
    for text in (TITLE, BODY, "", "", ""):
        press("Tab")
        typed(text)
    expect(reader.field("phone")).to_be_focused()
    for _ in range(3):
        press("Tab")
    expect(reader.field("consent")).to_be_focused()
    press("Space")
    press("Tab")
    press("Enter")
    reader.receipt()
    for _ in range(4):
        press("Tab")
    expect(reader.button("look_up_this")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("article").get_by_role("heading")).to_be_focused()


def test_nothing_is_kept_in_the_browser_but_the_draft_and_the_receipt(
    opened: Opened, site: PortalSite
) -> None:
    page = opened(site.page())
    reader = Reader(page)
    kept = "() => [document.cookie, localStorage.length, sessionStorage.length]"
    assert page.evaluate(kept) == ["", 0, 0]
    reader.fill()
    assert page.evaluate(kept) == ["", 0, 1]
    reader.send()
    reader.receipt()
    assert page.evaluate(kept) == ["", 0, 1]
    assert BODY not in page.evaluate("sessionStorage[sessionStorage.key(0)]")
    reader.button("write_another").click()
    assert page.evaluate(kept) == ["", 0, 0]
    assert page.context.cookies() == []


def test_a_draft_comes_back_and_can_be_thrown_away(opened: Opened, site: PortalSite) -> None:
    page = opened(site.page())
    reader = Reader(page)
    reader.field("title").fill(TITLE)
    page.reload()
    expect(reader.field("title")).to_have_value(TITLE)
    page.evaluate("document.querySelector('lizheng-mailbox').setAttribute('locale', 'en')")
    english = Reader(page, "en")
    expect(english.field("title")).to_have_value(TITLE)
    english.button("draft_clear").click()
    expect(english.field("title")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_the_page_stays_awake_while_the_challenge_is_solved(
    opened: Opened, site: PortalSite
) -> None:
    page = opened(site.page())
    reader = Reader(page)
    expect(page.get_by_role("heading", level=2)).not_to_be_empty()
    page.evaluate(
        """() => { window.longest = 0; new PerformanceObserver((list) => {
          for (const one of list.getEntries()) longest = Math.max(longest, one.duration);
        }).observe({type: 'longtask'}); }"""
    )
    reader.fill()
    reader.send()
    reader.receipt()
    assert page.evaluate("longest") < 200  # milliseconds; one counter after the other would be 500


def test_it_fits_the_smallest_phone(opened: Opened, site: PortalSite, pictures: Path) -> None:
    page = opened(site.page(locale="en"), "small")
    reader = Reader(page, "en")
    reader.fill()
    seen(page, pictures, "small-en-filled")
    reader.send()
    reader.receipt()
    seen(page, pictures, "small-en-receipt")
