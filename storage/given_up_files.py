"""Files that nobody has any more: what of each is still to go, so that it goes whoever is killed.

They were an erased account's, or waited too long for a letter. An upload that no letter took goes
whole. Of a letter's file the name goes, and what was sent (with what a camera wrote into it). A
document has no other form than the one that was sent: it goes when its case is over, and is needed
until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.attachments import Attachment, nameless
from storage.attachments import COLLECTION, name_place
from storage.cases import COLLECTION as CASES
from storage.index import Index
from storage.moments import until
from storage.mongo import Database, Document
from storage.personal import PersonalData

AGAIN = timedelta(hours=1)
"""Objects are taken away once more after it: a form that was handed out is good for half an hour,
and a letter may have been looking at a file."""
LATER = timedelta(minutes=10)
"""After a failure."""
INDEXES = (
    Index(COLLECTION, (("going", 1), ("objects_go_at", 1)), "by_going", partial={"going": True}),
    Index(COLLECTION, (("leaving", 1),), "by_leaving", partial={"leaving": True}),
)


@dataclass(frozen=True, slots=True)
class Going:
    """Objects that are to be taken away; ``again``: they were once."""

    file: Attachment
    at: datetime
    again: bool

    @property
    def objects(self) -> tuple[str, ...]:
        """Of a letter's file what was sent, of any other all of it."""
        return self.file.objects if self.file.case is None else self.file.as_sent


class GivenUpFiles:
    """Marks on files. What is marked is nobody's, and no letter can take it."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._cases = database[CASES]
        self._personal = personal

    async def give_up_uploads(self, account: str, now: datetime) -> None:
        """What an account announced and no letter has goes; of the rest only the link to it."""
        theirs: Document = {"account": {"$in": [account], "$gt": ""}}
        found = self._collection.find(theirs, ["case"])
        cases = {one["case"] async for one in found} - {None}
        made = self._cases.find({"_id": {"$in": list(cases)}}, ["_id"])
        # A letter whose process was killed before it was stored has files and is none.
        unmade = cases - {one["_id"] async for one in made}
        unused = {**theirs, "case": {"$in": [None, *unmade]}}
        await self._give_up(unused, now)
        await self._collection.update_many(theirs, {"$unset": {"account": ""}})

    async def give_up_expired(self, now: datetime) -> None:
        """What waited too long for its letter goes, whoever announced it."""
        expired = {"expires_at": until(now), "case": None}
        await self._give_up(expired, now)

    async def _give_up(self, unused: Document, now: datetime) -> None:
        """Each is named anew: a name is encrypted for its own file."""
        for one in [one["_id"] async for one in self._collection.find(unused, ["_id"])]:
            nameless = {"file_name": await self._personal.hidden("-", name_place(one)), "size": 0}
            await self._collection.update_one(
                {**unused, "_id": one},
                {
                    "$set": {**_going(now), **nameless, "case": None},
                    "$unset": {"account": "", "expires_at": "", "announced_at": ""},
                },
            )

    async def has_files(self, case: str) -> bool:
        """Whether a case has files that were not given up yet."""
        return bool(await self._kept(case))

    async def give_up(self, case: str, now: datetime) -> None:
        """Names and originals of a case's files go; documents wait until it is over."""
        for one in await self._kept(case):
            name = nameless(one["place"], one["content_type"])
            hidden = await self._personal.hidden(name, name_place(one["_id"]))
            given_up = {"given_up": True, "file_name": hidden}
            file = Attachment(one["_id"], name, one["content_type"], 0, case)
            if not file.is_picture:
                given_up["leaving"] = True
            await self._collection.update_one(
                {"_id": one["_id"], "case": case},
                {"$set": {**_going(now), **given_up}, "$unset": {"account": ""}},
            )

    async def _kept(self, case: str) -> list[Document]:
        found = self._collection.find(
            {"case": {"$in": [case], "$gt": ""}}, ["place", "content_type", "given_up"]
        )
        return [one async for one in found if not one.get("given_up")]

    async def waiting_for_cases(self) -> set[str]:
        """The cases that documents wait for."""
        found = self._collection.find({"leaving": True}, ["case"])
        return {one["case"] async for one in found}

    async def end(self, cases: Sequence[str], now: datetime) -> None:
        """Documents of these cases go, and are not in the letter any more."""
        await self._collection.update_many(
            {"leaving": True, "case": {"$in": list(cases)}},
            {"$set": {**_going(now), "case": None}, "$unset": {"leaving": ""}},
        )

    async def has_going(self, now: datetime) -> bool:
        """Whether any object is to be taken away."""
        return await self._collection.find_one(_due(now), ["_id"]) is not None

    async def going(self, now: datetime, most: int) -> list[Going]:
        """Files of which objects are to be taken away, those that wait longest first."""
        found = self._collection.find(_due(now)).sort("objects_go_at", 1).limit(most)
        return [_read(one) async for one in found]

    async def gone(self, one: Going, now: datetime) -> None:
        """They are away: for the first time, or for good."""
        guard = _as_read(one)
        if not one.again:
            once = {"$set": {"again": True, "objects_go_at": now + AGAIN}}
            await self._collection.update_one(guard, once)
        elif one.file.case is None:
            await self._collection.delete_one(guard)
        else:
            marks = {"going": "", "objects_go_at": "", "again": ""}
            await self._collection.update_one(guard, {"$unset": marks})

    async def put_off(self, one: Going, now: datetime) -> None:
        """They could not be taken away now."""
        await self._collection.update_one(_as_read(one), {"$set": {"objects_go_at": now + LATER}})


def _going(now: datetime) -> Document:
    return {"going": True, "objects_go_at": now, "again": False}


def _due(now: datetime) -> Document:
    return {"going": True, "objects_go_at": {"$lte": now}}


def _as_read(one: Going) -> Document:
    return {"_id": one.file.id, "objects_go_at": one.at, "case": one.file.case}


def _read(document: Document) -> Going:
    kind, case = document["content_type"], document["case"]
    file = Attachment(document["_id"], "", kind, document["size"], case)
    return Going(file, document["objects_go_at"], document["again"])
