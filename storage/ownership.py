"""Whose cases are whose: claims, what an account has, and what stays when it is erased."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import asdict
from datetime import datetime

from domain.case import Case
from domain.history import Chain
from domain.ownership import Ownership
from domain.words import Stage
from storage.case_documents import read_case
from storage.case_lists import LONG_AGO
from storage.cases import COLLECTION, WITHOUT_WRITER
from storage.fetching import fill_page
from storage.index import Index
from storage.mongo import Database, Document
from storage.pages import (
    Page,
    Slice,
    SortKey,
    decode_cursor,
    encode_cursor,
    sort_order,
    sort_values,
)
from storage.sealed_cases import SealedCases
from storage.state_seals import StateSeals
from storage.tombstones import is_tombstone, resealed

INDEXES = (
    Index(COLLECTION, (("account", 1), ("changed_at", 1), ("_id", 1)), "by_change"),
    Index(COLLECTION, (("leaving", 1), ("_id", 1)), "by_leaving", partial={"leaving": True}),
)
BY_CHANGE = (SortKey("changed_at", datetime, nullable=True), SortKey("_id"))
"""Nullable: cases of an older version have none until something happens to them."""
OVER = (Stage.CONCLUSION.value, Stage.ARCHIVE.value)


class OwnershipRepository:
    """Changes of whose a case is: beside its history, guarded by version and account."""

    def __init__(self, database: Database, seals: StateSeals) -> None:
        self._collection = database[COLLECTION]
        self._sealed = SealedCases(self._collection, seals)

    async def changed(self, account: str, page: Page) -> Slice[Case]:
        """An account's cases in the order in which something happened to them, from its start on.

        What lies beyond a place is asked for in two parts, each along the index alone.
        """
        start = None if page.after is None else decode_cursor(page.after, BY_CHANGE, "after")

        async def read_on(last: Document | None, most: int) -> list[Document]:
            place = start if last is None else sort_values(last, BY_CHANGE)
            parts: list[Document] = [{}]
            if place is not None:
                at, case_id = place
                later = {"$gt": LONG_AGO if at is None else at}
                parts = [{"changed_at": at, "_id": {"$gt": case_id}}, {"changed_at": later}]
            found: list[Document] = []
            for part in parts:
                if wanted := most - len(found):
                    cursor = self._collection.find({"account": account, **part}, WITHOUT_WRITER)
                    cursor = cursor.sort(sort_order(BY_CHANGE)).limit(wanted)
                    found += await cursor.to_list(wanted)
            return found

        found = await fill_page(page.size, read_on, self._sealed.admitted)
        shown = found[: page.size]
        return Slice(
            items=tuple(read_case(document) for document in shown),
            cursors=tuple(encode_cursor(sort_values(document, BY_CHANGE)) for document in shown),
            has_next=len(found) > page.size,
            has_previous=page.after is not None,
            total=None,
        )

    async def claim(self, case: Case, owned: Ownership, chain: Chain) -> bool:
        """Gives a case that is nobody's to an account; False when it moved on since it was read."""
        document = await self._collection.find_one({"_id": case.id}, {"notices": 0})
        if document is None or document["version"] != case.version:
            return False
        return await self._write(document, None, owned, chain)

    async def of_account(self, account: str) -> AsyncIterator[Case]:
        """Every case of an account, in no order."""
        async for document in self._collection.find({"account": account}, WITHOUT_WRITER):
            if self._sealed.admits(document):
                yield read_case(document)

    async def give_up(self, case: Case, owned: Ownership, chain: Chain) -> bool:
        """Takes the link and the writer's name out of a case; False when it moved on meanwhile.

        The telephone number stays with a case that is open, for its reply; `forget_phones` takes
        it out then.
        """
        document = await self._collection.find_one({"_id": case.id}, {"notices": 0})
        if document is None or document["version"] != case.version:
            return False
        return await self._write(document, case.account, owned, chain, forgets=True)

    async def _write(
        self,
        document: Document,
        before: str | None,
        owned: Ownership,
        chain: Chain,
        *,
        forgets: bool = False,
    ) -> bool:
        """Guarded by what was read. The link is under the seal of a tombstone, which is renewed."""
        guard: Document = {"_id": document["_id"], "version": document["version"]}
        guard["account"] = before
        changed: Document = {"account": owned.account}
        update: Document = {}
        if is_tombstone(document):  # it has neither name nor number
            guard["tombstone.seal"] = document["tombstone"]["seal"]
            changed = resealed(document, changed, chain)
        elif forgets:
            update["$unset"] = {"writer.salts.name": ""}
            changed |= {"writer.name": None, "leaving": True}
        changed["ownership"] = asdict(owned)
        changed["changed_at"] = max(document["updated_at"], owned.at)
        update["$set"] = changed
        return await self._sealed.update(guard, update)

    async def over(self, cases: Collection[str]) -> list[str]:
        """Which of these cases are over, with nobody to be told anything any more."""
        found = self._collection.find({"_id": {"$in": list(cases)}}, ["stage", "notify_at"])
        return [one["_id"] async for one in found if _is_over(one)]

    async def left_and_over(self) -> list[str]:
        """Ids of the cases that `forget_phones` would take a number out of."""
        return [one["_id"] for one in await self._left_and_over()]

    async def _left_and_over(self) -> list[Document]:
        found = self._collection.find({"leaving": True}, ["number", "stage", "notify_at"])
        return [one async for one in found if _is_over(one)]

    async def forget_phones(self) -> list[str]:
        """Takes the numbers out of cases that were given up and are over; the cases' numbers.

        As long as its writer is to be told something, a number stays. An OpenID goes with it.
        """
        done = await self._left_and_over()
        for one in done:
            await self._sealed.update(
                {"_id": one["_id"], "leaving": True, "stage": {"$in": OVER}},
                {
                    "$set": {"writer.phone": None},
                    "$unset": {
                        "writer.salts.phone": "",
                        "writer.phone_index": "",
                        "writer.openid": "",
                        "leaving": "",
                    },
                },
            )
        return [one["number"] for one in done]


def _is_over(document: Document) -> bool:
    return document["stage"] in OVER and not document.get("notify_at")
