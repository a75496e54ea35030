"""The part of the office that people outside come to: accounts, partners, messages, publication."""

from __future__ import annotations

from dataclasses import dataclass

from services.access import Access
from storage.mongo import Database
from storage.personal import PersonalData


@dataclass(frozen=True, slots=True)
class Outside:
    """Repositories of what the people outside have here."""


def furnish_outside(database: Database, personal: PersonalData, access: Access) -> Outside:
    """All of them on this database."""
    return Outside()
