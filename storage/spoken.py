"""What senders wrote by message and were answered: shown to them, and erased.

A sender is a keyed hash, and so is a message. What stays of an erased message is that it came: a
provider that repeats it must not have it taken for a new one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from storage.cases import COLLECTION as CASES
from storage.conversations import CONVERSATIONS, RECEIVED, SURVEYS, answer_place
from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData
from storage.telephones import phone_criteria

INDEXES = (
    Index(RECEIVED, (("sender", 1), ("at", 1)), "by_sender", partial={"sender": {"$gt": ""}}),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A message of a sender's and what it was answered, None as long as it was not."""

    at: datetime
    answer: str | None = field(repr=False)


class SpokenRepository:
    """Messages and conversations by their senders."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._conversations = database[CONVERSATIONS]
        self._received = database[RECEIVED]
        self._surveys = database[SURVEYS]
        self._cases = database[CASES]
        self._personal = personal

    async def of(self, sender: str) -> list[Answered]:
        """A sender's messages that are still known, oldest first."""
        found = self._received.find(_by(sender)).sort("at", 1)
        return [Answered(one["at"], await self._opened(one)) async for one in found]

    async def erase(self, senders: Collection[str], answer: str) -> None:
        """Leaves nothing of what they wrote and were answered; repeats get ``answer``.

        Messages go first: whoever is cut off finds the conversation again.
        """
        for sender in senders:
            said = await self._conversations.find_one({"_id": sender}, ["moves.message"])
            moves = [one["message"] for one in said["moves"]] if said else []
            theirs = [one["_id"] async for one in self._received.find(_by(sender), ["_id"])]
            for message in dict.fromkeys([*moves, *theirs]):
                hidden = await self._personal.hidden(answer, answer_place(message))
                gone: Document = {
                    "$set": {"answer": hidden, "sent": True},
                    "$unset": {"sender": "", "left": "", "content": "", "due_at": ""},
                }
                await self._received.update_one({"_id": message}, gone)
            await self._surveys.delete_one({"_id": sender})
            await self._conversations.delete_one({"_id": sender})

    async def openids_under(self, phone: str) -> list[str]:
        """Who wrote letters over WeChat that name this telephone number (E.164)."""
        found = []
        for criteria in await phone_criteria(self._personal, phone):
            found += await self._cases.find(criteria, {"writer.openid": 1}).to_list(None)
        openids = [
            await self._personal.opened_field(one["writer"], one["_id"], "openid") for one in found
        ]
        return [openid for openid in openids if openid is not None]

    async def _opened(self, document: Document) -> str | None:
        answer, place = document["answer"], answer_place(document["_id"])
        return None if answer is None else await self._personal.revealed(answer, place)


def _by(sender: str) -> Document:
    return {"sender": {"$in": [sender], "$gt": ""}}
