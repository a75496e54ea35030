"""New shapes for stored cases: an ordered list of changes, each of which may run twice.

A case document carries the version of its schema. A migration takes documents from the version
before its own to its own, one guarded write each, while servers work on the same cases:

- Whoever writes a case lowers its ``schema`` to the version that this server knows (``$min``), so
  a case that an old server has written after its migration is met again by the next
  ``lizheng migrate``, after the last old server is gone. Hence: it must be able to run twice.
- Old servers go on reading, so a migration adds and fills; it never takes away or renames what
  the version before it reads. What nobody reads any more is removed one version later.
- A new server reads a whole case through ``current``, which applies in memory what is missing.
  Lists fetch some fields only: a field that they show needs a default until all is migrated.

There is nothing to resume from but the documents themselves: what is done no longer matches.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeAlias

from storage.facts_documents import derived_facts, facts_document
from storage.mongo import Collection, Database, Document
from storage.state_seals import SEAL, StateSeals

Change: TypeAlias = Callable[[Document], Document]

COLLECTION = "cases"
BATCH = 100
TRIES = 10
_MISSING = {"$exists": False}
_FAULTS = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Migration:
    """Brings a document to schema ``version``. ``change`` gets a copy that it may alter.

    It is given documents of any version below, with all earlier migrations applied, and also
    documents that have been through it before. It must not change ``_id`` or ``version``.
    """

    version: int
    name: str
    change: Change


class ChangesTooOften(Exception):
    """A case that somebody wrote each time it was read to be migrated."""


def wake_by_function(document: Document) -> Document:
    """Each function gets a field of its own that says when it must look; at first, at once."""
    stage, updated_at = document["stage"], document["updated_at"]
    document["ask_at"] = updated_at if stage == "CALLBACK" else None
    document["archive_at"] = updated_at if stage == "CONCLUSION" else None
    if stage == "CALLBACK":
        document["wake_at"] = None
    waiting = [one["queued_at"] for one in document.get("notices", ()) if one["state"] == "QUEUED"]
    if waiting:
        document["notify_at"] = min(waiting)
    return document


def facts_for_figures(document: Document) -> Document:
    """What the figures know of a case stands beside its history, from which it follows."""
    document["facts"] = facts_document(derived_facts(document))
    return document


def wait_to_be_grouped(document: Document) -> Document:
    """Letters from before there were groups wait for theirs; one that is in one stays there."""
    if not document.get("keeping", {}).get("is_tombstone"):
        document["to_group"] = True
    return document


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "a moment for each function", wake_by_function),
    Migration(3, "facts for the figures", facts_for_figures),
    Migration(4, "letters wait to be grouped", wait_to_be_grouped),
)
"""In order of their versions, without gaps, from 2 on."""


def latest(migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """The schema's version after all of them."""
    return migrations[-1].version if migrations else 1


def current(document: Document, migrations: Sequence[Migration] = MIGRATIONS) -> Document:
    """The document in today's schema; itself, when it is there already (or ahead of us)."""
    for migration in migrations:
        if document.get("schema", 1) < migration.version:
            document = {**migration.change(deepcopy(document)), "schema": migration.version}
    return document


async def outdated(database: Database, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """How many cases are in an older schema."""
    return await database[COLLECTION].count_documents(_older(migrations))


def is_outdated(document: Document, migrations: Sequence[Migration] = MIGRATIONS) -> bool:
    """Whether it is in an older schema; one that names none of ours is in none."""
    try:
        return schema_of(document) < latest(migrations)
    except _FAULTS:
        return False


def schema_of(document: Document) -> int:
    """The schema that a document is in; ``ValueError`` or ``TypeError`` for one that is none."""
    schema = document.get("schema", 1)
    if int(schema) != schema:
        raise ValueError("schema")
    return int(schema)


async def migrate(
    database: Database,
    migrations: Sequence[Migration] = MIGRATIONS,
    seals: StateSeals | None = None,
    on_fault: Callable[[Document, Exception], None] | None = None,
) -> AsyncIterator[str]:
    """Bring every case to the newest schema; the id of each one that was changed.

    Safe beside running servers, interrupted at any moment, and side by side with another one.
    What is sealed stays sealed with ``seals``. ``on_fault`` is told of each document that cannot
    be migrated, and why; it stays as it is.
    """
    collection = database[COLLECTION]
    async for document in collection.find(_older(migrations)).batch_size(BATCH):
        try:
            moved = await _moved(collection, document, migrations, seals)
        except (*_FAULTS, ChangesTooOften) as error:
            if on_fault is None:
                raise
            on_fault(document, error)
        else:
            if moved:
                yield document["_id"]


def _older(migrations: Sequence[Migration]) -> Document:
    """Also what has no schema, or one that is no number: it would be passed over for ever."""
    return {"schema": {"$not": {"$gte": latest(migrations)}}}


async def _moved(
    collection: Collection,
    document: Document,
    migrations: Sequence[Migration],
    seals: StateSeals | None,
) -> bool:
    """One guarded write; who lost the race reads again. False when somebody else has done it."""
    found: Document | None = document
    for _ in range(TRIES):
        if found is None or schema_of(found) >= latest(migrations):
            return False
        after = current(found, migrations)
        if seals is not None and (seal := seals.renew(found, after, after)) is not None:
            after = {**after, SEAL: seal}
        guard, change = difference(found, after)
        result = await collection.update_one(guard, change)
        if result.matched_count:
            return True
        found = await collection.find_one({"_id": found["_id"]})
    raise ChangesTooOften


def difference(before: Document, after: Document) -> tuple[Document, Document]:
    """The write that makes ``before`` into ``after``, and the guard that it is still ``before``.

    Actions move ``version``, but a notice that is delivered does not: what a migration changes
    must still be what it read.
    """
    touched = [
        name
        for name in {**before, **after}
        if before.get(name, _MISSING) != after.get(name, _MISSING)
    ]
    guard = {"_id": before["_id"], "version": before["version"]}
    guard |= {name: before.get(name, _MISSING) for name in touched}
    change: Document = {}
    if given := {name: after[name] for name in touched if name in after}:
        change["$set"] = given
    if gone := {name: "" for name in touched if name not in after}:
        change["$unset"] = gone
    return guard, change
