"""Legal holds: no actions of the process, and so no part of a case's history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import strawberry

from domain.actors import Actor
from domain.case import Case as DomainCase
from domain.ids import Kind, key_of
from resolvers.refusing import settled
from schema.cases import Case
from schema.context import Info
from schema.holds import HoldCaseInput, ReleaseCaseInput
from schema.letters import CasePayload
from services.holds import hold_case, release_case
from services.office import Office

Change: TypeAlias = Callable[[Office, str, str, Actor, datetime], Awaitable[DomainCase]]


@strawberry.type
class HoldMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Keep a case from the archive until it is released; recorded for audit."
        " Requires SUPERVISOR without a unit."
    )
    async def hold_case(self, info: Info, input: HoldCaseInput) -> CasePayload:
        return await _payload(info, input, hold_case)

    @strawberry.mutation(
        description="Lift a legal hold; recorded for audit. Requires SUPERVISOR without a unit."
    )
    async def release_case(self, info: Info, input: ReleaseCaseInput) -> CasePayload:
        return await _payload(info, input, release_case)


async def _payload(
    info: Info, given: HoldCaseInput | ReleaseCaseInput, change: Change
) -> CasePayload:
    case, errors = await settled(info, _changed(info, given, change))
    return CasePayload(case=Case.of(case) if case else None, errors=errors)


async def _changed(
    info: Info, given: HoldCaseInput | ReleaseCaseInput, change: Change
) -> DomainCase:
    context = info.context
    case_id = key_of(given.case_id, Kind.CASE, "caseId")
    return await change(context.office, case_id, given.reason, context.actor, context.now)
