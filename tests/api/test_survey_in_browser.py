"""The survey in a real browser: whatever is sent, Back and reload show a page."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect

from tests.api.clients import Town
from tests.api.test_survey_page import asked, survey
from tests.browser.conftest import PROGRAMS

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]


@asynccontextmanager
async def browsing(town: Town, port: int) -> AsyncIterator[Page]:
    """A page of a real browser, with the town served at this port."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("There is no Chromium here: apt-get install chromium")
    config = uvicorn.Config(town.app, port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = await browser.new_page(base_url=f"http://127.0.0.1:{port}", locale="en-GB")
        yield page
        await browser.close()
    server.should_exit = True
    await serving


async def test_errors_corrected_sent_and_back_show_pages(town: Town, unused_tcp_port: int) -> None:
    letter, path = await asked(town)
    async with browsing(town, unused_tcp_port) as page:
        send = page.get_by_role("button", name="Send my answer")
        thanks = page.get_by_role("heading", name="Your answer has arrived")
        await page.goto(path)
        await page.get_by_label("Anything else?").fill("谢谢大家")
        await send.click()
        await expect(page.get_by_role("alert")).to_contain_text("Please check this")
        await page.reload()
        await expect(page.get_by_label("Anything else?")).to_have_value("谢谢大家")
        await page.get_by_role("link", name="中文").click()
        await expect(page.locator("#comment")).to_have_value("谢谢大家")
        await page.go_back()
        await page.get_by_label("No", exact=True).check()
        await page.get_by_label("Very dissatisfied").check()
        await send.click()
        await expect(page.get_by_role("alert")).to_contain_text("tell us why")
        await send.click()
        await expect(thanks).to_be_visible()
        for _ in range(3):
            await page.go_back()
            await expect(thanks).to_be_visible()
        await page.get_by_role("link", name="See how the city answered its letters").click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert (await survey(town, letter))["answer"]["comment"] == "谢谢大家"
