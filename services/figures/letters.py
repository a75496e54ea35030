"""From a figure back to its letters: whoever may see the cases sees which ones it was made of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.bulletins import Month
from domain.definitions import BY_ID, Definition
from domain.figures import Membership
from domain.refusals import Forbidden, NotFound, Unauthenticated
from domain.words import MailboxLevel
from services.figures.months import members_of
from services.office import Office
from storage.pages import Page, Slice, SortKey, decode_cursor, encode_cursor

BY_NUMBER = (SortKey("number"),)


@dataclass(frozen=True, slots=True)
class FigureLetter:
    """A letter in a figure's denominator: its case, and what it adds to the numerator."""

    number: str
    case_id: str
    amount: float


@dataclass(frozen=True, slots=True)
class AskedLetters:
    """Of which figure of which month the letters are wanted.

    ``counted``: those that add something to the numerator, those that add nothing, or (None) all
    of the denominator.
    """

    month: Month
    definition: str
    edition: int | None = None
    unit: str | None = None
    level: MailboxLevel | None = None
    counted: bool | None = None


async def letters_behind(
    office: Office, asked: AskedLetters, page: Page, reader: Actor, now: datetime
) -> Slice[FigureLetter]:
    """A page of the figure's letters that ``reader`` may see, in the order of their numbers.

    Whoever works for a unit sees those of its subtree. Raises ``Unauthenticated`` or
    ``Forbidden`` for whoever does not work on cases, ``NotFound`` for a definition or edition
    that there is not, and ``CursorError``.
    """
    _check(reader)
    definition = BY_ID.get(asked.definition)
    if definition is None:
        text = asked.definition[:50]
        raise NotFound(f"没有口径“{text}”。", f"There is no definition {text!r}.", "definition")
    members = await members_of(office, asked.month, now, edition=asked.edition)
    amounts = _amounts(members, asked, definition, reader)
    seen = await office.cohorts.seen(list(amounts), reader)
    return _page(
        [FigureLetter(one, seen[one], amounts[one]) for one in amounts if one in seen], page
    )


def _check(reader: Actor) -> None:
    if reader.is_anonymous:
        raise Unauthenticated
    if not reader.works_on_cases:
        raise Forbidden("此查询须由工作人员进行。", "This takes a role that works on cases.")


def _amounts(
    members: Sequence[Membership], asked: AskedLetters, definition: Definition, reader: Actor
) -> dict[str, float]:
    """What each letter adds, of those that are asked for, by number in order."""
    found: dict[str, float] = {}
    for one in members:
        amount = one.amount(definition)
        if amount is None or asked.counted not in (None, amount > 0):
            continue
        if one.is_within(asked.unit, asked.level) and one.is_within(reader.unit, None):
            found[one.number] = amount
    return found


def _page(letters: Sequence[FigureLetter], page: Page) -> Slice[FigureLetter]:
    numbers = [one.number for one in letters]
    start, end = 0, len(letters)
    if page.after is not None:
        start = bisect_right(numbers, str(decode_cursor(page.after, BY_NUMBER, "after")[0]))
    if page.before is not None:
        before = str(decode_cursor(page.before, BY_NUMBER, "before")[0])
        end = max(start, bisect_left(numbers, before))
    if page.is_backwards:
        start = max(start, end - page.size)
    else:
        end = min(end, start + page.size)
    return Slice(
        items=tuple(letters[start:end]),
        cursors=tuple(encode_cursor([one]) for one in numbers[start:end]),
        has_next=end < len(letters),
        has_previous=start > 0,
        total=len(letters),
    )
