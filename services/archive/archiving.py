"""One run of the archive: what an earlier one left unfinished, then what is due now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from domain.calendar import city_date
from services.anchors import take_anchor
from services.archive.burying import Burying
from services.archive.files import batch_name
from services.archive.marking import Marking
from services.archive.writing import Limits, Writing
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.product import product_version
from storage.archive_batches import Batch, BatchState


@dataclass(frozen=True, slots=True)
class Archiving:
    """A run, with what it works with. It begins with an anchor of all that is there."""

    workshop: Workshop
    run: Run
    limits: Limits = field(default_factory=Limits)

    async def carry_out(self) -> None:
        """At most one batch is unfinished at any time; it is finished before the next begins."""
        batches = await self.workshop.office.archive.batches.all()
        if self.run.dry:
            await self._marking(self._new(batches), is_begun=False).mark()
            return
        taken = await take_anchor(self.workshop.office, self.workshop.store, self.run.now)
        anchor = taken.anchor.in_short(taken.sha256)
        if batches and not batches[-1].is_done:
            if not await self._finish(batches[-1]):
                return
            batches = await self.workshop.office.archive.batches.all()
        new = replace(self._new(batches), anchor=anchor)
        marking = self._marking(new, is_begun=False)
        if await marking.mark() and marking.is_begun:
            await self._complete(marking.batch)

    async def _finish(self, batch: Batch) -> bool:
        """What was left of a batch; one that this run has begun takes in what else is due."""
        if batch.state is BatchState.MARKING:
            marking = self._marking(batch, is_begun=True)
            if not await (marking.mark() if batch.run == self.run.id else marking.close()):
                return False
            batch = marking.batch
        return await self._complete(batch)

    async def _complete(self, batch: Batch) -> bool:
        """From the files on; False when the time is over before its end."""
        if batch.state is BatchState.WRITING:
            writing = Writing(self.workshop, self.run, batch, self.limits)
            if not await writing.write():
                return False
            batch = writing.batch
        return await Burying(self.workshop, self.run, batch).bury()

    def _marking(self, batch: Batch, *, is_begun: bool) -> Marking:
        return Marking(self.workshop, self.run, batch, is_begun=is_begun)

    def _new(self, batches: list[Batch]) -> Batch:
        """A batch that is not begun; a second one of the same run's time gets a name of its own."""
        name, taken = batch_name(self.run.now), {batch.id for batch in batches}
        free = (name if again == 1 else f"{name}-{again}" for again in range(1, len(taken) + 2))
        return Batch(
            id=next(one for one in free if one not in taken),
            place=len(batches) + 1,
            run=self.run.id,
            run_at=self.run.now,
            retention=self.workshop.office.retentions.on(city_date(self.run.now)).version,
            code=product_version(),
            previous=batches[-1].manifest if batches else None,
        )
