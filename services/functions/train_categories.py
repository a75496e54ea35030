"""Learns from handled letters which category a letter belongs to.

A run holds the letters' counts in memory and writes one model at its end: one that was broken
off has written nothing, and begins again. Memory is bounded by the counted terms, time by the
number of letters.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from domain.agreement import Compared, recent
from domain.calendar import city_date
from domain.training import (
    FEWEST_LETTERS,
    Counts,
    Example,
    accuracy,
    fitted_temperature,
    macro_f1,
    names_of,
)
from services.functions.runs import Run
from services.functions.workshop import Workshop
from storage.category_models import HandledLetter, TrainedModel

MOST_LETTERS = 20_000
"""The newest ones: what they are about is what will come."""
HELD_OUT = 2_000
"""So many of them tell how sure a suggestion is."""
LOOK_EVERY = 100
"""So many letters are learned of between two looks at the time."""


async def train_categories(workshop: Workshop, run: Run) -> None:
    """Makes the model of this time, unless there is one or too little to learn from."""
    models = workshop.office.category_models
    if await models.exists(run.now):
        run.skipped()
        return
    names = names_of(await workshop.office.directory.categories())
    training = _Training(Counts(names), await models.before(run.now))
    if not await _learned(workshop, run, training):
        return
    if training.counts.total < FEWEST_LETTERS:
        run.skipped(training.counts.total)
        return
    # Seconds of counting: the lease is renewed meanwhile.
    trained = await asyncio.to_thread(training.trained, run.now)
    if not run.dry:
        await run.write(lambda session: models.save(trained, session))
    run.changed(str(city_date(run.now)), "TRAINED")
    await run.reached({})


async def _learned(workshop: Workshop, run: Run, training: _Training) -> bool:
    """Learns of the newest letters; False when the time is over before their end."""
    models = workshop.office.category_models
    letters = models.handled_letters(run.now, MOST_LETTERS, run.problem)
    known = {one.problem.case_id for one in await workshop.office.problem_cases.of_job(run.name)}
    async for letter in letters:
        if run.counts.seen % LOOK_EVERY == 0 and not run.has_time():
            return False
        run.saw()
        run.tried(known & {letter.id})
        if letter.reviewed_at <= run.now:
            training.learn(letter)
        else:
            run.skipped()
    return True


class _Training:
    """What a run learned so far, and what the model before says of it."""

    def __init__(self, counts: Counts, before: TrainedModel | None) -> None:
        self.counts = counts
        self._before = before
        self._apart: list[Example] = []
        self._agreed = self._compared = 0

    def learn(self, letter: HandledLetter) -> None:
        example = Example.of(letter.id, letter.category[0], letter.title, letter.body)
        self.counts.add(example)
        if len(self._apart) < HELD_OUT:
            self._apart.append(example)
        if self._before is not None and letter.reviewed_at > self._before.as_of:
            self._compare(letter, self._before)

    def _compare(self, letter: HandledLetter, before: TrainedModel) -> None:
        suggestion = before.model.suggest(letter.title, letter.body)
        if suggestion is not None:
            self._compared += 1
            self._agreed += suggestion.category in letter.category

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
