"""Telephone numbers of letters' writers: whose is a case's, and which cases wait for one."""

from __future__ import annotations

from collections.abc import Sequence

from domain.case import Case
from storage.case_documents import read_case
from storage.case_lists import LONG_AGO
from storage.case_reader import ignore, read_each
from storage.cases import COLLECTION
from storage.index import Index
from storage.mongo import Database, Document, raise_outage
from storage.personal import PHONE_INDEX, PersonalData
from storage.sealed_cases import SealedCases
from storage.state_seals import DECIDES_ACCESS, StateSeals

INDEXES = (Index(COLLECTION, (("writer.phone_index", 1), ("ask_at", 1)), "by_phone_index"),)
MOST_OF_A_PHONE = 100


class TelephoneRepository:
    """Found by a keyed index, which lies beside the encrypted number."""

    def __init__(self, database: Database, personal: PersonalData, seals: StateSeals) -> None:
        self._collection = database[COLLECTION]
        self._sealed = SealedCases(self._collection, seals)
        self._personal = personal

    async def of(self, case_ids: Sequence[str]) -> dict[str, str | Exception | None]:
        """The writers' numbers (E.164), decrypted: for the clockwork, which writes to them.

        An exception stands in the place of a number that cannot be read.
        """
        found = self._collection.find({"_id": {"$in": list(case_ids)}}, {"writer.phone": 1})
        return {one["_id"]: await self._opened(one) async for one in found}

    async def with_openid(self, case_ids: Sequence[str]) -> set[str]:
        """Which of these cases' writers WeChat reaches. Nothing is decrypted."""
        found = self._collection.find({"_id": {"$in": list(case_ids)}}, {"writer.openid": 1})
        return {one["_id"] async for one in found if _has_openid(one.get("writer"))}

    async def _opened(self, document: Document) -> str | Exception | None:
        try:
            writer = document.get("writer") or {}
            return await self._personal.opened_field(writer, document["_id"], "phone")
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not hold up the others
            raise_outage(error)
            return error

    async def waiting_for(self, phone: str) -> list[Case]:
        """Cases that wait for the survey's answer of the writer with this number (E.164).

        One that cannot be read is left out: it must not keep the others from being answered.
        """
        waiting: list[Case] = []
        for criteria in await phone_criteria(self._personal, phone):
            asked = {**criteria, "ask_at": {"$gt": LONG_AGO}}
            found = self._collection.find(asked, {"notices": 0, "keys": 0}).limit(MOST_OF_A_PHONE)
            shown = [
                document
                async for document in found
                if self._sealed.admits(document, (*DECIDES_ACCESS, "writer"))
            ]
            waiting += read_each(shown, read_case, ignore)
        return waiting


def _has_openid(writer: object) -> bool:
    return isinstance(writer, dict) and bool(writer.get("openid"))


async def phone_criteria(personal: PersonalData, phone: str) -> list[Document]:
    """The filters that find the letters of a telephone number (E.164), one after the other.

    Letters of an older version are found by their ciphertext until all are migrated.
    """
    criteria: list[Document] = [{f"writer.{PHONE_INDEX}": personal.phone_index(phone)}]
    if not personal.bound:
        former = await personal.former_index(phone)
        criteria.append({"writer.phone": former, f"writer.{PHONE_INDEX}": None})
    return criteria
