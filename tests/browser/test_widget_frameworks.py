"""The widget in pages of React 18 and 19, Vue, Svelte and of no framework: nothing is lost there.

The pages are built by `tests/browser/frameworks/build.mjs` from what `make tools` installs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.portals import MAILBOX, PortalSite
from tests.browser.readers import TITLE, Reader, titled
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]
Opened = Callable[..., Page]
FRAMEWORKS = ("react-18", "react-19", "vue", "svelte", "plain")
ELEMENT = "document.querySelector('lizheng-mailbox')"
BUILD = Path(__file__).parent / "frameworks" / "build.mjs"


@pytest.fixture(scope="module")
def applications(site: PortalSite, tmp_path_factory: pytest.TempPathFactory) -> PortalSite:
    """The portal, with the frameworks' pages built."""
    site.scripts = tmp_path_factory.mktemp("scripts")
    subprocess.run(["node", BUILD, site.scripts], check=True, timeout=120)
    return site


@pytest.fixture(params=FRAMEWORKS)
def page(request: pytest.FixtureRequest, opened: Opened, applications: PortalSite) -> Page:
    """A page of each framework, with the mailbox in it."""
    page: Page = opened(applications.page(f"/with/{request.param}"))
    expect(page.get_by_role("heading", level=2)).not_to_be_empty()
    return page


def change(page: Page, what: str) -> None:
    """As a button of the page would; the framework draws it when it likes."""
    page.evaluate(f"change({what})")


def test_key_and_language_arrive_and_follow_what_the_page_says(page: Page) -> None:
    reader = Reader(page)
    reader.field("title").fill(TITLE)
    reader.tab("look_up").click()
    reader.field("number").fill("20170306-000001-4")
    change(page, "{locale: 'en', theme: 'dark'}")
    english = Reader(page, "en")
    expect(english.field("number")).to_have_value("20170306-000001-4")
    english.tab("write").click()
    expect(english.field("title")).to_have_value(TITLE)
    told = f"() => {{ const one = {ELEMENT}; return [one.locale, one.theme, one.partnerKey]; }}"
    locale, theme, key = page.evaluate(told)
    assert (locale, theme) == ("en", "dark")
    assert key == page.evaluate(f"{ELEMENT}.getAttribute('partner-key')")


def test_a_receipt_outlives_all_that_a_page_does(page: Page) -> None:
    """Moved, made anew, told another language, changed in a transition, left and come back to."""
    reader = Reader(page)
    reader.fill()
    reader.send()
    number, code = reader.receipt()
    steps = (
        "change({order: ['mailbox', 'after', 'before']})",
        "change({order: ['after', 'before', 'mailbox']})",
        "change({shell: 2})",
        "change({locale: 'en'})",
        "change({locale: 'zh', theme: 'dark'})",
        "document.startViewTransition(() => change({shell: 3})).finished",
        f"{ELEMENT}.remove(), change({{shell: 4}})",
    )
    for step in steps:
        page.evaluate(step)
        expect(page.locator(".slip .code")).to_have_text([number, code])
    page.get_by_role("link", name="Elsewhere").click()
    page.go_back()
    expect(page.locator(".slip .code")).to_have_text([number, code])
    page.reload()
    expect(page.locator(".slip .code")).to_have_text([number, code])
    reader.button("write_another").click()
    change(page, "{shell: 5}")
    expect(reader.field("title")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_an_answer_that_comes_when_the_element_was_replaced_is_shown(page: Page) -> None:
    reader = Reader(page)
    reader.fill()

    def replace_it(route: Route) -> None:
        change(page, "{shell: 9}")
        route.continue_()

    page.route("**/graphql", replace_it)
    reader.send()
    reader.receipt()


@pytest.mark.parametrize("first_is_left", [False, True])
def test_a_duplicated_tab_sends_a_letter_of_its_own(
    opened: Opened, applications: PortalSite, product: Product, first_is_left: bool
) -> None:
    first = opened(applications.page("/with/plain"))
    writer = Reader(first)
    title = f"复制的标签页{first_is_left}"
    writer.fill(title)
    copied = first.evaluate("JSON.stringify({...sessionStorage})")
    second = first.context.new_page()
    second.add_init_script(f"Object.assign(sessionStorage, {copied})")
    if first_is_left:
        first.close()
    else:
        writer.send()
        writer.receipt()
    second.goto(applications.page("/with/plain"))
    copy = Reader(second)
    expect(copy.field("title")).to_have_value(title)
    copy.field("title").fill(f"{title}（二）")
    copy.send()
    copy.receipt()
    assert titled(product, title) == 1 + (not first_is_left)


def test_a_framework_that_hands_properties_over_before_the_script_is_there_is_heard(
    opened: Opened, applications: PortalSite
) -> None:
    page = opened(replace(applications, key="").page("/elsewhere"))
    told = {"partnerKey": applications.key, "mailbox": MAILBOX, "locale": "en"}
    page.evaluate(
        """(told) => {
          const early = Object.assign(document.createElement('div'), told);
          const late = document.createElement('lizheng-mailbox');
          for (const name of Object.keys(told)) Object.defineProperty(late, name,
            {value: early[name], writable: true, configurable: true, enumerable: true});
          document.querySelector('lizheng-mailbox').replaceWith(late);
        }""",
        told,
    )
    reader = Reader(page, "en")
    expect(page.get_by_role("heading", level=2)).not_to_be_empty()
    expect(reader.tab("write")).to_be_visible()
