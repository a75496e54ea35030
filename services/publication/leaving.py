"""A writer leaves: what is not published of their letters stays unpublished."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from domain.case import Case
from domain.publication import Publication, PublicationState
from domain.refusals import StaleCase
from services.office import Office
from services.publication.deciding import publication_id

TRIES = 5
DECIDED = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)


async def keep_unpublished(office: Office, case: Case, account: str, now: datetime) -> None:
    """Ends the consent to publish a letter that is not published by now; again, nothing.

    The rules hide a writer's name by knowing it: once it is erased they cannot. What is published
    had it hidden, and stays. Raises ``StaleCase`` when reviewers decide all the while.
    """
    if not case.letter.consent_to_publish:
        return
    key, publications = publication_id(office, case.id), office.outside.publications
    for _ in range(TRIES):
        known = await publications.by_id(key)
        if known is not None and known.state in DECIDED:
            return
        withdrawn = PublicationState.WITHDRAWN
        begun = known or Publication(key, case.id, withdrawn, 0, now)
        ended = replace(
            begun, state=withdrawn, version=begun.version + 1, decided_at=now, texts=None
        )
        await office.audit.record("WITHDRAW_CONSENT", case.id, account, "", now)
        with suppress(StaleCase):  # a reviewer decided in this moment: once more
            await publications.save(ended)
            return
    raise StaleCase
