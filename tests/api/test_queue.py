"""A queue: narrowed by every field, sorted in every order, walked page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from domain.words import DeadlineState, Role, Stage
from domain.workflow import Action
from tests.api.actions import (
    BUREAU,
    DISTRICT,
    EDUCATION,
    HILL,
    RIVER,
    TO_CONCLUSION,
    TO_HANDLING,
    mailbox_id,
    unit_id,
)
from tests.api.clients import Letter, Town

pytestmark = pytest.mark.ring("test")

QUEUE = """
query Queue($filter: CaseFilter, $orderBy: CaseOrder, $first: Int, $after: String, $last: Int,
            $before: String) {
  cases(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last,
        before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { number submittedAt deadline { dueAt warnAt state } } }
  }
}"""

Letters = Mapping[str, Letter]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letters(town: Town) -> AsyncIterator[Letters]:
    """Nine letters, each by the name of what is special about it."""
    east, river = mailbox_id(f"{DISTRICT}/HEAD"), mailbox_id(f"{RIVER}/HEAD")
    gateway = town.person(Role.SYSTEM)
    found = {
        "new": await town.letter(title="新来的信"),
        "district": await town.letter(mailboxId=east, kind="HELP", channel="WEB"),
        "township": await town.letter(mailboxId=river, kind="PRAISE"),
        "reviewed": await town.letter(gateway, title="等待审核", channel="WECHAT"),
        "urgent": await town.letter(title="小区消防通道被堵", body="消防车进不来，情况危急。"),
        "stopped": await town.walked(TO_HANDLING),
        "concluded": await town.walked(TO_CONCLUSION),
        "involved": await town.walked(f"{TO_HANDLING} INVOLVE_UNIT"),
        "bureau": await town.walked("ACCEPT"),
    }
    await town.walk(found["urgent"], "ACCEPT")
    await town.walk(found["reviewed"], "ACCEPT")
    await town.act(found["urgent"], Action.REVIEW, urgency="URGENT", unitId=unit_id(HILL))
    await town.act(found["stopped"], Action.STOP_CLOCK)
    await town.act(found["bureau"], Action.REVIEW, unitId=unit_id(BUREAU))
    yield found


def _names(letters: Letters, listed: Any) -> set[str]:
    numbers = {edge["node"]["number"] for edge in listed["edges"]}
    assert len(numbers) == len(listed["edges"])
    return {name for name, letter in letters.items() if letter.number in numbers}


async def _listed(town: Town, **variables: Any) -> Any:
    return (await town.person(Role.REVIEWER).ask(QUEUE, **variables))["cases"]


FILTERS: Sequence[tuple[Mapping[str, object], str]] = (
    ({}, "new district township reviewed urgent stopped concluded involved bureau"),
    ({"stages": []}, "new district township reviewed urgent stopped concluded involved bureau"),
    ({"stages": ["REVIEW"]}, "reviewed"),
    ({"stages": ["REVIEW", "CONCLUSION"]}, "reviewed concluded"),
    ({"mailboxId": mailbox_id("5101/HEAD")}, "district"),
    ({"mailboxId": mailbox_id("51/NOBODY")}, ""),
    ({"unitId": unit_id(RIVER)}, "township stopped concluded involved"),
    ({"unitId": unit_id(DISTRICT)}, "district township urgent stopped concluded involved bureau"),
    ({"unitId": unit_id(EDUCATION)}, "involved"),
    ({"level": "TOWNSHIP"}, "township"),
    ({"level": "CITY_PARTY_SECRETARY"}, ""),
    ({"urgency": "URGENT"}, "urgent"),
    ({"channel": "WEB"}, "district"),
    ({"channel": "WECHAT"}, "reviewed"),
    ({"kind": "PRAISE"}, "township"),
    ({"kind": "HELP", "channel": "WEB", "level": "DISTRICT"}, "district"),
    ({"kind": "HELP", "channel": "SMS"}, ""),
    ({"search": "消防通道"}, "urgent"),
    ({"search": "消防 危急"}, "urgent"),
    ({"search": "消防 油烟"}, ""),
    ({"search": "新来的"}, "new"),
    ({"deadlineState": "STOPPED"}, "stopped"),
    ({"deadlineState": "MET"}, "concluded"),
)


@pytest.mark.parametrize(("narrowed", "names"), FILTERS, ids=str)
async def test_a_filter_keeps_what_it_says(
    town: Town, letters: Letters, narrowed: Mapping[str, object], names: str
) -> None:
    listed = await _listed(town, filter=narrowed, first=100)
    assert _names(letters, listed) == set(names.split())
    assert listed["totalCount"] == len(names.split())


async def test_a_number_is_found_as_people_type_it(town: Town, letters: Letters) -> None:
    number = letters["involved"].number
    for typed in (number, number.replace("-", ""), f"  {number} ", number.replace("-", " ")):
        listed = await _listed(town, filter={"search": typed}, first=10)
        assert _names(letters, listed) == {"involved"}, typed


async def test_a_span_begins_at_its_first_moment_and_ends_before_its_last(
    town: Town, letters: Letters
) -> None:
    whole = await _listed(town, orderBy="OLDEST_FIRST", first=100)
    times = [edge["node"]["submittedAt"] for edge in whole["edges"]]
    assert len(set(times)) == len(times)
    span = {"submittedFrom": times[2], "submittedTo": times[5]}
    listed = await _listed(town, filter=span, orderBy="OLDEST_FIRST", first=100)
    assert [edge["node"]["submittedAt"] for edge in listed["edges"]] == times[2:5]


@pytest.mark.parametrize("state", DeadlineState)
async def test_the_filter_by_deadline_says_what_the_field_says(
    town: Town, letters: Letters, state: DeadlineState
) -> None:
    seen = False
    for later in await _telling_moments(town):
        town.clock.later = later
        whole = (await _listed(town, first=100))["edges"]
        states = {one["node"]["number"]: _state(one["node"]) for one in whole}
        expected = {number for number, found in states.items() if found == state}
        listed = await _listed(town, filter={"deadlineState": state}, first=100)
        assert {one["node"]["number"] for one in listed["edges"]} == expected, later
        seen = seen or bool(expected)
    assert seen, f"no moment at which a case is {state}"


def _state(node: Any) -> str:
    return node["deadline"]["state"] if node["deadline"] else "MET"


async def _telling_moments(town: Town) -> list[timedelta]:
    """Now, right before and after every warning and due date, and much later."""
    edges = (await _listed(town, first=100))["edges"]
    clocks = [edge["node"]["deadline"] for edge in edges if edge["node"]["deadline"]]
    moments = {datetime.fromisoformat(one[at]) for one in clocks for at in ("warnAt", "dueAt")}
    present = town.clock()
    around = (timedelta(seconds=-30), timedelta(seconds=30))
    later = sorted({at - present + aside for at in moments for aside in around})
    return [timedelta(), *(one for one in later if one > timedelta()), timedelta(days=300)]


KEYS: Mapping[str, Callable[[Any], str]] = {
    "DUE_FIRST": lambda node: node["deadline"]["dueAt"] if node["deadline"] else "9999",
    "NEWEST_FIRST": lambda node: node["submittedAt"],
    "OLDEST_FIRST": lambda node: node["submittedAt"],
}


@pytest.mark.parametrize("order", KEYS)
async def test_an_order_sorts_the_whole_queue(town: Town, letters: Letters, order: str) -> None:
    edges = (await _listed(town, orderBy=order, first=100))["edges"]
    keys = [KEYS[order](edge["node"]) for edge in edges]
    assert keys == sorted(keys, reverse=order == "NEWEST_FIRST")
    assert len(keys) == len(letters)


async def test_most_urgent_first_is_the_default(town: Town, letters: Letters) -> None:
    assert await _listed(town, first=100) == await _listed(town, orderBy="DUE_FIRST", first=100)


async def test_the_length_is_of_the_whole_list_not_of_the_page(
    town: Town, letters: Letters
) -> None:
    page = await _listed(town, filter={"unitId": unit_id(RIVER)}, first=1)
    assert (page["totalCount"], len(page["edges"])) == (4, 1)


async def test_a_queue_shows_whole_cases_when_it_is_asked_for_them(
    town: Town, letters: Letters
) -> None:
    document = """query { cases(filter: {stages: [REVIEW]}, first: 1) { edges { node {
        ...Whole body timeline { action } writer { name } availableActions } } } }
        fragment Whole on Case { history { action } survey { state } reply { text } }"""
    (edge,) = (await town.person(Role.REVIEWER).ask(document))["cases"]["edges"]
    assert edge["node"]["body"].startswith("每天晚上")
    assert [one["action"] for one in edge["node"]["timeline"]] == [None, "ACCEPT"]
    assert edge["node"]["writer"] == {"name": "张**"}
    assert "REVIEW" in edge["node"]["availableActions"]


async def test_stages_of_the_queue_are_those_of_the_process(town: Town, letters: Letters) -> None:
    listed = [
        (await _listed(town, filter={"stages": [stage]}, first=100))["totalCount"]
        for stage in Stage
    ]
    assert sum(listed) == (await _listed(town, first=1))["totalCount"]
