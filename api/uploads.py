"""``/uploads/{pass}`` takes a file, ``/attachments/{pass}`` hands one out.

A pass is signed and says what it is for: nothing else that comes with a request is believed. With
a bucket files go there without us, and an attachment's address leads on to the bucket's.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.edge import Edge
from api.multipart import FileForm, FileTooLarge, FormError
from api.receiving import received
from api.site import refusal
from api.visitors import Visitor
from domain.attachments import DOCUMENT, Attachment
from domain.refusals import Text
from infra.attachment_store import AttachmentDirectory, attachment_store
from infra.workers import WorkerDied, WorkerPool, WorkerTimeout
from services.attachments import decoding
from services.attachments.decoding import Decoder
from services.attachments.desk import AttachmentDesk
from services.attachments.passes import Pass, read

DECODERS = 2
"""Processes: each takes a processor, and up to 640 MB while it is at work."""
ROOM = 64 * 1024
"""Bytes of a form beside the file in it."""
NOT_THERE = Text(
    "文件不存在，或链接已失效。请重新打开来信。",
    "There is nothing here, or not any more. Open the letter anew.",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class Attachments:
    """Both addresses, on the store that holds the files."""

    def __init__(self, edge: Edge) -> None:
        self._edge, settings = edge, edge.settings
        self._store = attachment_store(settings.outside.attachments, settings.data_dir)
        self._workers = WorkerPool(
            decoding.__name__, DECODERS, decoding.SECONDS, decoding.LONGEST_ANSWER
        )
        decoder = Decoder(self._workers.ask, WorkerDied, WorkerTimeout)
        self.desk = AttachmentDesk(
            self._store,
            settings.post.public_url,
            decoder.make,
            settings.outside.attachments.bytes_a_day,
        )

    async def close(self) -> None:
        """Ends the processes that decode."""
        await asyncio.to_thread(self._workers.close)

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route("/uploads/{pass_:path}", self.take, methods=["POST"]),
            Route("/attachments/{pass_:path}", self.hand_out, methods=["GET"]),
        ]

    async def take(self, request: Request) -> Response:
        """204 for a file that was stored; 403 for a pass that opens nothing, 400, 413."""

        async def answer(visitor: Visitor) -> Response:
            return await self._taken(request)

        edge = self._edge
        return await received(request, edge.reception, edge.clock, "upload", answer, _refused)

    async def _taken(self, request: Request) -> Response:
        given = self._pass(request, "upload")
        if given is None or not isinstance(self._store, AttachmentDirectory):
            raise HTTPException(403, "This form is not taken, or not any more.")
        body = await self._file_in(request, given.size)
        await self._store.receive(_file(given).arrives_as, body)
        return Response(status_code=204, headers={"Access-Control-Allow-Origin": "*"})

    async def _file_in(self, request: Request, most: int) -> bytes:
        """Looks at the form piece by piece: what cannot be taken is refused while it arrives."""
        bounds = replace(self._edge.bounds, body_bytes=most + ROOM)
        try:
            form = FileForm(request.headers.get("content-type", ""), most)
            async for piece in bounds.pieces(request):
                form.feed(piece)
            return form.file()
        except FileTooLarge:
            raise HTTPException(413, f"This file may have {most} bytes.") from None
        except FormError:
            raise HTTPException(400, "A form with a file as its last field is expected.") from None

    async def hand_out(self, request: Request) -> Response:
        """The file, or where it can be had; 404 for a pass that opens nothing."""

        async def answer(visitor: Visitor) -> Response:
            return await self._handed_out(request)

        def refuse(refused: HTTPException) -> Response:
            return refusal(request, refused.status_code, refused.headers)

        edge = self._edge
        return await received(request, edge.reception, edge.clock, "attachment", answer, refuse)

    async def _handed_out(self, request: Request) -> Response:
        given = self._pass(request, "shown") or self._pass(request, "thumbnail")
        if given is None or self._store is None:
            return refusal(request, 404, more=NOT_THERE)
        file = _file(given)
        key = file.shown if given.purpose == "shown" else file.thumbnail
        disposition = _disposition(file)
        headers = {**_HEADERS, "Cache-Control": "private, max-age=900"}
        address = await self._store.address(key, file.content_type, disposition)
        if address is not None:
            return RedirectResponse(address, headers={**headers, "Cache-Control": "no-store"})
        body = await self._store.get(key)
        if body is None:
            return refusal(request, 404, more=NOT_THERE)
        headers["Content-Disposition"] = disposition
        return Response(body, media_type=file.content_type, headers=headers)

    def _pass(self, request: Request, purpose: str) -> Pass | None:
        access = self._edge.office().access
        found = read(access, request.path_params["pass_"], self._edge.clock())
        return found if found is not None and found.purpose == purpose else None


def _file(given: Pass) -> Attachment:
    return Attachment(given.id, given.name, given.content_type, given.size)


def _disposition(file: Attachment) -> str:
    """Pictures are looked at; a document is saved, so that no script in it runs on a page."""
    kind = "attachment" if file.content_type == DOCUMENT else "inline"
    return f"{kind}; filename*=UTF-8''{quote(file.file_name, safe='')}"


def _refused(refused: HTTPException) -> Response:
    return PlainTextResponse(
        refused.detail, status_code=refused.status_code, headers=refused.headers
    )
