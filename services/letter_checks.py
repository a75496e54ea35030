"""What a letter must be before it is taken: every refusal names its field as clients know it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import phonenumbers

from domain.actors import Actor
from domain.asks import WordsAsked
from domain.refusals import InvalidInput
from domain.words import Channel, LetterKind, Role

TITLE = WordsAsked(2, 100, one_line=True)
BODY = WordsAsked(5, 10_000)
NAME = WordsAsked(1, 50, one_line=True)
ADDRESS = WordsAsked(1, 200, one_line=True)
KEY_LENGTH = range(1, 129)
COUNTRY = "CN"
_SAID_BY_CLIENTS = (Channel.WEB, Channel.APP)
MOST_DEGREES = {"longitude": 180, "latitude": 90}


@dataclass(frozen=True, slots=True)
class Submission:
    """A letter as it arrives. ``mailbox`` is a code, ``phone`` as it was typed."""

    mailbox: str
    kind: LetterKind
    title: str
    body: str
    channel: Channel
    name: str | None = None
    phone: str | None = None
    anonymous: bool = False
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    consent_to_publish: bool = False
    partner: str | None = None
    """The id of the portal through which it comes."""
    attachments: tuple[str, ...] = ()
    """Ids of files that were sent for it."""
    openid: str | None = field(default=None, repr=False)
    """Of a writer at the official account, as WeChat told it: never what a client says."""


def checked(submission: Submission) -> Submission:
    """The same letter, trimmed and with its telephone number in E.164.

    Raises ``InvalidInput`` naming the first field that cannot be used.
    """
    _check_place(submission)
    return replace(
        submission,
        title=TITLE.read("title", submission.title),
        body=BODY.read("body", submission.body),
        name=NAME.read_optional("writer.name", submission.name),
        phone=read_phone(submission.phone),
        address=ADDRESS.read_optional("place.address", submission.address),
    )


def channel_of(said: Channel, actor: Actor) -> Channel:
    """The channel of a letter that comes through the API, where anybody can say anything.

    A client is believed that it is a page or an app, staff also that they were told by telephone,
    and the gateway of messages (SYSTEM) whatever it says. Everything else is a letter from the web:
    other channels are set by the doors that they come through.
    """
    if Role.SYSTEM in actor.roles or said in _SAID_BY_CLIENTS:
        return said
    return said if said is Channel.PHONE and actor.is_staff else Channel.WEB


def check_key(idempotency_key: str) -> None:
    """Raises ``InvalidInput`` unless the key has 1 to 128 characters."""
    if len(idempotency_key) not in KEY_LENGTH:
        raise InvalidInput(
            "须为1至128个字符。", "This takes 1 to 128 characters.", "idempotencyKey"
        )


def read_phone(text: str | None, field: str = "writer.phone") -> str | None:
    """In E.164, None for nothing; a number without a country code is a Chinese one.

    Raises ``InvalidInput`` naming ``field``.
    """
    if not text or not text.strip():
        return None
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise InvalidInput("电话号码无效。", "This is no valid telephone number.", field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _check_place(submission: Submission) -> None:
    if (submission.longitude is None) != (submission.latitude is None):
        raise InvalidInput("经纬度须同时提供。", "Longitude and latitude go together.", "place")
    for name, most in MOST_DEGREES.items():
        degrees = getattr(submission, name)
        # NaN is not within anything, so it is refused too.
        if degrees is not None and not -most <= degrees <= most:
            raise InvalidInput("坐标超出范围。", "Out of range, in degrees.", f"place.{name}")
