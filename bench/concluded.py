"""Cases that were concluded long ago: a few hundred real ones, each again under new numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.base import MAILBOX, UNIT, claim_for, submission
from domain.actors import ANONYMOUS
from domain.case import Case
from domain.history import Chain
from services.histories import Past, lived
from services.office import Office
from services.submission import letter_of, new_case
from storage.new_cases import NewCase
from storage.submissions import Claim

TEMPLATES = 500
STORED_AT_ONCE = 1_000
SUBMITTED = datetime(2017, 1, 3, 1, tzinfo=UTC)
CONCLUDED_BY = SUBMITTED + timedelta(days=120)


async def fill_concluded(office: Office, size: int) -> Mapping[str, Any]:
    """Concluded cases, each sealed under its own number."""
    templates = [one async for one in _templates(office)]
    new: list[NewCase] = []
    async for one in _cases(office, templates, size):
        new.append(one)
        if len(new) == STORED_AT_ONCE:
            await office.cases.add_many(new)
            new = []
    await office.cases.add_many(new)
    return {"cases": size}


async def _templates(office: Office) -> AsyncIterator[NewCase]:
    mailbox = await office.directory.mailbox(MAILBOX)
    unit = await office.directory.unit(UNIT)
    if mailbox is None or unit is None:
        raise LookupError("the directory is not Chengdu's")
    for place in range(TEMPLATES):
        at = SUBMITTED + timedelta(minutes=place)
        claim = claim_for(office, 900_000 + place, at)
        letter = letter_of(submission(place, 2 + place % 9), ANONYMOUS, claim)
        new = await new_case(office, claim, letter, mailbox, ANONYMOUS)
        past = Past(unit, None, "已责成有关单位整改。" * 8, at + timedelta(days=3 + place % 8))
        yield replace(new, case=lived(new.case, past, CONCLUDED_BY, office.rulebook), notices=())


async def _cases(office: Office, templates: Sequence[NewCase], size: int) -> AsyncIterator[NewCase]:
    for place in range(size):
        template = templates[place % len(templates)]
        claim = claim_for(office, place + 1, template.case.letter.submitted_at)
        case = _resealed(template.case, claim, office.rulebook.chain)
        key = office.access.key(claim.number, claim.query_code)
        opened = await office.personal.opened(template.writer, template.case.id)
        salts = template.writer["salts"]
        writer = await office.personal.sealed(opened, salts, case.id)
        yield replace(template, case=case, key=key, writer=writer)


def _resealed(case: Case, claim: Claim, chain: Chain) -> Case:
    history, seal = [], ""
    for entry in case.history:
        history.append(chain.sealed(entry, claim.number, seal))
        seal = history[-1].seal
    return replace(case, id=claim.case_id, number=claim.number, history=tuple(history))
