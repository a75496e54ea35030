"""Codes by text message: asked for, and shown again. They prove a telephone, not a person.

Nothing tells whether a telephone has an account: a code is sent to any, and the account is made
when the code is shown. Failures are counted like those at query codes, by telephone and address.
"""

from __future__ import annotations

import hmac
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from domain.accounts import CODE_DIGITS, CODE_GOOD_FOR, CODE_TRIES, RESEND_AFTER
from domain.media import Medium
from domain.messages import SIGNED
from domain.refusals import ActionNotAllowed, InvalidInput, NotFound, Text, TooManyAttempts
from domain.secret_words import mark_secret
from services.accounts.desk import AccountDesk
from services.functions.messages import Message
from services.letter_checks import check_key, read_phone
from services.office import Office
from storage.outbox import SIGN_IN
from storage.sign_in_codes import SentCode

_NUMBER = "0123456789"


@dataclass(frozen=True, slots=True)
class CodeSent:
    """Until when the code is good, and from when on another one can be had."""

    expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a code: ``address`` is where from, ``language`` what they read."""

    phone: str = field(repr=False)
    idempotency_key: str
    address: str | None = None
    language: str = "zh"


async def send_code(office: Office, desk: AccountDesk, asking: Asking, now: datetime) -> CodeSent:
    """Sends a code to a telephone; the same request again within its time sends no other.

    Raises ``InvalidInput`` for no telephone number, ``TooManyAttempts`` for the next code within
    a minute and for too many, ``ActionNotAllowed`` where nobody signs in or the post refuses.
    """
    desk.open_post()
    check_key(asking.idempotency_key)
    phone = checked_phone(asking.phone)
    key, codes = phone_key(office, phone), office.outside.sign_in_codes
    request = office.access.digest("sign-in request", phone, asking.idempotency_key).hex()
    before = await codes.of(key, now)
    if before is not None and before.is_sent:
        if before.request == request:
            return _told(before)
        _check_interval(before, now)
    await _count(office, desk, phone, asking.address, now)
    code = "".join(secrets.choice(_NUMBER) for _ in range(CODE_DIGITS))
    digest = _digest(office, phone, code)
    new = SentCode(key, digest, request, now, now + CODE_GOOD_FOR)
    if not await codes.put(new, before):
        other = await codes.of(key, now)
        if other is not None and other.request == request:
            return _told(other)
        raise TooManyAttempts(math.ceil(RESEND_AFTER.total_seconds()))
    words = _words(mark_secret(code)).spoken(asking.language)
    await _post(office, desk, new, phone, words)
    return _told(new)


async def prove_phone(
    office: Office, phone: str, code: str, address: str | None, now: datetime
) -> None:
    """Uses the code up that was sent to ``phone`` (E.164).

    Raises ``NotFound``, the same for a wrong code, an old one, one that was used and none, and
    ``TooManyAttempts`` for whoever failed too often.
    """
    shown = "".join(sign for sign in code if not sign.isspace())
    look_up = partial(_used, office, phone, shown, now)
    # Under a name that no case's number can have.
    if await office.guessing.guarded(look_up, f"phone {phone}", address, now) is None:
        raise NotFound("验证码不正确或已失效。", "This code is wrong or too old.", "code")


def checked_phone(text: str) -> str:
    """In E.164; raises ``InvalidInput`` naming ``phone``."""
    phone = read_phone(text, "phone")
    if phone is None:
        raise InvalidInput("请填写手机号码。", "A telephone number is needed.", "phone")
    return phone


def phone_key(office: Office, phone: str) -> str:
    """Under which name a telephone's code lies; the number cannot be read back from it."""
    return office.access.digest("sign-in phone", phone).hex()


async def _used(office: Office, phone: str, code: str, now: datetime) -> bool | None:
    codes, key = office.outside.sign_in_codes, phone_key(office, phone)
    wanted = await codes.tried(key, CODE_TRIES, now)
    if wanted is None or not hmac.compare_digest(wanted, _digest(office, phone, code)):
        return None
    return True if await codes.used(key, wanted) else None


def _digest(office: Office, phone: str, code: str) -> bytes:
    return office.access.digest("sign-in code", phone, code)


def _told(code: SentCode) -> CodeSent:
    return CodeSent(code.expires_at, code.requested_at + RESEND_AFTER)


def _check_interval(before: SentCode, now: datetime) -> None:
    wait = before.requested_at + RESEND_AFTER - now
    if wait > timedelta():
        raise TooManyAttempts(math.ceil(wait.total_seconds()))


async def _count(
    office: Office, desk: AccountDesk, phone: str, address: str | None, now: datetime
) -> None:
    """Codes cost money, and telephones ring at night; what one limit refuses, the next ones do
    not count."""
    limits, access = desk.limits, office.access
    counted: Mapping[str, tuple[int, timedelta]] = {
        access.digest("codes of an hour", phone).hex(): (limits.phone_hour, limits.hour),
        access.digest("codes of a day", phone).hex(): (limits.phone_day, limits.day),
    }
    if address is not None:
        key = access.digest("codes for an address", address).hex()
        counted = {key: (limits.address_hour, limits.hour), **counted}
    for key, (most, window) in counted.items():
        count, until = await office.outside.attempts.failed(key, most + 1, now, window)
        if count > most:
            raise TooManyAttempts(max(1, math.ceil((until - now).total_seconds())))


async def _post(office: Office, desk: AccountDesk, code: SentCode, phone: str, text: str) -> None:
    """Hands the message over; what the post refuses is forgotten, so that it can be asked anew."""
    moment = int(code.requested_at.timestamp() * 1000)
    message = Message(f"sign-in-{code.id[:24]}-{moment}", Medium.SMS, phone, text, about=SIGN_IN)
    refusal = await desk.open_post().send(message)
    if refusal is not None:
        await office.outside.sign_in_codes.drop(code)
        raise ActionNotAllowed("验证码未能发出，请稍后再试。", "The code could not be sent.")
    await office.outside.sign_in_codes.sent(code)


def _words(code: str) -> Text:
    return Text(
        f"{SIGNED.zh}登录验证码{code}，五分钟内有效，请勿告诉他人。",
        f"{SIGNED.en}{code} is your sign-in code, good for five minutes. Tell it to nobody.",
    )
