"""Proving that the archive is whole, and that the database and the archive say the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from domain.manifests import Manifest, Part
from domain.merkle import Frontier
from services.archive.files import ArchiveBroken, batch_of
from services.archive.listing import Listing
from services.archive.reading import part_data, proven_cases
from services.functions.workshop import ObjectStore
from services.office import Office
from services.verification import Finding
from storage.archive_batches import Batch
from storage.archive_lines import ArchivedCase
from storage.archived_cases import Standing

PAGE = 200


@dataclass
class Audit:
    """One look at the archive; it counts the batches and the cases that it has looked at."""

    office: Office
    store: ObjectStore
    batches: int = 0
    cases: int = 0

    async def findings(self, month: str | None = None) -> AsyncIterator[Finding]:
        """What is wrong with the batches of a month (``YYYY-MM``), or with the whole archive.

        A finding's ``number`` is the object, the batch or the case that it is about.
        """
        listing = await Listing.of(self.office, self.store)
        for finding in listing.findings():
            if _is_of(month, finding.number) or _is_of(month, batch_of(finding.number)):
                yield finding
        for batch, manifest in listing.manifests.items():
            if _is_of(month, batch):
                one = _BatchAudit(self.office, self.store, manifest, listing.known.get(batch))
                async for finding in one.findings():
                    yield finding
                self.batches += 1
                self.cases += one.frontier.leaves


@dataclass
class _BatchAudit:
    """One batch: its files and every case in them, the root over all, what the database holds."""

    office: Office
    store: ObjectStore
    manifest: Manifest
    known: Batch | None
    frontier: Frontier = field(default_factory=Frontier)

    async def findings(self) -> AsyncIterator[Finding]:
        manifest = self.manifest
        for number, part in enumerate(manifest.parts, 1):
            async for finding in self._of_part(part, number):
                yield finding
        if (self.frontier.leaves, self.frontier.root) != (manifest.count, manifest.root):
            yield Finding(manifest.batch, "its cases do not make up its Merkle root")
        held = await self.office.archive.holds(manifest.batch)
        if held != manifest.count:
            told = f"holds {manifest.count} cases, of which the database knows {held}"
            yield Finding(manifest.batch, told)

    async def _of_part(self, part: Part, number: int) -> AsyncIterator[Finding]:
        try:
            async for page in self._pages(part):
                for finding in await self._differences(page, number):
                    yield finding
        except ArchiveBroken as error:
            yield Finding(self.manifest.batch, str(error))

    async def _pages(self, part: Part) -> AsyncIterator[list[ArchivedCase]]:
        page: list[ArchivedCase] = []
        async for case in proven_cases(self.office, await part_data(self.store, part), part):
            self.frontier = self.frontier.with_leaf(case.seal.encode())
            page.append(case)
            if len(page) == PAGE:
                yield page
                page = []
        yield page

    async def _differences(self, page: Sequence[ArchivedCase], part: int) -> list[Finding]:
        standing = await self.office.archive.standing([case.id for case in page])
        found = (
            (case.number, self._difference(case, standing.get(case.id), part)) for case in page
        )
        return [Finding(number, problem) for number, problem in found if problem]

    def _difference(self, case: ArchivedCase, stands: Standing | None, part: int) -> str | None:
        """Each case is a tombstone, or restored; whole only where the batch is not done yet."""
        if stands is None:
            return "lies in the archive, but not in the database"
        batch = self.manifest.batch
        if stands.batch != batch or (stands.is_tombstone and stands.part != part):
            return f"is not known to lie in {batch}, part {part}"
        if stands.seal != case.seal:
            return "has another history than in the archive"
        is_whole = not stands.is_tombstone and not stands.is_restored
        is_done = self.known is None or self.known.is_done
        return "is whole, and lies in the archive too" if is_whole and is_done else None


def _is_of(month: str | None, batch: str) -> bool:
    return month is None or batch.startswith(f"{month}/")
