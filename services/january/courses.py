"""What becomes of the letters of January 2017: so many take each course.

These counts are all that was chosen. With them the published figures come out of the histories,
by the current definitions, as of the freezing on 25 February 2017 at 03:00:

==================  =========================================================  =======
reply rate          6,742 of 6,796: all but 16 withdrawn and 38 unanswered     99.2 %
resolution rate     5,664 of 6,262 replied to, suggestions and praise apart    90.45 %
satisfaction rate   2,338 of 2,582 who answered                                90.55 %
overdue rate        561 of 6,577 sent to a unit                                8.53 %
==================  =========================================================  =======

Source of the figures: the city's report on January 2017, published on 27 February 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique

from domain.words import Channel, MailboxLevel

LEVELS: Mapping[MailboxLevel, int] = {
    MailboxLevel.CITY_PARTY_SECRETARY: 1_338,
    MailboxLevel.CITY_GOVERNMENT: 4_773,
    MailboxLevel.DISTRICT: 659,
    MailboxLevel.TOWNSHIP: 26,
}
"""As published."""
LETTERS = sum(LEVELS.values())
CHANNELS: Mapping[Channel, int] = {
    Channel.WEB: 3_534,
    Channel.WECHAT: 1_835,
    Channel.SMS: 544,
    Channel.APP: 883,
}
"""Chosen: 52, 27, 8 and 13 of a hundred; nobody published them."""


@dataclass(frozen=True, slots=True)
class Takers:
    """How many letters take a course; opinions are suggestions and praise, requests the rest."""

    requests: int
    opinions: int = 0


@unique
class Course(Enum):
    """How a letter ends, up to the freezing of the bulletin and after it."""

    MAIN = Takers(16)
    """Others are joined to it; a hard matter, which is solved in part."""
    JOINED = Takers(149)
    AGAIN_LATER = Takers(69, 2)
    """Dissatisfied, and answered anew after the freezing."""
    PROLONGED = Takers(5)
    """Complex, with more time: unanswered at the freezing and not late."""
    UNANSWERED = Takers(31, 2)
    """Unanswered at the freezing, long after the promise."""
    REJECTED = Takers(55, 6)
    WITHDRAWN_AT_ONCE = Takers(9)
    WITHDRAWN = Takers(7)
    WON_OVER = Takers(63, 3)
    """Dissatisfied with the first reply, satisfied with the second."""
    LET_DOWN = Takers(71, 2)
    """Dissatisfied twice; a reviewer decides."""
    GAVE_UP = Takers(70, 4)
    """Dissatisfied, and silent about the second reply."""
    ILL_TREATED = Takers(26)
    """The matter is solved, but how: dissatisfied all the same, then silent."""
    CONTENT = Takers(2_113, 159)
    UNSOLVED = Takers(168, 20)
    """Solved in part or not at all, and the writer says nothing."""
    SILENT = Takers(3_462, 284)
    """Solved or explained, and the writer says nothing."""

    @property
    def letters(self) -> int:
        return self.value.requests + self.value.opinions


OPINIONS = sum(course.value.opinions for course in Course)
PRAISE = 81
"""Of the opinions; the others are suggestions."""

OVERDUE_REPLIES = 528
"""So many replies go out after the promise; with 33 unanswered ones 561 letters are late."""
DIRECT = 120
"""Urgent letters that are dispatched directly …"""
MISDISPATCHED = 9
"""… and those of them that are sent to the wrong team."""
REFUSED_TWICE = 12
APPEALED = 8

REOPENED = (
    Course.AGAIN_LATER,
    Course.WON_OVER,
    Course.LET_DOWN,
    Course.GAVE_UP,
    Course.ILL_TREATED,
)
PLAIN = (Course.CONTENT, Course.UNSOLVED, Course.SILENT)
"""Replied to once."""
