"""Problem cases are tried again when ops ask for it, and that is recorded."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.problem_cases import ProblemCase
from domain.refusals import NotFound
from services.functions.ops import check_ops
from services.office import Office


async def retry_problem_case(office: Office, key: str, actor: Actor, now: datetime) -> ProblemCase:
    """The job tries the case with its next run, and its pauses begin anew.

    Raises ``Unauthenticated``, ``Forbidden``, and ``NotFound`` naming ``id`` for no problem case.
    """
    check_ops(actor)
    found = await office.problem_cases.retry(key, now)
    if found is None:
        raise NotFound("没有这个异常件。", "There is no such problem case.", "id")
    case_id = found.problem.case_id
    await office.audit.record("RETRY_CASE", case_id, actor.subject, found.job, now)
    return found
