"""Brings what an older version wrote to today's form: sealed whole, bound to where it lies.

Nothing is sealed unseen: each case is first proven by the old rules, and one that fails is put
aside, with its number. When nothing is left, that is said outside the database, and from then on
a document of an older form is a finding. There is nothing to resume from but the documents.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime

from services.anchors import are_forms_closed, close_forms, take_anchor
from services.functions.workshop import ObjectStore
from services.office import Office
from services.verification import finding_of
from storage.older_cases import OlderCase


@dataclass
class Sealing:
    """One pass over the database. ``aside``: what failed the old rules, by number or name."""

    office: Office
    store: ObjectStore
    seen: int = 0
    sealed: int = 0
    bound: int = 0
    entries: int = 0
    aside: dict[str, str] = field(default_factory=dict)

    async def carry_out(self) -> AsyncGenerator[str, None]:
        """Case by case, then all other ciphertexts and the audit log; the name of each one seen."""
        async for older in self.office.older_cases.all():
            self.seen += 1
            await self._seal(older)
            yield older.number
        async for one in self.office.older_cases.others():
            self.bound += one.changed
            if one.problem is not None:
                self.aside[one.name] = one.problem
            yield one.name
        self.entries = await self.office.audit.seal_entries()

    async def _seal(self, older: OlderCase) -> None:
        if older.is_sealed:
            return
        if await are_forms_closed(self.store, self.office.rulebook.chain):
            self.aside[older.number] = "is of an older form, after all were brought to the new one"
            return
        problem = finding_of(self.office, await self.office.older_cases.proven(older)).problem
        if problem is not None:
            self.aside[older.number] = problem
        elif await self.office.older_cases.seal(older):
            self.sealed += 1

    @property
    def has_changed(self) -> bool:
        """Whether another pass may find something that was written meanwhile."""
        return bool(self.sealed or self.bound or self.entries)


async def close(office: Office, store: ObjectStore, aside: dict[str, str], now: datetime) -> None:
    """Says that nothing is left, and takes the first anchor of what there is."""
    await close_forms(store, office.rulebook.chain, now, sorted(aside))
    await take_anchor(office, store, now)
