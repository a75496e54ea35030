"""What the paper is made of: the bulletin, what it is about, and the months before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import CITY_TIME
from domain.definitions import FigureName
from domain.refusals import Text
from domain.withheld import WithheldNumbers
from domain.words import Word
from services.figures.bulletins import ToldBulletin
from services.figures.months import MonthFigures


@dataclass(frozen=True, slots=True)
class Paper:
    """``trend`` has the months up to the bulletin's own, in order; ``about`` names its scope.

    ``withheld`` counts what the public is not told, where the bulletin is of the whole city.
    """

    told: ToldBulletin
    about: Text
    trend: Sequence[MonthFigures] = ()
    withheld: Sequence[WithheldNumbers] = ()

    @property
    def month(self) -> Text:
        month = self.told.month
        named = datetime(month.year, month.number, 1, tzinfo=CITY_TIME)
        return Text(f"{month.year}年{month.number}月", f"{named:%B %Y}")

    def levels(self) -> list[tuple[Word, int]]:
        return [(word, count) for word, count in self.told.by_level.items() if count]

    def channels(self) -> list[tuple[Word, int]]:
        return [(word, count) for word, count in self.told.by_channel.items() if count]

    def course(self, name: FigureName) -> list[float | None]:
        """The figure over the months of the trend."""
        definition = self.told.figure(name).definition
        return [one.counts.part(definition).value for one in self.trend]


def letters_told(paper: Paper) -> Text:
    """How many letters; nobody is told of a few."""
    letters = paper.told.letters
    if letters is None:
        return Text("不公布", "withheld")
    return Text(f"{letters:,}", f"{letters:,}")


def clock(moment: datetime) -> str:
    """The minute in Asia/Shanghai."""
    return f"{moment.astimezone(CITY_TIME):%Y-%m-%d %H:%M}"
