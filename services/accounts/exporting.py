"""Everything that is kept of an account, for its owner to take away: plain JSON, nothing masked."""

from __future__ import annotations

from datetime import datetime

from domain.accounts import Device, Session
from domain.actors import Actor
from domain.calendar import CITY_TIME
from domain.case import Case
from domain.history import Detail
from domain.letters import Writer
from services.accounts.desk import account_of
from services.office import Office

FORM = 1
ANSWER = ("resolved", "satisfaction", "reason", "comment")
Exported = dict[str, object]


async def export_data(office: Office, actor: Actor, now: datetime) -> Exported:
    """Account, sessions, devices, preferences, and each letter with what its writer may see of it.

    Times are ISO 8601 in Asia/Shanghai. The look is recorded.
    """
    account = account_of(actor)
    outside = office.outside
    await office.audit.record_account("DATA_EXPORTED", account, "", now)
    known, wanted = (
        await outside.accounts.by_id(account),
        await outside.accounts.preferences(account),
    )
    cases = [case async for case in outside.ownership.of_account(account)]
    cases.sort(key=lambda case: (case.letter.submitted_at, case.id))
    writers = await office.cases.writers_of([case.id for case in cases])
    return {
        "form": FORM,
        "exportedAt": _time(now),
        "account": {
            "id": account,
            "phone": known.phone if known else None,
            "createdAt": _time(known.created_at) if known else None,
            "signedInAt": _time(known.signed_in_at) if known else None,
        },
        "sessions": [_session(one) for one in await outside.sessions.all_of(account)],
        "devices": [_device(one) for one in await outside.devices.of_account(account)],
        "notificationPreferences": {"push": wanted.push, "smsCopy": wanted.sms_copy},
        "letters": [_letter(case, writers[case.id]) for case in cases],
        "events": [
            {"at": _time(at), "what": what}
            for at, what, _ in await office.audit.of_account(account)
        ],
    }


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
