"""Everything that is kept of an account, for its owner to take away: plain JSON, nothing masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.accounts import Account, Device, Session
from domain.actors import Actor
from domain.attachments import stable_until
from domain.calendar import CITY_TIME
from domain.case import Case
from domain.history import Detail
from domain.letters import Writer
from services.accounts.desk import account_of
from services.accounts.spoken import Spoken, spoken_by
from services.attachments.uploads import pass_for
from services.office import Office
from services.publication.supports import supports_of
from storage.attachments import Upload
from storage.supports import Supported

FORM = 2
ANSWER = ("resolved", "satisfaction", "reason", "comment")
Exported = dict[str, object]


async def export_data(office: Office, actor: Actor, now: datetime) -> Exported:
    """All that is kept of an account, and each letter with what its writer may see of it.

    Times are ISO 8601 in Asia/Shanghai. Files are links that open for 15 to 30 minutes, on the
    server that was asked. The look is recorded.
    """
    account = account_of(actor)
    outside = office.outside
    await office.audit.record_account("DATA_EXPORTED", account, "", now)
    known = await outside.accounts.by_id(account)
    wanted = await outside.accounts.preferences(account)
    cases = [case async for case in outside.ownership.of_account(account)]
    cases.sort(key=lambda case: (case.letter.submitted_at, case.id))
    spoken = await spoken_by(office, known.phone if known else None, cases, now)
    return {
        "form": FORM,
        "exportedAt": _time(now),
        "account": _account(account, known),
        "sessions": [_session(one) for one in await outside.sessions.all_of(account)],
        "devices": [_device(one) for one in await outside.devices.of_account(account)],
        "notificationPreferences": {"push": wanted.push, "smsCopy": wanted.sms_copy},
        "letters": await _letters(office, cases, now),
        "uploads": [_upload(one) for one in await outside.attachments.waiting_of(account, now)],
        "conversations": [_conversation(one) for one in spoken],
        "supports": [_support(one) for one in await supports_of(office, account)],
        "events": [
            {"at": _time(at), "what": what}
            for at, what, _ in await office.audit.of_account(account)
        ],
    }


def _account(id_: str, known: Account | None) -> Exported:
    """Gone already, where it is being erased meanwhile."""
    return {
        "id": id_,
        "phone": known.phone if known else None,
        "createdAt": _time(known.created_at) if known else None,
        "signedInAt": _time(known.signed_in_at) if known else None,
    }


async def _letters(office: Office, cases: Sequence[Case], now: datetime) -> list[Exported]:
    ids = [case.id for case in cases]
    writers = await office.cases.writers_of(ids)
    files = await office.outside.attachments.uploads_of_cases(ids)
    return [
        _letter(case, writers[case.id])
        | {"attachments": [_file(office, one, case, now) for one in files.get(case.id, ())]}
        for case in cases
    ]


def _session(session: Session) -> Exported:
    return {
        "id": session.id,
        "deviceName": session.device_name,
        "signedInAt": _time(session.signed_in_at),
        "usedAt": _time(session.used_at),
        "endedAt": _time(session.ended_at),
    }


def _device(device: Device) -> Exported:
    return {
        "id": device.id,
        "platform": device.platform.value,
        "address": device.address,
        "registeredAt": _time(device.registered_at),
    }


def _upload(upload: Upload) -> Exported:
    """One that waits for its letter has been looked at by nobody: there is no link to it yet."""
    file = upload.file
    return {
        "name": file.file_name,
        "contentType": file.content_type,
        "size": file.size,
        "sentAt": _time(upload.announced_at),
    }


def _file(office: Office, upload: Upload, case: Case, now: datetime) -> Exported:
    until = stable_until(now)
    return _upload(upload) | {
        "sentAt": _time(upload.announced_at or case.letter.submitted_at),
        "url": f"/attachments/{pass_for(office, upload.file, 'shown', until)}",
        "urlGoodUntil": _time(until),
    }


def _conversation(spoken: Spoken) -> Exported:
    """``draft``: a letter that was begun; ``led``: what the last messages came to."""
    return {
        "channel": spoken.channel.value,
        "draft": spoken.draft,
        "led": list(spoken.led),
        "messages": [{"at": _time(one.at), "answer": one.answer} for one in spoken.messages],
    }


def _support(said: Supported) -> Exported:
    return {"publication": said.letter, "title": said.title, "at": _time(said.at)}


def _letter(case: Case, writer: Writer) -> Exported:
    """A case in the archive has neither body nor place here any more; ``archived`` says so."""
    letter, reply, answer = case.letter, case.reply, case.survey_answer
    place = letter.place
    return {
        "number": case.number,
        "submittedAt": _time(letter.submitted_at),
        "mailbox": letter.mailbox,
        "kind": letter.kind.value,
        "channel": letter.channel.value,
        "title": letter.title,
        "body": None if case.keeping.is_tombstone else letter.body,
        "place": {
            "address": place.address,
            "longitude": place.longitude,
            "latitude": place.latitude,
        },
        "consentToPublish": letter.consent_to_publish,
        "writer": {"name": writer.name, "phone": writer.phone, "anonymous": writer.anonymous},
        "stage": case.stage.value,
        "outcome": case.outcome.value if case.outcome else None,
        "archived": case.keeping.is_tombstone,
        "reply": {"text": reply.text, "sentAt": _time(reply.sent_at)} if reply else None,
        "survey": {name: _plain(answer.details.get(name)) for name in ANSWER} if answer else None,
    }


def _plain(value: Detail) -> object:
    return _time(value) if isinstance(value, datetime) else value


def _time(at: datetime | None) -> str | None:
    return at.astimezone(CITY_TIME).isoformat(timespec="milliseconds") if at else None
