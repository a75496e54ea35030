"""Whether a letter is published: a reviewer decides, and the writer can always end it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from domain.actors import Actor
from domain.asks import WordsAsked
from domain.case import Case
from domain.publication import (
    Draft,
    Publication,
    PublicationState,
    Texts,
    checked,
    draft_of,
    refusal_of,
    shown_again,
)
from domain.refusals import (
    ActionNotAllowed,
    Forbidden,
    InvalidInput,
    NotFound,
    StaleCase,
    Unauthenticated,
)
from domain.words import Role
from services.office import Office
from services.process import Proof, guarded_case
from storage.cases import Shape
from storage.pages import Page, Slice

T = TypeVar("T")

MAY_PUBLISH = frozenset({Role.REVIEWER, Role.SUPERVISOR})
REASON = WordsAsked(2, 1000)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reviewer wants to publish; None takes what the rules left."""

    title: str | None = None
    body: str | None = None
    reply: str | None = None


def publication_id(office: Office, case_id: str) -> str:
    """The public id of a case's letter: the same every time, and no way back to the case."""
    return office.access.digest("publication", case_id).hex()[:24]


async def queue(
    office: Office, reader: Actor, page: Page, shape: Shape[T], *, counted: bool = True
) -> Slice[T]:
    """What waits for a decision, oldest first; raises ``Unauthenticated``, ``Forbidden``."""
    _check_role(reader)
    return await office.outside.publications.queue(shape, reader, page, counted=counted)


async def draft(office: Office, case_id: str, reader: Actor) -> Draft | None:
    """The proposal for a case; None for one that cannot be published or is not seen."""
    _check_role(reader)
    case = await office.cases.by_id(case_id, reader)
    if case is None or refusal_of(case) is not None:
        return None
    known = await office.outside.publications.by_id(publication_id(office, case_id))
    return await _drafted(office, case, known.version if known else 0)


async def publish(
    office: Office, case_id: str, chosen: Chosen, version: int, actor: Actor, now: datetime
) -> Publication:
    """Publishes a case's letter and reply; ``version`` is the draft's.

    An office's telephone that is shown again is recorded.

    Raises ``Unauthenticated``, ``Forbidden``, ``NotFound``, ``StaleCase``, ``InvalidInput`` for a
    text that is not the original with marks in it, ``ActionNotAllowed`` for a case that must not
    be published.
    """
    case, known = await _decided(office, case_id, version, actor)
    if refusal := refusal_of(case):
        raise refusal
    if known and known.state in (PublicationState.PUBLISHED, PublicationState.WITHDRAWN):
        raise ActionNotAllowed(
            "该件已公开，或来信人已撤回同意。", "It is published, or its writer withdrew consent."
        )
    drafted = await _drafted(office, case, version)
    texts = _checked(drafted, chosen)
    reply, letter = case.reply, case.letter
    published = Publication(
        id=publication_id(office, case.id),
        case=case.id,
        state=PublicationState.PUBLISHED,
        version=version + 1,
        decided_at=now,
        texts=texts,
        unit=reply.unit if reply else None,
        mailbox=letter.mailbox,
        category=case.category,
        submitted_at=letter.submitted_at,
        replied_at=reply.sent_at if reply else None,
        published_at=known.published_at if known and known.was_public else now,
    )
    for number in shown_again(texts.reply, drafted.original.reply, drafted.office_numbers):
        told = texts.reply[number.start : number.end]
        await office.audit.record("SHOW_OFFICE_NUMBER", case.id, actor.subject, told, now)
    await office.audit.record("PUBLISH_CASE", case.id, actor.subject, "", now)
    await office.outside.publications.save(published)
    return published


async def decline(
    office: Office, case_id: str, reason: str, version: int, actor: Actor, now: datetime
) -> Publication:
    """Leaves it unpublished, for a reason that is kept. Raises what ``publish`` raises."""
    stated = REASON.read("reason", reason)
    case, known = await _decided(office, case_id, version, actor)
    if not case.letter.consent_to_publish or (known and known.state is not _DOWN):
        raise ActionNotAllowed("该件不在待公开之列。", "Nothing is to be decided about this case.")
    await office.audit.record("DECLINE_PUBLICATION", case.id, actor.subject, stated, now)
    return await _ended(office, case.id, known, PublicationState.DECLINED, now)


async def unpublish(
    office: Office, case_id: str, reason: str, version: int, actor: Actor, now: datetime
) -> Publication:
    """Takes a published letter down at once. Raises what ``publish`` raises."""
    stated = REASON.read("reason", reason)
    case, known = await _decided(office, case_id, version, actor)
    if known is None or known.state is not PublicationState.PUBLISHED:
        raise ActionNotAllowed("该件未公开。", "This case is not published.")
    await office.audit.record("UNPUBLISH_CASE", case.id, actor.subject, stated, now)
    return await _ended(office, case.id, known, _DOWN, now)


async def withdraw_consent(
    office: Office, proof: Proof, case_id: str | None, actor: Actor, now: datetime
) -> Publication:
    """The writer's word ends it for good; again, it changes nothing.

    Raises ``NotFound`` for who is not the writer, ``TooManyAttempts`` for who guesses.
    """
    case = await _own_case(office, proof, case_id, actor, now)
    for _ in range(TRIES):
        known = await office.outside.publications.by_id(publication_id(office, case.id))
        if known and known.state is PublicationState.WITHDRAWN:
            return known
        await office.audit.record("WITHDRAW_CONSENT", case.id, actor.subject, "", now)
        with suppress(StaleCase):  # a reviewer decided in this moment: once more
            return await _ended(office, case.id, known, PublicationState.WITHDRAWN, now)
    raise StaleCase


async def _own_case(
    office: Office, proof: Proof, case_id: str | None, actor: Actor, now: datetime
) -> Case:
    if case_id is None:
        case = await guarded_case(office, proof, now)
    elif actor.is_anonymous:
        raise Unauthenticated
    else:
        case = await office.cases.by_id(case_id, actor.as_writer())
    if case is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "queryCode")
    return case


_DOWN = PublicationState.UNPUBLISHED


def _check_role(actor: Actor) -> None:
    if actor.is_anonymous:
        raise Unauthenticated
    if not actor.roles & MAY_PUBLISH:
        raise Forbidden("此操作须由审核员或督办员办理。", "This takes REVIEWER or SUPERVISOR.")


async def _decided(
    office: Office, case_id: str, version: int, actor: Actor
) -> tuple[Case, Publication | None]:
    """The case, and what was decided so far under this version."""
    _check_role(actor)
    case = await office.cases.by_id(case_id, actor)
    if case is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "caseId")
    known = await office.outside.publications.by_id(publication_id(office, case_id))
    if version != (known.version if known else 0):
        raise StaleCase
    return case, known


async def _drafted(office: Office, case: Case, version: int) -> Draft:
    writer = (await office.cases.writers_of([case.id])).get(case.id)
    mailbox = await office.directory.mailbox(case.letter.mailbox)
    names = [writer.name] if writer and writer.name else []
    keep = [one.name for one in mailbox.incumbents] if mailbox else []
    return draft_of(case, names, keep, version, writer.phone if writer else None)


def _checked(draft: Draft, chosen: Chosen) -> Texts:
    """The texts to publish; raises ``InvalidInput``."""
    original = draft.original
    title = checked(chosen.title, original.title, draft.title, "title")
    body = checked(chosen.body, original.body, draft.body, "body")
    reply = checked(chosen.reply, original.reply, draft.reply, "reply", draft.office_numbers)
    if not title.strip("■ "):
        raise InvalidInput("标题须留有内容。", "Something of the title has to stay.", "title")
    return Texts(title, body, reply)


async def _ended(
    office: Office, case_id: str, known: Publication | None, state: PublicationState, now: datetime
) -> Publication:
    """Nothing of the text stays, only that and when it was decided."""
    begun = known or Publication(publication_id(office, case_id), case_id, state, 0, now)
    ended = replace(begun, state=state, version=begun.version + 1, decided_at=now, texts=None)
    await office.outside.publications.save(ended)
    return ended
