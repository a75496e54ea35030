"""``/channels/wechat``: messages to the official account, answered in the same request.

What is not signed, too old or said before is a 403 and leaves no trace. In plain mode WeChat
signs no more than token, time and nonce: there a nonce is good for one message, and for that
message's own repeats, which WeChat sends five and ten seconds later.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.edge import Edge
from api.flat_xml import read_fields
from api.receiving import received, refused_plainly
from api.visitors import Visitor
from domain.refusals import StaleCase
from domain.words import Channel
from services.conversations.handling import Received, answer_message
from services.conversations.in_turn import InTurn

PATH, OPERATION = "/channels/wechat", "WeChat message"
WINDOW = timedelta(minutes=5)
REPEATS = timedelta(seconds=30)
SECONDS = 4.5
"""WeChat hangs up after five, and repeats the message."""
MOST_BYTES = 64 * 1024
MESSAGES = ("text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage")
"""What a person sends. Of anything else WeChat is told that it came, and nothing moves."""
ACTS = ("subscribe", "click")
"""Events that are a person's asking for the menu: to follow the account, to press a button."""
NOTHING_TO_SAY = "success"
"""By WeChat's documentation: no answer, and no repeat."""


class WeChatChannel:
    """The address of one official account."""

    def __init__(self, edge: Edge) -> None:
        self._edge, self._told = edge, edge.settings.outside.channels
        self._crypto: Any = None
        self._in_turn = InTurn()

    @property
    def routes(self) -> list[BaseRoute]:
        """None without a token."""
        if self._told.wechat_token is None:
            return []
        return [Route(PATH, self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """``echostr`` for WeChat's own check; the answer to a message."""
        edge = self._edge

        async def answer(visitor: Visitor) -> Response:
            return await self._told_back(request)

        return await received(
            request, edge.reception, edge.clock, OPERATION, answer, refused_plainly
        )

    async def _told_back(self, request: Request) -> Response:
        self._check(request.query_params)
        if request.method != "POST":
            return PlainTextResponse(request.query_params.get("echostr", "")[:200])
        try:
            async with asyncio.timeout(SECONDS):
                return await self._answered(request)
        except (TimeoutError, StaleCase):
            return Response(status_code=503)

    async def _answered(self, request: Request) -> Response:
        fields = read_fields(await _read(request, self._edge))
        encrypted = "Encrypt" in fields
        if encrypted != (self._told.wechat_aes_key is not None):
            raise HTTPException(403)
        if encrypted:
            fields = self._opened(fields, request.query_params)
        message = _message(fields)
        if message is None:
            return PlainTextResponse(NOTHING_TO_SAY)
        async with self._in_turn.of(message.sender):
            await self._spend(request.query_params, message)
            office, now = self._edge.office(), self._edge.clock()
            said = await answer_message(office, message, now, self._edge.reception.letters)
        body = _rendered(said, fields)
        if encrypted:
            nonce = request.query_params["nonce"]
            body = self._cipher().encrypt_message(body, nonce, str(int(now.timestamp())))
        return Response(body, media_type="application/xml")

    def _check(self, query: Mapping[str, str]) -> None:
        """Raises 403 for a wrong signature or a time that is not now."""
        from wechatpy.utils import WeChatSigner  # type: ignore[import-untyped]

        time, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not (time.isascii() and time.isdecimal() and len(time) <= 12 and 0 < len(nonce) <= 128):
            raise HTTPException(403)
        signer = WeChatSigner()
        signer.add_data(self._told.wechat_token, time, nonce)
        given = query.get("signature", "").encode()
        is_now = abs(self._edge.clock().timestamp() - int(time)) <= WINDOW.total_seconds()
        if not (hmac.compare_digest(signer.signature.encode(), given) and is_now):
            raise HTTPException(403)

    def _opened(self, fields: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str]:
        """What is in an encrypted message; 403 for one that is not signed, or another account's."""
        from wechatpy.exceptions import (  # type: ignore[import-untyped]
            InvalidAppIdException,
            InvalidSignatureException,
        )

        signature, time = query.get("msg_signature", ""), query["timestamp"]
        try:
            text = self._cipher().decrypt_message(dict(fields), signature, time, query["nonce"])
        except (InvalidSignatureException, InvalidAppIdException, ValueError, IndexError):
            raise HTTPException(403) from None
        return read_fields(text.encode())

    def _cipher(self) -> Any:
        if self._crypto is None:
            from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]

            told = self._told
            self._crypto = WeChatCrypto(told.wechat_token, told.wechat_aes_key, told.wechat_app_id)
        return self._crypto

    async def _spend(self, query: Mapping[str, str], message: Received) -> None:
        """Raises 403 for a nonce that was used for something else, or long ago."""
        office = self._edge.office()
        nonce = office.access.digest("nonce", query["timestamp"], query["nonce"]).hex()
        # All of it: plain mode signs neither the sender nor the text.
        parts = ("nonce message", message.id, message.sender, message.text or "")
        whole = office.access.digest(*parts).hex()
        store = office.outside.conversations
        if not await store.spend(nonce, whole, self._edge.clock(), REPEATS):
            raise HTTPException(403)


def _message(fields: Mapping[str, str]) -> Received | None:
    """What a person sent or pressed; None for what WeChat tells of by itself.

    A message is known by its id, an event by its sender and second.
    """
    sender, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    known = fields.get("MsgId") or f"{sender} {fields.get('CreateTime', '')}"
    if not (0 < len(sender) <= 128 and kind and fields.get("ToUserName") and len(known) <= 200):
        raise HTTPException(400)
    if kind == "event":
        is_act = fields.get("Event", "").lower() in ACTS
        return Received(Channel.WECHAT, known, sender, None, is_act=True) if is_act else None
    if kind not in MESSAGES:
        return None
    return Received(
        Channel.WECHAT, known, sender, fields.get("Content") if kind == "text" else None
    )


def _rendered(said: str, fields: Mapping[str, str]) -> str:
    """The passive reply, in which each text stands in a section of its own."""
    from wechatpy import create_reply  # type: ignore[import-untyped]

    reply = create_reply(_in_section(said))
    reply.source = _in_section(fields["ToUserName"])
    reply.target = _in_section(fields["FromUserName"])
    return str(reply.render())


def _in_section(text: str) -> str:
    """What reads as this text within a section: its end is spread over two of them (XML, 2.7)."""
    return text.replace("]]>", "]]]]><![CDATA[>")


async def _read(request: Request, edge: Edge) -> bytes:
    await edge.bounds.read(request)
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise HTTPException(413)
    return body
