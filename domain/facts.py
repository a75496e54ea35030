"""What the figures know of one case: few things, each with its time, derived from the history.

They are stored with the case, so that a month's figures are read and not worked out from whole
histories; and because each has its time, a figure can be had as of any moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.deadlines import Clock
from domain.history import Entry
from domain.traces import ANSWERS, RELEASES, standing_rungs
from domain.words import Channel, LetterKind, MailboxLevel, Outcome, Rung, Stage, Word
from domain.workflow import Action


class Mark(Word):
    """What is counted of a unit beside its replies."""

    REFUSED = "REFUSED", "退件", "Refused"
    DISPATCHED_DIRECTLY = "DISPATCHED_DIRECTLY", "直派", "Dispatched directly"
    MISDISPATCHED = "MISDISPATCHED", "错派", "Dispatched wrongly"
    NOTICE = Rung.NOTICE.value, Rung.NOTICE.zh, Rung.NOTICE.en
    YELLOW_CARD = Rung.YELLOW_CARD.value, Rung.YELLOW_CARD.zh, Rung.YELLOW_CARD.en
    RED_CARD = Rung.RED_CARD.value, Rung.RED_CARD.zh, Rung.RED_CARD.en
    LEADER_INSTRUCTION = (
        Rung.LEADER_INSTRUCTION.value,
        Rung.LEADER_INSTRUCTION.zh,
        Rung.LEADER_INSTRUCTION.en,
    )


_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Released:
    """A reply that went out; a rejection's reason is one, with the outcome REJECTED."""

    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Answered:
    """What the writer said in the survey; ``satisfaction`` is 1 to 5."""

    at: datetime
    resolved: bool
    satisfaction: int


@dataclass(frozen=True, slots=True)
class Marked:
    """Something that counts for a unit: the one that had the case then (None: none had it)."""

    at: datetime
    mark: Mark
    unit: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All times are in UTC. ``pauses`` are the spans in which the promise's clock stood still.

    ``sent_at`` is when a unit first had it; ``concluded_at`` since when it is concluded, None
    while it is open; ``left`` is how it left without a unit's reply, at ``left_at``.
    """

    reply_due: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    sent_at: datetime | None = None
    releases: tuple[Released, ...] = ()
    answers: tuple[Answered, ...] = ()
    concluded_at: datetime | None = None
    left: Outcome | None = None
    left_at: datetime | None = None
    marks: tuple[Marked, ...] = ()

    @property
    def first_replied_at(self) -> datetime | None:
        return self.releases[0].at if self.releases else None

    @property
    def outcome(self) -> Outcome | None:
        """Of how it left, or of the last reply that went out."""
        if self.left is not None:
            return self.left
        return self.releases[-1].outcome if self.releases else None

    @property
    def answer(self) -> Answered | None:
        """The writer's last."""
        return self.answers[-1] if self.answers else None

    @property
    def latest(self) -> datetime:
        """When the last of it happened; a moment before all of it when nothing did."""
        ends = [one[-1].at for one in (self.releases, self.answers, self.marks) if one]
        ends += [at for at in (self.sent_at, self.concluded_at, self.left_at) if at is not None]
        return max(ends, default=_NEVER)

    def as_of(self, at: datetime) -> Facts:
        """What was known at that moment; a due date that was moved later stays moved."""
        if self.latest <= at:
            return self
        has_left = self.left_at is not None and self.left_at <= at
        return replace(
            self,
            sent_at=_until(self.sent_at, at),
            releases=tuple(one for one in self.releases if one.at <= at),
            answers=tuple(one for one in self.answers if one.at <= at),
            concluded_at=_until(self.concluded_at, at),
            left=self.left if has_left else None,
            left_at=self.left_at if has_left else None,
            marks=tuple(one for one in self.marks if one.at <= at),
        )

    def is_ever_overdue(self, at: datetime) -> bool:
        """The first reply came, or is still missing ``at`` that moment, after the promise.

        A clock that stands still is where it stopped (``domain.deadlines.ever_overdue``).
        """
        ends = (self.first_replied_at, self.left_at)
        met = min((end for end in ends if end is not None and end <= at), default=None)
        held = next((begun for begun, ended in self.pauses if begun <= at < ended), None)
        return (met or held or at) > self.reply_due


@dataclass(frozen=True, slots=True)
class CohortLetter:
    """One letter of a cohort, as figures see it.

    ``path`` is the responsible unit's, before that of the mailbox's unit, from the city down;
    ``responsible`` is empty while no unit has it.
    """

    id: str
    number: str
    submitted_at: datetime
    mailbox: str
    level: MailboxLevel
    channel: Channel
    kind: LetterKind
    path: tuple[str, ...]
    responsible: tuple[str, ...]
    category: tuple[str, ...]
    confidential: bool
    main_case: str | None
    facts: Facts


def facts_of(history: Sequence[Entry], promise: Clock) -> Facts:
    """The facts of a case with this history and this promise to its writer."""
    left, left_at = _left(history)
    return Facts(
        reply_due=promise.due_at,
        pauses=tuple((one.from_at, one.end) for one in promise.pauses),
        sent_at=next((one.at for one in history if _is_with_unit(one.stage)), None),
        releases=_releases(history),
        answers=tuple(_answered(one) for one in history if one.action in ANSWERS),
        concluded_at=_concluded_at(history),
        left=left,
        left_at=left_at,
        marks=tuple(_marks(history)),
    )


def _until(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment <= at else None


def _is_with_unit(stage: Stage) -> bool:
    return Stage.TRANSFER.place <= stage.place < Stage.CONCLUSION.place


def _releases(history: Sequence[Entry]) -> tuple[Released, ...]:
    """Each with the outcome that was submitted before it was approved."""
    outcome, releases = Outcome.REJECTED, []
    for entry in history:
        if entry.action is Action.SUBMIT_REPLY:
            outcome = Outcome[str(entry.details["outcome"])]
        elif entry.action in RELEASES:
            rejected = entry.action is Action.REJECT
            releases.append(Released(entry.at, Outcome.REJECTED if rejected else outcome))
    return tuple(releases)


def _answered(entry: Entry) -> Answered:
    said = entry.details
    return Answered(entry.at, bool(said["resolved"]), int(str(said["satisfaction"])))


def _concluded_at(history: Sequence[Entry]) -> datetime | None:
    """When it last came to CONCLUSION, unless it was opened again."""
    since: datetime | None = None
    for entry in history:
        is_concluded = entry.stage.place >= Stage.CONCLUSION.place
        since = (since or entry.at) if is_concluded else None
    return since


_LEAVING = {
    Action.REJECT: Outcome.REJECTED,
    Action.JOIN: Outcome.MERGED,
    Action.WITHDRAW: Outcome.WITHDRAWN,
}


def _left(history: Sequence[Entry]) -> tuple[Outcome | None, datetime | None]:
    """How it left, unless an appeal brought it back."""
    left: tuple[Outcome | None, datetime | None] = (None, None)
    for entry in history:
        if entry.action in _LEAVING:
            left = _LEAVING[entry.action], entry.at
        elif entry.stage.place < Stage.CONCLUSION.place:
            left = (None, None)
    return left


def _mark_of(entry: Entry) -> Mark | None:
    match entry.action:
        case Action.REFUSE:
            return Mark.REFUSED
        case Action.DISPATCH_DIRECTLY:
            return Mark.DISPATCHED_DIRECTLY
        case Action.REVIEW_DISPATCH:
            return None if entry.details["correct"] else Mark.MISDISPATCHED
        case Action.SUPERVISE:
            return Mark[str(entry.details["rung"])]
        case _:
            return None


def _marks(history: Sequence[Entry]) -> Iterator[Marked]:
    """Without rungs that were revoked."""
    rungs = standing_rungs(history)
    for entry in history:
        is_revoked = entry.action is Action.SUPERVISE and entry not in rungs
        mark = None if is_revoked else _mark_of(entry)
        if mark is not None:
            sent = mark is Mark.DISPATCHED_DIRECTLY
            unit = entry.details.get("unit") if sent else entry.unit
            yield Marked(entry.at, mark, str(unit) if unit else None)
