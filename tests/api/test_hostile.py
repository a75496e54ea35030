"""Whatever is sent, the answer is data or a refusal: never a crash, never more than was asked."""

from __future__ import annotations

import time
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.schema import schema
from domain.words import Role
from tests.api.actions import CITY, RIVER, case_id, category_id, mailbox_id, unit_id
from tests.api.clients import Answer, Town, mutation

pytestmark = pytest.mark.ring("test")

STRINGS = (
    *("", " ", "\x00", "\x00" * 1000, "\u3000", "\ufeff", "\u202e", "\U0010ffff", "😀" * 50),
    *("$where", "$gt", '{"$gt": ""}', '{"$ne": null}', "$expr", "_id", "history.0.note"),
    *(".*", "^", "[", "(?i).*", "(a+)+$", "油.", "%", "_", "*", "\\", "/.*/"),
    *("'; DROP TABLE cases; --", "<script>", "../../etc/passwd", "${jndi:x}", "{{7*7}}"),
    *("²" * 15, "٣" * 15, "１" * 15, "9" * 15, "9" * 5000, "-" * 15, "20261122-000001-0"),
    *("null", "NaN", "Infinity", "true", "0", "-1", "e\u0301" * 20, "ﷺ" * 20),
)
MOMENTS: tuple[str, ...] = (
    *("", "gestern", "2017", "2017-02-30T00:00:00Z", "2017-01-27T25:00:00Z", "\x00", "$gt"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0000-00-00T00:00:00Z"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "9999-12-31T23:59:59"),
    *("2017-01-27T09:00:00+99:99", "10000-01-01T00:00:00Z", "-1", "9" * 100, "2017-W04-5"),
    *("2017-01-27T09:00:00.123456789Z", "1970-01-01T00:00:00-23:59"),
)
FIELDS = "title body number stage"
QUERIES = {
    "trackedCase": "query($s: String!) {{ trackedCase(number: $s, queryCode: $s) {{ {f} }} }}",
    "case": "query($s: String!) {{ case(number: $s) {{ {f} }} }}",
    "node": "query($s: ID!) {{ node(id: $s) {{ id }} }}",
    "mailbox": "query($s: ID!) {{ mailbox(id: $s) {{ id }} }}",
    "mailboxes": "query($s: String!) {{ mailboxes(search: $s, first: 5) {{ totalCount }} }}",
    "units": "query($s: String!) {{ units(search: $s, first: 5) {{ totalCount }} }}",
    "search": "query($s: String!) {{ cases(filter: {{search: $s}}, first: 5) {{ totalCount }} }}",
    "by unit": "query($s: ID!) {{ cases(filter: {{unitId: $s}}, first: 5) {{ totalCount }} }}",
    "by mailbox": "query($s: ID!) {{ cases(filter: {{mailboxId: $s}}, last: 5) {{ totalCount }} }}",
    "after": "query($s: String!) {{ cases(first: 5, after: $s) {{ totalCount }} }}",
    "before": "query($s: String!) {{ units(last: 5, before: $s) {{ totalCount }} }}",
}
ALL_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)


def _is_answer(answer: Answer) -> None:
    """Data, or errors with codes that are the client's to mend."""
    assert answer.status in {200, 400}, answer.response.text
    for error in answer.errors:
        code = error["extensions"]["code"]
        assert code not in {"INTERNAL_SERVER_ERROR", "UNAVAILABLE"}, error
    assert "Traceback" not in answer.response.text


@pytest.mark.parametrize("name", QUERIES)
async def test_no_string_makes_a_query_crash_or_match_everything(town: Town, name: str) -> None:
    await town.letter()
    document = QUERIES[name].format(f=FIELDS)
    reader = town.person(*ALL_ROLES)
    for text in STRINGS:
        answer = await reader.send(document, s=text)
        _is_answer(answer)
        found = (answer.data or {}).values()
        if name in {"trackedCase", "case", "node", "mailbox", "by unit", "by mailbox"}:
            assert all(not one or one == {"totalCount": 0} for one in found), text
        if name in {"after", "before"}:
            assert answer.code == "BAD_USER_INPUT", text
            assert answer.errors[0]["extensions"]["field"] == name


@pytest.mark.parametrize("moment", MOMENTS, ids=repr)
async def test_no_moment_makes_a_filter_or_an_action_crash(town: Town, moment: str) -> None:
    reader = town.person(*ALL_ROLES)
    for field in ("submittedFrom", "submittedTo"):
        asked = "query($at: DateTime) {{ cases(filter: {{{f}: $at}}, first: 1) {{ totalCount }} }}"
        _is_answer(await reader.send(asked.format(f=field), at=moment))
    given = {"caseId": case_id("0"), "reason": "等待", "until": moment}
    _is_answer(await reader.send(mutation("stopClock"), input=given))
    literal = f'{{ cases(filter: {{submittedFrom: "{moment}"}}, first: 1) {{ totalCount }} }}'
    if moment.isprintable():
        _is_answer(await reader.send(literal))


async def test_a_moment_that_is_none_is_named_as_bad_input(town: Town) -> None:
    asked = "query($at: DateTime) { cases(filter: {submittedFrom: $at}, first: 1) { totalCount } }"
    wrong: tuple[object, ...] = ("gestern", MOMENTS[7], MOMENTS[8], 17, [])
    for moment in wrong:
        answer = await town.person(Role.REVIEWER).send(asked, at=moment)
        assert (answer.status, answer.code) == (400, "BAD_USER_INPUT"), moment


async def test_a_search_of_any_length_is_answered_at_once(town: Town) -> None:
    await town.letter()
    reader = town.person(Role.REVIEWER)
    signs = "".join(chr(code) for code in range(0x4E00, 0x9FFF))
    for text in (signs, "油烟 " * 30_000, " ".join(f"w{n}" for n in range(30_000))):
        for name in ("search", "units", "mailboxes", "case", "trackedCase"):
            begun = time.monotonic()
            _is_answer(await reader.send(QUERIES[name].format(f=FIELDS), s=text))
            assert time.monotonic() - begun < 1, name


# Any value of any input, made from the schema


def _values(kind: GraphQLInputType) -> st.SearchStrategy[Any]:
    if isinstance(kind, GraphQLNonNull):
        return _some(kind.of_type)
    return st.none() | _some(kind)


def _some(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, GraphQLList):
        return st.lists(_values(kind.of_type), max_size=3)
    if isinstance(kind, GraphQLInputObjectType):
        return st.fixed_dictionaries({n: _values(f.type) for n, f in kind.fields.items()})
    if isinstance(kind, GraphQLEnumType):
        return st.sampled_from(list(kind.values))
    return _SCALARS[kind.name]


NEW = case_id("a letter that has just come in")
IDS = (unit_id(CITY), unit_id(RIVER), mailbox_id(f"{CITY}/HEAD"), category_id("01"), NEW)
_TEXT = st.text(max_size=40, alphabet=st.characters(codec="utf-8")) | st.sampled_from(STRINGS)
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "String": _TEXT,
    "ID": st.just(NEW) | st.sampled_from(IDS) | _TEXT | st.sampled_from(STRINGS).map(unit_id),
    "Int": st.integers(-(2**31), 2**31 - 1) | st.sampled_from([0, 1, -1, 2**31]),
    "Float": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1e308, -0.0]),
    "Boolean": st.booleans(),
    "DateTime": st.sampled_from(MOMENTS) | st.datetimes().map(lambda at: at.isoformat()),
}
_FILTER = schema._schema.type_map["CaseFilter"]
assert isinstance(_FILTER, GraphQLInputObjectType)
_ROOT = schema._schema.mutation_type
MUTATIONS = dict(_ROOT.fields) if _ROOT else {}

bounded = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A mutation and an input for it."""
    name = draw(st.sampled_from(sorted(MUTATIONS)))
    kind = get_named_type(MUTATIONS[name].args["input"].type)
    values: dict[str, Any] = draw(_some(kind))
    return name, values


@bounded
@given(request=requests())
@pytest.mark.ring("all")
async def test_no_input_of_any_mutation_crashes(
    town: Town, request: tuple[str, dict[str, Any]]
) -> None:
    name, values = request
    if values.get("caseId") == NEW:
        values = {**values, "caseId": (await town.letter()).id}
    answer = await town.person(*Role).send(mutation(name), input=values)
    _is_answer(answer)
    for payload in (answer.data or {}).values():
        assert all(error["message"] for error in payload["errors"])
    # What is still at work while the next input is drawn would be taken for part of the drawing.
    await town.office.hot_issues.idle()


@bounded
@given(first=_SCALARS["Int"], narrowed=_values(_FILTER))
async def test_no_filter_crashes(town: Town, first: int, narrowed: Any) -> None:
    asked = "query($f: CaseFilter, $n: Int) { cases(filter: $f, first: $n) { totalCount } }"
    _is_answer(await town.person(*Role).send(asked, f=narrowed, n=first))
