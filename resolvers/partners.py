"""How ops register partners, and give them keys."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.ids import Kind, key_of
from domain.partners import Partner as DomainPartner
from domain.partners import Quota
from resolvers.refusing import settled
from resolvers.selection import asked_for
from schema.context import Info
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.partners import (
    ChangePartnerInput,
    IssuePartnerKeyInput,
    IssuePartnerKeyPayload,
    Partner,
    PartnerKey,
    PartnerPayload,
    RegisterPartnerInput,
    RevokePartnerInput,
    RevokePartnerKeyInput,
)
from services.functions.ops import check_ops
from services.partners import keys, registering

PartnerId = Annotated[strawberry.ID, strawberry.argument(description="The partner's id.")]


@strawberry.type
class PartnerQueries:
    """Mixed into the root of every query."""

    @strawberry.field(description="The partners, oldest first. Requires OPS.")
    async def partners(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Partner]:
        check_ops(info.context.actor)
        page = page_of(first, after, last, before)
        counted = "totalCount" in asked_for(info)
        found = await info.context.office.outside.partners.page(page, counted=counted)
        return connection(found, Partner.of)

    @strawberry.field(description="A partner by its id. Requires OPS.")
    async def partner(self, info: Info, id: PartnerId) -> Partner | None:
        context = info.context
        found = await registering.partner_seen(context.office, str(id), context.actor)
        return Partner.of(found) if found else None


@strawberry.type
class PartnerMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Register a portal that may show mailboxes; recorded. Requires OPS."
    )
    async def register_partner(self, info: Info, input: RegisterPartnerInput) -> PartnerPayload:
        done, errors = await settled(info, _registered(info, input))
        return PartnerPayload(partner=Partner.of(done) if done else None, errors=errors)

    @strawberry.mutation(
        description="Change a partner's name, origins, mailboxes or quota; recorded. Requires OPS."
    )
    async def change_partner(self, info: Info, input: ChangePartnerInput) -> PartnerPayload:
        done, errors = await settled(info, _changed(info, input))
        return PartnerPayload(partner=Partner.of(done) if done else None, errors=errors)

    @strawberry.mutation(
        description="Close everything to a partner, for good; recorded. Requires OPS."
    )
    async def revoke_partner(self, info: Info, input: RevokePartnerInput) -> PartnerPayload:
        context = info.context
        work = registering.revoke(context.office, str(input.partner_id), context.actor, context.now)
        done, errors = await settled(info, work)
        return PartnerPayload(partner=Partner.of(done) if done else None, errors=errors)

    @strawberry.mutation(
        description="Issue a key beside those that are good already; recorded. Requires OPS."
    )
    async def issue_partner_key(
        self, info: Info, input: IssuePartnerKeyInput
    ) -> IssuePartnerKeyPayload:
        context = info.context
        work = keys.issue_key(
            context.office,
            str(input.partner_id),
            input.expires_at,
            input.idempotency_key,
            context.actor,
            context.now,
        )
        done, errors = await settled(info, work)
        return IssuePartnerKeyPayload(
            secret=done.secret if done else None,
            key=PartnerKey.of(done.key, context.now) if done else None,
            partner=Partner.of(done.partner) if done else None,
            errors=errors,
        )

    @strawberry.mutation(description="End a key, now or at a time to come; recorded. Requires OPS.")
    async def revoke_partner_key(self, info: Info, input: RevokePartnerKeyInput) -> PartnerPayload:
        context = info.context
        work = keys.revoke_key(
            context.office,
            str(input.partner_id),
            str(input.key_id),
            input.at,
            context.actor,
            context.now,
        )
        done, errors = await settled(info, work)
        return PartnerPayload(partner=Partner.of(done) if done else None, errors=errors)


async def _registered(info: Info, given: RegisterPartnerInput) -> DomainPartner:
    context, quota = info.context, given.quota
    registration = registering.Registration(
        name=given.name,
        name_en=given.name_en,
        origins=given.origins,
        mailboxes=_mailboxes(given.mailbox_ids),
        quota=Quota(quota.per_minute, quota.per_day, quota.letters_per_hour) if quota else Quota(),
    )
    return await registering.register(
        context.office, registration, given.idempotency_key, context.actor, context.now
    )


async def _changed(info: Info, given: ChangePartnerInput) -> DomainPartner:
    context = info.context
    changes = registering.Changes(
        name=given.name,
        name_en=given.name_en,
        origins=given.origins,
        mailboxes=None if given.mailbox_ids is None else _mailboxes(given.mailbox_ids),
        per_minute=given.per_minute,
        per_day=given.per_day,
        letters_per_hour=given.letters_per_hour,
        version=given.version,
    )
    partner_id = str(given.partner_id)
    return await registering.change(context.office, partner_id, changes, context.actor, context.now)


def _mailboxes(ids: list[strawberry.ID]) -> list[str]:
    return [key_of(one, Kind.MAILBOX, "mailboxIds") for one in ids]
