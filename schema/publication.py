"""Published letters and what reviewers decide about them, as clients see them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.publication import Draft, Publication, PublicationState, Texts
from domain.redaction import Redaction as FoundRedaction
from domain.redaction import RedactionKind, hide
from schema.context import Info
from schema.directory import Category, Mailbox, Unit, load_unit
from schema.errors import UserError
from schema.letters import WritersInput
from services.publication.reading import Shown


@strawberry.type(description="The reply to a published letter, redacted.")
class PublishedReplyText:
    text: str = strawberry.field(description="Its text; a mark ■ for every sign that is hidden.")
    sent_at: datetime | None = strawberry.field(description="When it was released.")
    unit_code: strawberry.Private[str | None]

    @strawberry.field(description="The unit that answers.")
    async def unit(self, info: Info) -> Unit | None:
        return await load_unit(info, self.unit_code)


@strawberry.type(
    description="A letter that everybody may read: by its writer's consent, after a reviewer's"
    " look, without what is personal. The case's number is not told."
)
class PublishedLetter:
    id: strawberry.ID = strawberry.field(description="Opaque; says nothing of the case.")
    title: str = strawberry.field(description="Redacted.")
    body: str = strawberry.field(description="A mark ■ for every sign that is hidden.")
    reply: PublishedReplyText = strawberry.field(description="What was answered.")
    submitted_at: datetime | None = strawberry.field(description="When the letter came.")
    replied_at: datetime | None = strawberry.field(description="When the reply was released.")
    published_at: datetime | None = strawberry.field(description="When it was first published.")
    supporters: int = strawberry.field(description="People who said “me too”, each once.")
    has_supported: bool = strawberry.field(description="Whether the reader's account did.")
    letter: strawberry.Private[Publication]

    @strawberry.field(description="The mailbox that it was written to.")
    async def mailbox(self, info: Info) -> Mailbox | None:
        found = await info.context.loaders.mailboxes.load(self.letter.mailbox)
        return Mailbox.of(found) if found else None

    @strawberry.field(description="What it is about.")
    async def category(self, info: Info) -> Category | None:
        if not self.letter.category:
            return None
        found = await info.context.loaders.categories.load(self.letter.category[-1])
        return Category.of(found) if found else None

    @classmethod
    def of(cls, shown: Shown) -> PublishedLetter:
        """As it is shown to whoever reads."""
        one = shown.letter
        texts = one.texts or Texts("", "", "")
        return cls(
            id=strawberry.ID(one.id),
            title=texts.title,
            body=texts.body,
            reply=PublishedReplyText(text=texts.reply, sent_at=one.replied_at, unit_code=one.unit),
            submitted_at=one.submitted_at,
            replied_at=one.replied_at,
            published_at=one.published_at,
            supporters=shown.supporters,
            has_supported=shown.has_supported,
            letter=one,
        )


@strawberry.type(description="A place that is hidden; counted in Unicode signs from 0.")
class Redaction:
    start: int = strawberry.field(description="The first sign that is hidden.")
    end: int = strawberry.field(description="The first sign after it.")
    kind: RedactionKind = strawberry.field(description="Why.")
    may_be_shown: bool = strawberry.field(
        description="Whether a reviewer may show it again: a fixed telephone in a reply."
    )

    @strawberry.field(description="The kind's name in the reader's language.")
    def kind_name(self, info: Info) -> str:
        return self.kind.named(info.context.language)


@strawberry.type(description="One of the texts to be published, as a proposal.")
class DraftText:
    text: str = strawberry.field(description="The original; publishing takes one as long.")
    redacted: str = strawberry.field(description="The same as it is proposed.")
    redactions: list[Redaction] = strawberry.field(description="What the rules hide, in order.")

    @classmethod
    def of(
        cls,
        text: str,
        found: tuple[FoundRedaction, ...],
        showable: tuple[FoundRedaction, ...] = (),
    ) -> DraftText:
        """As the rules leave it."""
        spans = [
            Redaction(start=one.start, end=one.end, kind=one.kind, may_be_shown=one in showable)
            for one in found
        ]
        return cls(text=text, redacted=hide(text, found), redactions=spans)


@strawberry.type(description="What would be published of a case.")
class PublicationDraft:
    title: DraftText = strawberry.field(description="The letter's title.")
    body: DraftText = strawberry.field(description="The letter.")
    reply: DraftText = strawberry.field(description="The reply.")
    version: int = strawberry.field(description="To be sent along with the decision.")

    @classmethod
    def of(cls, draft: Draft) -> PublicationDraft:
        """As a reviewer sees it."""
        original = draft.original
        return cls(
            title=DraftText.of(original.title, draft.title),
            body=DraftText.of(original.body, draft.body),
            reply=DraftText.of(original.reply, draft.reply, draft.office_numbers),
            version=draft.version,
        )


@strawberry.type(description="What was decided about publishing a case.")
class PublicationDecision:
    state: PublicationState = strawberry.field(description="What was decided.")
    version: int = strawberry.field(description="Moves with every decision.")
    letter_id: strawberry.ID = strawberry.field(description="Under which everybody reads it.")
    decided_at: datetime = strawberry.field(description="When.")

    @strawberry.field(description="The state's name in the reader's language.")
    def state_name(self, info: Info) -> str:
        return self.state.named(info.context.language)

    @classmethod
    def of(cls, one: Publication) -> PublicationDecision:
        """As it is told to whoever decided."""
        key = strawberry.ID(one.id)
        return cls(state=one.state, version=one.version, letter_id=key, decided_at=one.decided_at)


@strawberry.type(description="What became of a decision about publishing.")
class PublicationPayload:
    decision: PublicationDecision | None = strawberry.field(
        description="The decision; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Empty when it was done.")


@strawberry.type(description="A published letter after somebody supported it, or no longer does.")
class SupportPayload:
    letter: PublishedLetter | None = strawberry.field(description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Empty when it was done.")


@strawberry.input(description="Publishing a case's letter and reply.")
class PublishCaseInput:
    case_id: strawberry.ID = strawberry.field(description="Which case.")
    version: int = strawberry.field(description="The draft's; STALE_CASE when it moved on.")
    title: str | None = strawberry.field(
        default=None, description="Hides more of the title than the proposal, sign by sign, by ■."
    )
    body: str | None = strawberry.field(default=None, description="The same of the letter.")
    reply: str | None = strawberry.field(
        default=None,
        description="The same of the reply; shows again what `mayBeShown`, which is recorded.",
    )


@strawberry.input(description="Leaving a case unpublished, or taking its letter down.")
class PublicationReasonInput:
    case_id: strawberry.ID = strawberry.field(description="Which case.")
    version: int = strawberry.field(description="The draft's or the last decision's.")
    reason: str = strawberry.field(description="Why, 2 to 1,000 characters; kept for audit.")


@strawberry.input(description="The writer does not want the letter published any more.")
class WithdrawPublicationConsentInput(WritersInput):
    pass


@strawberry.input(description="Saying “me too” about a published letter.")
class SupportLetterInput:
    id: strawberry.ID = strawberry.field(description="Which published letter.")
    idempotency_key: str = strawberry.field(
        description="1 to 128 characters of the client's; the same again answers the same."
    )


@strawberry.input(description="Taking “me too” back.")
class WithdrawSupportInput:
    id: strawberry.ID = strawberry.field(description="Which published letter.")
