"""Notices that were given up are tried again: by ops, and recorded."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.refusals import NotFound
from services.functions.ops import check_ops
from services.office import Office
from storage.undelivered import Undelivered


async def retry_notice(office: Office, notice_id: str, actor: Actor, now: datetime) -> Undelivered:
    """A notice that was given up waits as if it were new; what it was until now.

    Raises ``Unauthenticated``, ``Forbidden``, and ``NotFound`` naming ``noticeId`` for one that
    was not given up. Killed anywhere, a repeat completes it.
    """
    check_ops(actor)
    given_up = await office.undelivered.by_id(notice_id)
    if given_up is None:
        raise NotFound("没有这条发送失败的通知。", "No such notice was given up.", "noticeId")
    await office.audit.record("RETRY_NOTICE", given_up.case_id, actor.subject, notice_id, now)
    queued = await office.notices.queue_again(given_up.case_id, notice_id, now)
    await office.undelivered.remove(notice_id)
    if not queued and not await _is_there(office, given_up):
        raise NotFound("该件已归档。", "Its case was archived meanwhile.", "noticeId")
    return given_up


async def _is_there(office: Office, one: Undelivered) -> bool:
    """Whether its case still has the notice: whoever was killed before has queued it already."""
    notices = await office.notices.of_case(one.case_id)
    return any(waiting.notice.id == one.id for waiting in notices)
