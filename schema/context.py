"""What every field can ask for: who reads, in which language, when, and through what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from domain.actors import Actor
from domain.case import Case
from domain.categories import Category
from domain.directory import Mailbox, Unit
from domain.letters import Writer
from domain.rulebook import Moment
from services.office import Office


@dataclass(frozen=True, slots=True)
class Loaders:
    """One look-up per kind and level of a query; made for each request."""

    units: DataLoader[str, Unit | None]
    mailboxes: DataLoader[str, Mailbox | None]
    categories: DataLoader[str, Category | None]
    cases: DataLoader[str, Case | None]
    writers: DataLoader[str, Writer]


@dataclass(slots=True)
class Context:
    """One request. ``language`` is ``"zh"`` or ``"en"``; ``now`` aware, in whole milliseconds."""

    office: Office
    actor: Actor
    language: str
    now: datetime
    loaders: Loaders
    request_id: str = field(default="")

    def moment(self, actor: Actor | None = None) -> Moment:
        """This reader, or another one, here and now."""
        return Moment(actor or self.actor, self.now, self.office.rulebook)


Info: TypeAlias = strawberry.Info[Context, None]
