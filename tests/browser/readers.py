"""Somebody who reads a page with the widget in a real browser, and what is looked at there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from api.widget_script import WIDGET
from domain.words import Role
from tests.durability.product import Product

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AUDIT = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => [one.id, one.nodes.map((node) => node.html)])"""
SIZES = {"phone": (390, 844), "desktop": (1280, 800), "small": (320, 568)}
WORDS = json.loads((WIDGET / "words.json").read_text(encoding="utf-8"))
# A browser says so itself when an answer is a refusal, and when there is none.
FORGIVEN = ("Failed to load resource", "Access to fetch at", "Framing '")
NUMBER = re.compile(r"\d{8}-\d{6}-\d")
TITLE, BODY = "楼下餐馆油烟扰民", "每天晚上油烟直接排到居民楼，无法开窗。"


class Reader:
    """Somebody at the widget, in one language."""

    def __init__(self, page: Any, language: str = "zh") -> None:
        self.page, self.words = page, WORDS[language]

    def say(self, name: str) -> str:
        word = self.words.get(name) or self.words["error"][name]
        assert isinstance(word, str)
        return word

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=self.say(name), exact=True)

    def field(self, name: str) -> Any:
        return self.page.get_by_label(re.compile(f"^{re.escape(self.say(name))}"))

    def tab(self, name: str) -> Any:
        return self.page.get_by_role("tab", name=self.say(name))

    def fill(self, title: str = TITLE) -> None:
        self.page.get_by_label(self.say("COMPLAINT")).check()
        self.field("title").fill(title)
        self.field("body").fill(BODY)
        self.field("name").fill("张小明")
        self.field("phone").fill("13880001234")
        self.field("consent").check()

    def send(self) -> None:
        self.button("send").click()

    def receipt(self) -> tuple[str, str]:
        """Number and query code, once they are there."""
        expect(self.page.get_by_role("heading", name=self.say("sent"))).to_be_focused()
        number, code = self.page.locator(".slip .code").all_inner_texts()
        assert NUMBER.fullmatch(number)
        return number, code

    def trouble(self, name: str) -> Any:
        return self.page.get_by_role("alert").filter(has_text=self.say(name))


def audited(page: Page) -> list[Any]:
    """What axe finds that is serious."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(AUDIT)
    return found


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def seen(page: Page, pictures: Path, name: str) -> None:
    """A picture, and nothing wrong in it."""
    assert fits(page), name
    assert audited(page) == [], name
    page.screenshot(path=pictures / f"widget-{name}.png", full_page=True)


def titled(product: Product, title: str) -> int:
    """How many cases have this title."""
    text = "query($s: String!) { cases(first: 10, filter: {search: $s}) { totalCount } }"
    body = {"query": text, "variables": {"s": title}}
    with product.client() as client:
        answer = client.post("/graphql", json=body, headers=product.token(Role.SUPERVISOR))
    count: int = answer.json()["data"]["cases"]["totalCount"]
    return count
