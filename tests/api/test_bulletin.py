"""The bulletin as dashboards ask for it: by the released client's names, for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.bulletins import BulletinState, Month
from domain.calendar import city_date
from domain.definitions import FigureName
from domain.words import Role
from services.figures.baselines import record_baseline
from services.figures.closing import closed, publish_edition
from storage.mongo import transaction
from tests.api.actions import DISTRICT, EDUCATION, unit_id
from tests.api.clients import Client, Letter, Town

pytestmark = pytest.mark.ring("test")

BULLETIN = """
query Bulletin($month: String!, $edition: Int, $baseline: String) {
  bulletin(month: $month, edition: $edition, baseline: $baseline) {
    month edition closedAt
    letters { total byLevel { level count } byChannel { channel count } }
    figures {
      name value change numerator denominator
      baseline { name recorded }
      definition { id version text }
    }
  }
}
"""
PART = """
query Part($month: String!, $unitId: ID, $level: MailboxLevel) {
  bulletin(month: $month, unitId: $unitId, level: $level) {
    unit { code } level letters { total }
    figures { name figureName value denominator withheld }
  }
}
"""
WHOLE = """
query Whole($month: String!) {
  bulletin(month: $month) {
    state stateName asOf code digest
    allVersions { definition { id } }
    revision {
      reason lettersBefore lettersAfter
      figures {
        definition { id } before { value numerator denominator } after { value denominator }
        causes { reason reasonName letters numbers }
      }
    }
  }
}
"""
REPLIED = "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY"


async def moment(town: Town, letter: Letter) -> datetime:
    case = await town.office.cases.by_id(letter.key, SYSTEM)
    assert case is not None
    return case.letter.submitted_at


async def month_of(town: Town, letter: Letter) -> Month:
    return Month.of(city_date(await moment(town, letter)))


async def ask(by: Client, month: Month, document: str = BULLETIN, **more: Any) -> Any:
    return (await by.ask(document, month=str(month), **more))["bulletin"]


def figure(bulletin: Any, name: FigureName = FigureName.REPLY_RATE) -> Any:
    return next(one for one in bulletin["figures"] if one["name"] == name.value)


async def test_the_live_month_is_told_by_the_clients_names(town: Town) -> None:
    await town.walked(REPLIED)
    month = await month_of(town, await town.letter())
    found = await ask(town.person(Role.SUPERVISOR), month)
    assert (found["month"], found["edition"], found["closedAt"]) == (str(month), None, None)
    levels = {one["level"]: one["count"] for one in found["letters"]["byLevel"]}
    channels = {one["channel"]: one["count"] for one in found["letters"]["byChannel"]}
    total = found["letters"]["total"]
    assert total >= 2
    assert sum(levels.values()) == sum(channels.values()) == total
    assert [one["name"] for one in found["figures"]] == list(FigureName)
    reply = figure(found)
    assert reply["value"] == reply["numerator"] / reply["denominator"]
    assert reply["denominator"] == total
    assert reply["baseline"] == {"name": str(month.plus(-1)), "recorded": False}
    assert reply["change"] is None
    assert reply["definition"]["id"] == "REPLY_RATE/1"
    satisfaction = figure(found, FigureName.SATISFACTION_RATE)
    assert satisfaction["definition"]["version"] == "2"
    assert (satisfaction["value"], satisfaction["denominator"]) == (None, 0)


async def test_words_are_in_the_readers_language(town: Town) -> None:
    month = await month_of(town, await town.letter())
    document = "query($month: String!) { bulletin(month: $month) { stateName figures { figureName definition { text } } } }"  # noqa: E501
    chinese = Client(town.http, language="zh")
    english, other = [await ask(one, month, document) for one in (town.citizen, chinese)]
    assert (english["stateName"], other["stateName"]) == ("Live", "实时")
    assert english["figures"][0]["figureName"] == "Reply rate"
    assert other["figures"][0]["figureName"] == "回复办理率"
    assert other["figures"][0]["definition"]["text"].startswith("当月来信")


@pytest.mark.parametrize("month", ["2017-13", "2017-1", "nonsense", "", "2999-01", "0000-00"])
async def test_a_month_that_is_none_is_refused_by_its_name(town: Town, month: str) -> None:
    answer = await town.citizen.send(BULLETIN, month=month)
    assert answer.data == {"bulletin": None}
    [error] = answer.errors
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (
        "BAD_USER_INPUT",
        "month",
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"edition": 7}, "The bulletin of 2016-05 has no edition 7."),
        ({"edition": -1}, "has no edition -1."),
        ({"baseline": "nobody's"}, "There is no baseline"),
    ],
)
async def test_what_there_is_not_is_not_found(town: Town, asked: dict[str, Any], said: str) -> None:
    answer = await town.citizen.send(BULLETIN, month="2016-05", **asked)
    assert answer.code == "NOT_FOUND"
    assert said in answer.errors[0]["message"]


async def test_a_units_few_letters_are_told_to_its_people_alone(town: Town) -> None:
    letter = await town.walked("ACCEPT")
    payload = await town.person(Role.REVIEWER).do(
        "reviewCase",
        caseId=letter.id,
        categoryId=(await town.citizen.ask("{ categories { id } }"))["categories"][0]["id"],
        urgency="NORMAL",
        unitId=unit_id(EDUCATION),
    )
    assert payload["errors"] == []
    month = await month_of(town, letter)
    own = town.person(Role.HANDLER, unit=EDUCATION)
    for reader, withheld in [
        (town.citizen, True),
        (own, False),
        (town.person(Role.HANDLER, unit=DISTRICT), True),
        (town.person(Role.SUPERVISOR), False),
        (town.person(Role.OPS), True),
    ]:
        found = await ask(reader, month, PART, unitId=unit_id(EDUCATION))
        assert found["unit"]["code"] == EDUCATION
        assert figure(found)["withheld"] is withheld
        assert (figure(found)["denominator"] is None) is withheld
    for reader, total in ((town.citizen, None), (town.person(Role.SUPERVISOR), 0)):
        level = await ask(reader, month, PART, level="TOWNSHIP")
        assert (level["level"], level["letters"]["total"]) == ("TOWNSHIP", total)


async def test_an_edition_after_the_first_says_what_changed_and_shows_numbers_to_staff(
    town: Town,
) -> None:
    letter = await town.walked(REPLIED)
    month, at = await month_of(town, letter), await moment(town, letter)
    values = {FigureName.REPLY_RATE: 0.5}
    await record_baseline(town.office, "before trial", "a report", values, month, at)
    frozen, counted = await closed(town.office, month, BulletinState.FROZEN, town.clock())
    async with transaction(town.database.client) as session:
        await town.office.bulletins.save(frozen, counted, session)
    late = await town.letter()
    if await month_of(town, late) != month:
        pytest.skip("the month has just ended")
    await publish_edition(town.office, month, "补录一封来信", town.clock())

    supervisor = town.person(Role.SUPERVISOR)
    first, latest = await ask(supervisor, month, edition=1), await ask(supervisor, month)
    assert (first["edition"], latest["edition"]) == (1, 2)
    assert latest["letters"]["total"] == first["letters"]["total"] + 1
    assert latest["closedAt"] > first["closedAt"]
    assert figure(latest)["baseline"] == {"name": "before trial", "recorded": True}
    assert figure(latest)["change"] is None, "of so few letters"

    public = await ask(town.citizen, month, WHOLE)
    assert (public["state"], public["stateName"]) == ("FROZEN", "Frozen")
    assert len(public["digest"]) == 64
    assert len(public["allVersions"]) == 6
    assert public["revision"] is None, "nor does the public learn what changed in a few"
    told = (await ask(supervisor, month, WHOLE))["revision"]
    assert told["reason"] == "补录一封来信"
    assert told["lettersAfter"] - told["lettersBefore"] == 1
    reply = next(one for one in told["figures"] if one["definition"]["id"] == "REPLY_RATE/1")
    assert reply["after"]["denominator"] - reply["before"]["denominator"] == 1
    assert reply["causes"] == [
        {
            "reason": "LATE_LETTER",
            "reasonName": "A letter that came in late",
            "letters": 1,
            "numbers": [late.number],
        }
    ]
    seen = await ask(town.person(Role.SUPERVISOR), month, WHOLE)
    numbers = [cause["numbers"] for one in seen["revision"]["figures"] for cause in one["causes"]]
    assert [late.number] in numbers
    elsewhere = await ask(town.person(Role.SUPERVISOR, unit=DISTRICT), month, WHOLE)
    assert elsewhere["revision"] is None


LETTERS = """
query Letters($of: FigureLettersInput!, $first: Int, $after: String, $last: Int) {
  figureLetters(of: $of, first: $first, after: $after, last: $last) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { node { number amount case { number title } } }
  }
}
"""


async def test_a_figure_is_traced_to_its_letters_page_by_page(town: Town) -> None:
    await town.walked(REPLIED)
    month = await month_of(town, await town.letter())
    supervisor = town.person(Role.SUPERVISOR)
    of = {"month": str(month), "definition": "REPLY_RATE/1"}
    whole = (await supervisor.ask(LETTERS, of=of, first=100))["figureLetters"]
    nodes = [edge["node"] for edge in whole["edges"]]
    assert whole["totalCount"] == len(nodes) >= 2
    assert [one["case"]["number"] for one in nodes] == [one["number"] for one in nodes]
    first = (await supervisor.ask(LETTERS, of=of, first=1))["figureLetters"]
    assert first["pageInfo"]["hasNextPage"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await supervisor.ask(LETTERS, of=of, first=100, after=cursor))["figureLetters"]
    assert [*first["edges"], *rest["edges"]] == whole["edges"]
    last = (await supervisor.ask(LETTERS, of=of, last=1))["figureLetters"]
    assert last["edges"] == whole["edges"][-1:]
    counted = await supervisor.ask(LETTERS, of={**of, "counted": True}, first=100)
    amounts = [edge["node"]["amount"] for edge in counted["figureLetters"]["edges"]]
    assert amounts == [one["amount"] for one in nodes if one["amount"]]


async def test_the_letters_behind_a_figure_are_for_those_who_work_on_cases(town: Town) -> None:
    of = {"month": "2016-05", "definition": "REPLY_RATE/1"}
    for reader, code in [
        (town.citizen, "UNAUTHENTICATED"),
        (town.person(Role.CITIZEN), "FORBIDDEN"),
        (town.person(Role.OPS), "FORBIDDEN"),
        (town.person(Role.INTAKE), None),
    ]:
        assert (await reader.send(LETTERS, of=of, first=1)).code == code
