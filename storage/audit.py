"""The audit log: who looked at whose personal data, and what ops did. Only ever appended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from storage.index import Index
from storage.mongo import Database

COLLECTION = "audit"
INDEXES = (
    Index(COLLECTION, (("case", 1), ("at", 1)), "by_case"),
    Index(COLLECTION, (("function", 1), ("at", 1)), "by_function"),
    Index(COLLECTION, (("partner", 1), ("at", 1)), "by_partner"),
    Index(COLLECTION, (("account", 1), ("at", 1)), "by_account"),
)


class AuditLog:
    """Entries are written before what they speak of is shown."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def record(
        self, what: str, case_id: str, subject: str | None, purpose: str, at: datetime
    ) -> None:
        """One entry; ``subject`` is the account that looked."""
        await self._collection.insert_one(
            {"what": what, "case": case_id, "subject": subject, "purpose": purpose, "at": at}
        )

    async def of_case(self, case_id: str) -> list[tuple[datetime, str, str | None, str]]:
        """(at, what, subject, purpose) of a case, oldest first."""
        found = self._collection.find({"case": case_id}).sort("at", 1)
        return [(e["at"], e["what"], e["subject"], e["purpose"]) async for e in found]

    async def record_order(
        self, what: str, function: str, subject: str | None, given: Mapping[str, str], at: datetime
    ) -> None:
        """What ops ordered about a function, and what with."""
        await self._collection.insert_one(
            {"what": what, "function": function, "subject": subject, "given": given, "at": at}
        )

    async def of_function(
        self, name: str
    ) -> list[tuple[datetime, str, str | None, dict[str, str]]]:
        """(at, what, subject, given) of a function, oldest first."""
        found = self._collection.find({"function": name}).sort("at", 1)
        return [(e["at"], e["what"], e["subject"], e["given"]) async for e in found]

    async def record_account(self, what: str, account: str, about: str, at: datetime) -> None:
        """What happened to a citizen's account; ``about``: the id of a session or case."""
        await self._collection.insert_one(
            {"what": what, "account": account, "about": about, "at": at}
        )

    async def of_account(self, account: str) -> list[tuple[datetime, str, str]]:
        """(at, what, about) of a citizen's account, oldest first."""
        found = self._collection.find({"account": account}).sort("at", 1)
        return [(e["at"], e["what"], e["about"]) async for e in found]

    async def record_partner(
        self, what: str, partner: str, subject: str | None, given: Mapping[str, str], at: datetime
    ) -> None:
        """What ops changed about a partner, and what to."""
        await self._collection.insert_one(
            {"what": what, "partner": partner, "subject": subject, "given": given, "at": at}
        )

    async def of_partner(
        self, partner: str
    ) -> list[tuple[datetime, str, str | None, dict[str, str]]]:
        """(at, what, subject, given) of a partner, oldest first."""
        found = self._collection.find({"partner": partner}).sort("at", 1)
        return [(e["at"], e["what"], e["subject"], e["given"]) async for e in found]
