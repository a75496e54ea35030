"""A letter and its reply as everybody may read them: by the writer's consent, after a look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case
from domain.redaction import MARK, Redaction, hidden_by_hand, is_redaction_of, redactions_of
from domain.refusals import ActionNotAllowed, InvalidInput, Refusal
from domain.words import Outcome, Stage, Word

EXCERPT = 80
"""So many signs of a reply are shown in a list."""
OUTCOMES = (
    Outcome.RESOLVED,
    Outcome.EXPLAINED,
    Outcome.PARTLY_RESOLVED,
    Outcome.NOT_RESOLVABLE,
)
"""What a unit answered; a letter rejected, merged or withdrawn is not published."""
STAGES = (Stage.CALLBACK, Stage.CONCLUSION)


class PublicationState(Word):
    """What was decided last."""

    PUBLISHED = "PUBLISHED", "已公开", "Published"
    DECLINED = "DECLINED", "不予公开", "Declined"
    UNPUBLISHED = "UNPUBLISHED", "已撤下", "Taken down"
    WITHDRAWN = "WITHDRAWN", "来信人撤回同意", "Consent withdrawn"


@dataclass(frozen=True, slots=True)
class Texts:
    """The three that are published together."""

    title: str
    body: str
    reply: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What was decided about a case. ``id`` is public and says nothing of the case.

    ``texts`` is None unless it is published; ``published_at`` is when it first was. ``category``
    has the ids from the first level down.
    """

    id: str
    case: str
    state: PublicationState
    version: int
    decided_at: datetime
    texts: Texts | None = None
    unit: str | None = None
    mailbox: str = ""
    category: tuple[str, ...] = ()
    submitted_at: datetime | None = None
    replied_at: datetime | None = None
    published_at: datetime | None = None

    @property
    def was_public(self) -> bool:
        return self.published_at is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """The original with what the rules hide of each part: a proposal, and the least."""

    original: Texts
    title: tuple[Redaction, ...]
    body: tuple[Redaction, ...]
    reply: tuple[Redaction, ...]
    version: int


def refusal_of(case: Case) -> Refusal | None:
    """Why this case cannot be published now; None when it can."""
    if not case.letter.consent_to_publish:
        return ActionNotAllowed("来信人未同意公开。", "The writer did not agree to publication.")
    if case.confidential:
        return ActionNotAllowed("保密件不得公开。", "A confidential case is not published.")
    if case.outcome not in OUTCOMES or case.stage not in STAGES or case.reply is None:
        return ActionNotAllowed(
            "只有已答复的来信可以公开。", "Only a letter that a unit has answered is published."
        )
    return None


def draft_of(case: Case, names: Collection[str], keep: Collection[str], version: int) -> Draft:
    """What is proposed for a case with a reply; ``names`` are its writer's."""
    reply = case.reply
    texts = Texts(case.letter.title, case.letter.body, reply.text if reply else "")
    found = [redactions_of(text, names, keep) for text in (texts.title, texts.body, texts.reply)]
    return Draft(texts, found[0], found[1], found[2], version)


def checked(text: str | None, original: str, automatic: str, field: str) -> str:
    """The text to publish: the automatic one, or one that hides at least as much.

    Raises ``InvalidInput`` naming ``field`` for anything else than marks in the place of signs.
    """
    if text is None:
        return automatic
    if not is_redaction_of(text, original):
        raise InvalidInput(
            f"只能把原文的字逐个换成“{MARK}”，不得增删改写。",
            f"Signs of the original may be replaced by {MARK}, one by one, and nothing else.",
            field,
        )
    if not is_redaction_of(text, automatic):
        raise InvalidInput(
            "自动隐去的内容不得恢复。", "What the rules hide has to stay hidden.", field
        )
    return text


def extra(text: str, automatic: str) -> int:
    """How many places a person hid beside the rules."""
    return len(hidden_by_hand(text, automatic))


def excerpt(text: str) -> str:
    """The beginning of a reply, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rstrip() + "…"
