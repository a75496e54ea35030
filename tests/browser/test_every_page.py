"""Every page that people are shown: in both languages, light and dark, on a telephone and a desk.

It says its status, asks for nothing that fails, is as wide as its window, says which language it
is in, and has no words of the other one and none of a program's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page
from starlette.routing import Route

from api import explorer
from api.app import create_app
from settings import Settings
from tests.browser.letters import open_survey, publish, send_answered
from tests.browser.portals import MAILBOX, PortalSite, done
from tests.durability.product import Product

pytestmark = [pytest.mark.ring("release"), pytest.mark.browser]
Opened = Callable[..., Page]

PAGES: Mapping[str, tuple[int, str]] = {
    "first": (200, "/"),
    "no page": (404, "/nowhere"),
    "no page to get": (405, "/uploads/none"),
    "explorer": (200, "/graphql"),
    "no attachment": (404, "/attachments/none"),
    "no open data": (404, "/open-data/2017-01/none"),
    "letters": (200, "/letters"),
    "letters of a mailbox": (200, "/letters?mailbox={mailbox}"),
    "letters searched for": (200, "/letters?search=油烟"),
    "letters not found": (200, "/letters?search=none"),
    "letters misread": (400, "/letters?from=nonsense"),
    "letter": (200, "/letters/{letter}"),
    "letter withdrawn": (410, "/letters/{withdrawn}"),
    "no letter": (404, "/letters/none"),
    "city": (200, "/city"),
    "city misread": (400, "/city?month=nonsense"),
    "city by nothing": (400, "/city?figure=nonsense"),
    "no month": (404, "/city?month=1999-01"),
    "month full": (200, "{shelf}/city?month=2017-01"),
    "month live": (200, "{shelf}/city?month=2017-02"),
    "month revised": (200, "{shelf}/city?month=2017-03"),
    "month empty": (200, "{shelf}/city?month=2017-04"),
    "survey": (200, "/survey/{survey}"),
    "survey misread": (200, "/survey/{survey}?draft={draft}"),
    "survey answered": (200, "/survey/{answered}"),
    "survey over": (410, "/survey/{over}"),
    "no survey": (404, "/survey/none"),
    "widget tried": (200, "/widget/try"),
    "widget framed": (200, "/widget/frame?key={key}&mailbox={mailbox}"),
    "widget without key": (403, "/widget/frame"),
}
OTHERS = {
    *("/robots.txt", "/favicon.ico", "/favicon.svg", "/city/assets/{name}", "/explorer/{name}"),
    *("/widget/lizheng-mailbox.js", "/widget/challenge", "/widget/{name}"),
    *("/healthz", "/readyz", "/metrics", "/.well-known/jwks.json"),
}
"""What is got there is for programs."""
FOR_DEVELOPERS = {"explorer"}
"""GraphiQL's own page, in English and light."""
WITHOUT_HEADING = {*FOR_DEVELOPERS, "widget framed"}
"""The widget's headings are of the second level: the page around it has the first."""
VIEWS = list(itertools.product(("phone", "desktop"), ("light", "dark"), ("zh", "en")))
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
TAGS = {"zh": "zh-CN", "en": "en"}

CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")
OF_THE_OTHER = {"en": CHINESE, "zh-CN": ENGLISH}
RAW = re.compile(
    r"\{[{%]?|[}%]?\}|\b(?:None|null|undefined|NaN|True|False)\b|\[object"
    r"|\b[a-z]+(?:_[a-z]+)+\b|\b[A-Z]+(?:_[A-Z]+)+\b"
)
"""What a template, a program or a dictionary without the word would leave behind."""
TEXTS = """() => {
  const found = [];
  const attributes = ["title", "alt", "placeholder", "aria-label"];
  const walk = (node, lang) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) found.push([lang, node.data.trim()]);
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (["SCRIPT", "STYLE", "CODE", "PRE", "TEXTAREA"].includes(node.tagName)) return;
      lang = node.tagName === "TITLE" ? "" : node.getAttribute("lang") || lang;
      for (const name of attributes) {
        if (node.getAttribute(name)) found.push([lang, node.getAttribute(name)]);
      }
      if (node.shadowRoot) walk(node.shadowRoot, lang);
    }
    for (const child of node.childNodes) walk(child, lang);
  };
  walk(document.documentElement, "");
  return found;
}"""
"""Every text of the page, shown or not, with the language that it is said to be in; a tab's title,
in which a letter's stands beside ours, is in none."""
GROUND = """() => getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)"""

WITHDRAW = """mutation($input: WithdrawPublicationConsentInput!) {
    withdrawPublicationConsent(input: $input) { decision { state } errors { code message } } }"""


@pytest.fixture(scope="module")
def places(product: Product, site: PortalSite, shelf: str) -> Iterator[Mapping[str, str]]:
    """What stands in the addresses."""
    with ThreadPoolExecutor(1) as clerk:
        letters = {
            name: send_answered(product, clerk, f"every page {name}", title, "油烟排到居民楼。")
            for name, title in (
                ("letter", "楼下餐馆油烟扰民" + "A" * 90),
                ("withdrawn", "广场夜里太吵"),
                ("answered", "小区门口车辆乱停"),
            )
        }
        found = {name: publish(product, letters[name]) for name in ("letter", "withdrawn")}
        proof = letters["withdrawn"]
        done(product, WITHDRAW, {"number": proof.number, "queryCode": proof.code})
        survey, answered = (
            open_survey(product, clerk, letters[name]) for name in ("letter", "answered")
        )
        over = open_survey(product, clerk, letters["letter"], 2)
        draft = _answered(product, survey, {"resolved": "no"}).partition("draft=")[2]
        assert draft
        _answered(product, answered, {"resolved": "yes", "satisfaction": "4"})
        surveys = {"survey": survey, "draft": draft, "answered": answered, "over": over}
        yield {**found, **surveys, "shelf": shelf, "key": site.key, "mailbox": MAILBOX}


def _answered(product: Product, token: str, fields: Mapping[str, str]) -> str:
    """Where the browser is sent on to."""
    with product.client() as client:
        answer = client.post(f"/survey/{token}", data=dict(fields))
    assert answer.status_code == 303
    return answer.headers["location"]


def find_faults(page: Page, name: str, scheme: str, language: str) -> list[str]:
    """What is wrong with what is shown."""
    root = page.locator("html")
    faults = []
    if not page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ):
        faults.append("wider than its window")
    if name not in WITHOUT_HEADING and (headings := page.locator("h1").count()) != 1:
        faults.append(f"{headings} headings of the first level")
    if name in FOR_DEVELOPERS:
        return faults
    if (tag := root.get_attribute("lang")) != TAGS[language]:
        faults.append(f"in {tag}")
    red, green, blue, *alpha = page.evaluate(GROUND)
    if alpha != [0] and (max(red, green, blue) < 128) != (scheme == "dark"):
        faults.append("not in its scheme")
    for tag, text in page.evaluate(TEXTS):
        if tag in OF_THE_OTHER and OF_THE_OTHER[tag].search(text):
            faults.append(f"said to be {tag}: {text!r}")
        if RAW.search(text):
            faults.append(f"left behind: {text!r}")
    return faults


@pytest.mark.parametrize(("size", "scheme", "language"), VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(
    opened: Opened,
    product: Product,
    places: Mapping[str, str],
    name: str,
    size: str,
    scheme: str,
    language: str,
) -> None:
    if name == "explorer" and not explorer.is_installed():
        pytest.skip("There is no explorer here: make explorer")
    status, path = PAGES[name]
    address = path.format(**places)
    address = address if path.startswith("{shelf}") else product.url + address
    page = opened("about:blank", size, color_scheme=scheme, locale=LOCALES[language])
    failed: list[Any] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda one: failed.append(one.url) if one.status >= 400 else None)
    answer = page.goto(address)
    assert answer is not None
    if page.locator("script").count():
        page.wait_for_load_state("networkidle")
    assert answer.status == status
    assert [one for one in failed if one != answer.url] == []
    assert find_faults(page, name, scheme, language) == []


def test_no_page_is_forgotten() -> None:
    app = create_app(Settings.from_environment({}), "mongodb://127.0.0.1:1")
    addresses = [path.removeprefix("{shelf}").partition("?")[0] for _, path in PAGES.values()]
    routes = [one for one in app.routes if isinstance(one, Route) and one.path not in OTHERS]
    got = [one for one in routes if "GET" in (one.methods or {"GET"})]
    unseen = {one.path for one in got if not any(map(one.path_regex.match, addresses))}
    assert unseen == set()
