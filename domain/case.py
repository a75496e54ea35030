"""A case: a letter's way through the stages. Frozen; it changes only through ``take``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain import deadlines, effects
from domain.actors import SYSTEM, Actor
from domain.asks import Given, WordsAsked
from domain.calendar import WorkingCalendar, city_date, day_ends
from domain.deadlines import Clock, Pause
from domain.history import Details, Entry
from domain.keeping import Keeping
from domain.letters import Letter
from domain.ownership import Ownership
from domain.policies import Limit
from domain.refusals import ActionNotAllowed, Forbidden
from domain.rulebook import Moment
from domain.rules import STOPPED_DAYS
from domain.steps import Step
from domain.surveys import Asking
from domain.waking import Waking
from domain.watching import Watch
from domain.words import MailboxLevel, Outcome, Role, Stage, Urgency
from domain.workflow import TRANSITIONS, Action

NOTE = WordsAsked(1, 2000, required=False)


@dataclass(frozen=True, slots=True)
class Case(Waking):
    """One case, whole.

    Paths are unit or category codes from the root down; an empty one means none yet.
    ``mailbox_path`` is the path of the mailbox's unit, ``level`` the mailbox's. ``clocks`` holds
    every clock that was started, the promise to the writer under ``Limit.REPLY``. ``partner`` is
    the id of the portal through which the letter came, if one. ``watch``,
    ``asking`` and ``keeping`` are what the functions keep of it; an action leaves them alone.
    """

    id: str
    number: str
    letter: Letter
    mailbox_path: tuple[str, ...]
    stage: Stage
    history: tuple[Entry, ...]
    clocks: Mapping[Limit, Clock]
    urgency: Urgency = Urgency.NORMAL
    category: tuple[str, ...] = ()
    confidential: bool = False
    direct: bool = False
    responsible: tuple[str, ...] = ()
    involved: tuple[tuple[str, ...], ...] = ()
    outcome: Outcome | None = None
    main_case: str | None = None
    account: str | None = None
    ownership: Ownership | None = None
    partner: str | None = None
    level: MailboxLevel = MailboxLevel.CITY_GOVERNMENT
    watch: Watch = field(default_factory=Watch)
    asking: Asking | None = None
    keeping: Keeping = field(default_factory=Keeping)

    # What it is

    @property
    def version(self) -> int:
        """Moves with history entries only."""
        return len(self.history)

    @property
    def updated_at(self) -> datetime:
        return self.history[-1].at

    @property
    def changed_at(self) -> datetime:
        """When something last happened to it that its writer's apps have to know."""
        return max(self.updated_at, self.ownership.at) if self.ownership else self.updated_at

    @property
    def path(self) -> tuple[str, ...]:
        """The path of whoever has it: the responsible unit, before that the mailbox's."""
        return self.responsible or self.mailbox_path

    # What can be done with it

    def take(
        self, action: Action, moment: Moment, values: Mapping[str, object], note: str | None = None
    ) -> Case:
        """The case after ``action``: the one way in which a case changes.

        Raises ``ActionNotAllowed`` when the table has no such step or a rule refuses it,
        ``Forbidden`` when it is not this actor's to take, ``InvalidInput`` for a bad value.
        """
        case = self.settled(moment)
        step = TRANSITIONS[case.stage].get(action)
        if step is None:
            raise ActionNotAllowed(
                f"“{case.stage.zh}”环节不能进行“{action.zh}”操作。",
                f"{action} is not possible in the stage {case.stage}.",
            )
        role = case._admitted(step, moment)
        given = Given.read(step.asks, values)
        internal = NOTE.read_optional("note", note)
        to = step.target(case, given)
        changed = step.effect(case, given, moment)._moved(to, moment)
        return changed._recorded(action, role, given.recorded(), internal, moment, case.responsible)

    def available_actions(self, moment: Moment) -> tuple[Action, ...]:
        """What this actor may do now, in the table's order."""
        case = self.settled(moment)
        return tuple(
            action
            for action, step in TRANSITIONS[case.stage].items()
            if case._may(step, moment.actor) and not any(rule(case, moment) for rule in step.unless)
        )

    def _may(self, step: Step, actor: Actor) -> Role | None:
        """The role in which ``actor`` may; staff are the writer of their own letters only."""
        role = actor.first_of(step.by)
        if role is Role.CITIZEN:
            return role if not actor.is_staff or actor.subject == self.account else None
        return role if actor.reaches(self.path) else None

    def _admitted(self, step: Step, moment: Moment) -> Role:
        role = self._may(step, moment.actor)
        if role is None:
            who = [one.en for one in step.by], [one.zh for one in step.by]
            raise Forbidden(
                f"此操作须由本单位{'、'.join(who[1])}办理。",
                f"This takes one of these roles, of the unit or above: {', '.join(who[0])}.",
            )
        for rule in step.unless:
            if refusal := rule(self, moment):
                raise refusal
        return role

    # Clocks

    @property
    def stage_clock(self) -> Clock | None:
        """The clock of the stage it stands in; None where there is no limit."""
        limit = Limit.of(self.stage)
        return self.clocks.get(limit) if limit else None

    @property
    def promise(self) -> Clock:
        """The promise to the writer."""
        return self.clocks[Limit.REPLY]

    def with_clocks(self, clocks: Mapping[Limit, Clock]) -> Case:
        return replace(self, clocks={**self.clocks, **clocks})

    def open_stop(self, now: datetime) -> Pause | None:
        """The stop that holds the stage's clock now."""
        clock = self.stage_clock
        return deadlines.holding_pause(clock, now) if clock else None

    def stop_days_left(self, now: datetime, calendar: WorkingCalendar) -> int:
        """Of the ten working days that stops may last in all, over every stage."""
        return STOPPED_DAYS - self.stopped_days(self._ended_by_itself(now) or now, calendar)

    def latest_stop(self, now: datetime, calendar: WorkingCalendar) -> datetime:
        """Until when a stop that begins now may last: 23:59:59 Asia/Shanghai, in UTC."""
        left = self.stop_days_left(now, calendar)
        return day_ends(calendar.working_day_after(city_date(now), left))

    def recomputed(self, calendar: WorkingCalendar) -> Case:
        """The same case with due dates by this calendar; history and version stay."""
        return self.with_clocks(
            {limit: deadlines.recompute(clock, calendar) for limit, clock in self.clocks.items()}
        )

    # How it changes

    def settled(self, moment: Moment) -> Case:
        """With a stop whose end has passed taken back by the system, at that end."""
        until = self._ended_by_itself(moment.now)
        if until is None:
            return self
        then = Moment(SYSTEM, until, moment.rulebook)
        restarted = effects.restart_clock(self, Given({}), then)
        return restarted._recorded(
            Action.RESTART_CLOCK, Role.SYSTEM, {}, None, then, self.responsible
        )

    def _ended_by_itself(self, now: datetime) -> datetime | None:
        """The end of a stop that has passed and that nobody has recorded yet."""
        clock = self.stage_clock
        last = clock.pauses[-1] if clock and clock.pauses else None
        if last is None or last.to_at or last.until is None or last.until > now:
            return None
        return last.until

    def _moved(self, to: Stage, moment: Moment) -> Case:
        if to is self.stage:
            return self
        clocks = dict(self.clocks)
        old, new = Limit.of(self.stage), Limit.of(to)
        calendar = moment.rulebook.calendar
        if old:
            clocks[old] = deadlines.leave(clocks[old], moment.now, calendar)
        if clocks[Limit.REPLY].pauses and clocks[Limit.REPLY].pauses[-1].to_at is None:
            clocks[Limit.REPLY] = deadlines.restart(clocks[Limit.REPLY], moment.now, calendar)
        if new and to.place < self.stage.place and new in clocks:
            clocks[new] = deadlines.come_back(clocks[new], moment.now, calendar)
        elif new:
            days = moment.rulebook.days(new, self.category, self.urgency, moment.now)
            clocks[new] = deadlines.start(moment.now, days, calendar)
        # What goes back to work has no outcome any more.
        outcome = self.outcome if to.place > self.stage.place else None
        return replace(self, stage=to, clocks=clocks, outcome=outcome)

    def _recorded(
        self,
        action: Action,
        role: Role,
        details: Details,
        note: str | None,
        moment: Moment,
        responsible: tuple[str, ...],
    ) -> Case:
        """``responsible`` was so when it happened: who refused, not who comes next."""
        actor = moment.actor
        unit = responsible[-1] if responsible else None
        entry = Entry(moment.now, action, self.stage, role, actor.subject, unit, note, details)
        chain = moment.rulebook.chain
        sealed = chain.sealed(entry, self.number, self.history[-1].seal)
        return replace(self, history=(*self.history, sealed))


def open_case(
    case_id: str,
    number: str,
    letter: Letter,
    mailbox_path: tuple[str, ...],
    commitments: Mapping[str, str],
    moment: Moment,
    level: MailboxLevel = MailboxLevel.CITY_GOVERNMENT,
    partner: str | None = None,
) -> Case:
    """A letter becomes a case: in ACCEPTANCE, its clock and the promise running.

    ``commitments`` are what the chain keeps of personal data (``domain.history``). The account is
    the writer's: a clerk who types in what was said on the telephone does not become it.
    """
    book, now = moment.rulebook, letter.submitted_at
    clocks = {
        limit: deadlines.start(now, book.days(limit, (), Urgency.NORMAL, now), book.calendar)
        for limit in (Limit.ACCEPTANCE, Limit.REPLY)
    }
    details = _told_of(letter, commitments, partner)
    who = moment.actor
    entry = Entry(now, None, Stage.ACCEPTANCE, Role.CITIZEN, who.subject, None, None, details)
    history = (book.chain.sealed(entry, number, ""),)
    return Case(
        case_id,
        number,
        letter,
        mailbox_path,
        Stage.ACCEPTANCE,
        history,
        clocks,
        account=who.account,
        partner=partner,
        level=level,
    )


def _told_of(letter: Letter, commitments: Mapping[str, str], partner: str | None) -> Details:
    """What the first entry of a history seals of the letter."""
    return {
        "channel": letter.channel.value,
        "kind": letter.kind.value,
        "mailbox": letter.mailbox,
        "consent_to_publish": letter.consent_to_publish,
        **commitments,
        **({"partner": partner} if partner else {}),
    }
