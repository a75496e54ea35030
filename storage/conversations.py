"""Messages that people sent, and how far each sender's letter is.

A sender and a message are known by keyed hashes; drafts and answers are encrypted. A sender's
document moves by its version alone, and the same write records which message moved it and what
that message asked for: whoever is killed afterwards finds it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

CONVERSATIONS, RECEIVED, NONCES = "conversations", "received_messages", "channel_nonces"
KEPT = timedelta(days=7)
"""By the server's clock. Longer than any provider repeats a message."""
NONCES_KEPT = timedelta(hours=1)
MOST_RECENT = 20
INDEXES = (
    Index(CONVERSATIONS, (("at", 1),), "by_age", expire_after_seconds=24 * 3600),
    Index(RECEIVED, (("at", 1),), "by_age", expire_after_seconds=int(KEPT.total_seconds())),
    Index(NONCES, (("at", 1),), "by_age", expire_after_seconds=int(NONCES_KEPT.total_seconds())),
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """``draft`` is None once it has expired; ``moves``: what recent messages led to, by id."""

    sender: str
    version: int = 0
    draft: str | None = field(default=None, repr=False)
    moves: Mapping[str, str] = field(default_factory=dict, repr=False)


class ConversationRepository:
    """One document a sender, one a message, one a nonce."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._conversations = database[CONVERSATIONS]
        self._received = database[RECEIVED]
        self._nonces = database[NONCES]
        self._personal = personal

    async def record(self, message: str) -> tuple[bool, str | None]:
        """Whether the message is new, and what it was answered, where it was."""
        stamped: Document = {"$setOnInsert": {"answer": None}, "$currentDate": {"at": True}}
        try:
            done = await self._received.update_one({"_id": message}, stamped, upsert=True)
        except DuplicateKeyError:  # somebody else records it in this moment
            return False, None
        if done.upserted_id is not None:
            return True, None
        found = await self._received.find_one({"_id": message})
        answer = found.get("answer") if found else None
        return False, None if answer is None else await self._personal.revealed(answer)

    async def unanswered(self, messages: Sequence[str]) -> list[str]:
        """Those of these recorded messages that have no answer, in their order."""
        if not messages:
            return []
        found = self._received.find({"_id": {"$in": list(messages)}, "answer": None}, ["_id"])
        open_ones = {one["_id"] for one in await found.to_list(None)}
        return [one for one in messages if one in open_ones]

    async def keep_answer(self, message: str, answer: str) -> str:
        """Keeps what a message is answered; what was kept before, where something was."""
        hidden = await self._personal.hidden(answer)
        await self._received.update_one(
            {"_id": message, "answer": None}, {"$set": {"answer": hidden}}
        )
        _, kept = await self.record(message)
        return answer if kept is None else kept

    async def is_sent(self, message: str) -> bool:
        """Whether its answer went out by a message of its own."""
        return await self._received.find_one({"_id": message, "sent": True}, ["_id"]) is not None

    async def mark_sent(self, message: str) -> None:
        """The answer is out."""
        await self._received.update_one({"_id": message}, {"$set": {"sent": True}})

    async def of(self, sender: str, now: datetime) -> Conversation:
        """How far a sender is; a fresh conversation for a new one."""
        found = await self._conversations.find_one({"_id": sender})
        if found is None:
            return Conversation(sender)
        moves = {
            one["message"]: await self._personal.revealed(one["led"]) for one in found["moves"]
        }
        draft = found["draft"] if found["until"] > now else None
        opened = None if draft is None else await self._personal.revealed(draft)
        return Conversation(sender, found["version"], opened, moves)

    async def move(
        self, seen: Conversation, message: str, draft: str, led: str, until: datetime
    ) -> bool:
        """Moves on from what was ``seen``; False when another message did first."""
        hidden = await self._personal.hidden(led)
        change: Document = {
            "$set": {
                "version": seen.version + 1,
                "draft": await self._personal.hidden(draft),
                "until": until,
            },
            "$push": {"moves": {"$each": [{"message": message, "led": hidden}]}},
            "$currentDate": {"at": True},
        }
        change["$push"]["moves"]["$slice"] = -MOST_RECENT
        criteria = {"_id": seen.sender, "version": seen.version}
        try:
            done = await self._conversations.update_one(criteria, change, upsert=seen.version == 0)
        except DuplicateKeyError:
            return False
        return bool(done.matched_count or done.upserted_id is not None)

    async def spend(
        self, nonce: str, message: str, now: datetime, repeats_within: timedelta
    ) -> bool:
        """Uses a nonce for a message; False for one used before, but for the message's repeats."""
        try:
            await self._nonces.insert_one({"_id": nonce, "message": message, "at": now})
        except DuplicateKeyError:
            found = await self._nonces.find_one({"_id": nonce})
            return (
                found is not None
                and found["message"] == message
                and now - found["at"] <= repeats_within
            )
        return True
