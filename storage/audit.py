"""The audit log: who looked at whose personal data, and what ops did. Only ever appended.

Each entry is sealed, so that one that was changed or made up is found. One that is gone is found
by the anchor that was taken after it (``domain/anchors``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from bson import ObjectId

from domain.history import Chain
from storage.archive_lines import canonical
from storage.index import Index
from storage.mongo import Database, Document

COLLECTION = "audit"
SEAL = "seal"
PURPOSE = "audit"
BATCH = 1_000
INDEXES = (
    Index(COLLECTION, (("case", 1), ("at", 1)), "by_case"),
    Index(COLLECTION, (("function", 1), ("at", 1)), "by_function"),
    Index(COLLECTION, (("partner", 1), ("at", 1)), "by_partner"),
    Index(COLLECTION, (("account", 1), ("at", 1)), "by_account"),
)


class AuditLog:
    """Entries are written before what they speak of is shown."""

    def __init__(self, database: Database, chain: Chain, *, are_seals_required: bool) -> None:
        self._collection = database[COLLECTION]
        self._chain = chain
        self._are_seals_required = are_seals_required

    async def _append(self, entry: Document) -> None:
        entry = {"_id": ObjectId(), **entry}
        await self._collection.insert_one({**entry, SEAL: self.seal(entry)})

    def seal(self, entry: Document) -> str:
        """The seal over an entry and its id."""
        told = {name: value for name, value in entry.items() if name not in ("_id", SEAL)}
        content = canonical({**told, "_id": str(entry["_id"])})
        return self._chain.proof(PURPOSE, content)

    def problem_of(self, entry: Document) -> str | None:
        """What is wrong with an entry; None for one that is what was written."""
        seal = entry.get(SEAL)
        if seal is None:
            return "has no seal" if self._are_seals_required else None
        return None if seal == self.seal(entry) else "does not fit its seal"

    async def entries(self) -> AsyncIterator[Document]:
        """All of it, in no order."""
        async for entry in self._collection.find({}).batch_size(BATCH):
            yield entry

    async def seal_entries(self) -> int:
        """Seals what an older version wrote, as it lies there; how many there were."""
        found = self._collection.find({SEAL: None}).batch_size(BATCH)
        sealed = 0
        async for entry in found:
            write = {"$set": {SEAL: self.seal(entry)}}
            result = await self._collection.update_one({"_id": entry["_id"], SEAL: None}, write)
            sealed += result.modified_count
        return sealed

    async def record(
        self, what: str, case_id: str, subject: str | None, purpose: str, at: datetime
    ) -> None:
        """One entry; ``subject`` is the account that looked."""
        await self._append(
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
        await self._append(
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
        await self._append({"what": what, "account": account, "about": about, "at": at})

    async def of_account(self, account: str) -> list[tuple[datetime, str, str]]:
        """(at, what, about) of a citizen's account, oldest first."""
        found = self._collection.find({"account": account}).sort("at", 1)
        return [(e["at"], e["what"], e["about"]) async for e in found]

    async def record_partner(
        self, what: str, partner: str, subject: str | None, given: Mapping[str, str], at: datetime
    ) -> None:
        """What ops changed about a partner, and what to."""
        await self._append(
            {"what": what, "partner": partner, "subject": subject, "given": given, "at": at}
        )

    async def of_partner(
        self, partner: str
    ) -> list[tuple[datetime, str, str | None, dict[str, str]]]:
        """(at, what, subject, given) of a partner, oldest first."""
        found = self._collection.find({"partner": partner}).sort("at", 1)
        return [(e["at"], e["what"], e["subject"], e["given"]) async for e in found]
