"""``/channels/sms``: text messages that Amazon SNS hands on, in the two-way shape of Pinpoint.

A message is believed for its signature by a certificate from the topic's own region, and for its
topic; anything else is a 403 and leaves no trace. The answer goes out by the SMS post.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from json import JSONDecodeError
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.accounts import CodePost
from api.edge import Edge
from api.receiving import received, refused_plainly
from api.strict_json import decode
from api.visitors import Visitor
from domain.refusals import InvalidInput, StaleCase
from domain.words import Channel
from infra.outside.channels import ChannelSettings
from services.conversations.by_sms import answer_sms
from services.conversations.handling import Received
from services.functions.messages import Refusal
from services.letter_checks import read_phone
from services.rates import Buckets

PATH, OPERATION = "/channels/sms", "SMS message"
WINDOW = timedelta(hours=24)
"""SNS tries for about an hour; a message is known for seven days."""
AHEAD = timedelta(minutes=5)
MOST_CERTIFICATE = 16 * 1024
SECONDS = 5
CERTIFICATE_KEPT = timedelta(days=1)
MOST_CERTIFICATES = 8
FETCHES = 6
"""Certificates fetched in a minute."""
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem")
_SIGNED: Mapping[str, Sequence[str]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}


class SmsChannel:
    """The address that one topic is subscribed to."""

    def __init__(self, edge: Edge) -> None:
        self._edge, self._told = edge, edge.settings.outside.channels
        self._certificates: dict[str, tuple[bytes, datetime]] = {}
        self._fetches = Buckets(FETCHES, timedelta(minutes=1))

    @property
    def routes(self) -> list[BaseRoute]:
        """None without a topic."""
        return [Route(PATH, self.answer, methods=["POST"])] if self._told.sms_topic else []

    async def answer(self, request: Request) -> Response:
        """204 for what is dealt with; SNS tries again what is a 503 or a 429."""
        edge = self._edge

        async def answer(visitor: Visitor) -> Response:
            return await self._dealt_with(request)

        return await received(
            request, edge.reception, edge.clock, OPERATION, answer, refused_plainly
        )

    async def _dealt_with(self, request: Request) -> Response:
        await self._edge.bounds.read(request)
        envelope = _read(await request.body())
        if envelope["TopicArn"] != self._told.sms_topic or envelope["Type"] not in _SIGNED:
            raise HTTPException(403)
        _check_time(envelope["Timestamp"], self._edge.clock())
        url = _certificate_url(envelope["SigningCertURL"], self._told)
        certificate, since = await self._certificate(url)
        _check_signature(envelope, certificate)
        self._keep(url, certificate, since)
        if envelope["Type"] == "SubscriptionConfirmation":
            await self._confirm(envelope.get("SubscribeURL", ""))
            return Response(status_code=204)
        try:
            refused = await self._answered(_message(envelope["Message"]))
        except StaleCase:
            return Response(status_code=503)
        return Response(status_code=204 if refused is None else 503)

    async def _answered(self, message: Received) -> Refusal | None:
        edge, now = self._edge, self._edge.clock()
        office, letters = edge.office(), edge.reception.letters
        post = CodePost(edge.settings, office, edge.clock)
        try:
            return await answer_sms(office, message, now, post.send, letters)
        finally:
            await post.close()

    async def _certificate(self, url: str) -> tuple[bytes, datetime]:
        """It, and when it was fetched: a day ago at most, unless no other may be fetched now."""
        now = self._edge.clock()
        known = self._certificates.get(url)
        if known is not None and now - known[1] <= CERTIFICATE_KEPT:
            return known
        # Nothing is signed yet: whoever invents names is slowed down.
        if self._fetches.take("certificates", now).retry_after is not None:
            if known is None:
                raise HTTPException(503)
            _check_certificate(known[0], now)
            return known
        certificate = await _fetched(url)
        _check_certificate(certificate, now)
        return certificate, now

    def _keep(self, url: str, certificate: bytes, since: datetime) -> None:
        """Once it has proved a message: nobody else puts one in here, or drives one out."""
        self._certificates.pop(url, None)
        while len(self._certificates) >= MOST_CERTIFICATES:
            del self._certificates[next(iter(self._certificates))]
        self._certificates[url] = certificate, since

    async def _confirm(self, url: str) -> None:
        """Subscribes; only where the topic's region is asked to confirm this very topic."""
        _check_address(url, self._told)
        asked = parse_qs(urlsplit(url).query)
        if asked.get("Action") != ["ConfirmSubscription"] or asked.get("TopicArn") != [
            self._told.sms_topic
        ]:
            raise HTTPException(403)
        await _fetched(url)


def _certificate_url(url: str, told: ChannelSettings) -> str:
    """The address of a certificate, in one form; raises 403 for what is none of the region's."""
    _check_address(url, told)
    parts = urlsplit(url)
    if not _CERTIFICATE.fullmatch(parts.path) or parts.query or parts.fragment:
        raise HTTPException(403)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _check_address(url: str, told: ChannelSettings) -> None:
    """Raises 403 for any host but the topic's region, whatever the URL pretends."""
    allowed = {f"https://{told.sms_host}"} | ({told.sms_authority} if told.sms_authority else set())
    try:
        parts = urlsplit(url if url.isascii() and url.isprintable() else "")
    except ValueError:
        raise HTTPException(403) from None
    if f"{parts.scheme}://{parts.netloc}" not in allowed or "\\" in url:
        raise HTTPException(403)


def _check_certificate(certificate: bytes, now: datetime) -> None:
    """Raises 403 for one that is none, or not of this time."""
    from cryptography import x509

    try:
        read = x509.load_pem_x509_certificate(certificate)
    except ValueError:
        raise HTTPException(403) from None
    if not read.not_valid_before_utc <= now <= read.not_valid_after_utc:
        raise HTTPException(403)


async def _fetched(url: str) -> bytes:
    """Without following anywhere else; 503 when it cannot be had: SNS comes again."""
    import httpx

    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client,
            client.stream("GET", url) as answer,
        ):
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MOST_CERTIFICATE:
                    break
    except (httpx.HTTPError, TimeoutError):
        raise HTTPException(503) from None
    if answer.status_code != 200 or len(body) > MOST_CERTIFICATE:
        raise HTTPException(503)
    return body


def _check_signature(envelope: Mapping[str, str], certificate: bytes) -> None:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    # Version 1 is what SNS signs with unless a topic is told otherwise.
    kinds = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
    kind = kinds.get(envelope["SignatureVersion"])
    names = [name for name in _SIGNED[envelope["Type"]] if name in envelope]
    signed = "".join(f"{name}\n{envelope[name]}\n" for name in names)
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
        if kind is None or not isinstance(key, rsa.RSAPublicKey):
            raise HTTPException(403)
        signature = base64.b64decode(envelope["Signature"], validate=True)
        key.verify(signature, signed.encode(), padding.PKCS1v15(), kind)
    except (InvalidSignature, binascii.Error, ValueError):
        raise HTTPException(403) from None


def _check_time(text: str, now: datetime) -> None:
    try:
        sent = datetime.fromisoformat(text)
        is_now = now - WINDOW <= sent <= now + AHEAD
    except (ValueError, TypeError):
        is_now = False
    if not is_now:
        raise HTTPException(403)


def _read(body: bytes) -> dict[str, str]:
    """The envelope; 400 for anything else. SNS calls JSON ``text/plain``."""
    needed = ("Type", "MessageId", "TopicArn", "Message", "Timestamp")
    read = _object(body)
    if not all(isinstance(value, str) for value in read.values()):
        read = {name: value for name, value in read.items() if isinstance(value, str)}
    if not all(read.get(name) for name in (*needed, *_SIGNATURE)):
        raise HTTPException(400)
    return read


_SIGNATURE = ("SignatureVersion", "Signature", "SigningCertURL")


def _message(text: str) -> Received:
    read = _object(text)
    names = ("originationNumber", "destinationNumber", "messageBody", "inboundMessageId")
    given = [read.get(name) for name in names]
    if not all(isinstance(value, str) and 0 < len(value) <= 2_000 for value in given):
        raise HTTPException(400)
    try:
        phone = read_phone(read["originationNumber"])
    except InvalidInput:
        phone = None
    if phone is None:
        raise HTTPException(400)
    return Received(Channel.SMS, read["inboundMessageId"], phone, read["messageBody"])


def _object(data: str | bytes) -> dict[str, Any]:
    try:
        read = decode(data)
    except JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        raise HTTPException(400)
    return read
