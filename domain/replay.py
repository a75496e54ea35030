"""What a history says its case must be: what is stored beside it can be held against this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.case import Case
from domain.history import Entry
from domain.words import Outcome, Stage
from domain.workflow import Action

_NAMES_UNIT = (Action.DISPATCH_DIRECTLY, Action.REVIEW, Action.ADJUDICATE, Action.PASS_DOWN)
_NAMES_CATEGORY = (Action.DISPATCH_DIRECTLY, Action.REVIEW)
_OUTCOMES = {
    Action.REJECT: Outcome.REJECTED,
    Action.JOIN: Outcome.MERGED,
    Action.WITHDRAW: Outcome.WITHDRAWN,
}


@dataclass
class Told:
    """The fields that actions change, as told by the entries so far; words by their values."""

    unit: str | None = None
    category: str | None = None
    urgency: str = "NORMAL"
    outcome: str | None = None
    main_case: str | None = None
    submitted: str | None = None

    def hear(self, entry: Entry, before: Stage) -> None:
        """One more entry; ``before`` is where the case stood until then."""
        if entry.stage.place < before.place:
            self.outcome = None
        self._hear_of_unit(entry, before)
        self._hear_of_sorting(entry)
        self._hear_of_outcome(entry)

    def _hear_of_unit(self, entry: Entry, before: Stage) -> None:
        details, moved = entry.details, entry.stage is not before
        if entry.action in _NAMES_UNIT or (entry.action is Action.REVIEW_DISPATCH and moved):
            self.unit = _text(details.get("unit"))
        elif entry.action is Action.REFUSE or (entry.action is Action.DECIDE_APPEAL and moved):
            self.unit = None

    def _hear_of_sorting(self, entry: Entry) -> None:
        if entry.action in _NAMES_CATEGORY:
            self.category = _text(entry.details.get("category")) or self.category
        if entry.action is Action.DISPATCH_DIRECTLY:
            self.urgency = "URGENT"
        elif entry.action is Action.REVIEW:
            self.urgency = str(entry.details["urgency"])

    def _hear_of_outcome(self, entry: Entry) -> None:
        details = entry.details
        if entry.action in _OUTCOMES:
            self.outcome = _OUTCOMES[entry.action]
        elif entry.action is Action.SUBMIT_REPLY:
            self.submitted = str(details["outcome"])
        elif entry.action is Action.APPROVE_REPLY:
            self.outcome = self.submitted
        if entry.action is Action.JOIN:
            self.main_case = _text(details.get("main_case"))
        elif entry.action is Action.DECIDE_APPEAL and details["granted"]:
            self.main_case = None


def told_by(entries: Iterable[Entry]) -> Told:
    """What the whole history says."""
    told, before = Told(), Stage.ACCEPTANCE
    for entry in entries:
        told.hear(entry, before)
        before = entry.stage
    return told


def contradictions(case: Case) -> Iterator[str]:
    """The names of fields in which a case is not what its history says."""
    told = told_by(case.history)
    stored = {
        "unit": case.responsible[-1] if case.responsible else None,
        "category": case.category[-1] if case.category else None,
        "urgency": case.urgency.value,
        "outcome": case.outcome.value if case.outcome else None,
        "main_case": case.main_case,
    }
    return (name for name, value in stored.items() if value != getattr(told, name))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
