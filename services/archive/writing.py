"""Writes the files of a batch, reads them back, and puts the manifest beside them."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import partial

from domain.manifests import Manifest, Part, digest
from domain.merkle import Frontier
from domain.retention import PersonalFate
from services.archive.files import (
    ArchiveBroken,
    Packed,
    Packing,
    lines_digest,
    manifest_key,
    part_key,
)
from services.archive.reading import manifest_of, object_at, part_data, proven_cases
from services.functions.runs import Run
from services.functions.workshop import ObjectStore, Workshop
from storage.archive_batches import Batch, BatchState
from storage.archive_lines import ArchivedCase


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file holds at most: cases, and bytes before compression (but always one case)."""

    cases: int = 1_000
    size: int = 8 * 1024 * 1024


@dataclass
class _Draft:
    """A file in the making, with the numbers in it."""

    packing: Packing = field(default_factory=Packing)
    count: int = 0
    first: str = ""
    last: str = ""

    async def add(self, number: str, line: bytes) -> None:
        await self.packing.add(line)
        self.count += 1
        self.first, self.last = self.first or number, number

    def has_room(self, line: bytes, limits: Limits) -> bool:
        fits = self.packing.size + len(line) < limits.size and self.count < limits.cases
        return fits or not self.count


@dataclass
class Writing:
    """One batch that is written. What is in its files never depends on who goes on with it."""

    workshop: Workshop
    run: Run
    batch: Batch
    limits: Limits

    async def write(self) -> bool:
        """Every file of the batch and the manifest; False when the time is over before that.

        Raises ``ArchiveBroken`` when the store holds something else under the same key.
        """
        after = self.batch.parts[-1].last if self.batch.parts else None
        draft = _Draft()
        async with aclosing(self.workshop.office.archive.marked(self.batch.id, after)) as marked:
            async for case in marked:
                line = case.line(erased=self._erases(case))
                if not draft.has_room(line, self.limits):
                    await self._finish(draft)
                    draft = _Draft()
                    if not self.run.has_time():
                        return False
                await draft.add(case.number, line)
        if draft.count:
            await self._finish(draft)
        await self._write_manifest()
        return True

    def _erases(self, case: ArchivedCase) -> bool:
        retention = self.workshop.office.retentions.of_version(self.batch.retention)
        if case.outcome is None:
            raise ArchiveBroken(f"{case.number} has no outcome")
        fate = retention.class_of(case.kind, case.outcome).personal_data
        return fate is PersonalFate.ERASED

    async def _finish(self, draft: _Draft) -> None:
        """Writes one file, reads it back, and notes it with the batch."""
        packed = await draft.packing.packed()
        key = part_key(self.batch.id, len(self.batch.parts) + 1)
        data = await _put(self.workshop.store, key, packed)
        part = Part(
            key=key,
            size=len(data),
            sha256=digest(data),
            lines_sha256=packed.lines_sha256,
            count=draft.count,
            first=draft.first,
            last=draft.last,
        )
        frontier = await self._read_back(part, data)
        await self._note(self.batch.with_part(part, frontier))

    async def _read_back(self, part: Part, written: bytes) -> Frontier:
        """The batch's frontier with this file's cases, from what the store gives back."""
        data = await part_data(self.workshop.store, part)
        if data != written:
            raise ArchiveBroken(f"{part.key} is not the file that was written")
        frontier = self.batch.frontier
        async for case in proven_cases(self.workshop.office, data, part):
            frontier = frontier.with_leaf(case.seal.encode())
        return frontier

    async def _write_manifest(self) -> None:
        office, store, batch = self.workshop.office, self.workshop.store, self.batch
        known = await office.archive.holds(batch.id)
        if batch.count != known:
            raise ArchiveBroken(f"{batch.id} has {known} cases, and files with {batch.count}")
        data = manifest_for(batch).sealed(office.rulebook.chain)
        key = manifest_key(batch.id)
        await store.put_new(key, data, digest(data))
        if (await manifest_of(office, store, batch.id))[1] != data:
            raise ArchiveBroken(f"{key} is there already, and says something else")
        await self._note(replace(batch, state=BatchState.WRITTEN, manifest=digest(data)))

    async def _note(self, batch: Batch) -> None:
        batches = self.workshop.office.archive.batches
        await self.run.write(partial(batches.save, batch))
        self.batch = batch
        await self.run.reached({"batch": batch.id, "parts": len(batch.parts)})


def manifest_for(batch: Batch) -> Manifest:
    """What a batch whose files are all written says of itself."""
    return Manifest(
        batch=batch.id,
        place=batch.place,
        run_at=batch.run_at.astimezone(UTC).isoformat(timespec="seconds"),
        count=batch.count,
        first=batch.parts[0].first,
        last=batch.parts[-1].last,
        root=batch.frontier.root,
        previous=batch.previous,
        retention=batch.retention,
        code=batch.code,
        parts=batch.parts,
        anchor=batch.anchor,
    )


async def _put(store: ObjectStore, key: str, packed: Packed) -> bytes:
    """The file as it lies there: what was put, or what an interrupted run has put before."""
    if await store.put_new(key, packed.data, packed.sha256):
        return packed.data
    there = await object_at(store, key)
    if there != packed.data and lines_digest(there, key) != packed.lines_sha256:
        raise ArchiveBroken(f"{key} is there already, and holds other cases")
    return there
