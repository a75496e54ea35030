"""A month is closed, and corrected: what a bulletin is made of, and how an edition follows another.

Closing counts what was known at the moment for which it was planned, whenever it is carried
out. What arrives later is in no edition but a new one.
"""

from __future__ import annotations

from datetime import datetime

from domain.asks import WordsAsked
from domain.bulletins import Bulletin, BulletinState, Month
from domain.definitions import known
from domain.editions import Revision, Since, compare, since
from domain.evidence import digest_of
from domain.figures import Tabulated
from domain.refusals import ActionNotAllowed
from services.figures.comparing import default_baseline
from services.figures.counting import Counted, count_month
from services.office import Office
from services.product import product_version
from storage.bulletins import EditionTaken
from storage.case_reader import OnProblem, ignore

REASON = WordsAsked(2, 1000)


async def closed(
    office: Office,
    month: Month,
    state: BulletinState,
    at: datetime,
    on_problem: OnProblem = ignore,
) -> tuple[Bulletin, Tabulated]:
    """The first edition of ``month`` as of ``at``, and what is stored beside it.

    ``on_problem`` is told of letters that cannot be read, and are not in it.
    """
    counted = await count_month(office, month, at, on_problem)
    return await _bulletin(office, month, state, counted), counted.tabulated


async def publish_edition(office: Office, month: Month, reason: str, now: datetime) -> Bulletin:
    """Publishes what is known ``now`` as the next edition, frozen at once.

    It says which figures changed, and because of which letters. Raises ``InvalidInput`` for a
    reason that is none, and ``ActionNotAllowed`` for a month whose bulletin is not frozen yet,
    when nothing has changed, and when somebody else published an edition at the same time.
    """
    reason = REASON.read("reason", reason)
    before = await office.bulletins.latest(month)
    if before is None or not before.is_frozen:
        raise ActionNotAllowed(
            f"{month}的通报尚未定稿。", f"The bulletin of {month} is not frozen yet.", "month"
        )
    counted = await count_month(office, month, now)
    revision = await _revision(office, before, counted, reason)
    edition = await _bulletin(
        office, month, BulletinState.FROZEN, counted, before.edition + 1, revision
    )
    try:
        await office.bulletins.publish(edition, counted.tabulated)
    except EditionTaken:
        raise ActionNotAllowed(
            f"{month}的通报刚刚有了新版，请重新查看。",
            f"Another edition of the bulletin of {month} was published just now. Look at it first.",
            "month",
        ) from None
    return edition


async def _bulletin(
    office: Office,
    month: Month,
    state: BulletinState,
    counted: Counted,
    edition: int = 1,
    revision: Revision | None = None,
) -> Bulletin:
    return Bulletin(
        month=month,
        edition=edition,
        state=state,
        as_of=counted.at,
        code=product_version(),
        digest=digest_of(counted.letters, counted.mains, counted.at),
        counts=counted.counts,
        baseline=await default_baseline(office, month, counted.at),
        revision=revision,
    )


async def _revision(office: Office, before: Bulletin, counted: Counted, reason: str) -> Revision:
    """What the count changes on the edition ``before``; raises ``ActionNotAllowed`` for nothing."""
    meanwhile = _meanwhile(counted, before.as_of)
    members = await office.bulletins.members(before)
    figures = compare(members, counted.tabulated.members, meanwhile)
    letters = len(counted.letters)
    if not figures and letters == before.counts.letters:
        raise ActionNotAllowed(
            f"自第{before.edition}版以来没有变化。",
            f"Nothing has changed since edition {before.edition}.",
            "month",
        )
    return Revision(reason, before.counts.letters, letters, figures)


def _meanwhile(counted: Counted, moment: datetime) -> dict[str, Since]:
    """What became of each letter after ``moment``, by its number."""
    found = {}
    for letter in counted.letters:
        seen = known(letter, counted.at, counted.mains, ())
        found[letter.number] = since(seen.facts, seen.answering, moment)
    return found
