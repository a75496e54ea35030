"""The city's page in a real browser: on a phone and a desktop, light and dark, in both languages.

Screenshots of all of them are left behind for whoever wants to look.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from infra.process import wait_until
from tests.browser.letters import LETTERS, MONTHS
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
VIEWS = list(itertools.product(SIZES, ("light", "dark"), ("zh", "en")))
SERIOUS = {"serious", "critical"}
AUDIT = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  (one) => ({impact: one.impact, id: one.id, nodes: one.nodes.map((node) => node.html)}))"""

FORGIVEN = (
    "Failed to load resource: the server responded with a status of 400",  # what is asked for
    "Failed to load module script: Expected a JavaScript",  # what is broken on purpose
)

Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens addresses, each in a context of its own; whatever a page complains of is an error."""
    complaints: list[str] = []
    contexts = []

    def open_page(address: str, size: str = "desktop", **told: Any) -> Page:
        width, height = SIZES[size]
        viewport = ViewportSize(width=width, height=height)
        # The policy of the page lets no script of ours in; the auditor is one.
        told = {"reduced_motion": "reduce", "bypass_csp": False, **told}
        context = browser.new_context(viewport=viewport, **told)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(address, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith(FORGIVEN)] == []


def seen_to_the_end(page: Page) -> Page:
    """After somebody has read it from top to bottom, so that all is drawn."""
    for box in page.locator("[data-series]").all():
        box.scroll_into_view_if_needed()
        expect(box).to_have_attribute("data-drawn", "")
    page.evaluate("scrollTo(0, 0)")
    return page


def is_as_wide_as_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("size", "scheme", "language"), VIEWS)
def test_the_page_is_drawn_and_fits_and_axe_finds_nothing_serious(
    opened: Opened, shelf: str, pictures: Path, size: str, scheme: str, language: str
) -> None:
    page = opened(
        f"{shelf}/city?month=2017-01&lang={language}", size, color_scheme=scheme, bypass_csp=True
    )
    seen_to_the_end(page)
    assert page.locator("canvas").count() == 6
    assert is_as_wide_as_its_window(page)
    page.screenshot(path=pictures / f"{size}-{scheme}-{language}.png", full_page=True)
    page.add_script_tag(path=AXE)
    found = page.evaluate(AUDIT)
    assert [one for one in found if one["impact"] in SERIOUS] == []


@pytest.mark.parametrize("month", ["2017-02", "2017-03", "2017-04", "nonsense"])
@pytest.mark.parametrize("size", SIZES)
def test_every_other_state_of_the_page_passes_as_well(
    opened: Opened, shelf: str, size: str, month: str
) -> None:
    page = opened(f"{shelf}/city?month={month}&lang=en", size, bypass_csp=True)
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert is_as_wide_as_its_window(page)
    page.add_script_tag(path=AXE)
    found = page.evaluate(AUDIT)
    assert [one for one in found if one["impact"] in SERIOUS] == []


def test_letters_that_were_really_sent_are_counted_and_drawn(
    opened: Opened, running: Product
) -> None:
    page = seen_to_the_end(opened(f"{running.url}/city?lang=en", "phone"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("How the city answered")
    expect(page.locator(".big")).to_have_text(f"{LETTERS} letters")
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Reply rate"))
    expect(card).to_contain_text(f"{LETTERS * 3 // 4} of {LETTERS} letters")
    assert page.locator("#month option").count() == MONTHS
    page.get_by_role("link", name="Earlier").click()
    expect(page.locator(".big")).to_have_text(f"{LETTERS} letters")
    expect(page.get_by_role("link", name="Later")).to_be_visible()


def test_a_month_is_chosen_with_the_keyboard_alone(opened: Opened, shelf: str) -> None:
    page = opened(f"{shelf}/city?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Month", exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")  # the month after, as the latest comes first
    page.keyboard.press("Tab")
    with page.expect_navigation(url="**/city?month=2017-02&lang=en"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("February 2017")


def test_a_definition_opens_on_demand(opened: Opened, shelf: str) -> None:
    page = opened(f"{shelf}/city?lang=en")
    text = page.get_by_text("Letters of the month to which a reply was sent")
    expect(text).to_be_hidden()
    page.get_by_text("How it is counted: Reply rate").first.press("Enter")
    expect(text).to_be_visible()


def test_the_page_is_whole_without_a_script(opened: Opened, shelf: str) -> None:
    page = opened(f"{shelf}/city?lang=en", "phone", java_script_enabled=False)
    assert page.locator(".course:visible").count() == 6
    page.get_by_text("As a table").click()
    expect(page.locator("#trend-table")).to_be_visible()
    expect(page.get_by_role("row", name="2017-01")).to_contain_text("99.20 %")


def test_without_the_library_the_servers_drawings_stay_and_the_table_opens(
    opened: Opened, shelf: str
) -> None:
    page = opened("about:blank")
    page.route("**/chart-*.js", lambda route: route.fulfill(status=200, body="broken("))
    page.goto(f"{shelf}/city?lang=en")
    page.locator("#trends").scroll_into_view_if_needed()
    expect(page.locator("#trend-table")).to_be_visible()
    assert page.locator(".course:visible").count() == 6


def test_charts_follow_the_change_from_light_to_dark(opened: Opened, shelf: str) -> None:
    page = seen_to_the_end(opened(f"{shelf}/city?lang=en", color_scheme="light"))
    shade = "() => Chart.getChart(document.querySelector('canvas')).data.datasets[0].borderColor"
    light = page.evaluate(shade)
    page.emulate_media(color_scheme="dark")
    assert wait_until(lambda: page.evaluate(shade) != light, timeout=5)


def test_the_chart_library_comes_only_when_charts_are_near(opened: Opened, shelf: str) -> None:
    page = opened("about:blank", "phone")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{shelf}/city?lang=en", wait_until="networkidle")
    assert not [one for one in asked if "/chart-" in one]
    page.locator("[data-series]").first.scroll_into_view_if_needed()
    expect(page.locator("[data-series]").first).to_have_attribute("data-drawn", "")
    assert len([one for one in asked if "/chart-" in one]) == 1
    assert all(one.startswith((shelf, "data:")) for one in asked)


def test_on_paper_there_are_table_and_charts(opened: Opened, shelf: str) -> None:
    page = seen_to_the_end(opened(f"{shelf}/city?lang=en"))
    expect(page.locator(".course").first).to_be_hidden()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".course:visible").count() == 6
    expect(page.locator("canvas").first).to_be_hidden()
    expect(page.locator("#trend-table")).to_be_visible()
    expect(page.locator(".months")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("month", ["2017-01", "2017-03"])
def test_a_printed_page_is_full_and_no_heading_stands_at_its_end(
    opened: Opened, shelf: str, pictures: Path, language: str, month: str
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("There is no pdftotext here: apt-get install poppler-utils")
    page = opened(f"{shelf}/city?month={month}&lang={language}")
    headings = page.locator("h2").all_inner_texts()
    pdf = pictures / f"printed-{month}-{language}.pdf"
    page.pdf(path=pdf, format="A4")
    sheets = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout.split("\f")[:-1]
    lines = [[line.strip() for line in sheet.splitlines() if line.strip()] for sheet in sheets]
    assert len(sheets) <= 5
    assert min(len(one) for one in lines) >= 12
    assert [one[-3:] for one in lines if set(one[-3:]) & set(headings)] == []
