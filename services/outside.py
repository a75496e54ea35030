"""The part of the office that people outside come to: accounts, partners, messages, publication."""

from __future__ import annotations

from dataclasses import dataclass

from services.access import Access
from storage.accounts import AccountRepository
from storage.answers import AnswerRepository
from storage.attachments import AttachmentRepository
from storage.attempts import AttemptRepository
from storage.challenges import ChallengeRepository
from storage.conversations import ConversationRepository
from storage.devices import DeviceRepository
from storage.given_up_files import GivenUpFiles
from storage.mongo import Database
from storage.ownership import OwnershipRepository
from storage.partners import PartnerRepository
from storage.personal import PersonalData
from storage.publications import PublicationRepository
from storage.quotas import QuotaRepository
from storage.sessions import SessionRepository
from storage.sign_in_codes import SignInCodeRepository
from storage.spoken import SpokenRepository
from storage.state_seals import StateSeals
from storage.supports import SupportRepository
from storage.webhooks import DeliveryRepository, WebhookRepository


@dataclass(frozen=True, slots=True)
class Outside:
    """Repositories of what the people outside have here."""

    answers: AnswerRepository
    partners: PartnerRepository
    challenges: ChallengeRepository
    webhooks: WebhookRepository
    deliveries: DeliveryRepository
    accounts: AccountRepository
    sign_in_codes: SignInCodeRepository
    sessions: SessionRepository
    devices: DeviceRepository
    ownership: OwnershipRepository
    publications: PublicationRepository
    supports: SupportRepository
    attachments: AttachmentRepository
    given_up_files: GivenUpFiles
    conversations: ConversationRepository
    spoken: SpokenRepository
    attempts: AttemptRepository
    """Counts what may be asked for so many times, whatever process is asked."""
    quotas: QuotaRepository


def furnish_outside(
    database: Database, personal: PersonalData, access: Access, seals: StateSeals
) -> Outside:
    """All of them on this database."""
    return Outside(
        answers=AnswerRepository(database, personal),
        partners=PartnerRepository(database),
        challenges=ChallengeRepository(database),
        webhooks=WebhookRepository(database, personal),
        deliveries=DeliveryRepository(database),
        accounts=AccountRepository(database, personal),
        sign_in_codes=SignInCodeRepository(database),
        sessions=SessionRepository(database),
        devices=DeviceRepository(database, personal),
        ownership=OwnershipRepository(database, seals),
        publications=PublicationRepository(database, seals),
        supports=SupportRepository(database),
        attachments=AttachmentRepository(database, personal),
        given_up_files=GivenUpFiles(database, personal),
        conversations=ConversationRepository(database, personal),
        spoken=SpokenRepository(database, personal),
        attempts=AttemptRepository(database),
        quotas=QuotaRepository(database),
    )
