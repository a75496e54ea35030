"""What each published figure counts: code and text, side by side, in versions.

A definition says of one letter whether it is in the denominator, and what it adds to the
numerator. It looks at a letter as it was known at a moment, and at nothing else, so a figure
comes out the same whenever it is worked out again. The sources are the city's published tables;
the same city changed the denominator of its satisfaction rate within four months, which is why a
figure always names its definition.

A definition that has been published is never changed: what counts otherwise is a new version.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from domain.facts import Answered, CohortLetter, Facts
from domain.refusals import Text
from domain.rules import DISSATISFIED
from domain.words import LetterKind, Outcome, Word

DAY = 86_400
"""Seconds."""
_NOTHING_TO_RESOLVE = frozenset({LetterKind.SUGGESTION, LetterKind.PRAISE})
_GOOD = frozenset({Outcome.RESOLVED, Outcome.EXPLAINED})
_NEVER_SENT = frozenset({Outcome.REJECTED, Outcome.MERGED})


class FigureName(Word):
    """What the city publishes of every month."""

    REPLY_RATE = "REPLY_RATE", "回复办理率", "Reply rate"
    RESOLUTION_RATE = "RESOLUTION_RATE", "诉求解决率", "Resolution rate"
    SATISFACTION_RATE = "SATISFACTION_RATE", "群众满意率", "Satisfaction rate"
    OVERDUE_RATE = "OVERDUE_RATE", "超期率", "Overdue rate"
    AVERAGE_REPLY_DAYS = "AVERAGE_REPLY_DAYS", "平均回复周期", "Average reply time"

    @property
    def is_in_days(self) -> bool:
        """Whether it is a number of days; else it is a fraction."""
        return self is FigureName.AVERAGE_REPLY_DAYS


@dataclass(frozen=True, slots=True)
class Known:
    """A letter as it was known ``at`` a moment.

    ``facts`` are its own; ``answering`` those of the case that answers it: the main case's for
    a merged letter, else its own. ``is_counted`` tells whether its responsible unit is a
    district or a city department.
    """

    letter: CohortLetter
    at: datetime
    facts: Facts
    answering: Facts
    is_counted: bool

    @property
    def replied_at(self) -> datetime | None:
        """When the first reply reached the writer: a merged letter's not before it came."""
        replied_at = self.answering.first_replied_at
        return None if replied_at is None else max(replied_at, self.letter.submitted_at)

    @property
    def outcome(self) -> Outcome | None:
        return self.answering.outcome

    @property
    def answer(self) -> Answered | None:
        """The writer's last; an answer to a first reply stands until there is another."""
        return self.facts.answer


Amount: TypeAlias = float | None
"""What a letter adds to a numerator: 0, 1 or days; None when it is not in the denominator."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of what a figure counts; ``rule`` and ``text`` say the same."""

    figure: FigureName
    version: str
    text: Text
    rule: Callable[[Known], Amount] = field(repr=False, compare=False)

    @property
    def tells_of_writers(self) -> bool:
        """Whether its numerator counts letters by what their writers were told or said.

        An overdue reply says how an office worked: that there was none may be told.
        """
        return self.figure not in {FigureName.OVERDUE_RATE, FigureName.AVERAGE_REPLY_DAYS}

    @property
    def id(self) -> str:
        """Such as ``REPLY_RATE/1``."""
        return f"{self.figure.value}/{self.version}"


def known(
    letter: CohortLetter, at: datetime, mains: Mapping[str, Facts], counted: Container[str]
) -> Known:
    """The letter as of ``at``.

    ``mains`` are the facts of main cases by id; ``counted`` the codes of the districts and city
    departments (``domain.directory.is_district_or_city_department``).
    """
    facts = letter.facts.as_of(at)
    main = mains.get(letter.main_case or "") if facts.left is Outcome.MERGED else None
    responsible = letter.responsible[-1] if letter.responsible else None
    answering = facts if main is None else main.as_of(at)
    return Known(letter, at, facts, answering, responsible in counted)


def is_satisfied(answer: Answered) -> bool:
    """Satisfaction 3 or more of 5, and resolved."""
    return answer.resolved and answer.satisfaction > DISSATISFIED


def _replied(one: Known) -> Amount:
    return float(one.replied_at is not None)


def _resolved(one: Known) -> Amount:
    if one.replied_at is None or one.letter.kind in _NOTHING_TO_RESOLVE:
        return None
    return float(one.answer.resolved if one.answer else one.outcome in _GOOD)


def _satisfied_of_concluded(one: Known) -> Amount:
    if one.facts.concluded_at is None:
        return None
    return float(one.answer is None or is_satisfied(one.answer))


def _satisfied_of_answered(one: Known) -> Amount:
    return None if one.answer is None else float(is_satisfied(one.answer))


def _overdue(one: Known) -> Amount:
    if one.facts.sent_at is None or one.facts.left in _NEVER_SENT:
        return None
    return float(one.facts.is_ever_overdue(one.at))


def _reply_days(one: Known) -> Amount:
    if one.replied_at is None or not one.is_counted:
        return None
    return (one.replied_at - one.letter.submitted_at).total_seconds() / DAY


DEFINITIONS = (
    Definition(
        FigureName.REPLY_RATE,
        "1",
        Text(
            "当月来信中已发出回复的件数，除以当月来信件数。不予受理的告知视为回复；并案件以主件的回复为准。",
            "Letters of the month to which a reply was sent, divided by the letters of the month. "
            "A rejection's reason is a reply; a merged letter has its main case's.",
        ),
        _replied,
    ),
    Definition(
        FigureName.RESOLUTION_RATE,
        "1",
        Text(
            "写信人表示已解决的件数，加上未作答复而办理结果为已解决或已解释说明的件数，"
            "除以当月来信中已回复的件数；建议和表扬不计。",
            "Letters whose writer said that the matter is resolved, or did not answer while the "
            "outcome is resolved or explained, divided by the letters of the month that were "
            "replied to; suggestions and praise are left out.",
        ),
        _resolved,
    ),
    Definition(
        FigureName.SATISFACTION_RATE,
        "1",
        Text(
            "2017年11月口径：一减去当月来信中不满意件数除以已办结件数；未作答复的不算不满意。",
            "As in November 2017: one minus the dissatisfied letters of the month divided by the "
            "concluded ones; whoever did not answer is not dissatisfied.",
        ),
        _satisfied_of_concluded,
    ),
    Definition(
        FigureName.SATISFACTION_RATE,
        "2",
        Text(
            "当月来信中满意度三分及以上且表示已解决的件数，除以答复了满意度调查的件数。",
            "Letters of the month whose writer gave 3 points or more of 5 and said that the "
            "matter is resolved, divided by those whose writer answered the survey.",
        ),
        _satisfied_of_answered,
    ),
    Definition(
        FigureName.OVERDUE_RATE,
        "1",
        Text(
            "当月来信中超过承诺期限才回复或仍未回复的件数，除以已转交承办单位的件数；"
            "不予受理、并案和转办前撤回的不计，停止计时期间不计。",
            "Letters of the month replied to, or still not, after the promise, divided by those "
            "sent to a unit: without rejected and merged ones and those withdrawn before "
            "transfer. A stopped clock does not run.",
        ),
        _overdue,
    ),
    Definition(
        FigureName.AVERAGE_REPLY_DAYS,
        "1",
        Text(
            "由区（市）县或市级部门承办且已回复的当月来信，自来信至首次回复的日历天数"
            "（每天86,400秒）之和，除以其件数。",
            "Calendar days of 86,400 seconds from letter to first reply, summed up and divided by "
            "the letters, of the letters of the month that were replied to and whose responsible "
            "unit is a district or a city department.",
        ),
        _reply_days,
    ),
)
"""Every version of every definition, in the order in which they are shown and stored."""

BY_ID = {definition.id: definition for definition in DEFINITIONS}
CURRENT = {definition.figure: definition for definition in DEFINITIONS}
"""The version that is shown by default: the last one."""
