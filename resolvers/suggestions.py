"""How well suggestions and clerks agree: for staff."""

from __future__ import annotations

import strawberry

from domain.refusals import Forbidden, Unauthenticated
from schema.context import Info
from schema.suggestions import SuggestionAgreement
from services.matters import suggestions


@strawberry.type
class SuggestionQueries:
    """Mixed into the root."""

    @strawberry.field(
        description="How often clerks agree with suggested categories. Requires a role that works"
        " on cases."
    )
    async def suggestion_agreement(self, info: Info) -> SuggestionAgreement | None:
        context = info.context
        if context.actor.is_anonymous:
            raise Unauthenticated
        if not context.actor.works_on_cases:
            raise Forbidden("此查询仅供工作人员使用。", "This is for those who work on cases.")
        measured = await suggestions.suggestion_agreement(context.office, context.now)
        return SuggestionAgreement.of(measured)
