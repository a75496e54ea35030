"""The two pages of ours that show the widget: in a frame of a partner's, and to try it on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portals import MAILBOX, PortalSite
from tests.browser.readers import WORDS, Reader, seen, titled
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]
Opened = Callable[..., Page]


def test_in_a_frame_it_does_the_same(
    opened: Opened, site: PortalSite, product: Product, pictures: Path
) -> None:
    page = opened(site.page("/framed", locale="zh"))
    reader = Reader(page.frame_locator("iframe"))
    expect(reader.page.get_by_role("heading", level=2)).not_to_be_empty()
    reader.fill("从框架寄出")
    reader.send()
    number, _ = reader.receipt()
    reader.button("look_up_this").click()
    expect(reader.page.get_by_role("article")).to_contain_text(number)
    assert titled(product, "从框架寄出") == 1
    page.screenshot(path=pictures / "widget-desktop-framed.png", full_page=True)


def test_nobody_else_frames_it(opened: Opened, site: PortalSite) -> None:
    page = opened(site.page("/framed", port=site.unregistered_port))
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert frame.url.startswith("chrome-error:")
    assert frame.locator("lizheng-mailbox").count() == 0


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", WORDS)
def test_it_is_tried_out_before_it_is_embedded(
    opened: Opened, site: PortalSite, pictures: Path, size: str, language: str
) -> None:
    page = opened(f"{site.server}/widget/try?lang={language}", size)
    page.locator("#key").fill(site.key)
    page.locator("#mailbox").fill(MAILBOX)
    page.locator("#theme").select_option("light")
    code = page.locator("#element-code")
    expect(code).to_contain_text(f'<script src="{site.server}/widget/lizheng-mailbox.js" async>')
    expect(code).to_contain_text(f'key="{site.key}"')
    page.locator("button[type=submit]").first.click()
    expect(page.locator("#preview").get_by_role("heading", level=2)).not_to_be_empty()
    seen(page, pictures, f"{size}-{language}-try")
