"""How ops see what was not delivered, and have it tried again."""

from __future__ import annotations

import strawberry

from resolvers.refusing import settled
from resolvers.selection import asked_for
from schema.context import Info
from schema.notices import OutboxMessage, RetryNoticeInput, RetryNoticePayload, UndeliveredNotice
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from services.functions.ops import check_ops
from services.undelivered import retry_notice
from storage.waiting_notices import NoticeState


@strawberry.type
class NoticeQueries:
    """Mixed into the root of every query."""

    @strawberry.field(description="Notices that were given up, oldest first. Requires OPS.")
    async def undelivered_notices(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[UndeliveredNotice]:
        check_ops(info.context.actor)
        page = page_of(first, after, last, before)
        counted = "totalCount" in asked_for(info)
        found = await info.context.office.undelivered.page(page, counted=counted)
        return connection(found, UndeliveredNotice.of)

    @strawberry.field(
        description="Messages that lie in the outbox because nothing carries them from here,"
        " newest first. Requires OPS."
    )
    async def outbox(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[OutboxMessage]:
        check_ops(info.context.actor)
        page = page_of(first, after, last, before)
        counted = "totalCount" in asked_for(info)
        found = await info.context.office.outbox.page(page, counted=counted)
        return connection(found, OutboxMessage.of)


@strawberry.type
class NoticeMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Have a notice tried again that was given up; recorded. Requires OPS."
    )
    async def retry_notice(self, info: Info, input: RetryNoticeInput) -> RetryNoticePayload:
        context = info.context
        work = retry_notice(context.office, str(input.notice_id), context.actor, context.now)
        retried, errors = await settled(info, work)
        notice = UndeliveredNotice.of(retried, NoticeState.QUEUED) if retried else None
        return RetryNoticePayload(notice=notice, errors=errors)
