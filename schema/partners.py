"""Partners as ops see them: everything but what opens anything."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import partners as domain
from schema.context import Info
from schema.directory import Mailbox
from schema.errors import UserError
from schema.webhooks import Webhook, webhooks_of

ID = strawberry.ID
given = strawberry.field


async def partner_name(info: Info, partner_id: str | None) -> str | None:
    """A partner's name in the reader's language; None for none."""
    found = await info.context.loaders.partners.load(partner_id) if partner_id else None
    return found.name.spoken(info.context.language) if found else None


@strawberry.type(description="How much a partner's visitors may ask for together.")
class PartnerQuota:
    per_minute: int = given(description="Requests in a minute, of each process of ours.")
    per_day: int = given(description="Requests in a day of Asia/Shanghai, of all processes.")
    letters_per_hour: int = given(description="Letters in an hour, of each process of ours.")


@strawberry.type(description="A partner's key, without its secret. Requires OPS.")
class PartnerKey:
    id: ID = given(description="By which it is revoked.")
    shown: str = given(description="Its first eight signs, to tell it from others.")
    issued_at: datetime = given(description="When it was issued.")
    expires_at: datetime | None = given(description="When it ends by itself; null for never.")
    revoked_at: datetime | None = given(description="When it was revoked.")
    last_used_at: datetime | None = given(description="Its last use, to the minute.")
    alive: bool = given(description="Whether it opens anything now.")

    @classmethod
    def of(cls, key: domain.PartnerKey, now: datetime) -> PartnerKey:
        """As it is kept."""
        return cls(
            id=ID(key.id),
            shown=key.shown,
            issued_at=key.issued_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
            alive=key.is_alive(now),
        )


@strawberry.type(description="A portal that shows mailboxes of ours. Requires OPS.")
class Partner:
    id: ID = given(description="By which ops name it.")
    name: str = given(description="Its name in Chinese.")
    name_en: str = given(description="Its name in English.")
    origins: list[str] = given(description="The origins of the pages that may use its keys.")
    quota: PartnerQuota = given(description="How much its visitors may ask for together.")
    version: int = given(description="Moves with every change.")
    registered_at: datetime = given(description="When it was registered.")
    changed_at: datetime | None = given(description="When it was changed last.")
    revoked_at: datetime | None = given(description="Since when nothing is open to it.")
    partner: strawberry.Private[domain.Partner]

    @strawberry.field(description="The mailboxes that it may show.")
    async def mailboxes(self, info: Info) -> list[Mailbox]:
        found = await info.context.loaders.mailboxes.load_many(list(self.partner.mailboxes))
        return [Mailbox.of(one) for one in found if one is not None]

    @strawberry.field(description="Its keys, the oldest first, ended ones included.")
    def keys(self, info: Info) -> list[PartnerKey]:
        return [PartnerKey.of(key, info.context.now) for key in self.partner.keys]

    @strawberry.field(description="Where it is told of what becomes of its letters.")
    async def webhooks(self, info: Info) -> list[Webhook]:
        return await webhooks_of(info, self.partner.id)

    @classmethod
    def of(cls, partner: domain.Partner) -> Partner:
        """As it is kept."""
        quota = partner.quota
        return cls(
            id=ID(partner.id),
            name=partner.name.zh,
            name_en=partner.name.en,
            origins=list(partner.origins),
            quota=PartnerQuota(
                per_minute=quota.per_minute,
                per_day=quota.per_day,
                letters_per_hour=quota.letters_per_hour,
            ),
            version=partner.version,
            registered_at=partner.registered_at,
            changed_at=partner.changed_at,
            revoked_at=partner.revoked_at,
            partner=partner,
        )


@strawberry.input(description="How much a partner's visitors may ask for together.")
class PartnerQuotaInput:
    per_minute: int = given(default=600, description="Requests in a minute, 1 to 100,000.")
    per_day: int = given(default=100_000, description="Requests in a day, 1 to 100,000,000.")
    letters_per_hour: int = given(default=60, description="Letters in an hour, 1 to 10,000.")


@strawberry.input(description="A portal that is to show mailboxes of ours.")
class RegisterPartnerInput:
    name: str = given(description="In Chinese, 1 to 100 characters.")
    name_en: str = given(description="In English, 1 to 100 characters.")
    origins: list[str] = given(
        description="Of its pages, 1 to 20, such as https://portal.example.org; http for this"
        " machine alone."
    )
    mailbox_ids: list[ID] = given(description="The mailboxes that it may show, 1 to 200.")
    quota: PartnerQuotaInput | None = given(default=None, description="The usual one without it.")
    idempotency_key: str = given(
        description="1 to 128 characters of the client's; the same again answers the same."
    )


@strawberry.input(description="What is to be otherwise about a partner; the rest stays.")
class ChangePartnerInput:
    partner_id: ID = given(description="Which partner.")
    version: int | None = given(
        default=None, description="What the client saw: refused with STALE_CASE when it moved on."
    )
    name: str | None = given(default=None, description="In Chinese.")
    name_en: str | None = given(default=None, description="In English.")
    origins: list[str] | None = given(default=None, description="All of them.")
    mailbox_ids: list[ID] | None = given(default=None, description="All of them.")
    per_minute: int | None = given(default=None, description="Requests in a minute.")
    per_day: int | None = given(default=None, description="Requests in a day.")
    letters_per_hour: int | None = given(default=None, description="Letters in an hour.")


@strawberry.input(description="Closing everything to a partner.")
class RevokePartnerInput:
    partner_id: ID = given(description="Which partner.")


@strawberry.input(description="A new key beside those that a partner has.")
class IssuePartnerKeyInput:
    partner_id: ID = given(description="Whose.")
    expires_at: datetime | None = given(default=None, description="Its end; never without one.")
    idempotency_key: str = given(
        description="1 to 128 characters of the client's; the same again answers the same."
    )


@strawberry.input(description="Ending a key: now, or after an overlap with the one that follows.")
class RevokePartnerKeyInput:
    partner_id: ID = given(description="Whose.")
    key_id: ID = given(description="Which key.")
    at: datetime | None = given(default=None, description="When; now without it.")


@strawberry.type(description="A partner after a change.")
class PartnerPayload:
    partner: Partner | None = given(description="The partner; null when it was refused.")
    errors: list[UserError] = given(description="Empty when it was done.")


@strawberry.type(description="A key that was issued.")
class IssuePartnerKeyPayload:
    secret: str | None = given(description="The key itself: shown now and never again.")
    key: PartnerKey | None = given(description="What is kept of it; null when it was refused.")
    partner: Partner | None = given(description="The partner; null when it was refused.")
    errors: list[UserError] = given(description="Empty when it was done.")
