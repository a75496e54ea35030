"""Legal holds: a case stays in the working set until it is released, whatever its retention."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.asks import WordsAsked
from domain.case import Case
from domain.keeping import Hold
from domain.refusals import ActionNotAllowed, Forbidden, NotFound, Unauthenticated
from domain.words import Role
from services.office import Office

REASON = WordsAsked(2, 1000)


async def hold_case(office: Office, case_id: str, reason: str, actor: Actor, now: datetime) -> Case:
    """Keeps a case from the archive, for a reason of 2 to 1,000 characters; the case then.

    Raises ``Unauthenticated``, ``Forbidden``, ``InvalidInput``, ``NotFound``, ``StaleCase``, and
    ``ActionNotAllowed`` for a case that is held, or lies in the archive.
    """
    case, stated = await _held_by(office, case_id, reason, actor)
    if case.keeping.hold is not None:
        raise ActionNotAllowed("该件已依法留存。", "This case is held already.")
    if case.keeping.batch is not None and not case.keeping.is_restored:
        raise ActionNotAllowed(
            "该件已归档，请先调出。", "This case lies in the archive: restore it first."
        )
    await office.audit.record("HOLD_CASE", case.id, actor.subject, stated, now)
    return await office.archive.save_hold(case, Hold(stated, actor.subject, now), now)


async def release_case(
    office: Office, case_id: str, reason: str, actor: Actor, now: datetime
) -> Case:
    """Lifts a hold; the case then. Raises what ``hold_case`` raises."""
    case, stated = await _held_by(office, case_id, reason, actor)
    if case.keeping.hold is None:
        raise ActionNotAllowed("该件未被留存。", "This case is not held.")
    await office.audit.record("RELEASE_CASE", case.id, actor.subject, stated, now)
    return await office.archive.save_hold(case, None, now)


async def _held_by(office: Office, case_id: str, reason: str, actor: Actor) -> tuple[Case, str]:
    """The case, and the reason as it is kept."""
    if actor.is_anonymous:
        raise Unauthenticated
    if Role.SUPERVISOR not in actor.roles or actor.unit is not None:
        raise Forbidden(
            "此操作须由市级督办员办理。", "This takes SUPERVISOR of the whole city, without a unit."
        )
    stated = REASON.read("reason", reason)
    case = await office.cases.by_id(case_id, actor)
    if case is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "caseId")
    return case, stated
