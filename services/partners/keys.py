"""A partner's keys: shown once, kept as keyed digests, several good at once so that they rotate."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import Actor
from domain.partners import PREFIX, SHOWN, Partner, PartnerKey
from domain.refusals import InvalidInput, NotFound
from services.access import Access
from services.answers import answered
from services.functions.ops import check_ops
from services.office import Office
from services.partners.registering import saved

KEY_BYTES = 32
LONGEST = 100
"""Signs; what is longer is no key and is not looked up."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key with its secret, for the one time that it is shown."""

    partner: Partner
    key: PartnerKey
    secret: str = field(repr=False)


async def issue_key(
    office: Office,
    partner_id: str,
    expires_at: datetime | None,
    idempotency_key: str,
    actor: Actor,
    now: datetime,
) -> IssuedKey:
    """A new key beside those that are good already, until ``expires_at`` or for good.

    Raises what ``check_ops`` raises, ``NotFound`` naming ``partnerId``, ``InvalidInput`` for an
    end that is past, ``ActionNotAllowed`` for too many, and ``Duplicate``.
    """
    check_ops(actor)
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("到期时间须晚于现在。", "This time is past.", "expiresAt")
    if await office.outside.partners.by_id(partner_id) is None:
        raise NotFound("没有这个合作方。", "There is no such partner.", "partnerId")
    request = {"issue": partner_id, "expires_at": expires_at}
    decided = await answered(office, actor, idempotency_key, request, _fresh(), now)
    secret = decided["secret"]
    key = PartnerKey(
        decided["id"], secret[:SHOWN], digest_of(office.access, secret), now, expires_at
    )

    def with_key(partner: Partner) -> Partner:
        partner.check_is_active()
        return partner.with_key(key, now)

    order = ("ISSUE_PARTNER_KEY", actor, now)
    partner = await saved(office, partner_id, with_key, None, order)
    stored = next(one for one in partner.keys if one.id == key.id)
    return IssuedKey(partner, stored, secret)


async def revoke_key(
    office: Office, partner_id: str, key_id: str, at: datetime | None, actor: Actor, now: datetime
) -> Partner:
    """The key opens nothing from ``at`` on; from now on without one. It never lives longer.

    Raises what ``check_ops`` raises, and ``NotFound`` naming ``partnerId`` or ``keyId``.
    """
    check_ops(actor)

    def without_key(partner: Partner) -> Partner:
        return partner.without_key(key_id, at or now, now)

    return await saved(office, partner_id, without_key, None, ("REVOKE_PARTNER_KEY", actor, now))


async def admitted(office: Office, secret: str, now: datetime) -> tuple[Partner, PartnerKey] | None:
    """Whose living key this is; None for any other text, whatever is wrong with it."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST:
        return None
    digest = digest_of(office.access, secret)
    partner = await office.outside.partners.by_key(digest)
    key = partner.key_with(digest, now) if partner else None
    return (partner, key) if partner and key else None


def digest_of(access: Access, secret: str) -> bytes:
    """Under what a key is kept; it cannot be read back from it."""
    return access.digest("partner key", secret)


def _fresh() -> dict[str, str]:
    plain = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
    return {"id": secrets.token_hex(8), "secret": f"{PREFIX}{plain}"}
