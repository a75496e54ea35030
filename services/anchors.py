"""Takes anchors and holds the database against the last one.

Anchors lie in the object store of the archive, under a prefix of their own: the database's
administrator cannot write there.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import zstandard

from domain.anchors import (
    Anchor,
    BadAnchor,
    Heads,
    Segment,
    closing,
    digest,
    is_closing,
    read_anchor,
)
from domain.history import Chain
from domain.merkle import Frontier
from services.functions.workshop import ObjectStore
from services.office import Office
from services.verification import AUDIT, Finding
from storage.archive_lines import canonical
from storage.heads import Head, has_cases
from storage.mongo import Database, Document

ROOT = "anchors"
CLOSED = f"{ROOT}/closed.json"
SEGMENT = 10_000
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredAnchor:
    """An anchor as it lies in the store."""

    anchor: Anchor
    sha256: str


async def are_forms_closed(store: ObjectStore, chain: Chain) -> bool:
    """Whether documents of an older form are believed no more: said outside the database."""
    data = await store.get(CLOSED)
    return data is not None and is_closing(data, chain)


async def closed_at_birth(
    store: ObjectStore,
    key: bytes | None,
    database: Database,
    now: datetime,
    *,
    may_write: bool = True,
) -> bool:
    """The same; a database without a case has nothing of an older form, and is closed at once.

    ``key`` is that of the chain. ``may_write``: not by a process that may only read there.
    """
    chain = Chain(key)
    if await are_forms_closed(store, chain):
        return True
    if not may_write or await has_cases(database):
        return False
    await close_forms(store, chain, now)
    return True


async def close_forms(
    store: ObjectStore, chain: Chain, now: datetime, aside: Sequence[str] = ()
) -> None:
    """Says so, once; ``aside`` are the numbers of cases that failed the old checks."""
    data = closing(chain, now.astimezone(UTC).isoformat(timespec="seconds"), tuple(aside))
    await store.put_new(CLOSED, data, digest(data))


async def take_anchor(office: Office, store: ObjectStore, now: datetime) -> StoredAnchor:
    """Writes an anchor of what is there now, after the last one."""
    last = await last_anchor(store, office.rulebook.chain)
    cases = await _written(store, await _case_lines(office))
    audit = await _written(store, await _audit_lines(office))
    place, previous = (last.anchor.place + 1, last.sha256) if last else (1, None)
    taken_at = now.astimezone(UTC).isoformat(timespec="seconds")
    anchor = Anchor(place, taken_at, cases, audit, previous)
    data = anchor.sealed(office.rulebook.chain)
    if not await store.put_new(_key(place), data, digest(data)):
        return await take_anchor(office, store, now)  # somebody else took it in this moment
    await office.anchors.remember(place, digest(data))
    return StoredAnchor(anchor, digest(data))


async def last_anchor(store: ObjectStore, chain: Chain) -> StoredAnchor | None:
    """The newest anchor; raises ``BadAnchor`` for one that was not sealed here."""
    keys = [key async for key in store.keys(f"{ROOT}/anchor-")]
    return await _stored(store, max(keys), chain) if keys else None


async def _stored(store: ObjectStore, key: str, chain: Chain) -> StoredAnchor:
    data = await store.get(key)
    if data is None:
        raise BadAnchor(f"{key} is missing")
    try:
        anchor = read_anchor(data, chain)
    except BadAnchor as error:
        raise BadAnchor(f"{key} {error}") from error
    if _key(anchor.place) != key:
        raise BadAnchor(f"{key} holds anchor {anchor.place}")
    return StoredAnchor(anchor, digest(data))


@dataclass
class AnchorAudit:
    """One look at what became of all that the last anchor names; it counts what it looked at."""

    office: Office
    store: ObjectStore
    cases: int = 0
    entries: int = 0
    anchor: Anchor | None = field(default=None)

    async def findings(self) -> AsyncIterator[Finding]:
        """What is gone, older than it was, or not linked; without an anchor, that there is none."""
        try:
            async for finding in self._linked():
                yield finding
            if self.anchor is None:
                yield Finding("anchors", "there is none: lizheng verify --anchor takes one")
                return
            async for finding in self._of_cases(self.anchor):
                yield finding
            async for finding in self._of_entries(self.anchor):
                yield finding
        except BadAnchor as error:
            yield Finding("anchors", str(error))

    async def _linked(self) -> AsyncIterator[Finding]:
        """Every anchor from the first on is there, each names the one before."""
        previous: StoredAnchor | None = None
        async for key in self.store.keys(f"{ROOT}/anchor-"):
            stored = await _stored(self.store, key, self.office.rulebook.chain)
            if problem := _link_problem(previous, stored):
                yield Finding(f"anchor {stored.anchor.place}", problem)
            previous = stored
        self.anchor = previous.anchor if previous else None
        for place, sha256 in (await self.office.anchors.known()).items():
            if previous is None or place > previous.anchor.place:
                yield Finding(f"anchor {place}", "is missing: the database knows of it")
            elif place == previous.anchor.place and sha256 != previous.sha256:
                yield Finding(f"anchor {place}", "is not the one that the database knows")

    async def _of_cases(self, anchor: Anchor) -> AsyncIterator[Finding]:
        now = {head.id: head async for head in self.office.heads.all()}
        async for line in self._lines(anchor.cases):
            then = Head(*json.loads(line))
            self.cases += 1
            if problem := await self._case_problem(then, now.get(then.id)):
                yield Finding(then.number, problem)

    async def _case_problem(self, then: Head, now: Head | None) -> str | None:
        if now is None:
            return "is gone: it was there when the anchor was taken"
        if problem := _head_problem(then, now):
            return problem
        is_same = now.seal == then.seal or then.seal in await self.office.heads.seals_of(then.id)
        return None if is_same else "has another history than at the anchor"

    async def _of_entries(self, anchor: Anchor) -> AsyncIterator[Finding]:
        now = {told[0]: told async for told in _audit_heads(self.office)}
        async for line in self._lines(anchor.audit):
            then = json.loads(line)
            self.entries += 1
            entry, at, what, _ = then
            if now.get(entry) != then:
                problem = "is gone" if entry not in now else "is not what it was at the anchor"
                yield Finding(AUDIT, f"{what} of {at} (entry {entry}) {problem}")

    async def _lines(self, heads: Heads) -> AsyncIterator[bytes]:
        """Every head of the anchor, from files that are what it names."""
        frontier = Frontier()
        for segment in heads.segments:
            for line in await _segment_lines(self.store, segment):
                frontier = frontier.with_leaf(line)
                yield line
        if (frontier.leaves, frontier.root) != (heads.count, heads.root):
            raise BadAnchor("its heads do not make up its root")


def _link_problem(before: StoredAnchor | None, stored: StoredAnchor) -> str | None:
    place, previous = (before.anchor.place, before.sha256) if before else (0, None)
    if stored.anchor.place != place + 1:
        return f"follows anchor {place}: one is missing"
    return None if stored.anchor.previous == previous else "does not continue the one before it"


def _head_problem(then: Head, now: Head) -> str | None:
    """What a case's head alone tells."""
    lost = f"has lost history: {now.version} entries now, {then.version} at the anchor"
    checks = (
        (now.number != then.number, f"has another number now: {now.number}"),
        (now.version < then.version, lost),
        (now.revision == 0, "has no seal of its own any more"),
        (now.revision < then.revision, "is older than it was when the anchor was taken"),
    )
    return next((problem for is_wrong, problem in checks if is_wrong), None)


async def _written(store: ObjectStore, lines: Sequence[bytes]) -> Heads:
    """Writes heads, so many to a file; a file that is there already stays."""
    frontier, segments = Frontier(), list[Segment]()
    for line in lines:
        frontier = frontier.with_leaf(line)
    for start in range(0, len(lines), SEGMENT):
        segments.append(await _put(store, lines[start : start + SEGMENT]))
    return Heads(frontier.leaves, frontier.root, tuple(segments))


async def _put(store: ObjectStore, lines: Sequence[bytes]) -> Segment:
    content = b"\n".join(lines)
    segment = Segment(digest(content), len(lines))
    packed = zstandard.ZstdCompressor(3).compress(content)
    await store.put_new(_segment_key(segment), packed, digest(packed))
    return segment


async def _segment_lines(store: ObjectStore, segment: Segment) -> list[bytes]:
    data = await store.get(_segment_key(segment))
    if data is None:
        raise BadAnchor(f"{_segment_key(segment)} is missing")
    try:
        content = zstandard.ZstdDecompressor().decompress(data, max_output_size=MOST_BYTES)
    except zstandard.ZstdError as error:
        raise BadAnchor(f"{_segment_key(segment)} cannot be read: {error}") from error
    if digest(content) != segment.sha256:
        raise BadAnchor(f"{_segment_key(segment)} is not the file that was written")
    return content.split(b"\n")


async def _case_lines(office: Office) -> list[bytes]:
    """One of each case, in the order of numbers; some 150 bytes a case.

    Put in order here: sorting all cases keeps the embedded database from answering anybody.
    """
    heads = [(head.number, head.id, _line(tuple(head))) async for head in office.heads.all()]
    return [line for _, _, line in sorted(heads)]


async def _audit_lines(office: Office) -> list[bytes]:
    """One of each entry, in the order in which they were written."""
    return [_line(told) for told in sorted([told async for told in _audit_heads(office)])]


async def _audit_heads(office: Office) -> AsyncIterator[list[str]]:
    """Of every entry its id, when and what it was, and the SHA-256 of it all."""
    async for entry in office.audit.entries():
        at = entry["at"].astimezone(UTC).isoformat(timespec="milliseconds")
        yield [str(entry["_id"]), at, str(entry["what"]), _entry_digest(entry)]


def _entry_digest(entry: Document) -> str:
    told = {name: value for name, value in entry.items() if name not in ("_id", "seal")}
    return digest(canonical(told))


def _line(told: Sequence[object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _key(place: int) -> str:
    return f"{ROOT}/anchor-{place:06}.json"


def _segment_key(segment: Segment) -> str:
    return f"{ROOT}/heads/{segment.sha256}.zst"
