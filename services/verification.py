"""Proving that a case is what it was: seals, commitments, and what was derived from them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.calendar import CITY_TIME
from domain.facts import facts_of
from domain.history import Chain, Entry, commitment
from domain.letters import Writer
from domain.replay import contradictions
from services.office import Office
from services.submission import committed_values
from storage.personal import ENCRYPTED
from storage.state_seals import SEAL
from storage.stored_cases import StoredCase, UnreadableCase

AUDIT = "the audit log"
"""In the place of a case's number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One case looked at. ``problem`` is None when it is whole; ``entry`` counts from 1."""

    number: str
    problem: str | None = None
    entry: int | None = None


async def verify_number(office: Office, number: str) -> Finding | None:
    """One case; None when there is none of that number."""
    async for stored in office.cases.all_stored(number):
        return finding_of(office, stored)
    return None


async def verify_all(office: Office) -> AsyncIterator[Finding]:
    """Every case, one by one."""
    async for stored in office.cases.all_stored():
        yield finding_of(office, stored)


async def verify_audit(office: Office) -> AsyncIterator[Finding]:
    """Every entry of the audit log that is not what was written."""
    async for entry in office.audit.entries():
        if problem := office.audit.problem_of(entry):
            yield Finding(AUDIT, f"entry {entry['_id']} {problem}")


def finding_of(office: Office, stored: StoredCase | UnreadableCase) -> Finding:
    """What there is to say about a case with all that proves it."""
    if isinstance(stored, UnreadableCase):
        place = None if stored.entry is None else stored.entry + 1
        return Finding(stored.number, stored.problem, place)
    case = stored.case
    if unsealed := _unsealed(office, stored):
        return unsealed
    if derived := _derived(stored, office.rulebook.chain):
        return Finding(case.number, derived)
    if submitted := _submitted(stored) or _committed(stored):
        return Finding(case.number, submitted, 1)
    return Finding(case.number, _differing(stored))


def _unsealed(office: Office, stored: StoredCase) -> Finding | None:
    """The first entry that does not fit its seal; a tombstone has one seal for it all."""
    case, chain = stored.case, office.rulebook.chain
    if stored.tombstone is not None:
        whole = stored.tombstone.holds(chain)
        return None if whole else Finding(case.number, "the tombstone does not fit its seal")
    broken = chain.first_broken(case.number, case.history)
    if broken is None:
        return None
    told = _told(case.history[broken])
    return Finding(case.number, f"{told} does not fit its seal", broken + 1)


def _told(entry: Entry) -> str:
    at = entry.at.astimezone(CITY_TIME).isoformat(timespec="seconds")
    return f"{entry.action or 'SUBMISSION'} of {at}"


def _derived(stored: StoredCase, chain: Chain) -> str | None:
    """What is stored beside the history must be what the history says."""
    case = stored.case
    if not case.history:
        return "has no history"
    if case.history[-1].stage is not case.stage:
        return f"stands in {case.stage} but its history ends in {case.history[-1].stage}"
    if stored.version != case.version:
        return f"is at version {stored.version} but has {case.version} entries"
    if not _owns(stored, chain):
        return "belongs to another account than the one that wrote it"
    if stored.facts not in (None, facts_of(case.history, case.promise)):
        return "has facts for the figures that its history does not tell"
    return next(
        (f"has a {name} that its history does not tell" for name in contradictions(case)), None
    )


def _owns(stored: StoredCase, chain: Chain) -> bool:
    """The account is the one that wrote, or the one that a seal says; or nobody's."""
    case, since = stored.case, stored.case.ownership
    if since is not None and not since.fits(case.number, chain):
        return False
    sealed = since.account if since else case.history[0].subject
    return case.account in (None, sealed)


def _differing(stored: StoredCase) -> str | None:
    """What the seal over the whole document says, of which the history does not tell."""
    if not stored.differing:
        return None
    if SEAL in stored.differing:
        return "has no seal of its own"
    return f"{', '.join(stored.differing)}: not what was sealed"


def _submitted(stored: StoredCase) -> str | None:
    """When, to whom and how it came is in the first entry."""
    letter, first = stored.case.letter, stored.case.history[0]
    said = {
        "mailbox": (letter.mailbox, first.details.get("mailbox")),
        "channel": (letter.channel, first.details.get("channel")),
        "kind": (letter.kind, first.details.get("kind")),
        "consent": (letter.consent_to_publish, first.details.get("consent_to_publish")),
        "time of submission": (letter.submitted_at, first.at),
        "partner": (stored.case.partner, first.details.get("partner")),
    }
    wrong = (name for name, (now, then) in said.items() if now != then)
    return next((f"the letter's {name} is not what it was" for name in wrong), None)


def _committed(stored: StoredCase) -> str | None:
    """The letter and its writer must be what the first entry committed to, unless erased."""
    details = stored.case.history[0].details
    writer = stored.writer or Writer(None, None, anonymous=False)
    for name, value in committed_values(stored.case.letter, writer).items():
        if stored.writer is None and name in ENCRYPTED:
            continue  # as it was sealed, when it was checked against the commitment
        salt, kept = stored.salts.get(name), details.get(f"{name}_commitment")
        if salt is None:
            if value:
                return f"the letter's {name} cannot be proven: its salt is gone"
        elif (None if value is None else commitment(salt, value)) != kept:
            return f"the letter's {name} is not what was submitted"
    return None
