"""Citizens who have sent files, written messages and said "me too", before they leave."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from domain.actors import Actor
from domain.attachments import Attachment, UploadAsked
from domain.runs import RunEntry
from infra.attachment_store import AttachmentDirectory
from services.accounts.claiming import claim_case
from services.attachments.desk import AttachmentDesk, Made
from services.attachments.pictures import made_of
from services.attachments.uploads import request_upload
from services.conversations.handling import answer_message
from services.functions.deliver_notices import deliver_notices
from services.functions.running import Frame, run_function
from services.functions.workshop import FileStore, ObjectStore, Workshop
from services.office import Office
from services.process import Proof
from services.submission import Submitted, submit
from tests.api.files import PDF, picture
from tests.services.accounts.people import E164
from tests.services.conversations.writing import LINE, by_sms, letter_by_wechat, proof_in
from tests.services.functions.delivering import PAGES, Letterbox
from tests.services.functions.jobs import Clock, table, wanted
from tests.services.offices import LETTER, MONDAY

PHOTOGRAPH = picture(size=(40, 30))
NAME = "李小明家的厨房.jpg"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OPENID = "oLi0000000000000000000000001"


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """Something of which the ``last`` call in all is the process's last."""

    def __init__(self, real: Any, calls: Calls) -> None:
        self._real, self._calls = real, calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def called(*given: Any, **named: Any) -> Any:
            self._calls.count()
            return found(*given, **named)

        return called


class Calls:
    """Counts them, and kills before the one that is not to happen any more."""

    def __init__(self, last: int) -> None:
        self._left = last

    def count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed


def dying(office: Office, last: int) -> Office:
    """The office in a process that ends before its repositories are asked once more."""
    calls, outside = Calls(last), office.outside
    parts = {one.name: Dying(getattr(outside, one.name), calls) for one in fields(outside)}
    return replace(
        office,
        outside=replace(outside, **cast("Any", parts)),
        audit=cast("Any", Dying(office.audit, calls)),
        outbox=cast("Any", Dying(office.outbox, calls)),
    )


def desk_at(folder: Path) -> AttachmentDesk:
    """Files lie in this folder."""
    return AttachmentDesk(AttachmentDirectory(folder), "", _make)


async def _make(data: bytes, content_type: str) -> Made:
    return made_of(data, content_type)


def store_of(desk: AttachmentDesk) -> AttachmentDirectory:
    """Where its files lie."""
    assert isinstance(desk.store, AttachmentDirectory)
    return desk.store


async def uploaded(
    office: Office,
    desk: AttachmentDesk,
    by: Actor,
    key: str,
    now: datetime = MONDAY,
    *,
    is_document: bool = False,
) -> str:
    """A file that has arrived; its id."""
    body, kind = (PDF, "application/pdf") if is_document else (PHOTOGRAPH, "image/jpeg")
    asked = UploadAsked(NAME, kind, len(body))
    form = await request_upload(office, desk, asked, key, by, None, now)
    await store_of(desk).receive(Attachment(form.id, NAME, kind, 0).arrives_as, body)
    return form.id


async def sent_with(
    office: Office, desk: AttachmentDesk, by: Actor, *files: str, now: datetime = MONDAY
) -> Submitted:
    """A letter with these files."""
    letter = replace(LETTER, attachments=files)
    return await submit(office, letter, f"with {files}", by, now, desk)


def stored(folder: Path) -> set[str]:
    """The objects in a folder, by their keys."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


async def swept(office: Office, store: FileStore | None, at: datetime) -> RunEntry:
    """A run of the delivery, which takes away what was left behind."""
    nothing = cast("ObjectStore", None)
    workshop = Workshop(office, nothing, Letterbox(), PAGES, files=store)
    usual: dict[str, Any] = {"clock": Clock(at), "functions": table(deliver_notices)}
    # Whoever was killed before is gone, and its lease with it.
    frame = Frame(workshop, is_gone=lambda _: True, **usual)
    return await run_function(frame, wanted(deliver_notices, at))


async def written_on_wechat(office: Office, phone: str, sender: str = OPENID) -> Proof:
    """A letter that was written there, and what opens it."""
    told = await letter_by_wechat(office, MONDAY, sender, phone)
    return Proof(told.number, told.code)


async def written_by_sms(office: Office, id_: str, sender: str = E164) -> Proof:
    """The same by a text message."""
    told = proof_in(await answer_message(office, by_sms(LINE, sender, id_), MONDAY))
    return Proof(told.number, told.code)


async def claimed(office: Office, proof: Proof, by: Actor) -> None:
    """The letter is somebody's from now on."""
    await claim_case(office, proof, f"claim {proof.number}", by, MONDAY)
