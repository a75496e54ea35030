"""Replaces archived cases by tombstones, each made of the very line that lies in the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from domain.manifests import Part
from services.archive.files import ArchiveBroken, lines_in
from services.archive.reading import archived_case, manifest_of, part_data, read_archived
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.office import Office
from storage.archive_batches import Batch, BatchState
from storage.archive_lines import ArchivedCase
from storage.due_cases import DueCase
from storage.tombstones import Tombstone, tombstone_for

PAGE = 200


@dataclass
class Burying:
    """The last step of a batch whose manifest is written."""

    workshop: Workshop
    run: Run
    batch: Batch

    @property
    def _office(self) -> Office:
        return self.workshop.office

    async def bury(self) -> bool:
        """Every case of the batch; False when the time is over before that.

        Raises ``ArchiveBroken`` when the archive and a case say different things: it stays whole.
        """
        manifest, _ = await manifest_of(self._office, self.workshop.store, self.batch.id)
        for number, part in enumerate(manifest.parts, 1):
            async for page in self._pages(part):
                whole = await still_whole(self._office, page, self.batch.id)
                if not whole:
                    continue
                if not self.run.has_time():
                    await self.run.reached({"batch": self.batch.id})
                    return False
                await self._bury(whole, number)
            await self.run.reached({"batch": self.batch.id, "buried": number})
        batches = self._office.archive.batches
        await self.run.write(partial(batches.save, replace(self.batch, state=BatchState.DONE)))
        return True

    async def _pages(self, part: Part) -> AsyncIterator[list[ArchivedCase]]:
        lines = lines_in(await part_data(self.workshop.store, part), part.key)
        while page := [read_archived(line, part.key) for line in islice(lines, PAGE)]:
            yield page

    async def _bury(self, whole: Sequence[ArchivedCase], part: int) -> None:
        stones = [_tombstone(self._office, one, part, self.batch.retention) for one in whole]
        buried = await self.run.write(partial(self._office.archive.bury, stones))
        if buried != len(stones):
            raise ArchiveBroken(f"{self.batch.id}: a case changed while it was archived")


async def still_whole(
    office: Office, page: Sequence[ArchivedCase], batch: str
) -> list[ArchivedCase]:
    """Those of which no tombstone was made yet; ``ArchiveBroken`` for what does not lie there."""
    standing = await office.archive.standing([case.id for case in page])
    whole = []
    for case in page:
        stands = standing.get(case.id)
        if stands is None or stands.batch != batch or stands.seal != case.seal:
            raise ArchiveBroken(f"{case.number} is not what lies in {batch}")
        if not stands.is_tombstone and not stands.is_restored:
            whole.append(case)
    return whole


async def rebury(workshop: Workshop, run: Run, due: DueCase) -> bool:
    """Makes the tombstone of a restored case again; False when it was lost to somebody else.

    Nothing is written to the archive: the case lies there. Raises ``ArchiveBroken``.
    """
    case, office = due.case, workshop.office
    if case is None or case.keeping.batch is None or case.keeping.part is None:
        raise ArchiveBroken("is restored from nowhere")
    batch, part = case.keeping.batch, case.keeping.part
    archived = await archived_case(office, workshop.store, batch, part, case.number)
    if archived.seal != case.history[-1].seal:
        raise ArchiveBroken(f"is not what lies in {batch}")
    manifest, _ = await manifest_of(office, workshop.store, batch)
    stone = _tombstone(office, archived, part, manifest.retention)
    return await run.write(partial(office.archive.rebury, stone, due.at)) == 1


def _tombstone(office: Office, case: ArchivedCase, part: int, retention: str) -> Tombstone:
    if case.outcome is None:
        raise ArchiveBroken(f"{case.number} has no outcome")
    its_class = office.retentions.of_version(retention).class_of(case.kind, case.outcome)
    return tombstone_for(case, part, its_class.name, office.rulebook.chain)
