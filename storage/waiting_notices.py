"""Notices as they wait in the case's document: written with the case, marked once they went out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.notices import Notice
from domain.words import Word
from storage.mongo import Document


class NoticeState(Word):
    """How far a notice got."""

    QUEUED = "QUEUED", "待发", "Waiting"
    SENT = "SENT", "已发", "Sent"
    GIVEN_UP = "GIVEN_UP", "发送失败", "Given up"
    LEFT_OUT = "LEFT_OUT", "不再需要", "No longer needed"


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
