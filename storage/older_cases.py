"""Cases as an older version wrote them, on their way to today's form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from pymongo.errors import EncryptionError

from storage.cases import COLLECTION
from storage.migrations import current
from storage.mongo import Database, Document
from storage.personal import MisplacedCiphertext, PersonalData
from storage.rebinding import Rebound, rebind
from storage.state_seals import SEAL, StateSeals
from storage.stored_cases import StoredCase, UnreadableCase, read_stored

BATCH = 200
_MISSING = {"$exists": False}


@dataclass(frozen=True, slots=True)
class OlderCase:
    """A stored case; ``is_sealed``: it is in today's form, and nobody changed it since."""

    number: str
    is_sealed: bool
    document: Document = field(repr=False)


class OlderCases:
    """Every case, whatever wrote it."""

    def __init__(self, database: Database, personal: PersonalData, seals: StateSeals) -> None:
        self.database = database
        self.seals = seals
        self._collection = database[COLLECTION]
        self._personal = personal

    async def all(self) -> AsyncIterator[OlderCase]:
        """One by one, in no order."""
        async for document in self._collection.find({}).batch_size(BATCH):
            number = str(document.get("number", document["_id"]))
            yield OlderCase(number, not self.seals.differing(document), document)

    async def proven(self, older: OlderCase) -> StoredCase | UnreadableCase:
        """What the old rules have to look at: everything but the seal over the whole."""
        return await read_stored(older.document, self._personal)

    async def seal(self, older: OlderCase) -> bool:
        """Today's form of a case that was proven; False when somebody wrote to it meanwhile."""
        before = older.document
        after = current({name: value for name, value in before.items() if name != SEAL})
        try:
            writer = await self._personal.rebound(after["writer"], after["_id"])
        except (EncryptionError, MisplacedCiphertext):
            return False
        after = self.seals.sealed({**after, "writer": writer}, self.seals.revision(before) + 1)
        guard = {name: before.get(name, _MISSING) for name in {*before, *after}}
        return bool((await self._collection.replace_one(guard, after)).matched_count)

    async def others(self) -> AsyncIterator[Rebound]:
        """All other documents with ciphertexts, each bound to where it lies."""
        async for one in rebind(self.database, self._personal):
            yield one
