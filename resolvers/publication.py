"""How published letters are read, decided about and supported."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from functools import partial
from typing import Annotated

import strawberry

from domain.ids import Kind, key_of
from domain.publication import Publication
from resolvers.cases import case_connection
from resolvers.refusing import settled
from schema.cases import Case
from schema.context import Info
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.publication import (
    PublicationDecision,
    PublicationDraft,
    PublicationPayload,
    PublicationReasonInput,
    PublishCaseInput,
    PublishedLetter,
    SupportLetterInput,
    SupportPayload,
    WithdrawPublicationConsentInput,
    WithdrawSupportInput,
)
from services.process import Proof
from services.publication import deciding, reading
from services.publication.reading import Shown
from storage.publications import PublishedFilter

Words = Annotated[
    str | None,
    strawberry.argument(description="Words that the published text must have, up to 200 signs."),
]
InMailbox = Annotated[strawberry.ID | None, strawberry.argument(description="Written to it.")]
InCategory = Annotated[
    strawberry.ID | None, strawberry.argument(description="Of it, or of one below.")
]
From = Annotated[
    date | None,
    strawberry.argument(name="from", description="Published on this day or later, Asia/Shanghai."),
]
To = Annotated[
    date | None, strawberry.argument(description="Published on this day or before, Asia/Shanghai.")
]
LetterId = Annotated[strawberry.ID, strawberry.argument(description="The published letter's.")]
CaseId = Annotated[strawberry.ID, strawberry.argument(description="Which case.")]


@strawberry.type
class PublicationQueries:
    """Mixed into the root of every query."""

    @strawberry.field(description="Letters that everybody may read, newest publication first.")
    async def published_letters(  # noqa: PLR0913, PLR0917  # flat: what a reader narrows by
        self,
        info: Info,
        search: Words = None,
        mailbox_id: InMailbox = None,
        category_id: InCategory = None,
        from_: From = None,
        to: To = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PublishedLetter]:
        asked = PublishedFilter(
            search=search,
            mailbox=mailbox_id and key_of(mailbox_id, Kind.MAILBOX, "mailboxId"),
            category=category_id and key_of(category_id, Kind.CATEGORY, "categoryId"),
            first_day=from_,
            last_day=to,
        )
        page = page_of(first, after, last, before)
        context = info.context
        found = await reading.published_letters(context.office, asked, page, context.actor)
        return connection(found, PublishedLetter.of)

    @strawberry.field(description="One of them; null when it is not, or no longer, published.")
    async def published_letter(self, info: Info, id: LetterId) -> PublishedLetter | None:
        found = await reading.published_letter(info.context.office, id, info.context.actor)
        return PublishedLetter.of(found) if found else None

    @strawberry.field(
        description="Answered cases whose writers agreed to publication and about which nothing is"
        " decided, oldest letter first. Requires REVIEWER or SUPERVISOR."
    )
    async def publication_queue(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Case]:
        page = page_of(first, after, last, before)
        queue = partial(deciding.queue, info.context.office, info.context.actor, page)
        return await case_connection(info, queue)

    @strawberry.field(
        description="What would be published of a case, with what the rules hide; null for one that"
        " cannot be published. Requires REVIEWER or SUPERVISOR."
    )
    async def publication_draft(self, info: Info, case_id: CaseId) -> PublicationDraft | None:
        key = key_of(case_id, Kind.CASE, "caseId")
        found = await deciding.draft(info.context.office, key, info.context.actor)
        return PublicationDraft.of(found) if found else None


@strawberry.type
class PublicationMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Publish letter and reply as proposed, or with more hidden; recorded for audit."
        " Requires REVIEWER or SUPERVISOR."
    )
    async def publish_case(self, info: Info, input: PublishCaseInput) -> PublicationPayload:
        return await _decided(info, _published(info, input))

    @strawberry.mutation(
        description="Do not publish a case; recorded for audit. Requires REVIEWER or SUPERVISOR."
    )
    async def decline_publication(
        self, info: Info, input: PublicationReasonInput
    ) -> PublicationPayload:
        return await _decided(info, _declined(info, input))

    @strawberry.mutation(
        description="Take a published letter down at once; recorded for audit."
        " Requires REVIEWER or SUPERVISOR."
    )
    async def unpublish_case(self, info: Info, input: PublicationReasonInput) -> PublicationPayload:
        return await _decided(info, _unpublished(info, input))

    @strawberry.mutation(
        description="Withdraw the consent to publication, for good; what is published disappears at"
        " once. Requires to be the writer."
    )
    async def withdraw_publication_consent(
        self, info: Info, input: WithdrawPublicationConsentInput
    ) -> PublicationPayload:
        return await _decided(info, _withdrawn(info, input))

    @strawberry.mutation(description="Have the same matter; counted once. Requires CITIZEN.")
    async def support_letter(self, info: Info, input: SupportLetterInput) -> SupportPayload:
        context = info.context
        done = reading.support(
            context.office, input.id, input.idempotency_key, context.actor, context.now
        )
        return await _supported(info, done)

    @strawberry.mutation(description="No longer support a letter. Requires CITIZEN.")
    async def withdraw_support(self, info: Info, input: WithdrawSupportInput) -> SupportPayload:
        context = info.context
        return await _supported(
            info, reading.withdraw_support(context.office, input.id, context.actor)
        )


async def _decided(info: Info, work: Awaitable[Publication]) -> PublicationPayload:
    done, errors = await settled(info, work)
    decision = PublicationDecision.of(done) if done else None
    return PublicationPayload(decision=decision, errors=errors)


async def _supported(info: Info, work: Awaitable[Shown]) -> SupportPayload:
    done, errors = await settled(info, work)
    return SupportPayload(letter=PublishedLetter.of(done) if done else None, errors=errors)


async def _published(info: Info, given: PublishCaseInput) -> Publication:
    context, key = info.context, key_of(given.case_id, Kind.CASE, "caseId")
    chosen = deciding.Chosen(given.title, given.body, given.reply)
    return await deciding.publish(
        context.office, key, chosen, given.version, context.actor, context.now
    )


async def _declined(info: Info, given: PublicationReasonInput) -> Publication:
    context, key = info.context, key_of(given.case_id, Kind.CASE, "caseId")
    return await deciding.decline(
        context.office, key, given.reason, given.version, context.actor, context.now
    )


async def _unpublished(info: Info, given: PublicationReasonInput) -> Publication:
    context, key = info.context, key_of(given.case_id, Kind.CASE, "caseId")
    return await deciding.unpublish(
        context.office, key, given.reason, given.version, context.actor, context.now
    )


async def _withdrawn(info: Info, given: WithdrawPublicationConsentInput) -> Publication:
    context = info.context
    case = given.case_id and key_of(given.case_id, Kind.CASE, "caseId")
    proof = Proof(given.number, given.query_code, address=context.address)
    return await deciding.withdraw_consent(context.office, proof, case, context.actor, context.now)
