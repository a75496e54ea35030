"""Units side by side, a unit's page and a mailbox's figures, as clients ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from domain.calendar import city_date
from domain.ids import Kind, global_id
from domain.words import Role
from tests.api.access_cases import sample_readers
from tests.api.access_matrix import READERS, Class, Gets, Reader, gets
from tests.api.actions import CITY, DISTRICT, EDUCATION, RIVER, unit_id
from tests.api.clients import Client, Town
from tests.services.cohorts import letters

pytestmark = pytest.mark.ring("test")

RANKING = """\
query Ranking($month: String!, $figure: FigureName!, $first: Int!, $minimumLetters: Int) {
  ranking(month: $month, figure: $figure, first: $first, minimumLetters: $minimumLetters) {
    edges {
      rank
      node {
        unit {
          id
          name
        }
        value
        numerator
        denominator
      }
    }
  }
}"""
WIDGET = """\
query WidgetMailbox($mailboxId: ID!) {
  mailbox(id: $mailboxId) {
    figures {
      lettersLastMonth
      replyRate
      averageReplyDays
      satisfactionRate
    }
  }
}"""
PAGE = """\
query Page($unit: ID!, $month: String!) {
  unitFigures(unitId: $unit, month: $month) {
    month state edition letters unit { code }
    figures {
      name figureName value numerator denominator withheld change peers
      before { value } standing { rank letters } standingBefore { rank } definition { id }
    }
    replyDays { letters mean median bars { fromDays toDays letters } }
  }
}"""
OVERDUE = """\
query Late($unit: ID!, $month: String!, $after: String) {
  unitFigures(unitId: $unit, month: $month) {
    overdue(first: 2, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { number title } }
    }
    marks { refusals directDispatches misdispatches misdispatchRate redCards yellowCards
      notices leaderInstructions }
  }
}"""


@dataclass(frozen=True)
class Month:
    """When the letters came, and the month of that."""

    when: datetime

    @property
    def text(self) -> str:
        return f"{city_date(self.when):%Y-%m}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def month(town: Town) -> Month:
    """Education replied to 20 of 20, the district to 10 of 20, the city to all of 10."""
    # An hour ago: replies follow a minute later, and what is to come is not known.
    when = town.clock() - timedelta(hours=1)
    await letters(town.office, f"{CITY}/HEAD", 10, when, replied=10)
    await letters(town.office, f"{EDUCATION}/HEAD", 20, when, replied=20)
    await letters(town.office, f"{DISTRICT}/HEAD", 17, when, replied=10)
    await letters(town.office, f"{RIVER}/HEAD", 3, when)
    # long overdue, and of another month
    await letters(town.office, f"{DISTRICT}/HEAD", 3, when - timedelta(days=90))
    return Month(when)


async def ranked(
    by: Client, month: Month, figure: str = "REPLY_RATE", **given: Any
) -> list[tuple[Any, ...]]:
    found = await by.ask(RANKING, month=month.text, figure=figure, **{"first": 50, **given})
    edges = found["ranking"]["edges"]
    return [(one["rank"], one["node"]["unit"]["id"], one["node"]["value"]) for one in edges]


async def test_anybody_may_see_units_side_by_side(town: Town, month: Month) -> None:
    public = [(1, unit_id(EDUCATION), 1.0), (2, unit_id(DISTRICT), 0.5)]
    assert await ranked(town.citizen, month) == public
    assert await ranked(town.citizen, month, minimumLetters=1) == public
    assert await ranked(town.citizen, month, minimumLetters=21) == []
    assert await ranked(town.citizen, month, "SATISFACTION_RATE") == []
    assert await ranked(town.person(Role.SUPERVISOR), month, minimumLetters=1) == public
    found = await town.citizen.ask(RANKING, month=month.text, figure="REPLY_RATE", first=1)
    (edge,) = found["ranking"]["edges"]
    assert edge["node"]["unit"]["name"] == "Education Bureau of Rong"
    assert (edge["node"]["numerator"], edge["node"]["denominator"]) == (20, 20)


async def test_a_page_goes_on_where_the_one_before_ended(town: Town, month: Month) -> None:
    document = """\
    query R($month: String!, $after: String) {
      ranking(month: $month, figure: REPLY_RATE, first: 1, after: $after) {
        month state edition asOf definition { id text } totalCount
        pageInfo { hasNextPage hasPreviousPage endCursor }
        edges { cursor rank node { letters change before { rank value } unit { code } } }
      }
    }"""
    first = (await town.citizen.ask(document, month=month.text))["ranking"]
    assert (first["totalCount"], first["state"], first["edition"]) == (2, "LIVE", None)
    assert (first["month"], first["definition"]["id"]) == (month.text, "REPLY_RATE/1")
    assert first["pageInfo"]["hasNextPage"]
    after = first["pageInfo"]["endCursor"]
    second = (await town.citizen.ask(document, month=month.text, after=after))["ranking"]
    codes = [one["node"]["unit"]["code"] for one in first["edges"] + second["edges"]]
    assert codes == [EDUCATION, DISTRICT]
    assert second["edges"][0]["rank"] == 2
    assert second["edges"][0]["node"] == {
        "letters": 20,
        "change": None,
        "before": None,
        "unit": {"code": DISTRICT},
    }
    assert not second["pageInfo"]["hasNextPage"]


async def test_townships_are_told_to_those_who_work_there(town: Town, month: Month) -> None:
    document = """\
    query R($month: String!, $within: ID, $level: UnitLevel) {
      ranking(month: $month, figure: REPLY_RATE, within: $within, level: $level, first: 10,
        minimumLetters: 1) { edges { node { unit { code } } } }
    }"""

    async def codes(by: Client, **given: str) -> list[str]:
        found = await by.ask(document, month=month.text, **given)
        return [one["node"]["unit"]["code"] for one in found["ranking"]["edges"]]

    handler = town.person(Role.HANDLER, unit=DISTRICT)
    assert await codes(handler, within=unit_id(DISTRICT)) == [RIVER]
    assert await codes(handler, level="TOWNSHIP") == [RIVER]
    assert await codes(town.citizen, within=unit_id(DISTRICT)) == []
    assert await codes(town.person(Role.OPS), level="TOWNSHIP") == []
    answer = await town.citizen.send(document, month=month.text, within=unit_id("nowhere"))
    assert answer.code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"month": "2017-13"}, "month"),
        ({"month": "2999-01"}, "month"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
    ],
)
async def test_what_cannot_be_asked(
    town: Town, month: Month, given: dict[str, Any], field: str
) -> None:
    asked = {"month": month.text, "figure": "REPLY_RATE", "first": 10, **given}
    answer = await town.citizen.send(RANKING, **asked)
    assert answer.code == "BAD_USER_INPUT"
    assert field in str(answer.errors[0])


async def test_a_unit_has_a_page(town: Town, month: Month) -> None:
    told = (await town.citizen.ask(PAGE, unit=unit_id(DISTRICT), month=month.text))["unitFigures"]
    assert (told["month"], told["letters"], told["unit"]["code"]) == (month.text, 20, DISTRICT)
    replies, *_, days = told["figures"]
    assert replies == {
        "name": "REPLY_RATE",
        "figureName": "Reply rate",
        "value": 0.5,
        "numerator": 10,
        "denominator": 20,
        "withheld": False,
        "change": None,
        "peers": 2,
        "before": None,
        "standing": {"rank": 2, "letters": 20},
        "standingBefore": None,
        "definition": {"id": "REPLY_RATE/1"},
    }
    assert (days["name"], days["value"], days["withheld"]) == ("AVERAGE_REPLY_DAYS", None, True)
    # how long each took is for its leader
    assert told["replyDays"] is None
    leader = town.person(Role.SUPERVISOR, unit=DISTRICT)
    own = (await leader.ask(PAGE, unit=unit_id(DISTRICT), month=month.text))["unitFigures"]
    assert own["replyDays"]["letters"] == 10
    assert own["replyDays"]["bars"][0] == {"fromDays": 0, "toDays": 1, "letters": 10}
    assert own["replyDays"]["median"] == pytest.approx(1 / (24 * 60))
    answer = await town.citizen.send(PAGE, unit=unit_id("nowhere"), month=month.text)
    assert answer.code == "NOT_FOUND"


async def test_what_is_overdue_is_listed_for_those_who_work_there(town: Town, month: Month) -> None:
    leader = town.person(Role.SUPERVISOR, unit=DISTRICT)
    asked = {"unit": unit_id(DISTRICT), "month": month.text}
    first = (await leader.ask(OVERDUE, **asked))["unitFigures"]
    assert first["overdue"]["totalCount"] == 3
    assert first["overdue"]["pageInfo"]["hasNextPage"]
    after = first["overdue"]["pageInfo"]["endCursor"]
    rest = (await leader.ask(OVERDUE, **asked, after=after))["unitFigures"]
    shown = [edge["node"]["number"] for one in (first, rest) for edge in one["overdue"]["edges"]]
    assert len(set(shown)) == 3
    assert first["marks"]["misdispatchRate"] is None
    assert sum(value or 0 for value in first["marks"].values()) == 0


@pytest.mark.parametrize("reader", sample_readers(READERS), ids=lambda reader: reader.name)
async def test_what_a_unit_earned_is_for_those_who_work_there(
    town: Town, month: Month, reader: Reader
) -> None:
    by = town.person(*reader.roles, unit=reader.unit) if reader.roles else town.citizen
    answer = await by.send(OVERDUE, unit=unit_id(RIVER), month=month.text)
    told = answer.data["unitFigures"]
    if gets(Class.UNIT, reader) is Gets.YES:
        assert answer.errors == []
        assert told["marks"]["refusals"] == 0
        assert told["overdue"]["totalCount"] == 0
    else:
        code = "FORBIDDEN" if reader.roles else "UNAUTHENTICATED"
        assert [error["extensions"]["code"] for error in answer.errors] == [code] * 2
        assert told == {"overdue": None, "marks": None}


async def test_a_mailbox_tells_how_well_it_answers(town: Town, month: Month) -> None:
    async def figures(mailbox: str) -> dict[str, Any] | None:
        found = await town.citizen.ask(WIDGET, mailboxId=global_id(Kind.MAILBOX, mailbox))
        told: dict[str, Any] | None = found["mailbox"]["figures"]
        return told

    told = await figures(f"{EDUCATION}/HEAD")
    assert told is not None
    assert told["replyRate"] == 1.0
    assert told["averageReplyDays"] == 0.0
    assert told["satisfactionRate"] is None
    assert await figures(f"{RIVER}/HEAD") is None
