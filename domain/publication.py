"""A letter and its reply as everybody may read them: by the writer's consent, after a look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case
from domain.redaction import (
    MARK,
    Redaction,
    RedactionKind,
    digits_of,
    hidden_by_hand,
    hide,
    is_fixed_telephone,
    is_redaction_of,
    redactions_of,
)
from domain.refusals import ActionNotAllowed, InvalidInput, Refusal
from domain.words import Outcome, Stage, Word

MOST_LOCAL = 8
"""A fixed telephone's number has so many digits at most, without its area's."""
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
    """The original with what the rules hide of each part: a proposal, and the least.

    ``office_numbers`` are those of the reply's that a reviewer may show again.
    """

    original: Texts
    title: tuple[Redaction, ...]
    body: tuple[Redaction, ...]
    reply: tuple[Redaction, ...]
    version: int
    office_numbers: tuple[Redaction, ...] = ()


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


def draft_of(
    case: Case,
    names: Collection[str],
    keep: Collection[str],
    version: int,
    phone: str | None = None,
) -> Draft:
    """What is proposed for a case with a reply; ``names`` and ``phone`` are its writer's."""
    reply = case.reply
    texts = Texts(case.letter.title, case.letter.body, reply.text if reply else "")
    title, body, answer = (
        redactions_of(text, names, keep) for text in (texts.title, texts.body, texts.reply)
    )
    return Draft(texts, title, body, answer, version, office_numbers(texts.reply, answer, phone))


def office_numbers(
    reply: str, redactions: Collection[Redaction], phone: str | None
) -> tuple[Redaction, ...]:
    """The fixed telephones among what is hidden of a reply: an office tells how to reach it.

    Never a mobile telephone's number, and not the writer's own.
    """
    own = digits_of(phone or "")
    numbers = [one for one in redactions if one.kind is RedactionKind.TELEPHONE]
    return tuple(
        one
        for one in numbers
        if is_fixed_telephone(number := reply[one.start : one.end])
        and not own.endswith(digits_of(number)[-MOST_LOCAL:])
    )


def shown_again(text: str, original: str, showable: Collection[Redaction]) -> tuple[Redaction, ...]:
    """Those of ``showable`` that ``text``, of the original's length, shows from end to end."""
    return tuple(
        one for one in showable if text[one.start : one.end] == original[one.start : one.end]
    )


def checked(
    text: str | None,
    original: str,
    hidden: Collection[Redaction],
    field: str,
    showable: Collection[Redaction] = (),
) -> str:
    """The text to publish: with what the rules hide hidden, or more, and ``showable`` as wished.

    Raises ``InvalidInput`` naming ``field`` for anything else than marks in the place of signs.
    """
    if text is None:
        return hide(original, hidden)
    if not is_redaction_of(text, original):
        raise InvalidInput(
            f"只能把原文的字逐个换成“{MARK}”，不得增删改写。",
            f"Signs of the original may be replaced by {MARK}, one by one, and nothing else.",
            field,
        )
    shown = shown_again(text, original, showable)
    if not is_redaction_of(text, hide(original, [one for one in hidden if one not in shown])):
        raise InvalidInput(
            "自动隐去的内容不得恢复；答复中单位的固定电话除外。",
            "What the rules hide stays hidden, but for an office's fixed telephone in a reply.",
            field,
        )
    return text


def extra(text: str, automatic: str) -> int:
    """How many places a person hid beside the rules."""
    return len(hidden_by_hand(text, automatic))


def excerpt(text: str) -> str:
    """The beginning of a reply, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rstrip() + "…"
