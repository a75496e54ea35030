"""Looking at who wrote: an action of its own, recorded before anything is shown."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.asks import WordsAsked
from domain.letters import Writer
from domain.refusals import Forbidden, NotFound, Unauthenticated
from domain.words import Role
from services.office import Office

PURPOSE = WordsAsked(2, 200)
OF_A_UNIT = frozenset({Role.HANDLER})
MAY_REVEAL = frozenset({Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.SUPERVISOR})


async def reveal_writer(
    office: Office, case_id: str, purpose: str, actor: Actor, now: datetime
) -> Writer:
    """The writer in clear, for a stated purpose of 2 to 200 characters.

    Raises ``Unauthenticated``, ``Forbidden``, ``InvalidInput`` or, for a case that this actor
    does not see, ``NotFound``.
    """
    if actor.is_anonymous:
        raise Unauthenticated
    if not actor.roles & (MAY_REVEAL if actor.unit is None else OF_A_UNIT):
        raise Forbidden("您无权查看来信人信息。", "Your role does not reveal writers.")
    stated = PURPOSE.read("purpose", purpose)
    if await office.cases.by_id(case_id, actor) is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "caseId")
    await office.audit.record("REVEAL_WRITER", case_id, actor.subject, stated, now)
    return (await office.cases.writers_of([case_id]))[case_id]
