"""A letter takes the files that were sent for it: looked at first, then bound, each to one case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from domain.attachments import LARGEST, Attachment, check_number
from domain.refusals import InvalidInput
from services.attachments.desk import AttachmentDesk, AttachmentStore, Made
from services.office import Office
from storage.attachments import AttachmentRepository


async def look_at(
    office: Office, desk: AttachmentDesk, ids: tuple[str, ...], sender: str, now: datetime
) -> Sequence[tuple[str, int]]:
    """Ids and sizes of files that may be bound, with what is shown of them made and stored.

    Nothing is bound by it. ``sender`` is an account or an address. Raises ``InvalidInput`` for a
    file that nobody sent, that has run out, that is too large, that is not what it was announced
    as, or that costs too much; ``TooManyAttempts`` when there is no time for it now.
    """
    if not ids:
        return []
    check_number(ids)
    desk.open_store()
    attachments = office.outside.attachments
    files = await attachments.waiting(ids, now)
    if len(files) != len(ids):
        raise _missing()
    async with desk.turns.of(sender):
        return [(file.id, await _inspect(attachments, desk, file, now)) for file in files]


async def bind(
    office: Office, case_id: str, files: Sequence[tuple[str, int]], now: datetime
) -> None:
    """Gives files to a case that is about to be made; all of them or none.

    May be repeated for the same case. Raises ``InvalidInput`` when another letter has one.
    """
    attachments = office.outside.attachments
    for place, (id_, size) in enumerate(files):
        if not await attachments.bind(id_, case_id, place, size):
            await attachments.release(case_id, now)
            raise InvalidInput(
                "该附件已用于另一封来信。", "Another letter has this attachment.", "attachments"
            )


async def _inspect(
    attachments: AttachmentRepository, desk: AttachmentDesk, file: Attachment, now: datetime
) -> int:
    """The size of what was sent. A file is decoded once: found good, it stays so; found bad, it
    has to be announced anew, of which each may do so many."""
    if file.inspected:
        return file.size
    store = desk.open_store()
    data = await store.get(file.arrives_as)
    if data is None:
        raise _missing()
    if len(data) > min(file.size, LARGEST):
        raise InvalidInput(
            "文件大于所声明的大小。", "This file is larger than announced.", "attachments"
        )
    try:
        made = await desk.make(data, file.content_type)
    except InvalidInput:
        await attachments.reject(file.id, now)
        raise
    await _keep(store, file, data, made)
    await attachments.record_inspection(file.id, len(data))
    return len(data)


async def _keep(store: AttachmentStore, file: Attachment, data: bytes, made: Made) -> None:
    """Written once: what was looked at is what is shown, whatever is sent after it."""
    objects = {file.shown: made.shown, file.thumbnail: made.thumbnail, file.original: data}
    for key, body in objects.items():
        if body is not None:
            await store.put_new(key, body, hashlib.sha256(body).hexdigest())


def _missing() -> InvalidInput:
    return InvalidInput(
        "附件不存在、尚未上传或已过期。",
        "An attachment is not there: not announced, not sent, or waited too long.",
        "attachments",
    )
