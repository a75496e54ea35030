"""Every list of the schema with every field that can be selected of what is in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import timedelta
from string import Template
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from api.app import now
from api.schema import schema
from domain.bulletins import Month
from domain.calendar import city_date
from domain.definitions import DEFINITIONS
from domain.problem_cases import Problem, Reason
from domain.words import Role
from services.matters.grouping import group_left
from storage import mongo
from tests.api.actions import RIVER, TO_CALLBACK, TO_HANDLING, unit_id
from tests.api.clients import Client, Town
from tests.api.ops_story import among_ops
from tests.api.selections import STAFF_ONLY, everything
from tests.api.stories import telling
from tests.api.test_letters import published
from tests.api.working import clockwork
from tests.services.functions.delivering import UNKNOWN, Letterbox, delivered

pytestmark = pytest.mark.ring("all")

TYPES = schema._schema.type_map
PAGE = "(first: 3)"
#    list                        the way to it; @ is what is selected of it
WAYS: Mapping[str, str] = {
    "Query.cases": f"cases{PAGE} @",
    "Query.publicationQueue": f"publicationQueue{PAGE} @",
    "Viewer.cases": f"viewer {{ cases{PAGE} @ }}",
    "Case.similarCases": f'case(number: "$number") {{ similarCases{PAGE} @ }}',
    "Query.publishedLetters": f"publishedLetters{PAGE} @",
    "Mailbox.publishedReplies": f'mailbox(id: "51/HEAD") {{ publishedReplies{PAGE} @ }}',
    "Query.hotIssues": 'hotIssues(from: "$day", to: "$day", first: 3) @',
    "HotIssue.cases": 'hotIssues(from: "$day", to: "$day", first: 1)'
    f" {{ edges {{ node {{ cases{PAGE} @ }} }} }}",
    "HotIssue.publishedLetters": 'hotIssues(from: "$day", to: "$day", first: 1)'
    f" {{ edges {{ node {{ publishedLetters{PAGE} @ }} }} }}",
    "Query.mailboxes": f"mailboxes{PAGE} @",
    "Query.units": f"units{PAGE} @",
    "Query.figureLetters": 'figureLetters(of: {month: "$month", definition: "$definition"},'
    " first: 3) @",
    "Query.ranking": 'ranking(month: "$month", figure: REPLY_RATE, minimumLetters: 1, first: 3) @',
    "UnitFigures.overdue": f'unitFigures(unitId: "$unit", month: "$month") {{ overdue{PAGE} @ }}',
    "Query.functionRuns": 'functionRuns(name: "overdue_sweep", first: 3) @',
    "FunctionRun.changes": 'functionRuns(name: "overdue_sweep", first: 1)'
    f" {{ edges {{ node {{ changes{PAGE} @ }} }} }}",
    "Query.undeliveredNotices": f"undeliveredNotices{PAGE} @",
    "Query.outbox": f"outbox{PAGE} @",
    "Query.caseProblems": f"caseProblems{PAGE} @",
    "Query.partners": f"partners{PAGE} @",
    "Query.webhookDeliveries": 'webhookDeliveries(webhookId: "$webhook", first: 3) @',
}
EMPTY = {"Query.ranking"}
"""So few letters are told to nobody."""


def _lists() -> Iterator[tuple[str, str]]:
    """Every field that answers with a connection, and the type of what is in it."""
    for name, kind in TYPES.items():
        if isinstance(kind, GraphQLObjectType) and not name.endswith("Connection"):
            for field, one in kind.fields.items():
                answer = get_named_type(one.type)
                if isinstance(answer, GraphQLObjectType) and answer.name.endswith("Connection"):
                    edge = get_named_type(answer.fields["edges"].type)
                    assert isinstance(edge, GraphQLObjectType)
                    yield f"{name}.{field}", get_named_type(edge.fields["node"].type).name


LISTS = dict(_lists())


def _selections(type_name: str, without: Sequence[str]) -> Iterator[str]:
    """Each field of a type alone, with all that is below it, and then all of them together."""
    kind = TYPES[type_name]
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        others = [other for other in kind.fields if other != name or other in without]
        depth = 0 if is_leaf_type(get_named_type(field.type)) else 2
        selected = everything(type_name, depth, others)
        if selected.strip("{ }"):
            yield selected
    yield everything(type_name, 1, without)


def test_every_list_of_the_schema_is_walked() -> None:
    assert WAYS.keys() == LISTS.keys()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def things(town: Town, mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[dict[str, str]]:
    """A town where there is something in every list."""
    li = town.person(Role.CITIZEN, subject="li")
    letter = await town.letter(li)
    await town.walked(TO_HANDLING)
    await town.walked(TO_CALLBACK, consentToPublish=True)
    title = "丽景新城小区旁边的搅拌站噪音扰民"
    for n in range(6):
        writer = {"name": "张小明", "phone": f"1388000{n:04d}"}
        given: Any = {"title": title, "body": "搅拌站粉尘噪音，日夜不停。", "writer": writer}
        await (published(town, **given) if n % 2 else town.letter(**given))
    await group_left(town.office)
    async with telling(town, mongo_uri) as story:
        await among_ops(story, town)
    await town.letter()
    await delivered(town.office, Letterbox(lambda _: UNKNOWN), now() + timedelta(minutes=5))
    problem = Problem(letter.key, letter.number, Reason.UNREADABLE, "cannot be read: KeyError", 1)
    await town.office.problem_cases.put("overdue_sweep", [problem], now())
    town.clock.later = timedelta(days=60)
    ops = town.person(Role.OPS)
    run = '{name: "overdue_sweep", dryRun: true, idempotencyKey: "lists"}'
    async with clockwork(town):
        await ops.ask(f"mutation {{ runFunction(input: {run}) {{ run {{ state }} }} }}")
    hooks = await ops.ask("{ partners(first: 1) { edges { node { webhooks { id } } } } }")
    day = city_date(now())
    yield {
        "number": letter.number,
        "day": str(day),
        "month": str(Month.of(day)),
        "definition": DEFINITIONS[0].id,
        "unit": unit_id(RIVER),
        "webhook": hooks["partners"]["edges"][0]["node"]["webhooks"][0]["id"],
    }


@pytest.fixture
def reader(town: Town, request: pytest.FixtureRequest) -> Client:
    """Whoever may read everything, and wrote a letter."""
    town.clock.later = timedelta(days=60)
    roles = (Role.SUPERVISOR, Role.REVIEWER, Role.OPS, Role.CITIZEN)
    return town.person(*roles, subject="li")


@pytest.mark.parametrize("path", WAYS)
async def test_every_field_of_what_is_in_a_list_can_be_selected(
    town: Town, things: Mapping[str, str], reader: Client, path: str
) -> None:
    way = Template(WAYS[path]).substitute(things)
    refused = STAFF_ONLY if path == "Viewer.cases" else ()
    for selected in _selections(LISTS[path], refused):
        page = f"{{ totalCount pageInfo {{ endCursor }} edges {{ cursor node {selected} }} }}"
        answer = await reader.send(f"{{ {way.replace('@', page)} }}")
        assert (answer.status, answer.errors) == (200, []), selected
        found: Any = answer.data
        while isinstance(found, dict) and not {"edges", "totalCount"} <= found.keys():
            (found,) = found.values()
            found = found[0]["node"] if isinstance(found, list) else found
        assert found["edges"] or path in EMPTY, path
