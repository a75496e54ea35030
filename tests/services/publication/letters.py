"""Letters that were answered with consent, and published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.actors import ANONYMOUS, Actor
from domain.words import Role
from services.office import Office
from services.publication.deciding import Chosen, publish
from services.submission import Submitted
from storage.pages import Page
from tests.services.offices import MONDAY, REVIEWER, TO_CALLBACK, person, sent, walked

BODY = "我叫陈小禾，住3栋2单元501室，电话13800138000，请管一管油烟。"
LATER = MONDAY + timedelta(days=9)
ALL = Page(first=10)


async def answered_letter(
    office: Office, key: str = "one", by: Actor = ANONYMOUS, **changed: object
) -> Submitted:
    wanted: dict[str, Any] = {"body": BODY, "consent_to_publish": True, **changed}
    submitted = await sent(office, key, by, **wanted)
    await walked(office, submitted.case, TO_CALLBACK)
    return submitted


async def published(
    office: Office, key: str = "one", by: Actor = ANONYMOUS, **changed: object
) -> tuple[Submitted, str]:
    submitted = await answered_letter(office, key, by, **changed)
    done = await publish(office, submitted.case.id, Chosen(), 0, REVIEWER, LATER)
    return submitted, done.id


def citizen(name: str) -> Actor:
    return person(Role.CITIZEN, subject=name)
