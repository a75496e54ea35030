"""Brings a case back out of the archive, as it lies there, for a while."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.archiving import RESTORED_FOR
from domain.case import Case
from domain.refusals import ActionNotAllowed, NotFound
from services.archive.reading import archived_case
from services.functions.workshop import ObjectStore
from services.office import Office


async def restore_case(
    office: Office, store: ObjectStore, number: str, actor: Actor, now: datetime
) -> Case:
    """The whole case again, in the place of its tombstone; still archived, nobody acts on it.

    What lies in the archive is proven first, and stays there: 30 days later the archive function
    makes the tombstone again. Raises ``NotFound``, ``ActionNotAllowed`` for a case that is whole,
    and ``ArchiveBroken``.
    """
    case = await office.cases.by_number(number, actor)
    if case is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "number")
    keeping = case.keeping
    if not keeping.is_tombstone or keeping.batch is None or keeping.part is None:
        raise ActionNotAllowed("该件未归档或已调出。", "This case is whole: nothing to restore.")
    archived = await archived_case(office, store, keeping.batch, keeping.part, case.number)
    await office.audit.record("RESTORE_CASE", case.id, actor.subject, keeping.batch, now)
    if not await office.archive.unearth(archived, keeping.part, now + RESTORED_FOR):
        raise ActionNotAllowed("该件已被他人调出。", "Somebody else has restored this case.")
    whole = await office.cases.by_id(case.id, actor)
    if whole is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "number")
    return whole
