"""The city's page as it is sent: whole without a script, in two languages, to everybody."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from pymongo.errors import AutoReconnect
from starlette.applications import Starlette

from api import city_assets
from api.app import now
from api.city import CityEndpoint
from api.city_words import WORDS
from api.tokens import DEVELOPMENT_ISSUER, Verifier
from api.visitors import Reception
from domain.bulletins import BulletinState, Month
from domain.calendar import city_date
from domain.definitions import FigureName
from domain.refusals import NotFound
from services.city.page import CityPage
from tests.api.actions import CITY
from tests.api.city_examples import EMPTY, FULL, JANUARY, LIVE, REVISED
from tests.api.clients import Town
from tests.services.cohorts import letters

pytestmark = pytest.mark.ring("test")

THIS_MONTH = Month.of(city_date(now()))


class Shelf:
    """Pages made by hand; ``broken`` is what happens instead."""

    broken: Exception | None = None
    shown: CityPage = FULL
    asked: FigureName | None = None

    async def __call__(
        self, month: Month | None, figure: FigureName | None, now: datetime
    ) -> CityPage:
        if self.broken:
            raise self.broken
        self.asked = figure
        if month not in (None, self.shown.month):
            raise NotFound("没有", "Nothing", "month")
        return self.shown


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def reader(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads in English what is on the shelf."""
    reception = Reception(Verifier(DEVELOPMENT_ISSUER, {}), now, requests=30, letters=1)
    app = Starlette(routes=CityEndpoint(shelf, reception, now).routes)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://lizheng.test",
        headers={"Accept-Language": "en"},
    ) as client:
        yield client


def told(page: httpx.Response) -> str:
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


# In the town: real letters


async def test_a_letter_is_counted_on_the_page_of_its_month(town: Town) -> None:
    await letters(town.office, f"{CITY}/HEAD", 20, town.clock() - timedelta(hours=1), replied=10)
    page = await town.http.get("/city", params={"lang": "en", "month": str(THIS_MONTH)})
    assert page.status_code == 200
    text = told(page)
    assert "Letters received 20 letters" in text
    assert "Reply rate 50.00 % 10 of 20 letters" in text
    assert "Satisfaction rate Too few to tell" in text
    assert "Rong · Online Governance" in text
    assert "City government 20" in text
    assert "Live" in text


async def test_without_a_month_the_page_is_that_of_the_last_letters(town: Town) -> None:
    await town.letter()
    page = await town.http.get("/city")
    assert f'<option value="{THIS_MONTH}" selected>' in page.text


@pytest.mark.parametrize("month", [str(THIS_MONTH.plus(1)), "1990-01", "0001-01", "9999-12"])
async def test_a_month_of_which_nothing_is_known_is_not_found(town: Town, month: str) -> None:
    await town.letter()
    page = await town.http.get("/city", params={"month": month, "lang": "en"})
    assert page.status_code == 404
    assert "There is nothing about this month" in page.text
    assert page.headers["cache-control"] == "no-store"


# By hand: all that can be shown


async def test_every_figure_names_numerator_denominator_definition_and_change(
    reader: httpx.AsyncClient,
) -> None:
    text = told(await reader.get("/city"))
    for figure in FULL.figures:
        assert figure.name.en in text
        assert figure.definition.id in text
        assert figure.definition.text.en in text
    assert "99.20 % 6,742 of 6,796 letters" in text
    assert "▲ Up 0.20 points · better against “before trial operation”, recorded" in text
    assert "▼ Down 0.80 points · better" in text
    assert "6.12 days 38,402.5 days over 6,275 letters ▼ Down 1.10 days · better" in text


async def test_a_change_for_the_worse_says_so_in_words(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    shelf.shown = replace(FULL, figures=[replace(FULL.figures[0], change=-0.5)])
    assert "▼ Down 0.50 points · worse" in told(await reader.get("/city"))
    shelf.shown = replace(FULL, figures=[replace(FULL.figures[3], change=0.25)])
    assert "▲ Up 0.25 points · worse" in told(await reader.get("/city"))
    shelf.shown = replace(FULL, figures=[replace(FULL.figures[0], change=0.001)])
    assert "＝ Unchanged" in told(await reader.get("/city"))


async def test_nothing_counted_is_no_data_and_no_share(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    shelf.shown = EMPTY
    text = told(await reader.get("/city"))
    assert "Satisfaction rate No data 0 of 0 letters" in text
    assert "0.00 %" not in text
    assert "100.00 %" not in text
    for word in ("no_issues", "no_topics", "no_ranking", "no_places"):
        assert WORDS[word].en in text


async def test_what_is_withheld_is_not_told_as_nothing(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    figure = replace(
        FULL.figures[2], value=None, numerator=None, denominator=None, change=None, withheld=True
    )
    shelf.shown = replace(FULL, letters=None, figures=[figure])
    text = told(await reader.get("/city"))
    assert "Letters received fewer than 10 letters" in text
    assert "Satisfaction rate Too few to tell How it is counted" in text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_closed_month_says_that_its_issues_are_still_being_counted(
    reader: httpx.AsyncClient, shelf: Shelf, language: str
) -> None:
    sections = replace(FULL.sections, issues=[], are_issues_counted=False)
    shelf.shown = replace(FULL, sections=sections)
    page = await reader.get("/city", params={"lang": language})
    text = told(page)
    assert text.count(WORDS["counting_issues"].spoken(language)) == 2
    assert WORDS["no_issues"].spoken(language) not in text
    assert page.headers["cache-control"] == "no-store"
    shelf.shown = replace(FULL, state=BulletinState.LIVE, sections=sections)
    page = await reader.get("/city", params={"lang": language})
    assert told(page).count(WORDS["counting_issues"].spoken(language)) == 1
    assert page.headers["cache-control"] == "public, max-age=60"


async def test_one_month_alone_has_no_trend(reader: httpx.AsyncClient, shelf: Shelf) -> None:
    shelf.shown = replace(FULL, trend_letters=[*[None] * 11, 6796])
    page = await reader.get("/city")
    assert 'id="trends"' not in page.text
    assert "data-series" not in page.text


async def test_who_did_as_well_is_told_as_a_tie(reader: httpx.AsyncClient, shelf: Shelf) -> None:
    ranking = FULL.sections.ranking
    assert ranking is not None
    both = [replace(one, rank=1, value=1.0, tied=2) for one in ranking.units[:2]]
    shelf.shown = replace(
        FULL, sections=replace(FULL.sections, ranking=replace(ranking, units=both))
    )
    text = told(await reader.get("/city"))
    assert "2 units share the first place, listed by their letters." in text
    assert text.count("1= ") == 2
    assert "310 / 312" in text
    chinese = told(await reader.get("/city", params={"lang": "zh"}))
    assert "2个单位并列第一" in chinese
    assert "并列1 锦江区" in chinese


async def test_the_baseline_is_called_by_its_name_in_the_readers_language(
    reader: httpx.AsyncClient,
) -> None:
    chinese = told(await reader.get("/city", params={"lang": "zh"}))
    assert "与试运行前（已记录的基准）相比" in chinese
    assert "before trial operation" not in chinese


async def test_a_section_that_nobody_tells_of_is_not_there(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    shelf.shown = LIVE
    page = await reader.get("/city")
    assert 'id="figures"' in page.text
    for name in ("issues", "topics", "ranking", "map", "data", "revision"):
        assert f'id="{name}"' not in page.text


async def test_a_later_edition_says_what_it_changed_and_why(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    shelf.shown = REVISED
    text = told(await reader.get("/city"))
    assert "What edition 2 changed Reason given: 补录纸质来信" in text
    assert "6,742 / 6,796 6,743 / 6,797 A letter that came in late (1)" in text


async def test_a_month_without_data_is_a_gap_in_the_trend(reader: httpx.AsyncClient) -> None:
    page = await reader.get("/city")
    row = re.search(r'<tr><th scope="row">2016-06</th>.*?</tr>', page.text, re.DOTALL)
    assert row is not None
    assert row[0].count('data-value=""') == 6
    assert "0.00" not in row[0]


async def test_what_somebody_wrote_is_text(reader: httpx.AsyncClient) -> None:
    page = await reader.get("/city")
    assert "&lt;b&gt;夜间&lt;/b&gt;施工噪音扰民" in page.text
    assert "<b>夜间" not in page.text


async def test_the_page_has_neither_inline_style_nor_inline_script(
    reader: httpx.AsyncClient,
) -> None:
    page = await reader.get("/city")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page.text)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page.text) in ([""], [])
    addresses = re.findall(r'(?:src|href|data-library|action)="([^"]+)"', page.text)
    assert len(addresses) > 10
    assert all(one.startswith(("/", "#", "data:,")) for one in addresses)


async def test_nothing_is_kept_in_the_browser_and_nothing_comes_from_elsewhere(
    reader: httpx.AsyncClient,
) -> None:
    page = await reader.get("/city")
    assert "set-cookie" not in page.headers
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-frame-options"] == "DENY"


async def test_a_frozen_month_may_be_kept_longer_than_a_live_one(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    assert (await reader.get("/city")).headers["cache-control"] == "public, max-age=3600"
    shelf.shown = LIVE
    assert (await reader.get("/city")).headers["cache-control"] == "public, max-age=60"


async def test_whoever_has_the_page_does_not_get_it_again(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    etag = (await reader.get("/city")).headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = await reader.get("/city", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["etag"] == etag
        assert "content-security-policy" in again.headers
    shelf.shown = replace(FULL, letters=6797)
    changed = await reader.get("/city", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_the_page_is_compressed_for_whoever_takes_that(reader: httpx.AsyncClient) -> None:
    zipped = await reader.get("/city", headers={"Accept-Encoding": "br, gzip"})
    plain = await reader.get("/city", headers={"Accept-Encoding": "gzip;q=0"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(plain.content) / 3
    assert "Accept-Encoding" in zipped.headers["vary"]


@pytest.mark.parametrize(
    ("asked", "accepted", "tag"),
    [
        ({}, "zh-CN,zh;q=0.9", "zh-CN"),
        ({}, "en-GB,en", "en"),
        ({"lang": "en"}, "zh-CN", "en"),
        ({"lang": "zh"}, "en", "zh-CN"),
        ({"lang": "tlh"}, "en", "en"),
    ],
)
async def test_the_page_speaks_the_reader_s_language(
    reader: httpx.AsyncClient, asked: dict[str, str], accepted: str, tag: str
) -> None:
    page = await reader.get("/city", params=asked, headers={"Accept-Language": accepted})
    assert page.headers["content-language"] == tag
    assert f'<html lang="{tag}">' in page.text
    name = FigureName.REPLY_RATE
    assert (name.zh in page.text) == (tag == "zh-CN")
    assert (name.en in page.text) == (tag == "en")
    assert "Accept-Language" in page.headers["vary"]


@pytest.mark.parametrize(
    "month", ["2017", "2017-1", "2017-13", "2017-00", "", "2017-W01", "x" * 99, "２０１７-０１"]
)
async def test_what_is_no_month_is_refused_with_a_page(
    reader: httpx.AsyncClient, month: str
) -> None:
    page = await reader.get("/city", params={"month": month})
    assert page.status_code == 400
    assert "This is not a month" in page.text
    assert "2017-01" in page.text
    assert "x" * 99 not in page.text


async def test_units_are_ranked_by_the_figure_that_is_asked_for(
    reader: httpx.AsyncClient, shelf: Shelf
) -> None:
    page = await reader.get("/city", params={"figure": "OVERDUE_RATE"})
    assert (page.status_code, shelf.asked) == (200, FigureName.OVERDUE_RATE)
    wrong = await reader.get("/city", params={"figure": "LUCK"})
    assert wrong.status_code == 400
    assert "There is no such figure" in wrong.text


async def test_the_neighbouring_months_are_a_link_away(reader: httpx.AsyncClient) -> None:
    page = await reader.get("/city", params={"month": str(JANUARY)})
    links = [
        html.unescape(one) for one in re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page.text)
    ]
    assert links == [
        "/city?month=2016-12&lang=en&figure=REPLY_RATE",
        "/city?month=2017-02&lang=en&figure=REPLY_RATE",
    ]


async def test_without_the_database_a_page_says_so(reader: httpx.AsyncClient, shelf: Shelf) -> None:
    shelf.broken = AutoReconnect("away")
    page = await reader.get("/city")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "10"
    assert "This cannot be shown just now" in page.text
    assert "away" not in page.text


async def test_whoever_asks_too_often_is_told_so_with_a_page(reader: httpx.AsyncClient) -> None:
    pages = [await reader.get("/city") for _ in range(31)]
    assert [one.status_code for one in pages[:30]] == [200] * 30
    assert pages[30].status_code == 429
    assert "retry-after" in pages[30].headers
    assert "Too many requests" in pages[30].text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_the_page_can_only_be_read(reader: httpx.AsyncClient, method: str) -> None:
    answer = await reader.request(method, "/city")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert (await reader.head("/city")).status_code == 200


# Files


async def test_the_page_s_files_are_kept_for_good_under_a_name_of_their_content(
    reader: httpx.AsyncClient,
) -> None:
    page = await reader.get("/city")
    addresses = re.findall(r'"(/city/assets/[^"]+)"', page.text)
    assert {"/city/assets/city"} < {one.rpartition("-")[0] for one in addresses} | {""}
    for address in addresses:
        file = await reader.get(address)
        assert file.status_code == 200
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.headers["x-content-type-options"] == "nosniff"
        expected = "text/css" if address.endswith(".css") else "text/javascript"
        assert file.headers["content-type"].startswith(expected)
        plain = await reader.get(address, headers={"Accept-Encoding": "identity"})
        assert plain.content == file.content


@pytest.mark.parametrize("name", ["city-000000000000.css", "city.css", "..%2fcity.py", "x"])
async def test_no_other_file_is_given_away(reader: httpx.AsyncClient, name: str) -> None:
    assert (await reader.get(f"/city/assets/{name}")).status_code == 404


async def test_without_the_chart_library_the_page_has_tables_and_no_script(
    reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = city_assets.FILES["city.css"].with_name("not-installed.js")
    monkeypatch.setitem(city_assets.FILES, city_assets.CHART, missing)
    city_assets.asset.cache_clear()
    try:
        page = await reader.get("/city")
    finally:
        city_assets.asset.cache_clear()
    assert "<script" not in page.text
    assert page.text.count('class="course"') == 6
    assert "<details open>" in page.text
    assert "2016-12" in page.text


def test_a_compressed_file_holds_the_file() -> None:
    style = city_assets.asset("city.css")
    assert style is not None
    assert gzip.decompress(style.zipped) == style.plain


# Words


@pytest.mark.parametrize("name", WORDS)
def test_every_word_is_there_in_both_languages_with_the_same_gaps(name: str) -> None:
    text: Any = WORDS[name]
    assert text.zh
    assert text.en
    assert text.zh.count("{}") == text.en.count("{}")
