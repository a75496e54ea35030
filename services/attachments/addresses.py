"""Addresses of attachments: ours, signed, for some minutes."""

from __future__ import annotations

from datetime import datetime

from domain.attachments import Attachment, stable_until
from services.attachments.desk import AttachmentDesk
from services.attachments.passes import Purpose
from services.attachments.uploads import pass_for
from services.office import Office


def shown_at(office: Office, desk: AttachmentDesk, file: Attachment, now: datetime) -> str:
    """Where a reader who may see the case gets the file."""
    return _at(office, desk, file, "shown", now)


def thumbnail_at(
    office: Office, desk: AttachmentDesk, file: Attachment, now: datetime
) -> str | None:
    """Where its small picture is; None for a document."""
    return _at(office, desk, file, "thumbnail", now) if file.is_picture else None


def _at(
    office: Office, desk: AttachmentDesk, file: Attachment, purpose: Purpose, now: datetime
) -> str:
    text = pass_for(office, file, purpose, stable_until(now))
    return f"{desk.public_url}/attachments/{text}"
