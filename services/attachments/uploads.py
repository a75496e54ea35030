"""A file is announced, and gets a form by which it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.attachments import Attachment, UploadAsked, stable_until
from domain.refusals import Duplicate, TooManyAttempts
from services.attachments.desk import AttachmentDesk
from services.attachments.passes import Pass, Purpose, issue
from services.letter_checks import check_key
from services.office import Office
from services.quotas import DailyQuota
from storage.attachments import Upload

MOST_IN_AN_HOUR = 60
"""Announced by one account, or from one address."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Form:
    """A file goes to ``url`` by POST as multipart/form-data: these fields, then ``file``."""

    id: str
    url: str
    fields: Mapping[str, str]
    expires_at: datetime


async def request_upload(
    office: Office,
    desk: AttachmentDesk,
    asked: UploadAsked,
    idempotency_key: str,
    actor: Actor,
    address: str | None,
    now: datetime,
) -> Form:
    """The form for one file; the same ``idempotency_key`` gets the same file's.

    Raises ``InvalidInput`` naming the field, ``Duplicate`` for a key that stands for another
    file, ``TooManyAttempts`` beyond 60 in an hour, or what all may send in a day.
    """
    store = desk.open_store()
    check_key(idempotency_key)
    asked = asked.checked()
    await _count(office, actor, address, now)
    whose = actor.subject or ""
    id_ = office.access.digest("upload", whose, idempotency_key).hex()[:32]
    fingerprint = office.access.digest("upload of", json.dumps(astuple(asked))).hex()
    file = Attachment(id_, asked.file_name, asked.content_type, asked.size)
    upload = Upload(file, fingerprint, actor.account)
    await _take_room(office, desk, file.size, now)
    known = await office.outside.attachments.announce(upload, now)
    if known.fingerprint != fingerprint:
        raise Duplicate
    until = stable_until(now)
    form = await store.form(file, until)
    if form is None:
        form = _own_form(office, desk, file, until)
    return Form(id_, *form, until)


def _own_form(
    office: Office, desk: AttachmentDesk, file: Attachment, until: datetime
) -> tuple[str, Mapping[str, str]]:
    """Of the same shape as the store's, to an address of ours."""
    address = f"{desk.public_url}/uploads/{pass_for(office, file, 'upload', until)}"
    return address, {"key": file.arrives_as, "Content-Type": file.content_type}


def pass_for(office: Office, file: Attachment, purpose: Purpose, until: datetime) -> str:
    """A pass to this file."""
    given = Pass(
        purpose, file.id, file.content_type, file.file_name, file.size, int(until.timestamp())
    )
    return issue(office.access, given)


async def _take_room(office: Office, desk: AttachmentDesk, size: int, now: datetime) -> None:
    """Each announcement counts whole: it is good for as many bytes, whether they come or not."""
    quota = DailyQuota(office.outside.quotas, "bytes of uploads", desk.bytes_a_day)
    if not await quota.take(now, size):
        raise TooManyAttempts(
            quota.seconds_left(now),
            "今日接收的附件已达上限，请明天再试，或不带附件提交来信。",
            "No more files are taken today. Send the letter without them, or come back tomorrow.",
        )


async def _count(office: Office, actor: Actor, address: str | None, now: datetime) -> None:
    whose = f"account {actor.subject}" if actor.subject else f"address {address}"
    key = office.access.digest("uploads", whose).hex()
    attempts = office.outside.attempts
    count, until = await attempts.failed(key, MOST_IN_AN_HOUR + 1, now, _HOUR)
    if count > MOST_IN_AN_HOUR:
        raise TooManyAttempts(retry_after=max(1, round((until - now).total_seconds())))
