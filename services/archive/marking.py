"""Marks the cases of a batch: from then on nobody acts on them, and what is written is final."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.problem_cases import Reason
from services.archive.burying import rebury
from services.archive.choosing import Choice, Choosing
from services.archive.files import ArchiveBroken
from services.functions.runs import Run, problem_with
from services.functions.workshop import Workshop
from storage.archive_batches import Batch, BatchState
from storage.due_cases import DueCase
from storage.mongo import Session

PAGE = 200
ARCHIVE = "ARCHIVE"


class Marking:
    """The cases whose retention is over, page by page. A dry run only tells them.

    ``is_begun`` tells whether the batch is stored: it is with its first case.
    """

    def __init__(self, workshop: Workshop, run: Run, batch: Batch, *, is_begun: bool) -> None:
        self._workshop = workshop
        self._archive = workshop.office.archive
        self._run = run
        self.batch = batch
        self.is_begun = is_begun

    async def mark(self) -> bool:
        """Every case that is due; False when the time is over before that."""
        choosing = Choosing(self._workshop.office, self._run, self.batch.id)
        place = None
        while page := await self._archive.due.page(self._run.now, place, PAGE):
            if not self._run.has_time():
                await self._run.reached({"batch": self.batch.id})
                return False
            self._run.saw(len(page))
            choice = await choosing.of(await self._run.without_paused(page))
            if self._run.dry:
                self._told([*(one.due for one in choice.chosen), *choice.restored])
            else:
                await self._save(choice)
            place = page[-1].place
        self._run.met_all()
        return await self.close() if self.is_begun else True

    async def close(self) -> bool:
        """Nothing more comes into the batch."""
        self.batch = replace(self.batch, state=BatchState.WRITING)
        await self._run.write(self._save_batch)
        return True

    async def _save(self, choice: Choice) -> None:
        saved = await self._run.write(lambda session: self._saved(choice, session))
        marked = [one.due for one in choice.chosen if one.due.id in saved]
        self.is_begun = self.is_begun or bool(marked)
        self._told(marked)
        self._run.skipped(len(choice.handled) - len(marked))
        for due in choice.restored:
            await self._rebury(due)
        await self._run.reached({"batch": self.batch.id})

    async def _saved(self, choice: Choice, session: Session) -> set[str]:
        """The ids of what was saved; the batch comes into being together with its first case."""
        saved = await self._archive.due.save(choice.handled, session)
        if not self.is_begun and any(one.due.id in saved for one in choice.chosen):
            await self._save_batch(session)
        return saved

    async def _save_batch(self, session: Session) -> None:
        await self._archive.batches.save(self.batch, session)

    async def _rebury(self, due: DueCase) -> None:
        try:
            done = await rebury(self._workshop, self._run, due)
        except ArchiveBroken as error:
            self._run.problem(problem_with(due, Reason.UNPROVEN, error))
            return
        if done:
            self._told([due])
        else:
            self._run.skipped()

    def _told(self, cases: Iterable[DueCase]) -> None:
        for case in cases:
            self._run.changed(case.number, ARCHIVE)
