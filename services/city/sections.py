"""The sections of the city's page that other services answer, each in the page's own terms.

All of it is told as to anybody: what the public may not know is withheld by those services.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from domain.actors import ANONYMOUS
from domain.baselines import LEAST_COMPARED
from domain.bulletins import BulletinState, Month
from domain.calendar import city_date
from domain.definitions import FigureName
from domain.hot_issues import Trend
from domain.mapping import MapPart
from domain.ranking import ranked
from domain.refusals import Text
from services.archive.published import (
    CSV,
    DICTIONARY,
    MONTHS,
    PARQUET,
    TOPICS,
    published_file,
)
from services.city.page import (
    DataLink,
    Geography,
    RankedUnit,
    Ranking,
    RisingTopic,
    Sections,
    Share,
    ShownIssue,
    Square,
)
from services.figures import rankings
from services.functions.schedules import next_run_at
from services.functions.table import FUNCTIONS
from services.functions.workshop import ObjectStore
from services.matters.hot_issues import ToldIssue, are_all_grouped, found_issues, told
from services.matters.maps import LetterMap, MapAsked, MapFeature, letter_map
from services.matters.rising import rising_topics
from services.office import Office

MOST_ISSUES, MOST_TOPICS = 6, 8
"""Those with most writers; the surest."""
_TRENDS = {
    Trend.RISING: Text("上升", "rising"),
    Trend.STEADY: Text("平稳", "steady"),
    Trend.FALLING: Text("下降", "falling"),
}
_FILES = {
    TOPICS: Text("本月来信的类别（匿名），CSV", "The month's letters by category, as CSV"),
    CSV: Text("本月诉求件（匿名），CSV", "The month's cases, anonymised, as CSV"),
    PARQUET: Text("本月诉求件（匿名），Parquet", "The month's cases, anonymised, as Parquet"),
    DICTIONARY: Text("数据字典，JSON", "The data dictionary, as JSON"),
}
ELSEWHERE = Text("市内其他地方", "Elsewhere in the city")


async def sections_of(
    office: Office, month: Month, ranked_by: FigureName, now: datetime, *, is_closed: bool
) -> Sections:
    """What there is to tell of the month beside its figures.

    Of a closed month that is still being grouped no issue is told; while a month runs, they move.
    """
    are_counted = await are_all_grouped(office, month)
    return Sections(
        are_issues_counted=are_counted,
        ranking=await _ranking(office, month, ranked_by, now),
        issues=await _issues(office, month, now) if are_counted or not is_closed else [],
        topics=await _topics(office, month, now),
        geography=await _geography(office, month, now),
    )


async def links_of(archive: ObjectStore, month: Month) -> list[DataLink]:
    """What the archive has published of the month."""
    if await published_file(archive, month, DICTIONARY) is None:
        return []
    has_topics = await published_file(archive, month, TOPICS) is not None
    return [
        DataLink(name, f"/open-data/{month}/{file}")
        for file, name in _FILES.items()
        if file != TOPICS or has_topics
    ]


async def data_due(office: Office, month: Month, now: datetime) -> date | None:
    """When the archive's run is to publish the month's open data; None while that is paused, or
    when the month is too long ago for it."""
    plan = office.closing_plans.on(month.plus(1).day(1))
    frozen_at = plan.closes_at(month, BulletinState.FROZEN)
    archive = FUNCTIONS["monthly_archive"]
    state = (await office.functions.states([archive.name]))[archive.name]
    due = next_run_at(archive, state, max(now, frozen_at))
    if due is None or month < Month.of(city_date(due)).plus(-MONTHS):
        return None
    return city_date(due)


async def _ranking(office: Office, month: Month, figure: FigureName, now: datetime) -> Ranking:
    """The districts and the city's departments, of enough letters to be held against each other."""
    found = await rankings.ranking(office, rankings.AskedRanking(month, figure), ANONYMOUS, now)
    least = max(office.minimum, LEAST_COMPARED)
    named = {one.unit.code: Text(one.unit.name, one.unit.name_en) for one in found.units}
    candidates = (one.now.candidate for one in found.units)
    placed = ranked([one for one in candidates if one.part.denominator >= least], figure)
    sizes = Counter(one.rank for one in placed)
    units = [
        RankedUnit(
            one.rank,
            named[one.candidate.unit],
            one.value,
            one.candidate.part.numerator,
            one.candidate.part.denominator,
            sizes[one.rank],
        )
        for one in placed
    ]
    return Ranking(figure, least, units)


async def _issues(office: Office, month: Month, now: datetime) -> list[ShownIssue]:
    day = month.day(1)
    found = (await found_issues(office, day, day, ANONYMOUS, now))[:MOST_ISSUES]
    return [_issue(one) for one in await told(office, found) if one.title]


def _issue(one: ToldIssue) -> ShownIssue:
    return ShownIssue(
        one.title,
        one.issue.letters,
        one.issue.writers,
        one.places,
        one.keywords,
        _TRENDS[one.issue.trend],
    )


async def _topics(office: Office, month: Month, now: datetime) -> list[RisingTopic]:
    found = await rising_topics(office, month, ANONYMOUS, now)
    return [
        RisingTopic(
            Text(one.category.name, one.category.name_en),
            one.rise.letters,
            one.rise.usual if one.is_past_told else None,
        )
        for one in found[:MOST_TOPICS]
    ]


async def _geography(office: Office, month: Month, now: datetime) -> Geography:
    asked = MapAsked(month, month)
    by_district = await letter_map(office, asked, MapPart.DISTRICT, ANONYMOUS, now)
    by_cell = await letter_map(office, asked, MapPart.GRID, ANONYMOUS, now)
    districts = [_share(one) for one in by_district.features]
    districts.sort(key=lambda one: -one.letters)
    return Geography(districts, _squares(by_cell), by_cell.least, by_cell.unplaced)


def _share(one: MapFeature) -> Share:
    named = one.unit is not None and not one.is_rest
    return Share(
        Text(one.unit.name, one.unit.name_en) if named and one.unit else ELSEWHERE, one.letters
    )


def _squares(found: LetterMap) -> list[Square]:
    return [Square(*one.cell.bounds, one.letters) for one in found.features if one.cell]
