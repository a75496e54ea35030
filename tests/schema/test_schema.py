"""The schema as it is published: committed, described to the last value, complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
)

from api.schema import SDL_FILE, schema, sdl
from domain.words import Role
from domain.workflow import TRANSITIONS, Action
from tests.api.actions import MUTATIONS

pytestmark = pytest.mark.ring("test")

ROOT = Path(__file__).resolve().parents[2]
TYPES = {name: kind for name, kind in schema._schema.type_map.items() if not name.startswith("__")}
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}


def test_the_committed_sdl_is_the_codes() -> None:
    committed = (ROOT / SDL_FILE).read_text(encoding="utf-8")
    assert committed == sdl(), "the schema changed: run `make schema`, and read the difference"


def _described() -> Iterator[tuple[str, str | None]]:
    """Every type, field, argument, input field, enum value and directive, with its description."""
    for name, kind in TYPES.items():
        if name in BUILT_IN:
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, one in kind.fields.items():
                yield f"{name}.{field_name}", one.description
                yield from _arguments(f"{name}.{field_name}", one)
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{name}.{one}", it.description) for one, it in kind.fields.items())
        elif isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{one}", it.description) for one, it in kind.values.items())


def _arguments(path: str, field: GraphQLField) -> Iterator[tuple[str, str | None]]:
    for name, argument in field.args.items():
        yield f"{path}({name})", argument.description


def test_everything_has_a_description() -> None:
    described = dict(_described())
    assert len(described) > 300
    assert [path for path, words in described.items() if not (words or "").strip()] == []


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_mutation_that_names_its_roles(action: Action) -> None:
    root = schema._schema.mutation_type
    assert root is not None
    description = root.fields[MUTATIONS[action]].description or ""
    by = {role for steps in TRANSITIONS.values() if action in steps for role in steps[action].by}
    if by == {Role.CITIZEN}:
        assert description.endswith("Requires to be the writer.")
    else:
        requirement = description.partition("Requires ")[2]
        assert set(re.findall("[A-Z]{2,}", requirement)) == by


def test_no_mutation_sets_a_stage() -> None:
    root = schema._schema.mutation_type
    assert root is not None
    others = {"submitLetter", "revealWriter", "answerSurveyByMessage", "holdCase", "releaseCase"}
    others |= {"requestUpload", "supportLetter", "withdrawSupport", "publishCase"}
    others |= {"declinePublication", "unpublishCase", "withdrawPublicationConsent"}
    ops = {"runFunction", "rescheduleFunction", "pauseFunction", "resumeFunction", "retryNotice"}
    ops |= {"retryCaseProblem"}
    partners = {"registerPartner", "changePartner", "revokePartner", "issuePartnerKey"}
    partners |= {"revokePartnerKey", "subscribeWebhook", "endWebhook", "replayWebhookDelivery"}
    accounts = {"requestSignInCode", "signIn", "refreshSession", "signOut", "signOutEverywhere"}
    accounts |= {"claimCase", "registerDevice", "removeDevice", "setNotificationPreferences"}
    accounts |= {"eraseMyAccount"}
    assert root.fields.keys() == {*MUTATIONS.values(), *others, *accounts, *partners, *ops}
    inputs = [kind for kind in TYPES.values() if isinstance(kind, GraphQLInputObjectType)]
    assert not [kind.name for kind in inputs if "stage" in kind.fields]


def test_every_mutation_takes_one_input_and_answers_with_errors() -> None:
    root = schema._schema.mutation_type
    assert root is not None
    for name, field in root.fields.items():
        payload = TYPES[str(field.type).rstrip("!")]
        assert isinstance(payload, GraphQLObjectType)
        assert (name, list(field.args)) == (name, ["input"])
        assert (name, str(payload.fields["errors"].type)) == (name, "[UserError!]!")


def test_every_list_of_nodes_is_a_connection_with_both_directions() -> None:
    lists = [
        (f"{kind.name}.{name}", field)
        for kind in TYPES.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if str(field.type).endswith(("Connection", "Connection!"))
    ]
    assert len(lists) >= 5
    for path, field in lists:
        assert field.args.keys() >= {"first", "after", "last", "before"}, path


ENUMS = {
    "Stage": "ACCEPTANCE REVIEW TRANSFER COMMUNICATION HANDLING FEEDBACK CALLBACK CONCLUSION"
    " ARCHIVE",
    "MailboxLevel": "CITY_PARTY_SECRETARY CITY_GOVERNMENT DISTRICT TOWNSHIP",
    "LetterKind": "COMPLAINT HELP CONSULTATION SUGGESTION REPORT PRAISE",
    "Channel": "WEB WECHAT SMS APP WIDGET PHONE",
    "Urgency": "NORMAL URGENT COMPLEX",
    "DeadlineState": "RUNNING STOPPED WARNED OVERDUE MET",
    "CaseOrder": "DUE_FIRST NEWEST_FIRST OLDEST_FIRST",
    "Outcome": "RESOLVED EXPLAINED PARTLY_RESOLVED NOT_RESOLVABLE WITHDRAWN REJECTED MERGED",
    "SurveyState": "NOT_ASKED ASKED REMINDED ANSWERED NO_ANSWER",
    "Network": "SAFETY LIVELIHOOD SERVICE",
    "UnitLevel": "CITY DEPARTMENT DISTRICT TOWNSHIP FRONT_LINE",
    "ActionName": " ".join(Action),
}


@pytest.mark.parametrize("name", ENUMS)
def test_an_enum_has_the_values_that_clients_know(name: str) -> None:
    enum = TYPES[name]
    assert isinstance(enum, GraphQLEnumType)
    assert list(enum.values) == ENUMS[name].split()


def test_clients_know_these_error_codes() -> None:
    enum = TYPES["ErrorCode"]
    assert isinstance(enum, GraphQLEnumType)
    known = "INVALID_INPUT NOT_FOUND STALE_CASE ACTION_NOT_ALLOWED FORBIDDEN"
    assert enum.values.keys() >= {*known.split(), "TOO_MANY_ATTEMPTS", "DUPLICATE"}
