"""Published replies of one mailbox, as the widget lists them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.publication import Texts, excerpt
from schema.context import Info
from schema.pages import Connection, connection
from services.publication.reading import Shown, published_letters
from storage.pages import Page
from storage.publications import PublishedFilter


@strawberry.type(description="A reply that everybody may read, in short.")
class PublishedReply:
    id: strawberry.ID = strawberry.field(description="That of the published letter.")
    title: str = strawberry.field(description="The letter's title, redacted.")
    replied_at: datetime | None = strawberry.field(description="When the reply was released.")
    excerpt: str = strawberry.field(description="How the reply begins, on one line.")

    @classmethod
    def of(cls, shown: Shown) -> PublishedReply:
        """As it is listed."""
        letter = shown.letter
        texts = letter.texts or Texts("", "", "")
        return cls(
            id=strawberry.ID(letter.id),
            title=texts.title,
            replied_at=letter.replied_at,
            excerpt=excerpt(texts.reply),
        )


async def load_published_replies(
    info: Info, mailbox: str, page: Page
) -> Connection[PublishedReply]:
    """Of this mailbox, newest publication first."""
    context = info.context
    asked = PublishedFilter(mailbox=mailbox)
    found = await published_letters(context.office, asked, page, context.actor)
    return connection(found, PublishedReply.of)
