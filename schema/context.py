"""What every field can ask for: who reads, in which language, when, and through what."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from domain.actors import Actor
from domain.attachments import Attachment
from domain.case import Case
from domain.categories import Category, Taxonomy
from domain.directory import Mailbox, Unit
from domain.letters import Writer
from domain.partners import Partner
from domain.rulebook import Moment
from services.accounts.desk import AccountDesk
from services.accounts.exporting import Exported
from services.attachments.desk import AttachmentDesk
from services.functions.ops import Ops
from services.office import Office
from services.rates import Allowance, Buckets
from services.subscribers import Subscribers


class Loaders(Protocol):
    """One look-up per kind and level of a query; made for each request."""

    @property
    def units(self) -> DataLoader[str, Unit | None]: ...
    @property
    def mailboxes(self) -> DataLoader[str, Mailbox | None]: ...
    @property
    def categories(self) -> DataLoader[str, Category | None]: ...
    @property
    def main_cases(self) -> DataLoader[str, Case | None]: ...
    @property
    def seen_cases(self) -> DataLoader[str, Case | None]: ...
    @property
    def taxonomy(self) -> DataLoader[None, Taxonomy]: ...
    @property
    def writers(self) -> DataLoader[str, Writer]: ...
    @property
    def partners(self) -> DataLoader[str, Partner | None]: ...
    @property
    def exports(self) -> DataLoader[datetime, Exported]: ...
    @property
    def attachments(self) -> DataLoader[str, list[Attachment] | None]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A case, when it was read, and loaders for what belongs to it, shared by its readers."""

    case: Case
    now: datetime = field(compare=False)
    loaders: Loaders = field(compare=False)


@dataclass(slots=True)
class Context:
    """One request. ``language`` is ``"zh"`` or ``"en"``; ``now`` aware, in whole milliseconds."""

    office: Office
    actor: Actor
    language: str
    now: datetime
    loaders: Loaders
    subscribers: Subscribers[Reading]
    request_id: str = field(default="")
    operation: str = field(default="")
    """The operation's name once it is found valid; for the log."""
    may_introspect: bool = True
    trusted_only: bool = False
    """Whether only released clients' documents are answered."""
    address: str | None = None
    """Where the request comes from; None for what does not come over the network."""
    allowance: Allowance | None = None
    letters: Buckets | None = None
    """What those without an account may still write."""
    partner: Partner | None = None
    """Whose key came with the request; None for everybody else."""
    loopback: bool = False
    """Whether a webhook may lead to this machine itself: not in production."""
    refusals: list[str] = field(default_factory=list)
    """Codes of what payloads refused: for the metrics."""
    ops: Ops = field(default_factory=Ops)
    """By which ways the functions are reached."""
    accounts: AccountDesk = field(default_factory=AccountDesk)
    """Who signs citizens in, and reaches their devices."""
    attachments: AttachmentDesk = field(default_factory=AttachmentDesk)
    """Where photographs and documents lie."""
    time_limit: asyncio.Timeout | None = None
    """After which the operation is cancelled."""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a subscription has begun."""

    def moment(self, actor: Actor | None = None) -> Moment:
        """This reader, or another one, here and now."""
        return Moment(actor or self.actor, self.now, self.office.rulebook)


Info: TypeAlias = strawberry.Info[Context, None]
