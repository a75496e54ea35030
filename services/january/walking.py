"""One letter of January 2017 goes its way: the real process, step by step, at its dates.

Between what people do, the clockwork comes by as often as it does in the city: the overdue
sweep every ten minutes, the callback every fifteen, by the rules that the functions go by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.actors import SYSTEM, Actor
from domain.asking import asked
from domain.asks import MainCase
from domain.case import Case
from domain.rulebook import Moment, Rulebook
from domain.sweeping import swept
from domain.words import DissatisfactionReason, Role, Stage
from domain.workflow import Action
from services.january.chance import draw, pick
from services.january.courses import REOPENED, Course
from services.january.steps import Doing, Script
from services.january.times import FROZEN_AT, WorkingTime, by_day

END = datetime(2017, 3, 31, 16, tzinfo=UTC)
"""By the end of March every letter is concluded."""
_SWEEP, _SURVEY = timedelta(minutes=10), timedelta(minutes=15)
_EPOCH = datetime(2017, 1, 1, tzinfo=UTC)
_SOON = 80
"""Hours of work: what takes longer was held up in the handling."""
_JUST_BEFORE = FROZEN_AT - timedelta(hours=6)
_REASONS = tuple(DissatisfactionReason)


@dataclass(slots=True)
class Walk:
    """A case on its way; every step is the process's own, and is refused where it refuses."""

    case: Case
    rulebook: Rulebook
    has_phone: bool

    def take(
        self, action: Action, actor: Actor, at: datetime, values: Mapping[str, object]
    ) -> None:
        """What somebody does at a moment, after the clockwork did what was due before."""
        self.wait(at)
        at = max(at, self.case.updated_at)
        self.case = self.case.take(action, Moment(actor, at, self.rulebook), values)

    def wait(self, until: datetime) -> None:
        """The clockwork alone, up to a moment."""
        while (at := self._next_look()) is not None and at <= until:
            moment = Moment(SYSTEM, at, self.rulebook)
            if self.case.stage is Stage.CALLBACK and self.case.ask_at is not None:
                self.case = asked(self.case, moment, has_phone=self.has_phone).case
            else:
                self.case = swept(self.case, moment).case

    def _next_look(self) -> datetime | None:
        """When the function that has something to do comes by."""
        ask_at, wake_at = self.case.ask_at, self.case.wake_at
        if ask_at is not None:
            return _round_up(max(ask_at, self.case.updated_at), _SURVEY)
        return wake_at and _round_up(max(wake_at, self.case.updated_at), _SWEEP)


@dataclass(frozen=True, slots=True)
class Journey:
    """By which rules and hours letters go, and under which ids their main cases are found."""

    rulebook: Rulebook
    working: WorkingTime
    ids: Mapping[int, str]

    def of(self, opened: Case, script: Script, *, has_phone: bool) -> Case:
        """The case at the end of March 2017: concluded."""
        walk = Walk(opened, self.rulebook, has_phone)
        at = self._to_reply(walk, script)
        match script.planned.course:
            case Course.JOINED:
                self._join(walk, script)
            case Course.WITHDRAWN_AT_ONCE | Course.WITHDRAWN:
                self._withdraw(walk, script)
            case Course.CONTENT:
                self._content(walk, script, at)
            case course if course in REOPENED:
                self._reopen(walk, script, at)
            case _:
                pass
        walk.wait(END)
        if script.planned.appeals:
            self._appeal(walk, script)
        return walk.case

    # Up to the first reply

    def _to_reply(self, walk: Walk, script: Script) -> datetime:
        doings = list(script.steps())
        return self._done(walk, script.planned.letter.at, doings, script.planned.hours)

    def _done(self, walk: Walk, since: datetime, doings: list[Doing], hours: float) -> datetime:
        """Does one after the other, in so many hours of work; when the last was done."""
        passed, at = 0.0, since
        for doing, took in zip(doings, _shares(doings, hours), strict=True):
            passed += took
            at = self.working.after(since, passed)
            walk.take(doing.action, doing.actor, at, doing.values)
        return at

    # Other ways

    def _join(self, walk: Walk, script: Script) -> None:
        planned = script.planned
        main = self.ids[planned.place if planned.main is None else planned.main]
        at = self.working.after(planned.letter.at, 2 + 6 * draw("join", planned.place))
        walk.take(Action.JOIN, script.clerk(), at, {"main_case": MainCase(main, None)})

    def _withdraw(self, walk: Walk, script: Script) -> None:
        at = max(walk.case.updated_at, script.planned.letter.at)
        at += timedelta(minutes=20 + 100 * draw("withdrawal", script.planned.place))
        values = {"reason": script.say("withdrawal")}
        walk.take(Action.WITHDRAW, _writer(walk.case), _whole(at), values)

    def _appeal(self, walk: Walk, script: Script) -> None:
        """A rejected writer insists; the rejection stands."""
        since = walk.case.updated_at
        reason = {"reason": "我认为这件事属于受理范围，请再看一看。"}
        walk.take(Action.APPEAL, _writer(walk.case), by_day(since + timedelta(days=2)), reason)
        values = {"granted": False, "reason": "经复核，维持不予受理的决定。"}
        at = self.working.after(walk.case.updated_at, 12)
        walk.take(Action.DECIDE_APPEAL, script.supervisor(), at, values)

    # The writer's answers

    def _content(self, walk: Walk, script: Script, replied_at: datetime) -> None:
        points = 3 + int(3 * draw("good", script.planned.place) ** 0.5)
        said = {"resolved": True, "satisfaction": points}
        self._answer(walk, script, replied_at, said, "good")

    def _reopen(self, walk: Walk, script: Script, replied_at: datetime) -> None:
        course, place = script.planned.course, script.planned.place
        rude = course is Course.ILL_TREATED
        said = {"resolved": rude, "satisfaction": 1 + int(2 * draw("bad", place))}
        self._answer(walk, script, replied_at, said, "rude" if rude else "bad")
        since, hours = walk.case.updated_at, 8 + 10 * draw("again", place)
        if course is Course.AGAIN_LATER:
            hours += self.working.hours(since, FROZEN_AT)
        again = self._done(walk, since, list(script.replied(again=True)), hours)
        if course is Course.WON_OVER or (course is Course.AGAIN_LATER and place % 5 < 3):
            self._content(walk, script, again)
        elif course is Course.LET_DOWN:
            self._answer(walk, script, again, {"resolved": False, "satisfaction": 1}, "bad")
            self._decide(walk, script)

    def _answer(
        self, walk: Walk, script: Script, replied_at: datetime, said: Mapping[str, object], why: str
    ) -> None:
        """On the page, or to a clerk on the telephone."""
        chance = draw("answers", script.planned.place, replied_at)
        words = script.say(why)
        values = {**said, **({"comment": words} if words else {})}
        at = _whole(by_day(replied_at + timedelta(hours=1 + 45 * chance**2)))
        if replied_at < _JUST_BEFORE < at:
            at = max(replied_at, _JUST_BEFORE)
        if walk.has_phone and script.planned.has(0.3, "by phone"):
            at = min(self.working.after(replied_at, 5 + 10 * chance), at)
            walk.take(Action.RECORD_CALLBACK, script.caller(), at, values)
        else:
            walk.take(Action.ANSWER_SURVEY, _writer(walk.case), at, values)

    def _decide(self, walk: Walk, script: Script) -> None:
        at = self.working.after(walk.case.updated_at, 3)
        reason = pick(_REASONS, "classification", script.planned.place)
        values = {"reopen": False, "classification": reason}
        walk.take(Action.DECIDE_CALLBACK, script.reviewer(), at, values)


def _shares(doings: list[Doing], hours: float) -> Iterator[float]:
    """How long each takes: in proportion, but what was held up was held up in one place."""
    total = sum(doing.hours for doing in doings)
    held_up = hours - total if hours > _SOON else 0.0
    pace = 1.0 if held_up else hours / (total or 1.0)
    for doing in doings:
        yield doing.hours * pace + (held_up if doing.works else 0.0)


def _writer(case: Case) -> Actor:
    return Actor(frozenset({Role.CITIZEN}), case.account)


def _round_up(at: datetime, step: timedelta) -> datetime:
    return at + (_EPOCH - at) % step


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
