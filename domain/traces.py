"""What a case's history says: counts and last times, derived and never stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import WorkingCalendar, city_date
from domain.history import Entry
from domain.rules import DISSATISFIED, EXTENSION_DAYS, REFUSALS
from domain.words import Stage
from domain.workflow import Action

ANSWERS = (Action.ANSWER_SURVEY, Action.RECORD_CALLBACK)
"""What a writer says in the survey, by a page or on the telephone."""
RELEASES = (Action.APPROVE_REPLY, Action.REJECT)
"""What sends a reply to the writer."""
JUDGED = (Action.APPROVE_REPLY, Action.ANSWER_JOINED)
"""What a writer is asked about: a reply of their own, or the main case's."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What went out to the writer, and from which unit (None: the intake platform)."""

    text: str
    sent_at: datetime
    unit: str | None


class Traces:
    """Questions to a history. Mixed into ``Case``, which has one."""

    __slots__ = ()

    history: tuple[Entry, ...]

    def last(self, *actions: Action) -> int | None:
        """Index of the latest entry of one of ``actions``."""
        indexes = range(len(self.history) - 1, -1, -1)
        return next((index for index in indexes if self.history[index].action in actions), None)

    def since(self, index: int | None, *actions: Action) -> list[Entry]:
        """Entries of ``actions`` after ``index``; after the start when it is None."""
        start = 0 if index is None else index + 1
        return [entry for entry in self.history[start:] if entry.action in actions]

    def entered(self, stage: Stage) -> int | None:
        """Index of the entry that last brought the case into ``stage`` from another."""
        for index in range(len(self.history) - 1, -1, -1):
            before = self.history[index - 1].stage if index else None
            if self.history[index].stage is stage and before is not stage:
                return index
        return None

    # Units

    @property
    def refusals(self) -> int:
        return len(self.since(None, Action.REFUSE))

    @property
    def was_adjudicated(self) -> bool:
        return self.last(Action.ADJUDICATE) is not None

    @property
    def awaits_adjudication(self) -> bool:
        return self.refusals >= REFUSALS and not self.was_adjudicated

    @property
    def dispatch_was_reviewed(self) -> bool:
        dispatched = self.last(Action.DISPATCH_DIRECTLY)
        return bool(self.since(dispatched, Action.REVIEW_DISPATCH, Action.REVIEW))

    # Contact, stops, more time

    @property
    def failed_contacts(self) -> int:
        """Since the case last came to COMMUNICATION."""
        contacts = self.since(self.entered(Stage.COMMUNICATION), Action.RECORD_CONTACT)
        return sum(1 for entry in contacts if not entry.details["reached"])

    def stopped_days(self, now: datetime, calendar: WorkingCalendar) -> int:
        """Working days that all stops of the case have lasted, up to now."""
        return sum(
            calendar.working_days(city_date(begun), city_date(ended or now))
            for begun, ended in self._stops()
        )

    def _stops(self) -> Iterator[tuple[datetime, datetime | None]]:
        begun: Entry | None = None
        for entry in self.history:
            if begun and (entry.action is Action.RESTART_CLOCK or entry.stage is not begun.stage):
                yield begun.at, entry.at
                begun = None
            if entry.action is Action.STOP_CLOCK:
                begun = entry
        if begun:
            yield begun.at, None

    @property
    def extension_requests(self) -> int:
        return len(self.since(None, Action.REQUEST_EXTENSION))

    @property
    def pending_extension(self) -> Entry | None:
        index = self.last(Action.REQUEST_EXTENSION)
        if index is None or self.since(index, Action.DECIDE_EXTENSION):
            return None
        return self.history[index]

    @property
    def extension_days_left(self) -> int:
        """Of the twenty working days in all; what was not granted does not count."""
        asked, granted = 0, 0
        for entry in self.since(None, Action.REQUEST_EXTENSION, Action.DECIDE_EXTENSION):
            if entry.action is Action.REQUEST_EXTENSION:
                asked = int(str(entry.details["working_days"]))
            elif entry.details["granted"]:
                granted += asked
        return EXTENSION_DAYS - granted

    @property
    def rungs(self) -> frozenset[str]:
        """Those that were climbed and not revoked."""
        return frozenset(str(entry.details["rung"]) for entry in standing_rungs(self.history))

    # Reply, survey, conclusion

    @property
    def submitted_reply(self) -> Entry | None:
        """What waits for, or went through, the approver last."""
        index = self.last(Action.SUBMIT_REPLY)
        return None if index is None else self.history[index]

    @property
    def reply(self) -> Reply | None:
        """The reply that went out last; a rejection's reason and advice is one."""
        index = self.last(*RELEASES)
        if index is None:
            return None
        released = self.history[index]
        if released.action is Action.REJECT:
            parts = (released.details.get(name) for name in ("reason", "advice"))
            return Reply("\n".join(str(part) for part in parts if part), released.at, None)
        submitted = [e for e in self.history[:index] if e.action is Action.SUBMIT_REPLY][-1]
        return Reply(str(submitted.details["text"]), released.at, submitted.unit)

    @property
    def replies_released(self) -> int:
        """How many replies its writer was given to judge, the main case's among them."""
        return len(self.since(None, *JUDGED))

    def answers_until(self, place: int) -> int:
        """How many times its writer was answered by the first ``place`` entries."""
        return sum(
            entry.action in (*RELEASES, Action.ANSWER_JOINED) for entry in self.history[:place]
        )

    @property
    def first_replied_at(self) -> datetime | None:
        """When the first reply went out; what the figures count from."""
        return next((e.at for e in self.history if e.action in RELEASES), None)

    @property
    def survey_answer(self) -> Entry | None:
        """The writer's answer to the reply that is out."""
        answers = self.since(self.last(*JUDGED), *ANSWERS)
        return answers[-1] if answers else None

    @property
    def dissatisfied_answers(self) -> int:
        return sum(1 for entry in self.since(None, *ANSWERS) if is_dissatisfied(entry))

    @property
    def concluded_at(self) -> datetime | None:
        index = self.entered(Stage.CONCLUSION)
        return None if index is None else self.history[index].at

    @property
    def is_joined(self) -> bool:
        """It stands concluded because it was joined to another case."""
        index = self.entered(Stage.CONCLUSION)
        return index is not None and self.history[index].action is Action.JOIN

    @property
    def main_answered_at(self) -> datetime | None:
        """When its writer last got the reply of the case that it stands joined to."""
        answers = self.since(self.entered(Stage.CONCLUSION), Action.ANSWER_JOINED)
        return answers[-1].at if self.is_joined and answers else None

    @property
    def main_replies(self) -> int:
        """Which of the main case's replies its writer got last, from 1; 0: none."""
        index = self.last(Action.ANSWER_JOINED)
        return 0 if index is None else int(str(self.history[index].details["round"]))

    @property
    def awaits_main_reply(self) -> bool:
        return self.is_joined and self.main_answered_at is None

    @property
    def appeal_pending(self) -> bool:
        index = self.last(Action.APPEAL)
        return index is not None and not self.since(index, Action.DECIDE_APPEAL)

    @property
    def appealed_this_conclusion(self) -> bool:
        """What a joined letter's writer says of the joining takes nothing from what follows."""
        concluded, answered = self.entered(Stage.CONCLUSION), self.last(Action.ANSWER_JOINED)
        since = max((at for at in (concluded, answered) if at is not None), default=None)
        return self.appeal_pending or bool(self.since(since, Action.APPEAL))


def standing_rungs(history: Sequence[Entry]) -> list[Entry]:
    """The entries that climbed a rung of the ladder, without those that were revoked."""
    standing: dict[object, Entry] = {}
    for entry in history:
        if entry.action is Action.SUPERVISE:
            standing[entry.details["rung"]] = entry
        elif entry.action is Action.REVOKE_SUPERVISION:
            standing.pop(entry.details["rung"], None)
    return list(standing.values())


def is_dissatisfied(answer: Entry) -> bool:
    """Satisfaction up to 2 of 5, or not resolved."""
    satisfaction = int(str(answer.details["satisfaction"]))
    return not answer.details["resolved"] or satisfaction <= DISSATISFIED
