"""What the store and the database say of the batches, held against each other; no file is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.manifests import Manifest, digest
from services.archive.files import ROOT, ArchiveBroken, batch_of, manifest_key
from services.archive.reading import manifest_of
from services.functions.workshop import ObjectStore
from services.office import Office
from services.verification import Finding
from storage.archive_batches import Batch


@dataclass
class Listing:
    """All batches of the archive. A finding's ``number`` is the batch or object it is about."""

    known: dict[str, Batch]
    """What the database knows."""
    keys: list[str] = field(default_factory=list)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    broken: list[Finding] = field(default_factory=list)
    """Manifests that are none."""

    @classmethod
    async def of(cls, office: Office, store: ObjectStore) -> Listing:
        """Of this archive, with every manifest read."""
        listing = cls({batch.id: batch for batch in await office.archive.batches.all()})
        listing.keys = [key async for key in store.keys(f"{ROOT}/")]
        for batch in sorted({batch_of(key) for key in listing.keys}):
            if manifest_key(batch) not in listing.keys:
                continue
            try:
                listing.manifests[batch], data = await manifest_of(office, store, batch)
                listing.digests[batch] = digest(data)
            except ArchiveBroken as error:
                listing.broken.append(Finding(batch, str(error)))
        return listing

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the batches as a whole."""
        yield from self.broken
        yield from self._unlinked()
        yield from self._unknown()
        yield from self._unnamed()

    def _unlinked(self) -> Iterator[Finding]:
        """Each manifest names the one before: none can be taken out or exchanged."""
        by_place = {manifest.place: batch for batch, manifest in self.manifests.items()}
        for batch, manifest in self.manifests.items():
            if by_place[manifest.place] != batch:
                yield Finding(batch, f"has the place of {by_place[manifest.place]}")
            before = by_place.get(manifest.place - 1)
            if manifest.previous != (self.digests[before] if before else None):
                yield Finding(batch, "does not continue the batch before it")

    def _unknown(self) -> Iterator[Finding]:
        """The database knows every batch, and so the last one too."""
        for batch in self.manifests:
            known = self.known.get(batch)
            if known is None:
                yield Finding(batch, "is not known to the database")
            elif known.manifest not in (None, self.digests[batch]):
                yield Finding(batch, "has another manifest than the database knows")
        for batch, known in self.known.items():
            if known.manifest is not None and manifest_key(batch) not in self.keys:
                yield Finding(batch, "has no manifest any more")

    def _unnamed(self) -> Iterator[Finding]:
        """Objects that no manifest names; a batch that is being written has some."""
        named = {part.key for manifest in self.manifests.values() for part in manifest.parts}
        unfinished = {batch for batch, known in self.known.items() if known.manifest is None}
        excused = unfinished | {finding.number for finding in self.broken}
        for key in self.keys:
            batch = batch_of(key)
            if key not in named and key != manifest_key(batch) and batch not in excused:
                yield Finding(key, "is named by no manifest")
