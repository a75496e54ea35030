"""What the public page of a month shows: all of it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.anonymity import MINIMUM
from domain.baselines import Baseline
from domain.bulletins import BulletinState, Month
from domain.definitions import Definition, FigureName
from domain.editions import Revision
from domain.ranking import LESS_IS_BETTER
from domain.refusals import Text
from domain.words import Word


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the month's letters came to a level, over a channel, from a place."""

    name: Text | Word
    letters: int


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """One of the five figures; ``value`` is a fraction or days, None where nothing was counted
    and where it is ``withheld``; then ``numerator`` and ``denominator`` are None too.

    ``change`` is in points of percent or in days against ``baseline``. ``trend`` has a value for
    each of the page's ``trend_months``, None where there was nothing to count.
    """

    definition: Definition
    value: float | None
    numerator: float | None
    denominator: int | None
    change: float | None
    baseline: Baseline
    trend: Sequence[float | None] = ()
    withheld: bool = False

    @property
    def name(self) -> FigureName:
        return self.definition.figure

    @property
    def in_days(self) -> bool:
        return self.name.is_in_days

    @property
    def has_trend(self) -> bool:
        """Whether there is a line to draw: one month alone is a dot."""
        return sum(one is not None for one in self.trend) > 1

    @property
    def is_better(self) -> bool:
        """Whether it changed for the better: some figures should rise, and some should fall."""
        return ((self.change or 0) < 0) == (self.name in LESS_IS_BETTER)


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit's place by the figure that is asked for, which so many share (``tied``)."""

    rank: int
    name: Text
    value: float
    numerator: float
    denominator: int
    tied: int = 1


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units side by side by ``figure``; of fewer than ``minimum`` letters none has a place."""

    figure: FigureName
    minimum: int
    units: Sequence[RankedUnit]


@dataclass(frozen=True, slots=True)
class ShownIssue:
    """A matter that several people wrote about: so many letters and writers at least."""

    title: str
    letters: int
    writers: int
    places: Sequence[str]
    keywords: Sequence[str]
    trend: Text | None = None


@dataclass(frozen=True, slots=True)
class RisingTopic:
    """A category with more letters than its own past.

    ``usual`` is a month's mean of the past, None where the past has too few letters to be told.
    """

    name: Text
    letters: int
    usual: float | None


@dataclass(frozen=True, slots=True)
class Square:
    """A square of the grid in degrees (WGS 84); it may lie around smaller ones."""

    west: float
    south: float
    east: float
    north: float
    letters: int

    @property
    def density(self) -> float:
        """Letters a square degree: a large square is not dark for being large."""
        return self.letters / ((self.east - self.west) * (self.north - self.south))


@dataclass(frozen=True, slots=True)
class Geography:
    """Where letters came from; places of fewer than ``minimum`` letters are told with others.

    ``unplaced`` letters name no point; None where that would tell of a few.
    """

    districts: Sequence[Share]
    squares: Sequence[Square]
    minimum: int
    unplaced: int | None


@dataclass(frozen=True, slots=True)
class DataLink:
    """Something to take away: its address on our own origin, and what it is called."""

    name: Text
    address: str


@dataclass(frozen=True, slots=True)
class Sections:
    """What other services tell of the month; None is left out of the page, nothing is told.

    ``are_issues_counted``: whether all letters of the month are grouped. ``data_due`` is the day on
    which ``links`` are to be expected, while there are none.
    """

    ranking: Ranking | None = None
    issues: Sequence[ShownIssue] | None = None
    topics: Sequence[RisingTopic] | None = None
    geography: Geography | None = None
    links: Sequence[DataLink] = ()
    data_due: date | None = None
    are_issues_counted: bool = True


NO_SECTIONS = Sections()


@dataclass(frozen=True, slots=True)
class CityPage:
    """All that the page shows; times are in UTC.

    ``months`` are those with letters, the latest first; ``revision`` is what an edition after
    the first changed. ``trend_letters`` has a count for each of ``trend_months``. ``letters`` is
    None where it is withheld, and levels and channels that are withheld are absent.
    """

    city: Text
    month: Month
    months: Sequence[Month]
    state: BulletinState
    edition: int | None
    as_of: datetime
    letters: int | None
    levels: Sequence[Share]
    channels: Sequence[Share]
    figures: Sequence[ShownFigure]
    revision: Revision | None = None
    trend_months: Sequence[Month] = ()
    trend_letters: Sequence[int | None] = ()
    sections: Sections = NO_SECTIONS
    minimum: int = MINIMUM

    @property
    def has_trend(self) -> bool:
        """Whether there are months to be seen beside each other."""
        return sum(one is not None for one in self.trend_letters) > 1

    @property
    def is_incomplete(self) -> bool:
        """Whether a closed month is told before all of it is counted: not to be kept."""
        return self.state is not BulletinState.LIVE and not self.sections.are_issues_counted

    @property
    def before(self) -> Month | None:
        """The nearest month before this one that has letters."""
        return max((month for month in self.months if month < self.month), default=None)

    @property
    def after(self) -> Month | None:
        """The nearest month after this one that has letters."""
        return min((month for month in self.months if month > self.month), default=None)
