"""Notices as they wait in the case's document: written with the case, marked once they went out.

A notice's place in the document never changes: notices are only ever appended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.media import Medium
from domain.notices import About, Audience, Notice, Occasion
from domain.words import Word
from domain.workflow import Action
from storage.case_reader import Types, check_types
from storage.mongo import Document

_MOMENT = (datetime, type(None))
_TYPES: Types = {
    "id": str,
    "queued_at": datetime,
    "not_before": _MOMENT,
    "next_at": _MOMENT,
    "attempts": (int, type(None)),
}


class NoticeState(Word):
    """How far a notice got."""

    QUEUED = "QUEUED", "待发", "Waiting"
    SENT = "SENT", "已发", "Sent"
    GIVEN_UP = "GIVEN_UP", "发送失败", "Given up"
    LEFT_OUT = "LEFT_OUT", "不再需要", "No longer needed"


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice with how far it got; ``place`` is its index in the case's document.

    ``attempts`` failed so far, and it is not tried again before ``next_at``.
    """

    place: int
    notice: Notice
    state: NoticeState
    attempts: int = 0
    next_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """When it can go out; None when it waits no more."""
        if self.state is not NoticeState.QUEUED:
            return None
        return max(self.notice.due_at, self.next_at or self.notice.due_at)


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a notice at ``at``. ``message`` is the id under which it went out.

    ``attempts`` is how many tries failed by now; ``error`` says why, and names no address.
    """

    waiting: WaitingNotice
    state: NoticeState
    at: datetime
    attempts: int = 0
    next_at: datetime | None = None
    error: str | None = None
    medium: Medium | None = None
    message: str | None = None

    @property
    def after(self) -> WaitingNotice:
        """The notice as it is then."""
        one = self.waiting
        return WaitingNotice(one.place, one.notice, self.state, self.attempts, self.next_at)


def notice_document(notice: Notice) -> Document:
    """As it lies in the case's document, waiting."""
    return {
        "id": notice.id,
        "audience": notice.audience.value,
        "about": notice.about.value if notice.about else None,
        "queued_at": notice.queued_at,
        "unit": notice.unit,
        "daily": notice.daily,
        "not_before": notice.not_before,
        "state": NoticeState.QUEUED.value,
        "attempts": 0,
    }


def read_waiting(place: int, document: Document) -> WaitingNotice:
    """The notice at a place of the case's document.

    Raises ``WrongType`` for what a mark could not meet, besides what enums and documents raise.
    """
    check_types(document, _TYPES)
    notice = Notice(
        id=document["id"],
        audience=Audience[document["audience"]],
        about=read_about(document["about"]),
        queued_at=document["queued_at"],
        unit=document.get("unit"),
        daily=document.get("daily", False),
        not_before=document.get("not_before"),
    )
    state = NoticeState[document["state"]]
    return WaitingNotice(
        place, notice, state, document.get("attempts") or 0, document.get("next_at")
    )


def read_about(value: str | None) -> About:
    """What a notice tells of; None is the submission."""
    if value is None:
        return None
    return Occasion[value] if value in Occasion.__members__ else Action[value]


def marked_fields(mark: Mark) -> Document:
    """What a mark sets in the case's document."""
    fields: Document = {
        "state": mark.state.value,
        "attempts": mark.attempts,
        "next_at": mark.next_at,
        "error": mark.error,
        "medium": mark.medium.value if mark.medium else None,
        "message": mark.message,
        "sent_at": mark.at if mark.state is NoticeState.SENT else None,
    }
    return {f"notices.{mark.waiting.place}.{name}": value for name, value in fields.items()}


def unmoved(mark: Mark) -> Document:
    """The filter that a notice is still what it was when it was read."""
    place = f"notices.{mark.waiting.place}"
    return {
        f"{place}.id": mark.waiting.notice.id,
        f"{place}.state": mark.waiting.state.value,
        # Not by null, which a path through an array matches wherever an element lacks the field.
        f"{place}.attempts": mark.waiting.attempts or {"$not": {"$gt": 0}},
    }


def notify_at(notices: Sequence[Notice]) -> datetime | None:
    """When the first of them can go out."""
    return min((notice.due_at for notice in notices), default=None)


def pushed(notices: Sequence[Notice]) -> Document:
    """The update operators that queue notices; none for none. To be merged by the caller."""
    if not notices:
        return {}
    return {
        "$push": {"notices": {"$each": [notice_document(notice) for notice in notices]}},
        "$min": {"notify_at": notify_at(notices)},
    }
