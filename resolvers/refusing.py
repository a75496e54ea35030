"""The one place where a domain refusal becomes a payload's ``errors``."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TypeVar

from domain.case import Case as DomainCase
from domain.ids import Kind, key_of
from domain.refusals import Refusal
from domain.words import Role
from domain.workflow import TRANSITIONS, Action
from schema.actions import CaseInput
from schema.cases import Case
from schema.context import Info
from schema.errors import UserError, user_error
from schema.letters import CasePayload, WritersInput
from services.process import Act, Proof, act, act_as_writer

T = TypeVar("T")

_KINDS = {"unit_id": Kind.UNIT, "category_id": Kind.CATEGORY, "main_case_id": Kind.CASE}


async def settled(info: Info, work: Awaitable[T]) -> tuple[T | None, list[UserError]]:
    """What came of it, or the refusal in the reader's language."""
    try:
        return await work, []
    except Refusal as refusal:
        info.context.refusals.append(refusal.code.value)
        return None, [user_error(refusal, info.context)]


def described(action: Action, what: str) -> str:
    """A mutation's description, with the roles that the process table gives the action."""
    by = {role for steps in TRANSITIONS.values() if action in steps for role in steps[action].by}
    return f"{what} Requires {' or '.join(role for role in Role if role in by)}."


async def take(info: Info, action: Action, given: CaseInput) -> CasePayload:
    """Staff, or the system, act on a case."""
    case, errors = await settled(info, _taken(info, action, given))
    return CasePayload(case=Case.of(case) if case else None, errors=errors)


async def take_as_writer(info: Info, action: Action, given: WritersInput) -> CasePayload:
    """A writer acts on a letter of their own."""
    case, errors = await settled(info, _taken_by_writer(info, action, given))
    return CasePayload(case=Case.of(case, writers_own=True) if case else None, errors=errors)


async def _taken(info: Info, action: Action, given: CaseInput) -> DomainCase:
    case_id = key_of(given.case_id, Kind.CASE, "caseId")
    values = _values(given, set(CaseInput.__annotations__))
    wanted = Act(action, values, given.version, given.note)
    context = info.context
    return await act(context.office, case_id, wanted, context.actor, context.now)


async def _taken_by_writer(info: Info, action: Action, given: WritersInput) -> DomainCase:
    context = info.context
    values = _values(given, {*WritersInput.__annotations__, "token"})
    wanted = Act(action, values)
    if given.case_id is not None:
        case_id = key_of(given.case_id, Kind.CASE, "caseId")
        return await act(context.office, case_id, wanted, context.actor.as_writer(), context.now)
    token = getattr(given, "token", None)
    proof = Proof(given.number, given.query_code, token, context.address)
    return await act_as_writer(context.office, proof, wanted, context.actor, context.now)


def _values(given: object, apart: set[str]) -> Mapping[str, object]:
    """An input's own fields by the names that the process knows."""
    return {
        name.removesuffix("_id"): _key(name, value)
        for name, value in vars(given).items()
        if name not in apart and value is not None
    }


def _key(name: str, value: object) -> object:
    kind = _KINDS.get(name)
    return value if kind is None else key_of(str(value), kind, name.removesuffix("_id"))
