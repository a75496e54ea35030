"""Whoever leaves has nothing published afterwards; what is published had its name hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actors import Actor
from domain.publication import PublicationState
from domain.refusals import ActionNotAllowed, StaleCase
from services.accounts.erasing import erase_my_account
from services.office import Office
from services.publication.deciding import (
    Chosen,
    decline,
    publication_id,
    publish,
    queue,
    unpublish,
)
from services.publication.reading import published_letter
from storage.cases import SUMMARIES
from tests.services.accounts.people import desk_of
from tests.services.offices import REVIEWER
from tests.services.publication.letters import (
    ALL,
    LATER,
    answered_letter,
    citizen,
    published,
)

pytestmark = pytest.mark.ring("test")

AFTER = LATER + timedelta(minutes=1)
LI = citizen("li")


async def leaves(office: Office, who: Actor) -> None:
    await erase_my_account(office, desk_of(office), who, AFTER)


async def test_what_waits_for_a_reviewer_is_not_published_any_more(office: Office) -> None:
    submitted = await answered_letter(office, by=LI)
    assert len((await queue(office, REVIEWER, ALL, SUMMARIES)).items) == 1
    await leaves(office, LI)
    assert (await queue(office, REVIEWER, ALL, SUMMARIES)).items == ()
    with pytest.raises(StaleCase):
        await publish(office, submitted.case.id, Chosen(), 0, REVIEWER, AFTER)
    with pytest.raises(ActionNotAllowed):
        await publish(office, submitted.case.id, Chosen(), 1, REVIEWER, AFTER)
    told = [one[1] for one in await office.audit.of_case(submitted.case.id)]
    assert told.count("WITHDRAW_CONSENT") == 1


async def test_what_is_published_stays_as_it_was(office: Office) -> None:
    _, key = await published(office, by=LI)
    before = await published_letter(office, key, REVIEWER)
    await leaves(office, LI)
    assert before is not None
    assert await published_letter(office, key, REVIEWER) == before


@pytest.mark.parametrize("decided", ["declined", "taken down"])
async def test_what_was_kept_from_the_public_stays_so(office: Office, decided: str) -> None:
    if decided == "declined":
        submitted = await answered_letter(office, by=LI)
        await decline(office, submitted.case.id, "太短", 0, REVIEWER, LATER)
    else:
        submitted, _ = await published(office, by=LI)
        await unpublish(office, submitted.case.id, "太短", 1, REVIEWER, LATER)
    await leaves(office, LI)
    known = await office.outside.publications.by_id(publication_id(office, submitted.case.id))
    assert known is not None
    assert (known.state, known.texts) == (PublicationState.WITHDRAWN, None)


async def test_without_consent_there_is_nothing_to_end(office: Office) -> None:
    submitted = await answered_letter(office, by=LI, consent_to_publish=False)
    await leaves(office, LI)
    key = publication_id(office, submitted.case.id)
    assert await office.outside.publications.by_id(key) is None
