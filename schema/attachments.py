"""Photographs and documents beside a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import attachments as domain
from domain.summary import Summary
from schema.context import Info
from schema.errors import UserError
from services.attachments.addresses import shown_at, thumbnail_at
from services.attachments.uploads import Form


@strawberry.input(description="A file that is to be sent for a letter.")
class RequestUploadInput:
    file_name: str = strawberry.field(description="What it is called, without a path.")
    content_type: str = strawberry.field(
        description="image/jpeg, image/png, image/webp or application/pdf."
    )
    size: int = strawberry.field(description="Bytes, up to 10 MB; no more are taken.")
    idempotency_key: str = strawberry.field(
        description="1 to 128 characters of the client's; the same again answers the same file."
    )


@strawberry.type(description="A field of a form.")
class FormField:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="Where a file is sent, by POST as multipart/form-data.")
class Upload:
    id: strawberry.ID = strawberry.field(description="What the letter names it by.")
    url: str = strawberry.field(description="Where the form goes.")
    fields: list[FormField] = strawberry.field(
        description="What the form holds before its last field, `file`."
    )
    expires_at: datetime = strawberry.field(description="Until when the form is taken.")

    @classmethod
    def of(cls, form: Form) -> Self:
        """A form as clients see it."""
        fields = [FormField(name=name, value=value) for name, value in form.fields.items()]
        return cls(
            id=strawberry.ID(form.id), url=form.url, fields=fields, expires_at=form.expires_at
        )


@strawberry.type(description="What became of the announcement of a file.")
class RequestUploadPayload:
    upload: Upload | None = strawberry.field(description="The form; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Empty when it was done.")


@strawberry.type(description="A file beside a letter.")
class Attachment:
    id: strawberry.ID = strawberry.field(description="What the letter named it by.")
    file_name: str = strawberry.field(description="What it is called.")
    content_type: str = strawberry.field(description="Of which kind it is.")
    size: int = strawberry.field(description="Bytes of what was sent.")
    file: strawberry.Private[domain.Attachment]

    @strawberry.field(
        description="Where it can be had for at least a quarter of an hour; of a picture a copy"
        " without what the camera wrote into it."
    )
    def url(self, info: Info) -> str:
        context = info.context
        return shown_at(context.office, context.attachments, self.file, context.now)

    @strawberry.field(description="A picture of at most 320 pixels; null for a document.")
    def thumbnail_url(self, info: Info) -> str | None:
        context = info.context
        return thumbnail_at(context.office, context.attachments, self.file, context.now)

    @classmethod
    def of(cls, file: domain.Attachment) -> Self:
        """A file as clients see it."""
        return cls(
            id=strawberry.ID(file.id),
            file_name=file.file_name,
            content_type=file.content_type,
            size=file.size,
            file=file,
        )


@strawberry.type
class Attached:
    """Mixed into the case: its files, for whoever sees it."""

    summary: strawberry.Private[Summary]

    @strawberry.field(description="Photographs and documents, in the letter's order.")
    async def attachments(self, info: Info) -> list[Attachment]:
        found = await info.context.loaders.attachments.load(self.summary.id)
        return [Attachment.of(file) for file in found or ()]
