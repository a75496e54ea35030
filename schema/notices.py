"""Notices that were given up, and the outbox, as ops see them: nothing that says who wrote what."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.delivery import about_word
from domain.media import Medium
from domain.notices import Audience
from schema.errors import UserError
from storage.outbox import Posted
from storage.undelivered import Undelivered
from storage.waiting_notices import NoticeState

ID = strawberry.ID
given = strawberry.field


@strawberry.type(description="A notice that was given up. Requires OPS.")
class UndeliveredNotice:
    id: ID = given(description="The notice's id, and its message's.")
    case_number: str = given(description="The number of the case that it tells of.")
    audience: Audience = given(description="To whom it goes.")
    about: str = given(description="What it tells of: an action, an occasion, or SUBMISSION.")
    medium: Medium | None = given(description="What was to carry it; null where none was chosen.")
    attempts: int = given(description="How often it was tried.")
    error: str = given(description="Why it was refused the last time.")
    queued_at: datetime = given(description="When it was queued.")
    given_up_at: datetime = given(description="When it was given up.")
    state: NoticeState = given(description="GIVEN_UP; QUEUED once it is to be tried again.")

    @classmethod
    def of(
        cls, notice: Undelivered, state: NoticeState = NoticeState.GIVEN_UP
    ) -> UndeliveredNotice:
        """As it is kept."""
        return cls(
            id=ID(notice.id),
            case_number=notice.number,
            audience=notice.audience,
            about=about_word(notice.about),
            medium=notice.medium,
            attempts=notice.attempts,
            error=notice.error,
            queued_at=notice.queued_at,
            given_up_at=notice.given_up_at,
            state=state,
        )


@strawberry.type(description="A message in the outbox, where it was not sent. Requires OPS.")
class OutboxMessage:
    id: ID = given(description="The message's id; a repeat has the same one.")
    medium: Medium = given(description="What would carry it.")
    about: str = given(description="What it tells of: an action, an occasion, or DIGEST.")
    to: str = given(description="A unit's code; of a writer the last four digits.")
    text: str | None = given(
        description="What it says, without the secret of a link; null where it repeats words of"
        " a case: `lizheng outbox` shows those on the machine itself."
    )
    sent_at: datetime = given(description="When it was put there.")

    @classmethod
    def of(cls, posted: Posted) -> OutboxMessage:
        """Masked."""
        shown = posted.masked()
        return cls(
            id=ID(shown.id),
            medium=Medium[shown.medium],
            about=shown.about,
            to=shown.to,
            text=None if shown.quotes else shown.text,
            sent_at=shown.sent_at,
        )


@strawberry.input(description="A notice that is to be tried again.")
class RetryNoticeInput:
    notice_id: ID = given(description="The id of a notice that was given up.")


@strawberry.type(description="What came of having a notice tried again.")
class RetryNoticePayload:
    notice: UndeliveredNotice | None = given(description="The notice, which waits now.")
    errors: list[UserError] = given(description="Why it does not.")
