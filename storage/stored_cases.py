"""A case as it lies in the database, with all that proves it; also one that was tampered with.

Whoever looks for damage must not be stopped by it: what cannot be read is a finding, not a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo.errors import EncryptionError

from domain.case import Case
from domain.facts import Facts
from domain.letters import Writer
from storage.case_documents import read_case
from storage.facts_documents import read_facts
from storage.history_documents import read_entry
from storage.migrations import latest
from storage.mongo import Document
from storage.personal import ENCRYPTED, PersonalData
from storage.state_seals import SEAL, StateSeals
from storage.tombstones import TombstoneProof, is_tombstone, proof_of

_FAULTS = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with the writer, the salts, and the version beside the history.

    ``tombstone`` is what proves a case of which only that is left: its seals cover more.
    ``facts`` are what the figures read; None in a document of an older schema. ``writer`` is None
    where the seal proves it as it lies there, encrypted; ``differing`` names the fields that are
    not what was sealed.
    """

    case: Case
    writer: Writer | None
    salts: Mapping[str, bytes]
    version: int
    tombstone: TombstoneProof | None = None
    facts: Facts | None = None
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadableCase:
    """A document that is no case any more. ``entry`` is the index of a history entry, if one."""

    number: str
    problem: str
    entry: int | None = None


async def read_stored(
    document: Document, personal: PersonalData, seals: StateSeals | None = None
) -> StoredCase | UnreadableCase:
    """The case in a whole document, or what keeps it from being read. Never fails.

    ``seals``: those that the document was sealed with; None for a line of the archive. Where they
    prove what is encrypted, it is not decrypted.
    """
    number = str(document.get("number", document["_id"]))
    try:
        entries = [_is_entry(entry) for entry in document["history"]]
        if not all(entries):
            return UnreadableCase(number, "cannot be read", entries.index(False))
        case, version = read_case(document), document["version"]
        proof = proof_of(document) if is_tombstone(document) else None
        facts = _facts(document)
    except _FAULTS as error:
        return UnreadableCase(number, f"cannot be read: {type(error).__name__} {error}")
    differing = tuple(seals.differing(document)) if seals else ()
    if seals and not differing:
        return StoredCase(case, None, _salts(document["writer"]), version, proof, facts)
    read = await _with_writer(case, version, document.get("writer"), personal, proof)
    if isinstance(read, UnreadableCase):
        return read
    is_older = differing == (SEAL,) and seals is not None and not seals.required
    return replace(read, facts=facts, differing=() if is_older else differing)


def _facts(document: Document) -> Facts | None:
    return read_facts(document["facts"]) if document.get("schema", 1) >= latest() else None


async def _with_writer(
    case: Case,
    version: int,
    writer: Any,
    personal: PersonalData,
    proof: TombstoneProof | None = None,
) -> StoredCase | UnreadableCase:
    """A case that was read, with its writer as it is stored. Never fails."""
    try:
        opened = await personal.opened(writer, case.id)
        return StoredCase(case, opened, _salts(writer), version, proof)
    except (*_FAULTS, EncryptionError):
        faulty = await _faulty_fields(writer, personal, case.id)
        return UnreadableCase(case.number, f"the writer's {faulty} cannot be read")


def _salts(writer: Document) -> dict[str, bytes]:
    given = writer["salts"].items()
    return {name: salt for name, salt in given if isinstance(salt, bytes)}


def _is_entry(document: Document) -> bool:
    try:
        entry = read_entry(document)
    except _FAULTS:
        return False
    kinds = {datetime: entry.at, dict: entry.details, str: entry.seal}
    return all(isinstance(value, kind) for kind, value in kinds.items())


async def _faulty_fields(writer: object, personal: PersonalData, case_id: str) -> str:
    """Which of the writer's encrypted values do not decrypt."""
    if not isinstance(writer, dict):
        return "data"
    faulty = [field for field in ENCRYPTED if not await _opens(writer, field, personal, case_id)]
    return " and ".join(faulty) or "data"


async def _opens(writer: Document, field: str, personal: PersonalData, case_id: str) -> bool:
    try:
        await personal.opened_field(writer, case_id, field)
    except (*_FAULTS, EncryptionError):
        return False
    return True
