"""The steps of a letter's course up to its first reply: who does what, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.actors import Actor
from domain.directory import Unit
from domain.words import Outcome, Role, UnitLevel, Urgency
from domain.workflow import Action
from services.january.chance import pick
from services.january.courses import Course
from services.january.letters import CITY_LEVELS
from services.january.matters import Phrases, Wording
from services.january.places import CITY, Places
from services.january.plan import Planned

GOOD = (Outcome.RESOLVED, Outcome.RESOLVED, Outcome.EXPLAINED)
HARD = (Outcome.PARTLY_RESOLVED, Outcome.NOT_RESOLVABLE)
_EXTENSION_DAYS = 10


@dataclass(frozen=True, slots=True)
class Doing:
    """One action. ``hours`` of work pass before it; ``works`` marks the one that takes longest."""

    action: Action
    actor: Actor
    hours: float
    values: Mapping[str, object]
    works: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """What is said and done about one letter."""

    planned: Planned
    places: Places
    phrases: Phrases
    wording: Wording

    # Who

    def clerk(self) -> Actor:
        return Actor(frozenset({Role.INTAKE}), f"intake-{1 + self.planned.place % 9}", self._desk())

    def caller(self) -> Actor:
        """A clerk of the city: a unit never calls back on its own reply."""
        return Actor(frozenset({Role.INTAKE}), f"caller-{1 + self.planned.place % 5}")

    def reviewer(self) -> Actor:
        subject = f"reviewer-{1 + self.planned.place % 6}"
        return Actor(frozenset({Role.REVIEWER}), subject, self._desk())

    def _desk(self) -> str | None:
        """The city's desks see everything; a district has desks of its own."""
        unit = self.places.mailboxes[self.planned.letter.mailbox].unit
        path = self.places.units[unit].path
        is_district = len(path) > 1 and self.places.units[path[1]].level is UnitLevel.DISTRICT
        return path[1] if is_district else None

    def handler(self, unit: Unit) -> Actor:
        number = 1 + self.planned.place % 4
        return Actor(frozenset({Role.HANDLER}), f"handler-{unit.code}-{number}", unit.code)

    def approver(self, unit: Unit) -> Actor:
        return Actor(frozenset({Role.APPROVER}), f"approver-{unit.code}", unit.code)

    def supervisor(self) -> Actor:
        return Actor(frozenset({Role.SUPERVISOR}), "supervisor-1")

    # What

    def say(self, part: str) -> str:
        return self.phrases.of(part, self.planned.place)

    def steps(self) -> Iterator[Doing]:
        """Up to and with the first reply; of a letter that leaves, up to that."""
        course = self.planned.course
        if self.planned.is_direct:
            yield from self._directly()
            return
        if course is Course.REJECTED:
            yield self._rejected()
            return
        if course is Course.JOINED or course is Course.WITHDRAWN_AT_ONCE:
            return
        yield from self._through_review()
        yield from self._through_contact()
        if course is not Course.WITHDRAWN:
            yield from self._handled()
            yield from self.replied()

    def _rejected(self) -> Doing:
        values = {"reason": self.say("reject"), "advice": self.say("advice")}
        return Doing(Action.REJECT, self.clerk(), 4, values, works=True)

    def _through_review(self) -> Iterator[Doing]:
        yield Doing(Action.ACCEPT, self.clerk(), 4, {})
        if self.planned.has(0.01, "returned to intake"):
            yield Doing(Action.RETURN_TO_INTAKE, self.reviewer(), 2, {})
            yield Doing(Action.ACCEPT, self.clerk(), 1, {})
        refusals = self._refusals()
        for time in range(refusals):
            yield from self._refused(time)
        if refusals == 2:
            values = {"unit": self.planned.unit, "reason": "按职责清单确定。"}
            yield Doing(Action.ADJUDICATE, self.supervisor(), 4, values)
            return
        yield self._reviewed(self.planned.first)
        if self.planned.unit is not self.planned.first:
            values = {"unit": self.planned.unit}
            yield Doing(Action.PASS_DOWN, self.handler(self.planned.first), 2, values)
        yield Doing(Action.SIGN_FOR, self.handler(self.planned.unit), 3, {})

    def _refusals(self) -> int:
        """A city's letters are sent to a wrong unit now and then."""
        if self.planned.is_refused_twice:
            return 2
        is_city = self.planned.letter.level in CITY_LEVELS
        return int(is_city and self.planned.has(0.04, "refused"))

    def _reviewed(self, unit: Unit) -> Doing:
        values: dict[str, object] = {
            "category": self.places.category(self.planned.letter.matter),
            "urgency": self._urgency(),
            "unit": unit,
        }
        if self.planned.has(0.004, "confidential"):
            values["confidential"] = True
        return Doing(Action.REVIEW, self.reviewer(), 4, values)

    def _urgency(self) -> Urgency:
        if self.planned.course is Course.PROLONGED:
            return Urgency.COMPLEX
        is_usual = self.planned.is_late or not self.planned.has(0.05, "complex")
        return Urgency.NORMAL if is_usual else Urgency.COMPLEX

    def _refused(self, time: int) -> Iterator[Doing]:
        """Sent to a unit that says it is not its own."""
        wrong = self._others()[time]
        yield self._reviewed(wrong)
        values = {"reason": self.say("refusal")}
        yield Doing(Action.REFUSE, self.handler(wrong), 3, values)

    def _others(self) -> list[Unit]:
        """City departments that it could be sent to by mistake."""
        codes = ("CGW", "JTJ", "ZJJ", "ZGJ")
        units = (self.places.units[f"{CITY}-{code}"] for code in codes)
        return [unit for unit in units if unit.code != self.planned.first.code]

    def _through_contact(self) -> Iterator[Doing]:
        handler = self.handler(self.planned.unit)
        fails = 3 if self.planned.has(0.03, "never reached") else 0
        fails = fails or int(self.planned.has(0.12, "not reached at once"))
        for _ in range(fails):
            values = {"reached": False, "summary": self.say("no_contact")}
            yield Doing(Action.RECORD_CONTACT, handler, 2, values)
        if fails < 3:
            values = {"reached": True, "summary": self.say("contact")}
            yield Doing(Action.RECORD_CONTACT, handler, 6, values)

    def _handled(self) -> Iterator[Doing]:
        unit, handler = self.planned.unit, self.handler(self.planned.unit)
        if self.planned.has(0.06, "involved"):
            other = self._others()[-1]
            if other is not unit:
                yield Doing(Action.INVOLVE_UNIT, handler, 1, {"unit": other})
        if self.planned.course is Course.PROLONGED or self._takes_time(0.04, "extended"):
            yield from self._extended(handler, self.approver(unit))
        elif self._takes_time(0.04, "stopped"):
            yield Doing(Action.STOP_CLOCK, handler, 3, {"reason": self.say("stop")})
            yield Doing(Action.RESTART_CLOCK, handler, 9, {})
        if self.planned.has(0.16, "progress"):
            yield Doing(Action.NOTE_PROGRESS, handler, 3, {"text": self.say("progress")})

    def _takes_time(self, share: float, what: str) -> bool:
        """Only of letters that were answered in time, but not at once."""
        planned = self.planned
        return planned.has(share, what) and not planned.is_late and planned.hours > 30

    def _extended(self, handler: Actor, approver: Actor) -> Iterator[Doing]:
        granted = self.planned.course is Course.PROLONGED or self.planned.has(0.8, "granted")
        values = {"working_days": _EXTENSION_DAYS, "reason": self.say("extension")}
        yield Doing(Action.REQUEST_EXTENSION, handler, 3, values)
        yield Doing(Action.DECIDE_EXTENSION, approver, 3, {"granted": granted})

    def replied(self, *, again: bool = False) -> Iterator[Doing]:
        """The reply is written and released, once in a while after it was sent back."""
        unit = self.planned.unit
        handler, approver = self.handler(unit), self.approver(unit)
        values = self._reply(again=again)
        yield Doing(Action.SUBMIT_REPLY, handler, 18, values, works=True)
        if not again and self.planned.has(0.05, "sent back"):
            yield Doing(Action.SEND_BACK_REPLY, approver, 2, {"reason": self.say("send_back")})
            yield Doing(Action.SUBMIT_REPLY, handler, 3, values)
        yield Doing(Action.APPROVE_REPLY, approver, 4, {})

    def _reply(self, *, again: bool) -> Mapping[str, object]:
        is_hard = self.planned.course in (Course.MAIN, Course.UNSOLVED)
        outcome = pick(HARD if is_hard else GOOD, "outcome", self.planned.place, again)
        return {"text": self.wording.reply(not is_hard, again=again), "outcome": outcome}

    def _directly(self) -> Iterator[Doing]:
        """To the front line at once; a reviewer looks afterwards."""
        planned = self.planned
        category = self.places.category(planned.letter.matter)
        values = {"unit": planned.first, "category": category}
        yield Doing(Action.DISPATCH_DIRECTLY, self.clerk(), 1, values)
        if planned.is_misdispatched:
            wrong = {"correct": False, "unit": planned.unit, "reason": "不属于该队伍职责。"}
            yield Doing(Action.REVIEW_DISPATCH, self.reviewer(), 2, wrong)
            yield Doing(Action.SIGN_FOR, self.handler(planned.unit), 1, {})
            values = {"reached": True, "summary": self.say("contact")}
            yield Doing(Action.RECORD_CONTACT, self.handler(planned.unit), 1, values)
        else:
            yield Doing(Action.REVIEW_DISPATCH, self.reviewer(), 2, {"correct": True})
        yield from self.replied()
