"""A real browser, Debian's Chromium, and two servers to look at with it.

``running`` is the product as its users run it, with letters in it; ``shelf`` serves months that
are made by hand, so that every section has something to show.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from starlette.applications import Starlette

from api.app import now
from api.city import CityEndpoint
from api.site import Site
from api.tokens import DEVELOPMENT_ISSUER, Verifier
from api.visitors import Reception
from domain.bulletins import Month
from domain.definitions import FigureName
from infra.process import wait_until
from services.city.page import CityPage
from tests.api.city_examples import EMPTY, FULL, LIVE, REVISED
from tests.browser.letters import put_letters_in
from tests.browser.portals import PortalSite, open_portal
from tests.browser.readers import FORGIVEN, SIZES
from tests.durability.product import Product

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")  # while it is open, no other event loop can run in this process
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("There is no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        # The machine may be a container of root's, in which Chromium has no sandbox of its own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[Product]:
    """The product, started, with some letters of the last months; nobody sends it another."""
    with started(Product(tmp_path_factory.mktemp("running"), unused_tcp_port_factory())) as product:
        yield product


@contextmanager
def started(product: Product) -> Iterator[Product]:
    """The same with letters in it, and gone afterwards."""
    try:
        product.start()
        # In a thread of its own: the browser's driver has a loop in this one.
        with ThreadPoolExecutor(1) as clerk:
            clerk.submit(put_letters_in, product).result()
        yield product
    finally:
        product.remove()


@pytest.fixture(scope="session")
def product(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[Product]:
    """Another one: letters are sent to it, and it is stopped."""
    with started(Product(tmp_path_factory.mktemp("product"), unused_tcp_port_factory())) as product:
        yield product


@pytest.fixture(scope="session")
def site(product: Product) -> Iterator[PortalSite]:
    """A partner's portal."""
    with open_portal(product) as site:
        yield site


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens addresses, each in a context of its own; whatever a page complains of is an error."""
    complaints: list[str] = []
    contexts = []

    def open_page(address: str, size: str = "desktop", **told: Any) -> Page:
        width, height = SIZES[size]
        viewport = ViewportSize(width=width, height=height)
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **told)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [one for one in complaints if not one.startswith(FORGIVEN)] == []


async def _by_hand(month: Month | None, figure: FigureName | None, now: datetime) -> CityPage:
    """January is full and its second edition in March; April has no letters, others are live."""
    pages = {None: FULL, FULL.month: FULL, Month(2017, 3): REVISED, Month(2017, 4): EMPTY}
    return pages.get(month, LIVE)


@pytest.fixture(scope="session")
def shelf(unused_tcp_port_factory: Callable[[], int]) -> Iterator[str]:
    """The address of a server of pages that are made by hand."""
    reception = Reception(Verifier(DEVELOPMENT_ISSUER, {}), now, requests=10_000, letters=1)
    site = Site(is_production=False)
    app = Starlette(routes=[*CityEndpoint(_by_hand, reception, now).routes, *site.routes])
    port = unused_tcp_port_factory()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert wait_until(lambda: server.started, timeout=10)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go, to be looked at; ``--basetemp`` says where that is."""
    return tmp_path_factory.mktemp("pictures")
