"""A file is announced before it is sent."""

from __future__ import annotations

import strawberry

from domain.attachments import UploadAsked
from resolvers.refusing import settled
from schema.attachments import RequestUploadInput, RequestUploadPayload, Upload
from schema.context import Info
from services.attachments.uploads import Form, request_upload


@strawberry.type
class AttachmentMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Ask where a photograph or a document can be sent for a letter that is about"
        " to be written. Open to everybody."
    )
    async def request_upload(self, info: Info, input: RequestUploadInput) -> RequestUploadPayload:
        form, errors = await settled(info, _requested(info, input))
        return RequestUploadPayload(upload=Upload.of(form) if form else None, errors=errors)


async def _requested(info: Info, given: RequestUploadInput) -> Form:
    context = info.context
    asked = UploadAsked(given.file_name, given.content_type, given.size)
    return await request_upload(
        context.office,
        context.attachments,
        asked,
        given.idempotency_key,
        context.actor,
        context.address,
        context.now,
    )
