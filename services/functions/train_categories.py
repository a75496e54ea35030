"""Learns from handled letters which category a letter belongs to.

What the letters of a week teach is counted once and kept, until something of that week changes:
a run costs what changed since the last one, and one that broke off goes on after the weeks that
it has counted. The model is that of all letters counted at once. Memory is bounded by the counted
terms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime

from domain.agreement import Compared, recent
from domain.calendar import city_date
from domain.problem_cases import Problem
from domain.training import (
    FEWEST_LETTERS,
    Counts,
    Example,
    Names,
    accuracy,
    fitted_temperature,
    macro_f1,
    names_of,
)
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.office import Office
from storage.category_counts import CountedWeek
from storage.category_models import TrainedModel
from storage.handled_letters import HandledLetter, Week
from storage.mongo import Session

MOST_LETTERS = 20_000
"""The newest ones: what they are about is what will come."""
HELD_OUT = 2_000
"""So many of them tell how sure a suggestion is."""
LOOK_EVERY = 100
"""So many letters are learned of between two looks at the time."""


async def train_categories(workshop: Workshop, run: Run) -> None:
    """Makes the model of this time, unless there is one or too little to learn from."""
    office, models = workshop.office, workshop.office.category_models
    if await models.exists(run.now):
        run.skipped()
        return
    names = names_of(await office.directory.categories())
    training = _Training(names, await models.before(run.now))
    if not await _Lesson(office, run, training).learn_all():
        return
    if training.counts.total < FEWEST_LETTERS:
        run.skipped(training.counts.total)
        return
    # Seconds of counting: the lease is renewed meanwhile.
    trained = await asyncio.to_thread(training.trained, run.now)
    if not run.dry:
        await run.write(lambda session: _save(office, run, training, trained, session))
    run.changed(str(city_date(run.now)), "TRAINED")
    await run.reached({})


async def _save(
    office: Office, run: Run, training: _Training, trained: TrainedModel, session: Session
) -> None:
    await office.category_models.save(trained, session)
    if not run.is_as_of:
        await office.category_counts.keep_only(training.weeks, session)


class _Lesson:
    """Goes through the newest letters, week by week into the past."""

    def __init__(self, office: Office, run: Run, training: _Training) -> None:
        self._office, self._run, self._training = office, run, training
        self._known: Collection[str] = ()
        self._has_problems = False

    async def learn_all(self) -> bool:
        """False when the time is over before their end."""
        of_job = await self._office.problem_cases.of_job(self._run.name)
        self._known = {one.problem.case_id for one in of_job}
        async for week in self._office.handled_letters.weeks(self._run.now):
            if self._training.room == 0:
                break
            if not self._run.has_time() or not await self._learn(week):
                return False
        return True

    async def _learn(self, week: Week) -> bool:
        office, training = self._office, self._training
        fingerprint = await office.handled_letters.fingerprint(week, training.names)
        kept = await office.category_counts.find(week.begins, fingerprint, training.names)
        if kept is not None and training.may_use(kept, self._run.now):
            self._run.saw(kept.letters)
            training.add(kept)
            await self._set_apart(week)
            return True
        counted = CountedWeek(week.begins, fingerprint, Counts(training.names), training.since)
        is_whole = await self._count(week, counted)
        if is_whole is None:
            return False
        training.add(counted)
        if is_whole and not self._run.dry:
            await self._run.write(lambda session: office.category_counts.save(counted, session))
        return True

    async def _count(self, week: Week, counted: CountedWeek) -> bool | None:
        """Whether all of the week was counted; None when the time is over before its end."""
        run, training, is_whole = self._run, self._training, True
        self._has_problems = False
        letters = self._office.handled_letters.of_week(week, self._put_aside)
        async for letter in letters:
            if counted.letters == training.room:
                return False
            if counted.letters % LOOK_EVERY == 0 and not run.has_time():
                return None
            counted.letters += 1
            run.saw()
            run.tried({letter.id}.intersection(self._known))
            if letter.reviewed_at <= run.now:
                training.learn(letter, counted)
            else:
                run.skipped()
                is_whole = False
        return is_whole and not self._has_problems

    async def _set_apart(self, week: Week) -> None:
        """Of a week that is counted already, the letters that are held out."""
        lacking = self._training.lacking
        if lacking == 0:
            return
        async for letter in self._office.handled_letters.of_week(week):
            self._training.set_apart(letter)
            lacking -= 1
            if lacking == 0:
                return

    def _put_aside(self, problem: Problem) -> None:
        self._has_problems = True
        self._run.problem(problem)


class _Training:
    """What a run learned so far, and what the model before says of it."""

    def __init__(self, names: Names, before: TrainedModel | None) -> None:
        self.names, self.counts = names, Counts(names)
        self.since = None if before is None else before.as_of
        self.room = MOST_LETTERS
        self.weeks: list[datetime] = []
        self._before = before
        self._apart: list[Example] = []
        self._agreed = self._compared = 0

    @property
    def lacking(self) -> int:
        """How many more letters are to be held out."""
        return HELD_OUT - len(self._apart)

    def may_use(self, week: CountedWeek, now: datetime) -> bool:
        """Whether a week that was counted once says what it would if it were counted now."""
        latest = week.latest
        if week.letters > self.room:
            return False
        if latest is None or self.since is None or week.since == self.since:
            return latest is None or latest <= now
        return latest <= min(now, self.since)

    def add(self, week: CountedWeek) -> None:
        self.counts.merge(week.counts)
        self.weeks.append(week.begins)
        self.room -= week.letters
        if self.since is not None and week.since == self.since:
            self._agreed += week.agreed
            self._compared += week.compared

    def learn(self, letter: HandledLetter, week: CountedWeek) -> None:
        example = self.set_apart(letter)
        week.counts.add(example)
        week.latest = max(week.latest or letter.reviewed_at, letter.reviewed_at)
        if self._before is not None and letter.reviewed_at > self._before.as_of:
            _compare(letter, self._before, week)

    def set_apart(self, letter: HandledLetter) -> Example:
        """Holds a letter out while too few are."""
        example = Example.of(letter.id, letter.category[0], letter.title, letter.body)
        if self.lacking:
            self._apart.append(example)
        return example

    def trained(self, now: datetime) -> TrainedModel:
        """The model of all that was learned."""
        predictions = self.counts.held_out(self._apart)
        return TrainedModel(
            as_of=now,
            letters=self.counts.total,
            held_out=len(predictions),
            macro_f1=macro_f1(predictions),
            accuracy=accuracy(predictions),
            compared=self._told(now),
            model=self.counts.model(fitted_temperature(predictions)),
        )

    def _told(self, now: datetime) -> tuple[Compared, ...]:
        if self._before is None:
            return ()
        latest = Compared(self._before.as_of, now, self._agreed, self._compared)
        return recent((*self._before.compared, latest), now)


def _compare(letter: HandledLetter, before: TrainedModel, week: CountedWeek) -> None:
    suggestion = before.model.suggest(letter.title, letter.body)
    if suggestion is not None:
        week.compared += 1
        week.agreed += suggestion.category in letter.category
