"""Letters of a cohort for the tests, told by what the figures look at."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from domain.definitions import BY_ID
from domain.facts import Answered, CohortLetter, Facts, Released
from domain.figures import Counts, Part, tally
from domain.words import Channel, LetterKind, MailboxLevel, Outcome
from tests.domain.office import at

CAME = at("2017-01-10 09:00")
DUE = at("2017-01-24 23:59")
LATER = at("2017-02-25 03:00")
DISTRICT, DEPARTMENT, TOWNSHIP = ("5101", "510104"), ("5101", "5101-JYJ"), ("5101", "510104", "T")
COUNTED = frozenset({"510104", "5101-JYJ"})
_numbers = itertools.count(1)


def letter(facts: Facts | None = None, **changed: object) -> CohortLetter:
    """A complaint to the mayor, with a district, of which nothing is known."""
    number = f"N{next(_numbers):06d}"
    usual = CohortLetter(
        id=f"id of {number}",
        number=number,
        submitted_at=CAME,
        mailbox="5101/HEAD",
        level=MailboxLevel.CITY_GOVERNMENT,
        channel=Channel.WEB,
        kind=LetterKind.COMPLAINT,
        path=DISTRICT,
        responsible=DISTRICT,
        category=(),
        confidential=False,
        main_case=None,
        facts=facts or Facts(DUE),
    )
    return replace(usual, **changed)  # type: ignore[arg-type]  # its fields, by name


def replied(days: float = 3, outcome: Outcome = Outcome.RESOLVED, **more: object) -> Facts:
    """A letter that was sent on at once and replied to so many days after it came."""
    release = Released(CAME + timedelta(days=days), outcome)
    sent = Facts(DUE, sent_at=CAME + timedelta(hours=1), releases=(release,))
    return replace(sent, **more)  # type: ignore[arg-type]  # its fields, by name


def answered(satisfaction: int = 5, *, resolved: bool = True, days: float = 4) -> Facts:
    """Replied to, asked, answered, and concluded by the answer."""
    when = CAME + timedelta(days=days)
    said = Answered(when, resolved, satisfaction)
    return replied(answers=(said,), concluded_at=when)


def counted(*letters: CohortLetter, mains: dict[str, Facts] | None = None) -> Counts:
    return tally(letters, LATER, mains or {}, COUNTED)


def part(definition: str, *letters: CohortLetter, mains: dict[str, Facts] | None = None) -> Part:
    """What these letters give by one definition."""
    return counted(*letters, mains=mains).part(BY_ID[definition])
