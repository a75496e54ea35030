"""Published letters in a real browser: on a phone and a desktop, light and dark, in both languages.

Screenshots are left behind for whoever wants to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.conftest import started
from tests.browser.letters import publish, send_answered
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.browser]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AUDIT = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => [one.id, one.nodes.map((node) => node.html)])"""
VIEWS = [
    ("phone", (390, 844), "light", "zh"),
    ("phone", (390, 844), "dark", "en"),
    ("desktop", (1280, 800), "dark", "zh"),
    ("desktop", (1280, 800), "light", "en"),
]
LETTERS = (
    ("楼下餐馆油烟扰民", "我叫张小明，住锦绣花园3栋2单元501室。\n电话13880001234，请管一管油烟。"),
    ("小区门口车辆乱停", "川A12345天天停在消防通道，" + "晚上也停，" * 40 + "请处理。"),
    ("A" * 100, "一个没有空格的长标题。" * 5),
)


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> Iterator[str]:
    """The address of a product with published letters; the last one's id at its end."""
    product = Product(tmp_path_factory.mktemp("letters"), unused_tcp_port_factory())
    with started(product), ThreadPoolExecutor(1) as clerk:
        keys = [
            publish(product, send_answered(product, clerk, f"letter {place}", *texts))
            for place, texts in enumerate(LETTERS)
        ]
        yield f"{product.url} {keys[0]}"


@pytest.mark.parametrize(("size", "box", "scheme", "language"), VIEWS)
def test_list_and_letter_fit_and_axe_finds_nothing_serious(
    browser: Browser,
    shown: str,
    pictures: Path,
    size: str,
    box: tuple[int, int],
    scheme: Any,
    language: str,
) -> None:
    url, key = shown.split()
    viewport = ViewportSize(width=box[0], height=box[1])
    with browser.new_context(
        viewport=viewport, color_scheme=scheme, bypass_csp=True, java_script_enabled=True
    ) as context:
        page = context.new_page()
        for name, address in (("list", "/letters"), ("letter", f"/letters/{key}")):
            page.goto(f"{url}{address}?lang={language}")
            assert page.locator("script").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            picture = pictures / f"letters-{name}-{size}-{scheme}-{language}.png"
            page.screenshot(path=picture, full_page=True)
            page.add_script_tag(path=AXE)
            assert page.evaluate(AUDIT) == [], name
