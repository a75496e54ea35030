"""The office: what people and the clock work with. Opened once, by a composition root."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from domain.anonymity import MINIMUM
from domain.bulletins import ClosingPlans
from domain.history import Chain
from domain.retention import Retentions
from domain.rulebook import Rulebook
from services.access import Access
from services.calendar import official_calendar
from services.figures.recent import Recent
from services.guessing import Guessing, GuessLimits
from services.outside import Outside, furnish_outside
from services.policies import (
    read_closing_plans,
    read_ladders,
    read_policies,
    read_retentions,
    read_survey_plans,
)
from storage import mongo
from storage.anchors import AnchorRepository
from storage.archived_cases import ArchiveRepository
from storage.attempts import AttemptRepository
from storage.audit import AuditLog
from storage.baselines import BaselineRepository
from storage.bulletins import BulletinRepository
from storage.cases import CaseRepository
from storage.category_counts import CategoryCountRepository
from storage.category_models import CategoryModelRepository
from storage.cohorts import CohortRepository
from storage.contacts import ContactRepository
from storage.digests import DigestRepository
from storage.directory import DirectoryRepository
from storage.due_cases import DueCases
from storage.fingerprints import check_keys
from storage.functions import FunctionRepository
from storage.handled_letters import HandledLetters
from storage.heads import HeadRepository
from storage.hot_issues import HotIssueRepository
from storage.incoming import IncomingRepository
from storage.notices import NoticeRepository
from storage.older_cases import OlderCases
from storage.outbox import OutboxRepository
from storage.personal import PersonalData, PersonalKeys
from storage.problem_cases import ProblemCaseRepository
from storage.public_days import PublicDays
from storage.queues import Lateness
from storage.runs import RunRepository
from storage.state_seals import StateSeals
from storage.submissions import SubmissionRepository
from storage.telephones import TelephoneRepository
from storage.undelivered import UndeliveredRepository
from storage.written import WrittenRepository


@dataclass(frozen=True, slots=True)
class Office:
    """Repositories, rules and the key to query codes; who acts and when come with each call."""

    cases: CaseRepository
    cohorts: CohortRepository
    written: WrittenRepository
    public_days: PublicDays
    category_models: CategoryModelRepository
    category_counts: CategoryCountRepository
    handled_letters: HandledLetters
    to_sweep: DueCases
    to_ask: DueCases
    directory: DirectoryRepository
    submissions: SubmissionRepository
    audit: AuditLog
    anchors: AnchorRepository
    heads: HeadRepository
    older_cases: OlderCases
    functions: FunctionRepository
    runs: RunRepository
    notices: NoticeRepository
    undelivered: UndeliveredRepository
    problem_cases: ProblemCaseRepository
    digests: DigestRepository
    contacts: ContactRepository
    telephones: TelephoneRepository
    incoming: IncomingRepository
    outbox: OutboxRepository
    lateness: Lateness
    personal: PersonalData
    access: Access
    guessing: Guessing
    bulletins: BulletinRepository
    baselines: BaselineRepository
    closing_plans: ClosingPlans
    rulebook: Rulebook
    hot_issues: HotIssueRepository
    archive: ArchiveRepository
    retentions: Retentions
    outside: Outside
    minimum: int = MINIMUM
    """Letters: figures of fewer are withheld in public."""
    recent: Recent = field(default_factory=Recent)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that are kept outside the database; each of them is worth a secret store.

    A process has those that its work needs: what another would need raises ``MissingKey``.
    """

    master: bytes | None = None
    access: bytes | None = None
    chain: bytes | None = None
    phone: bytes | None = None

    def __repr__(self) -> str:
        return "Keys(…)"


async def open_office(
    client: mongo.Client,
    database_name: str,
    driver: mongo.Driver,
    keys: Keys,
    guess_limits: GuessLimits | None = None,
    *,
    are_seals_required: bool = True,
    minimum: int = MINIMUM,
) -> Office:
    """The office on this database; ``close`` it before the client.

    ``are_seals_required``: what lies there as an older version wrote it is not believed any more
    (``services/sealing``). Public figures are of ``minimum`` letters at least, which is never less
    than ``MINIMUM``.

    Raises ``WrongKeys`` for other keys than the database was written with, ``OSError`` or
    ``ValueError`` for rules that are data and cannot be read, and the driver's errors when the
    database is out of reach.
    """
    database = client[database_name]
    given = {"master": keys.master, "access": keys.access, "chain": keys.chain, "phone": keys.phone}
    await check_keys(database, {name: key for name, key in given.items() if key is not None})
    personal = await PersonalData.open(
        client,
        database,
        PersonalKeys(keys.master, keys.phone),
        driver,
        bound=are_seals_required,
    )
    systems = (await DirectoryRepository(database).systems()).values()
    direct = frozenset(system.code for system in systems if system.direct_dispatch)
    office = _furnished(database, personal, keys, guess_limits, _rulebook(keys, direct))
    return replace(office, minimum=max(minimum, MINIMUM))


def _rulebook(keys: Keys, direct_systems: frozenset[str]) -> Rulebook:
    """What decisions rest on: calendar, tables, seal."""
    return Rulebook(
        official_calendar(),
        read_policies(),
        Chain(keys.chain),
        direct_systems,
        read_ladders(),
        read_survey_plans(),
    )


def _furnished(
    database: mongo.Database,
    personal: PersonalData,
    keys: Keys,
    guess_limits: GuessLimits | None,
    rulebook: Rulebook,
) -> Office:
    access, seals = Access(keys.access), StateSeals(rulebook.chain, personal.bound)
    return Office(
        cases=CaseRepository(database, personal, seals),
        cohorts=CohortRepository(database),
        written=WrittenRepository(database),
        public_days=PublicDays(database),
        category_models=CategoryModelRepository(database),
        category_counts=CategoryCountRepository(database),
        handled_letters=HandledLetters(database),
        to_sweep=DueCases(database, "wake_at", seals),
        to_ask=DueCases(database, "ask_at", seals),
        directory=DirectoryRepository(database),
        submissions=SubmissionRepository(database, personal),
        audit=AuditLog(database, rulebook.chain, are_seals_required=personal.bound),
        anchors=AnchorRepository(database),
        heads=HeadRepository(database, seals),
        older_cases=OlderCases(database, personal, seals),
        functions=FunctionRepository(database),
        runs=RunRepository(database),
        notices=NoticeRepository(database, personal, seals),
        undelivered=UndeliveredRepository(database),
        problem_cases=ProblemCaseRepository(database),
        digests=DigestRepository(database),
        contacts=ContactRepository(database),
        telephones=TelephoneRepository(database, personal, seals),
        incoming=IncomingRepository(database),
        outbox=OutboxRepository(database, personal),
        lateness=Lateness(database),
        personal=personal,
        access=access,
        guessing=Guessing(AttemptRepository(database), access, guess_limits),
        bulletins=BulletinRepository(database),
        baselines=BaselineRepository(database),
        closing_plans=read_closing_plans(),
        rulebook=rulebook,
        hot_issues=HotIssueRepository(database, seals),
        archive=ArchiveRepository(database, personal, seals),
        retentions=read_retentions(),
        outside=furnish_outside(database, personal, access, seals),
    )


async def close_office(office: Office) -> None:
    """Lets go of what the office holds besides the client."""
    await office.hot_issues.close()
    await office.personal.close()
