"""The office: what people and the clock work with. Opened once, by a composition root."""

from __future__ import annotations

from dataclasses import dataclass

from domain.history import Chain
from domain.rulebook import Rulebook
from services.access import Access
from services.calendar import official_calendar
from services.guessing import Guessing, GuessLimits
from services.policies import read_policies
from storage import mongo
from storage.attempts import AttemptRepository
from storage.audit import AuditLog
from storage.cases import CaseRepository
from storage.directory import DirectoryRepository
from storage.fingerprints import check_keys
from storage.personal import PersonalData
from storage.submissions import SubmissionRepository


@dataclass(frozen=True, slots=True)
class Office:
    """Repositories, rules and the key to query codes; who acts and when come with each call."""

    cases: CaseRepository
    directory: DirectoryRepository
    submissions: SubmissionRepository
    audit: AuditLog
    personal: PersonalData
    access: Access
    guessing: Guessing
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that are kept outside the database; each of them is worth a secret store."""

    master: bytes
    access: bytes
    chain: bytes

    def __repr__(self) -> str:
        return "Keys(…)"


async def open_office(
    client: mongo.Client,
    database_name: str,
    driver: mongo.Driver,
    keys: Keys,
    guess_limits: GuessLimits | None = None,
) -> Office:
    """The office on this database; ``close`` it before the client.

    Raises ``WrongKeys`` for other keys than the database was written with, ``OSError`` or
    ``ValueError`` for deadline policies that cannot be read, and the driver's errors when the
    database is out of reach.
    """
    database = client[database_name]
    await check_keys(database, {"master": keys.master, "access": keys.access, "chain": keys.chain})
    personal = await PersonalData.open(client, database, keys.master, driver)
    directory = DirectoryRepository(database)
    systems = (await directory.systems()).values()
    access = Access(keys.access)
    return Office(
        cases=CaseRepository(database, personal),
        directory=directory,
        submissions=SubmissionRepository(database, personal),
        audit=AuditLog(database),
        personal=personal,
        access=access,
        guessing=Guessing(AttemptRepository(database), access, guess_limits),
        rulebook=Rulebook(
            official_calendar(),
            read_policies(),
            Chain(keys.chain),
            frozenset(system.code for system in systems if system.direct_dispatch),
        ),
    )


async def close_office(office: Office) -> None:
    """Lets go of what the office holds besides the client."""
    await office.personal.close()
