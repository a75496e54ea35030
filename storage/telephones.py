"""Telephone numbers of letters' writers: whose is a case's, and which cases wait for one."""

from __future__ import annotations

from collections.abc import Sequence

from domain.case import Case
from storage.case_documents import read_case
from storage.case_lists import LONG_AGO
from storage.case_reader import ignore, read_each
from storage.cases import COLLECTION, WITHOUT_WRITER
from storage.index import Index
from storage.mongo import OUTAGES, Database, Document
from storage.personal import PersonalData

INDEXES = (Index(COLLECTION, (("writer.phone", 1), ("ask_at", 1)), "by_telephone"),)
MOST_OF_A_PHONE = 100


class TelephoneRepository:
    """Found by what the encryption makes of a number: the same each time."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
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
            return await self._personal.opened_phone(document.get("writer") or {})
        except OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not hold up the others
            return error

    async def waiting_for(self, phone: str) -> list[Case]:
        """Cases that wait for the survey's answer of the writer with this number (E.164).

        One that cannot be read is left out: it must not keep the others from being answered.
        """
        sealed = await self._personal.sealed_phone(phone)
        criteria = {"writer.phone": sealed, "ask_at": {"$gt": LONG_AGO}}
        found = self._collection.find(criteria, WITHOUT_WRITER).limit(MOST_OF_A_PHONE)
        return read_each([one async for one in found], read_case, ignore)


def _has_openid(writer: object) -> bool:
    return isinstance(writer, dict) and bool(writer.get("openid"))
