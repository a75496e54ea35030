"""What everybody may read of published letters, and who says "me too"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actors import SYSTEM, Actor
from domain.publication import Publication, PublicationState
from domain.refusals import ActionNotAllowed, InvalidInput, NotFound, Unauthenticated
from services.answers import answered
from services.office import Office
from services.publication.supports import supporter
from storage.pages import Page, Slice
from storage.publications import PublishedFilter

MOST_SEARCHED = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A published letter with its supporters; ``has_supported`` is of whoever reads."""

    letter: Publication
    supporters: int
    has_supported: bool


async def published_letters(
    office: Office, asked: PublishedFilter, page: Page, reader: Actor, *, counted: bool = True
) -> Slice[Shown]:
    """Newest publication first, without what became confidential since.

    Raises ``InvalidInput`` for a search of more than 200 signs, ``CursorError``.
    """
    if asked.search and len(asked.search) > MOST_SEARCHED:
        raise InvalidInput(
            f"搜索词最多{MOST_SEARCHED}字。", f"Search for at most {MOST_SEARCHED} signs.", "search"
        )
    found = await office.outside.publications.page(asked, page, counted=counted)
    return found.holding(await _shown(office, found.items, reader))


async def published_letter(office: Office, key: str, reader: Actor) -> Shown | None:
    """The one with this public id; None when it is not published (any more)."""
    found = await _open(office, key)
    return (await _shown(office, [found], reader))[0] if found else None


async def published_of(office: Office, cases: Sequence[str], reader: Actor) -> list[Shown]:
    """What is published of these cases, in their order."""
    found = await office.outside.publications.published_of(cases)
    return await _shown(office, [found[key] for key in cases if key in found], reader)


async def was_published(office: Office, key: str) -> bool:
    """Whether there once was a letter under this id for everybody to read."""
    found = await office.outside.publications.by_id(key)
    return found is not None and found.was_public


async def support(
    office: Office, key: str, idempotency_key: str, actor: Actor, now: datetime
) -> Shown:
    """The actor's account has the same matter; counted once, however often it is said.

    Raises ``Unauthenticated``, ``NotFound``, ``Duplicate``, and ``ActionNotAllowed`` for the
    letter's own writer.
    """
    letter = await _supportable(office, key, actor)
    case = (await office.cases.whole_by_ids([letter.case], SYSTEM)).get(letter.case)
    if case is not None and case.account == actor.subject:
        raise ActionNotAllowed("不能附议自己的来信。", "This letter is your own.")
    await answered(office, actor, idempotency_key, {"supports": key}, {}, now)
    await office.outside.publications.support(key, _supporter(office, key, actor), now)
    return (await _shown(office, [letter], actor))[0]


async def withdraw_support(office: Office, key: str, actor: Actor) -> Shown:
    """Takes it back; again, it changes nothing. Raises ``Unauthenticated``, ``NotFound``."""
    letter = await _supportable(office, key, actor)
    await office.outside.publications.withdraw_support(_supporter(office, key, actor))
    return (await _shown(office, [letter], actor))[0]


async def _supportable(office: Office, key: str, actor: Actor) -> Publication:
    if actor.account is None:
        raise Unauthenticated
    letter = await _open(office, key)
    if letter is None:
        raise NotFound("没有这封公开来信。", "There is no such published letter.", "id")
    return letter


async def _open(office: Office, key: str) -> Publication | None:
    repository = office.outside.publications
    found = await repository.by_id(key)
    if found is None or found.state is not PublicationState.PUBLISHED:
        return None
    return None if await repository.confidential([found.case]) else found


async def _shown(office: Office, letters: Sequence[Publication], reader: Actor) -> list[Shown]:
    repository = office.outside.publications
    counts = await repository.supporters([one.id for one in letters]) if letters else {}
    said = set()
    if reader.account is not None and letters:
        said = await repository.supported([_supporter(office, one.id, reader) for one in letters])
    return [
        Shown(
            one,
            counts[one.id],
            reader.account is not None and _supporter(office, one.id, reader) in said,
        )
        for one in letters
    ]


def _supporter(office: Office, key: str, actor: Actor) -> str:
    return supporter(office, key, actor.account or "")
