"""Messages that people sent, and how far each sender's letter is.

A sender and a message are known by keyed hashes; drafts and answers are encrypted. A sender's
document moves by its version alone, and the same write records which message moved it and what
that message asked for: whoever is killed afterwards finds it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

CONVERSATIONS, RECEIVED, NONCES = "conversations", "received_messages", "channel_nonces"
SURVEYS = "surveys_by_sender"
KEPT = timedelta(days=7)
"""By the server's clock. Longer than any provider repeats a message."""
NONCES_KEPT = timedelta(hours=1)
SURVEYS_KEPT = timedelta(days=60)
"""Longer than any survey can be answered."""
MOST_RECENT = 20
INDEXES = (
    Index(CONVERSATIONS, (("at", 1),), "by_age", expire_after_seconds=24 * 3600),
    Index(RECEIVED, (("at", 1),), "by_age", expire_after_seconds=int(KEPT.total_seconds())),
    Index(RECEIVED, (("due_at", 1),), "by_due", partial={"left": True}),
    Index(NONCES, (("at", 1),), "by_age", expire_after_seconds=int(NONCES_KEPT.total_seconds())),
    Index(SURVEYS, (("at", 1),), "by_age", expire_after_seconds=int(SURVEYS_KEPT.total_seconds())),
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """``draft`` is None once it has expired, and is ``forgotten`` then.

    ``moves``: what recent messages led to, by id.
    """

    sender: str
    version: int = 0
    draft: str | None = field(default=None, repr=False)
    moves: Mapping[str, str] = field(default_factory=dict, repr=False)
    forgotten: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """A message in full, for whoever takes it up at ``due_at``, should nobody be done with it."""

    message: str
    content: str = field(repr=False)
    due_at: datetime


class ConversationRepository:
    """One document a sender, one a message, one a nonce, one of whom was asked what last."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._conversations = database[CONVERSATIONS]
        self._received = database[RECEIVED]
        self._nonces = database[NONCES]
        self._surveys = database[SURVEYS]
        self._personal = personal

    async def record(
        self, message: str, left: Left | None = None, sender: str | None = None
    ) -> tuple[bool, str | None]:
        """Whether the message is new, and what it was answered, where it was.

        With ``left`` it waits until its answer is ``mark_sent``. ``sender``: whose it is, to be
        found again by them.
        """
        kept: Document = {"answer": None}
        if sender is not None:
            kept["sender"] = sender
        if left is not None:
            hidden = await self._personal.hidden(left.content, content_place(message))
            kept |= {"left": True, "content": hidden, "due_at": left.due_at}
        stamped: Document = {"$setOnInsert": kept, "$currentDate": {"at": True}}
        try:
            done = await self._received.update_one({"_id": message}, stamped, upsert=True)
        except DuplicateKeyError:  # somebody else records it in this moment
            return False, None
        if done.upserted_id is not None:
            return True, None
        found = await self._received.find_one({"_id": message})
        answer = found.get("answer") if found else None
        if answer is None:
            return False, None
        return False, await self._personal.revealed(answer, answer_place(message))

    async def unanswered(self, messages: Sequence[str]) -> list[str]:
        """Those of these recorded messages that have no answer, in their order."""
        if not messages:
            return []
        found = self._received.find({"_id": {"$in": list(messages)}, "answer": None}, ["_id"])
        open_ones = {one["_id"] for one in await found.to_list(None)}
        return [one for one in messages if one in open_ones]

    async def keep_answer(self, message: str, answer: str) -> str:
        """Keeps what a message is answered; what was kept before, where something was."""
        hidden = await self._personal.hidden(answer, answer_place(message))
        await self._received.update_one(
            {"_id": message, "answer": None}, {"$set": {"answer": hidden}}
        )
        _, kept = await self.record(message)
        return answer if kept is None else kept

    async def is_sent(self, message: str) -> bool:
        """Whether its answer went out by a message of its own."""
        return await self._received.find_one({"_id": message, "sent": True}, ["_id"]) is not None

    async def mark_sent(self, message: str) -> None:
        """The answer is out: nobody has to take the message up."""
        gone = {"left": "", "content": "", "due_at": ""}
        await self._received.update_one({"_id": message}, {"$set": {"sent": True}, "$unset": gone})

    # What was left

    async def has_left(self, now: datetime) -> bool:
        """Whether any message is to be taken up."""
        criteria = {"left": True, "due_at": {"$lte": now}}
        return await self._received.find_one(criteria, ["_id"]) is not None

    async def left(self, now: datetime, most: int) -> list[str]:
        """Messages that nobody was done with, those that wait longest first."""
        found = self._received.find({"left": True, "due_at": {"$lte": now}}, ["_id"])
        return [one["_id"] for one in await found.sort("due_at", 1).limit(most).to_list(most)]

    async def content_of(self, message: str) -> str | None:
        """What such a message says; None for one that was dealt with, or erased, by now."""
        found = await self._received.find_one({"_id": message, "left": True}, ["content"])
        if found is None:
            return None
        return await self._personal.revealed(found["content"], content_place(message))

    async def put_off(self, message: str, due_at: datetime) -> None:
        """It could not be taken up now."""
        await self._received.update_one(
            {"_id": message, "left": True}, {"$set": {"due_at": due_at}}
        )

    # Surveys

    async def keep_survey(self, sender: str, case_id: str, round_: int) -> None:
        """About which case's reply, the ``round_``-th, a sender was asked last."""
        hidden = await self._personal.hidden(f"{case_id} {round_}", _survey_place(sender))
        change = {"$set": {"survey": hidden}, "$currentDate": {"at": True}}
        await self._surveys.update_one({"_id": sender}, change, upsert=True)

    async def survey_of(self, sender: str) -> tuple[str, str] | None:
        """Case and round of the survey that a sender was asked last."""
        found = await self._surveys.find_one({"_id": sender})
        if found is None:
            return None
        survey = await self._personal.revealed(found["survey"], _survey_place(sender))
        case_id, _, round_ = survey.partition(" ")
        return case_id, round_

    async def of(self, sender: str, now: datetime) -> Conversation:
        """How far a sender is; a fresh conversation for a new one."""
        found = await self._conversations.find_one({"_id": sender})
        if found is None:
            return Conversation(sender)
        moves = {
            one["message"]: await self._personal.revealed(
                one["led"], _led_place(sender, one["message"])
            )
            for one in found["moves"]
        }
        draft = await self._personal.revealed(found["draft"], _draft_place(sender))
        is_over = found["until"] <= now
        kept, forgotten = (None, draft) if is_over else (draft, None)
        return Conversation(sender, found["version"], kept, moves, forgotten)

    async def move(
        self, seen: Conversation, message: str, draft: str, led: str, until: datetime
    ) -> bool:
        """Moves on from what was ``seen``; False when another message did first."""
        hidden = await self._personal.hidden(led, _led_place(seen.sender, message))
        change: Document = {
            "$set": {
                "version": seen.version + 1,
                "draft": await self._personal.hidden(draft, _draft_place(seen.sender)),
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


def answer_place(message: str) -> str:
    """Where the answer to a message lies, which it is encrypted for."""
    return f"{RECEIVED}/{message}/answer"


def content_place(message: str) -> str:
    """Where a message that was left lies."""
    return f"{RECEIVED}/{message}/content"


def _survey_place(sender: str) -> str:
    return f"{SURVEYS}/{sender}/survey"


def _draft_place(sender: str) -> str:
    return f"{CONVERSATIONS}/{sender}/draft"


def _led_place(sender: str, message: str) -> str:
    return f"{CONVERSATIONS}/{sender}/moves/{message}"


def conversation_places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a conversation: their paths, and what each is encrypted for."""
    yield "draft", _draft_place(document["_id"])
    for place, move in enumerate(document["moves"]):
        yield f"moves.{place}.led", _led_place(document["_id"], move["message"])


def message_places(document: Document) -> Iterator[tuple[str, str]]:
    """The same of a message."""
    yield "answer", answer_place(document["_id"])
    yield "content", content_place(document["_id"])


def survey_places(document: Document) -> Iterator[tuple[str, str]]:
    """The same of a survey that a sender was asked last."""
    yield "survey", _survey_place(document["_id"])
