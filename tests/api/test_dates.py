"""Every date that a client can send, at both ends of the calendar: answered or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from api.schema import schema
from domain.words import Role
from tests.api.actions import RIVER, TO_HANDLING, unit_id
from tests.api.clients import Town
from tests.api.portals import registered

pytestmark = pytest.mark.ring("test")

ENDS: Mapping[str, tuple[str, ...]] = {
    "Date": ("0001-01-01", "9999-12-31"),
    "DateTime": (
        *("0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-02T00:00:00-12:00"),
        *("9999-12-31T23:59:59.999999", "9999-12-31T23:59:59Z", "9999-12-30T00:00:00+14:00"),
    ),
    "String": ("0001-01", "9999-12", "0000-01", "2017-13"),
}
REFUSED = {"INVALID_INPUT", "BAD_USER_INPUT", "ACTION_NOT_ALLOWED", "NOT_FOUND", "DUPLICATE"}

PAGE = "first: 3) { totalCount pageInfo { hasNextPage endCursor } edges { cursor } }"
ERRORS = "{ errors { code field } }"
MAP = "{ withheld unplaced minimumLetters }"
RUN = 'name: "overdue_sweep", dryRun: true, idempotencyKey: "dates"'
#    argument                      what is asked with it
ASKED: Mapping[str, str] = {
    "publishedLetters.from": f"publishedLetters(from: $at, {PAGE}",
    "publishedLetters.to": f"publishedLetters(to: $at, {PAGE}",
    "hotIssues.from": f"hotIssues(from: $at, to: $at, {PAGE}",
    "hotIssues.to": f'hotIssues(from: "2017-01-01", to: $at, {PAGE}',
    "CaseFilter.submittedFrom": f"cases(filter: {{submittedFrom: $at}}, {PAGE}",
    "CaseFilter.submittedTo": f"cases(filter: {{submittedTo: $at}}, {PAGE}",
    "bulletin.month": "bulletin(month: $at) { month asOf }",
    "bulletin.baseline": 'bulletin(month: "2017-01", baseline: $at) { month }',
    "ranking.month": "ranking(month: $at, figure: REPLY_RATE, first: 3) { edges { rank } }",
    "unitFigures.month": f'unitFigures(unitId: "{unit_id(RIVER)}", month: $at) {{ month asOf }}',
    "topics.from": 'topics(from: $at, to: "2017-01") { all { letters } }',
    "topics.to": 'topics(from: "2017-01", to: $at) { all { letters } }',
    "risingTopics.month": "risingTopics(month: $at) { letters }",
    "FigureLettersInput.month": f'figureLetters(of: {{month: $at, definition: "x"}}, {PAGE}',
    "LetterMapFilter.from": f'letterMap(by: DISTRICT, filter: {{from: $at, to: "2017-01"}}) {MAP}',
    "LetterMapFilter.to": f'letterMap(by: DISTRICT, filter: {{from: "2017-01", to: $at}}) {MAP}',
    "StopClockInput.until": "stopClock(input: {caseId: $case, until: $at,"
    f' reason: "等待检测报告"}}) {ERRORS}',
    "RunFunctionInput.at": f"runFunction(input: {{{RUN}, at: $at}}) {ERRORS}",
    "IssuePartnerKeyInput.expiresAt": "issuePartnerKey(input: {partnerId: $partner,"
    f' expiresAt: $at, idempotencyKey: "dates"}}) {ERRORS}',
    "RevokePartnerKeyInput.at": "revokePartnerKey(input: {partnerId: $partner, keyId: $key,"
    f" at: $at}}) {ERRORS}",
}
GIVEN = {"case": "ID!", "partner": "ID!", "key": "ID!"}


def _dates() -> Iterator[tuple[str, str]]:
    """Every argument and input field that is a date, a time, or the name of a month."""
    for name, kind in schema._schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            given = {
                f"{field}.{at}": one
                for field, it in kind.fields.items()
                for at, one in it.args.items()
            }
        elif isinstance(kind, GraphQLInputObjectType):
            given = {f"{name}.{at}": one for at, one in kind.fields.items()}
        else:
            continue
        for path, one in given.items():
            called = get_named_type(one.type).name
            words = one.description or ""
            names_month = path.endswith(".month") or "YYYY-MM" in words or "a month" in words
            if called in {"Date", "DateTime"} or (called == "String" and names_month):
                yield path, called


DATES = dict(_dates())


def test_every_date_of_the_schema_is_tried() -> None:
    assert DATES.keys() == ASKED.keys()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def things(town: Town) -> Mapping[str, str]:
    """A case in HANDLING, published letters, a partner and its key."""
    portal = await registered(town)
    asked = "query($id: ID!) { partner(id: $id) { keys { id } } }"
    found = await town.person(Role.OPS).ask(asked, id=portal.id)
    letter = await town.walked(TO_HANDLING)
    return {"case": letter.id, "partner": portal.id, "key": found["partner"]["keys"][0]["id"]}


@pytest.mark.parametrize(
    ("path", "at"), [(path, at) for path in ASKED for at in ENDS[DATES.get(path, "String")]]
)
async def test_a_date_at_either_end_of_the_calendar_is_answered_or_refused(
    town: Town, things: Mapping[str, str], path: str, at: str
) -> None:
    asked, called = ASKED[path], DATES[path]
    given = {name: kind for name, kind in GIVEN.items() if f"${name}" in asked}
    root = "mutation" if "input:" in asked else "query"
    names = ", ".join(f"${name}: {kind}" for name, kind in {"at": f"{called}!", **given}.items())
    somebody = town.person(Role.OPS, Role.HANDLER, Role.SUPERVISOR)
    variables = {name: things[name] for name in given}
    answer = await somebody.send(f"{root}({names}) {{ {asked} }}", at=at, **variables)
    assert answer.status in {200, 400}
    assert {error["extensions"]["code"] for error in answer.errors} <= REFUSED, answer.body
    if root == "mutation" and answer.data:
        (payload,) = answer.data.values()
        assert {error["code"] for error in payload["errors"]} <= REFUSED
    if path == "RunFunctionInput.at":
        assert answer.errors or payload["errors"], "a run of then would work with dates of then"


@pytest.mark.parametrize(
    "address",
    [
        *("/letters?from=0001-01-01", "/letters?to=9999-12-31", "/city?month=0001-01"),
        *("/city?month=9999-12", "/city?month=2017-13", "/open-data/2017-13/figures.csv"),
        *("/open-data/0001-01/figures.csv", "/open-data/9999-12/figures.csv"),
    ],
)
async def test_a_page_of_either_end_of_the_calendar_is_there_or_is_not(
    town: Town, address: str
) -> None:
    answer = await town.http.get(address)
    is_there = address.startswith("/letters")
    assert answer.status_code in ({200} if is_there else {400, 404})


async def test_what_was_given_a_far_date_can_be_read(town: Town, things: Mapping[str, str]) -> None:
    given = {"partnerId": things["partner"], "idempotencyKey": "far"}
    key = {"expiresAt": "9999-12-31T00:00:00+08:00", **given}
    issue = f"mutation($input: IssuePartnerKeyInput!) {{ issuePartnerKey(input: $input) {ERRORS} }}"
    ops = town.person(Role.OPS)
    assert (await ops.ask(issue, input=key))["issuePartnerKey"]["errors"] == []
    asked = "query($id: ID!) { partner(id: $id) { keys { expiresAt alive } } }"
    keys = (await ops.ask(asked, id=things["partner"]))["partner"]["keys"]
    assert {"expiresAt": "9999-12-31T00:00:00+08:00", "alive": True} in keys
