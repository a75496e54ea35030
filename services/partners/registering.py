"""Ops register partners, change them and revoke them; every order is recorded for audit."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from domain.actors import Actor
from domain.partners import (
    Partner,
    Quota,
    StalePartner,
    checked_mailboxes,
    read_name,
    read_origins,
)
from domain.refusals import NotFound
from services.answers import answered
from services.functions.ops import check_ops
from services.office import Office

TRIES = 5
"""Of a change that does not say which version it means."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What ops say of a partner. ``mailboxes`` are codes."""

    name: str
    name_en: str
    origins: Sequence[str]
    mailboxes: Sequence[str]
    quota: Quota


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be otherwise; None leaves it. ``version`` is what the client saw."""

    name: str | None = None
    name_en: str | None = None
    origins: Sequence[str] | None = None
    mailboxes: Sequence[str] | None = None
    per_minute: int | None = None
    per_day: int | None = None
    letters_per_hour: int | None = None
    version: int | None = None


async def register(
    office: Office, given: Registration, idempotency_key: str, actor: Actor, now: datetime
) -> Partner:
    """A new partner without keys.

    Raises what ``check_ops`` raises, ``InvalidInput``, ``NotFound`` for a mailbox that is not
    there, and ``Duplicate``.
    """
    check_ops(actor)
    partner = Partner(
        id=secrets.token_hex(8),
        name=read_name(given.name, given.name_en),
        origins=read_origins(given.origins),
        mailboxes=await _mailboxes(office, given.mailboxes),
        quota=given.quota.checked(),
        registered_at=now,
    )
    request = {"register": asdict(given)}
    fresh = {"id": partner.id}
    decided = await answered(office, actor, idempotency_key, request, fresh, now)
    known = await office.outside.partners.by_id(decided["id"])
    if known is not None:
        return known
    partner = replace(partner, id=decided["id"])
    await record(office, "REGISTER_PARTNER", partner, actor, now)
    return await office.outside.partners.add(partner)


async def change(
    office: Office, partner_id: str, wanted: Changes, actor: Actor, now: datetime
) -> Partner:
    """The partner as it is then.

    Raises what ``register`` raises, ``NotFound`` naming ``partnerId``, ``StalePartner``, and
    ``ActionNotAllowed`` for one that was revoked.
    """
    check_ops(actor)
    mailboxes = None
    if wanted.mailboxes is not None:
        mailboxes = await _mailboxes(office, wanted.mailboxes)
    wanted = replace(wanted, mailboxes=mailboxes)
    return await saved(
        office,
        partner_id,
        partial(_changed, wanted, now),
        wanted.version,
        ("CHANGE_PARTNER", actor, now),
    )


async def revoke(office: Office, partner_id: str, actor: Actor, now: datetime) -> Partner:
    """Nothing is open to the partner from now on, and it is told nothing more. Twice is once."""
    check_ops(actor)

    def revoked(partner: Partner) -> Partner:
        return partner if partner.revoked_at else partner.moved(now, revoked_at=now)

    partner = await saved(office, partner_id, revoked, None, ("REVOKE_PARTNER", actor, now))
    for webhook in await office.outside.webhooks.of_partner(partner_id):
        await office.outside.webhooks.end(webhook.id, now)
    return partner


async def partner_seen(office: Office, partner_id: str, actor: Actor) -> Partner | None:
    """For OPS, or None where there is none; raises what ``check_ops`` raises."""
    check_ops(actor)
    return await office.outside.partners.by_id(partner_id)


async def saved(
    office: Office,
    partner_id: str,
    become: Callable[[Partner], Partner],
    version: int | None,
    order: tuple[str, Actor, datetime],
) -> Partner:
    """What the partner becomes, recorded and stored under the version that was read.

    Without a ``version`` a lost race is run again; with one it raises ``StalePartner``.
    """
    for _ in range(TRIES):
        before = await office.outside.partners.by_id(partner_id)
        if before is None:
            raise NotFound("没有这个合作方。", "There is no such partner.", "partnerId")
        if version not in (None, before.version):
            raise StalePartner
        after = become(before)
        if after is before:
            return before
        what, actor, now = order
        await record(office, what, after, actor, now)
        if await office.outside.partners.save(before, after):
            return after
    raise StalePartner


async def record(office: Office, what: str, partner: Partner, actor: Actor, now: datetime) -> None:
    """The order, with what the partner is to be: never a key."""
    given = {
        "version": str(partner.version),
        "name": partner.name.zh,
        "origins": " ".join(partner.origins),
        "mailboxes": " ".join(partner.mailboxes),
        "quota": " ".join(f"{name}={value}" for name, value in asdict(partner.quota).items()),
        "keys": " ".join(key.shown for key in partner.keys if key.is_alive(now)),
    }
    await office.audit.record_partner(what, partner.id, actor.subject, given, now)


def _changed(wanted: Changes, now: datetime, partner: Partner) -> Partner:
    partner.check_is_active()
    quota: Mapping[str, Any] = {
        name: getattr(wanted, name)
        for name in ("per_minute", "per_day", "letters_per_hour")
        if getattr(wanted, name) is not None
    }
    name = read_name(
        partner.name.zh if wanted.name is None else wanted.name,
        partner.name.en if wanted.name_en is None else wanted.name_en,
    )
    changed = {
        "name": name,
        "origins": partner.origins if wanted.origins is None else read_origins(wanted.origins),
        "mailboxes": partner.mailboxes if wanted.mailboxes is None else tuple(wanted.mailboxes),
        "quota": replace(partner.quota, **quota).checked(),
    }
    if all(getattr(partner, field) == value for field, value in changed.items()):
        return partner
    return partner.moved(now, **changed)


async def _mailboxes(office: Office, codes: Sequence[str]) -> tuple[str, ...]:
    checked = checked_mailboxes(codes)
    found = await office.directory.mailboxes_by_code(list(checked))
    if any(code not in found or found[code].retired for code in checked):
        raise NotFound("没有这个信箱。", "There is no such mailbox.", "mailboxIds")
    return checked
