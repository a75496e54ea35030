"""What partners are told of: events of cases that came through them, and when it is tried again.

An event says which case, where it stands and when: nothing of the letter, nothing of a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from domain.case import Case
from domain.refusals import InvalidInput
from domain.traces import RELEASES
from domain.words import Stage, Word
from domain.workflow import Action

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long is waited after each failed attempt, some 22 hours in all, and up to a fifth more."""
JITTER = 0.2
MOST_FAILURES = 5
"""In a row; then an endpoint is left alone for a while."""
LEFT_ALONE = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
MOST_WEBHOOKS = 5
LONGEST_URL = 500
_LOOPBACK_NAMES = ("localhost",)


class Event(Word):
    """What a partner can be told of."""

    STAGE_CHANGED = "STAGE_CHANGED", "环节变更", "It came into another stage"
    REPLIED = "REPLIED", "已答复", "A reply went out to the writer"
    CONCLUDED = "CONCLUDED", "已办结", "It was concluded"

    @property
    def type(self) -> str:
        """As it is called on the wire."""
        return f"case.{self.value.lower()}"


class DeliveryState(Word):
    """How far a delivery got."""

    QUEUED = "QUEUED", "待发", "Waiting"
    DELIVERED = "DELIVERED", "已送达", "Taken by its receiver"
    GIVEN_UP = "GIVEN_UP", "发送失败", "Given up"


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case: ``stage`` is where it stood then."""

    event: Event
    number: str
    stage: Stage
    at: datetime
    submitted_at: datetime

    def told(self) -> dict[str, object]:
        """The body, as JSON has it: number, stage and times."""
        data = {
            "number": self.number,
            "stage": self.stage.value,
            "at": _iso(self.at),
            "submittedAt": _iso(self.submitted_at),
        }
        return {"type": self.event.type, "timestamp": _iso(self.at), "data": data}


def events_of(case: Case, place: int) -> tuple[Happened, ...]:
    """What the entry at ``place`` (1: the submission) is to a partner; often nothing.

    Archiving is the house's own business: a partner has heard of the conclusion.
    """
    if place < 2 or place > len(case.history):
        return ()
    entry, before = case.history[place - 1], case.history[place - 2].stage
    moved = entry.stage is not before and entry.stage is not Stage.ARCHIVE
    told = {
        Event.STAGE_CHANGED: moved,
        Event.REPLIED: entry.action in (*RELEASES, Action.ANSWER_JOINED),
        Event.CONCLUDED: moved and entry.stage is Stage.CONCLUSION,
    }
    submitted_at = case.letter.submitted_at
    return tuple(
        Happened(event, case.number, entry.stage, entry.at, submitted_at)
        for event, happened in told.items()
        if happened
    )


def reply_to_joined(case: Case, main: Case | None) -> Happened | None:
    """The main case's latest reply, as an event of a letter that was joined to it.

    It is this letter's from when it came or from the joining, whichever is later; None while
    there is none.
    """
    joined, reply = case.last(Action.JOIN), main.reply if main else None
    if joined is None or reply is None:
        return None
    at = max(case.history[joined].at, reply.sent_at)
    return Happened(Event.REPLIED, case.number, Stage.CONCLUSION, at, case.letter.submitted_at)


def next_try(delivery_id: str, failed: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts; None when it is given up.

    The delay is stretched by up to a fifth, by a hash of what is delivered: receivers that were
    down are not met by everything at once, and a run that is repeated decides the same.
    """
    if failed > len(RETRY_AFTER):
        return None
    digest = hashlib.sha256(f"{delivery_id}:{failed}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    delay = RETRY_AFTER[failed - 1] * (1 + JITTER * share)
    return now + timedelta(seconds=round(delay.total_seconds()))


@dataclass(frozen=True, slots=True)
class Circuit:
    """Whether an endpoint is left alone. ``failures`` are in a row, of whatever delivery.

    Once ``open_until`` has passed, one attempt is let through: it closes the circuit, or opens it
    for longer.
    """

    failures: int = 0
    open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether nothing is sent there now."""
        return self.open_until is not None and now < self.open_until

    def after(self, now: datetime, *, taken: bool) -> Circuit:
        """As it stands after an attempt."""
        if taken:
            return Circuit()
        failures = self.failures + 1
        if failures < MOST_FAILURES:
            return Circuit(failures)
        pause = LEFT_ALONE[min(failures - MOST_FAILURES, len(LEFT_ALONE) - 1)]
        return Circuit(failures, now + pause)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a partner is told of which events; ``ended_at`` when that is over."""

    id: str
    partner: str
    url: str
    events: tuple[Event, ...]
    created_at: datetime
    ended_at: datetime | None = None
    circuit: Circuit = Circuit()

    def wants(self, event: Event) -> bool:
        """Whether this event is sent there."""
        return self.ended_at is None and event in self.events


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the receiver's ``status``, or the ``error`` that kept it from answering."""

    at: datetime
    status: int | None
    error: str | None
    milliseconds: int

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver said that nothing is to be sent there any more (RFC 9110, 410)."""
        return self.status == 410  # the status says it


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to one endpoint. Receivers tell repeats by ``id``.

    ``attempts`` failed since it was queued last; it is due at ``due_at``, None when it waits no
    more. ``log`` holds the latest attempts, oldest first. ``version`` moves with each change.
    """

    id: str
    webhook: str
    partner: str
    event: Event
    number: str
    body: str
    created_at: datetime
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    due_at: datetime | None = None
    delivered_at: datetime | None = None
    log: tuple[Attempt, ...] = ()
    version: int = 1

    def after(self, attempt: Attempt) -> Delivery:
        """As it is after an attempt."""
        moved = replace(self, log=(*self.log, attempt)[-MOST_LOGGED:], version=self.version + 1)
        if attempt.is_taken:
            taken = DeliveryState.DELIVERED
            return replace(moved, state=taken, due_at=None, delivered_at=attempt.at)
        failed = self.attempts + 1
        due_at = None if attempt.is_gone else next_try(self.id, failed, attempt.at)
        state = DeliveryState.GIVEN_UP if due_at is None else DeliveryState.QUEUED
        return replace(moved, state=state, attempts=failed, due_at=due_at)

    def postponed(self, until: datetime) -> Delivery:
        """Not now; that is no attempt."""
        return replace(self, due_at=until, version=self.version + 1)

    def given_up(self) -> Delivery:
        """Nobody waits for it any more."""
        state = DeliveryState.GIVEN_UP
        return replace(self, state=state, due_at=None, version=self.version + 1)

    def replayed(self, now: datetime) -> Delivery:
        """Waiting as if it were new, under the same id."""
        state = DeliveryState.QUEUED
        return replace(self, state=state, attempts=0, due_at=now, version=self.version + 1)


MOST_LOGGED = 10


def read_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Each once, in the vocabulary's order; ``InvalidInput`` naming ``events`` for none."""
    wanted = set(events)
    if not wanted:
        raise InvalidInput("请至少选择一种事件。", "This takes at least one event.", "events")
    return tuple(event for event in Event if event in wanted)


def read_url(text: str, *, loopback: bool) -> str:
    """Where events go: ``https``, and ``http`` to this machine where ``loopback`` allows it.

    Raises ``InvalidInput`` naming ``url``. Which address a name leads to is checked with every
    delivery, because it may lead elsewhere tomorrow.
    """
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        is_plain = "@" not in parts.netloc and not parts.fragment and port != 0
    except ValueError:
        raise _no_url() from None
    is_safe = scheme == "https" or (scheme == "http" and loopback and _is_loopback(host))
    is_text = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    if not (host and is_plain and is_safe and is_text and len(text) <= LONGEST_URL):
        raise _no_url()
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES


def _no_url() -> InvalidInput:
    return InvalidInput(
        "地址须以 https:// 开头，且不含用户名和片段。",
        "This takes a URL with https, without user name and fragment.",
        "url",
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
