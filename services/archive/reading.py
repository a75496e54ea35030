"""What lies in the archive, read and proven: nothing is believed that does not fit its hash."""

from __future__ import annotations

from collections.abc import AsyncIterator

from domain.manifests import BadManifest, Manifest, Part, digest, read_manifest
from services.archive.files import ArchiveBroken, lines_in, manifest_key
from services.functions.workshop import ObjectStore
from services.office import Office
from services.verification import finding_of
from storage.archive_lines import ArchivedCase, read_line


async def manifest_of(office: Office, store: ObjectStore, batch: str) -> tuple[Manifest, bytes]:
    """A batch's manifest and its bytes; raises ``ArchiveBroken``."""
    key = manifest_key(batch)
    data = await object_at(store, key)
    try:
        manifest = read_manifest(data, office.rulebook.chain)
    except BadManifest as error:
        raise ArchiveBroken(f"{key} {error}") from error
    if manifest.batch != batch:
        raise ArchiveBroken(f"{key} is the manifest of {manifest.batch}")
    return manifest, data


async def part_data(store: ObjectStore, part: Part) -> bytes:
    """A file whose bytes are those that its batch names; raises ``ArchiveBroken``."""
    data = await object_at(store, part.key)
    if (len(data), digest(data)) != (part.size, part.sha256):
        raise ArchiveBroken(f"{part.key} is not the file that was written")
    return data


async def object_at(store: ObjectStore, key: str) -> bytes:
    """The object; ``ArchiveBroken`` when there is none."""
    data = await store.get(key)
    if data is None:
        raise ArchiveBroken(f"{key} is missing")
    return data


async def proven_cases(office: Office, data: bytes, part: Part) -> AsyncIterator[ArchivedCase]:
    """The cases of a file, each proven; ``ArchiveBroken`` for the first that is not.

    At the end they were so many as the batch says, in the order of their numbers.
    """
    numbers: list[str] = []
    for line in lines_in(data, part.key):
        case = read_archived(line, part.key)
        numbers.append(case.number)
        finding = finding_of(office, await office.archive.proven(case))
        if finding.problem is not None:
            raise ArchiveBroken(f"{part.key}: {finding.number}: {finding.problem}")
        yield case
    told = (part.count, part.first, part.last)
    if (len(numbers), *numbers[:1], *numbers[-1:]) != told or numbers != sorted(set(numbers)):
        raise ArchiveBroken(f"{part.key} does not hold the cases that its batch names")


def read_archived(line: bytes, key: str) -> ArchivedCase:
    """The case in a line of the object ``key``; ``ArchiveBroken`` when there is none."""
    try:
        return read_line(line)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveBroken(f"{key} has a line that cannot be read: {error}") from error


async def archived_case(
    office: Office, store: ObjectStore, batch: str, part: int, number: str
) -> ArchivedCase:
    """The case with this number as it lies in the archive, proven; raises ``ArchiveBroken``."""
    manifest, _ = await manifest_of(office, store, batch)
    if not 1 <= part <= len(manifest.parts):
        raise ArchiveBroken(f"{manifest_key(batch)} names no part {part}")
    told = manifest.parts[part - 1]
    data = await part_data(store, told)
    async for case in proven_cases(office, data, told):
        if case.number == number:
            return case
    raise ArchiveBroken(f"{told.key} does not hold {number}")
