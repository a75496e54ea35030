"""What changed while an app was offline: an account's cases by their last change, none left out.

A change is stamped before it is written, so one may come to light after a later one did. What is
younger than `SETTLES_AFTER` is therefore told, and told once more the next time: a mark that is
kept by a client never lies later than that. Whoever hears a case twice knows it by its version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from domain.actors import Actor
from domain.case import Case
from services.accounts.desk import account_of
from services.office import Office
from storage.ownership import BY_CHANGE
from storage.pages import Page, Slice, SortKey, decode_cursor, encode_cursor

SETTLES_AFTER = timedelta(minutes=1)
"""No request runs that long (``OPERATION_SECONDS``), nor do clocks differ so much."""
_MARK = (*BY_CHANGE, SortKey("settled", datetime, nullable=True))


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of what changed; ``mark`` is what to ask with the next time."""

    found: Slice[Case]
    mark: str


async def changed_cases(
    office: Office, since: str | None, first: int, actor: Actor, now: datetime
) -> Changes:
    """The first 1 to 100 cases of the actor's account that changed after ``since``, oldest change
    first; all of them without it. Raises ``InvalidInput`` naming ``since`` or ``first``.
    """
    account = account_of(actor)
    position, settled = _read(since)
    if settled is None:  # a round begins; until it ends, what is settled stays
        settled = now - SETTLES_AFTER
    after = encode_cursor(position) if position else None
    found = await office.outside.ownership.changed(account, Page(first=first, after=after))
    last = decode_cursor(found.cursors[-1], BY_CHANGE, "since") if found.cursors else position
    if found.has_next and last is not None:
        return Changes(found, encode_cursor([*last, settled]))
    return Changes(found, encode_cursor([*_settled(last, settled), None]))


Position = Sequence[str | int | datetime | None]


def _read(since: str | None) -> tuple[Position | None, datetime | None]:
    """Where the last page ended, and what was settled when its round began."""
    if since is None:
        return None, None
    *position, settled = decode_cursor(since, _MARK, "since")
    return position, cast("datetime | None", settled)


def _settled(last: Position | None, settled: datetime) -> Position:
    """The last one's place, unless that is too young to be relied on."""
    at = last[0] if last is not None else None
    if last is None or (isinstance(at, datetime) and at > settled):
        return settled, ""
    return last
