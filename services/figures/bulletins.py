"""The bulletin of a month, as it is told: every figure with what it was made of and its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import ANONYMOUS, Actor
from domain.anonymity import sees_all
from domain.baselines import Baseline, change, is_comparable
from domain.bulletins import Bulletin, BulletinState, Month
from domain.definitions import BY_ID, CURRENT, DEFINITIONS, Definition, FigureName
from domain.disclosure import is_enough_of
from domain.editions import Revision
from domain.refusals import NotFound
from domain.words import Channel, MailboxLevel
from services.figures.comparing import baseline_for
from services.figures.days import moment_for
from services.figures.months import MonthFigures, Scope, figures_of
from services.office import Office


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A figure as it is told: a fraction or days, and in points of percent or days its change.

    ``value`` is None for 0/0 and where it is ``withheld``; then numerator and denominator are
    None too.
    """

    definition: Definition
    value: float | None
    change: float | None
    numerator: float | None
    denominator: int | None
    baseline: Baseline
    withheld: bool = False

    @property
    def name(self) -> FigureName:
        return self.definition.figure


@dataclass(frozen=True, slots=True)
class ToldBulletin:
    """A month's figures for a reader. ``edition`` and ``closed_at`` are None while it is live.

    ``letters`` is None where it is withheld, and so are the levels and channels that are missing.
    """

    month: Month
    scope: Scope
    edition: int | None
    state: BulletinState
    as_of: datetime
    letters: int | None
    by_level: Mapping[MailboxLevel, int]
    by_channel: Mapping[Channel, int]
    every: tuple[ToldFigure, ...]
    """Every figure by every version of its definition."""
    code: str | None = None
    digest: str | None = None
    revision: Revision | None = None

    @property
    def figures(self) -> tuple[ToldFigure, ...]:
        """Every figure, by the version of its definition in force."""
        return tuple(one for one in self.every if CURRENT[one.name] == one.definition)

    @property
    def closed_at(self) -> datetime | None:
        """The moment as of which the month was closed."""
        return None if self.edition is None else self.as_of

    def figure(self, name: FigureName) -> ToldFigure:
        return next(one for one in self.figures if one.name is name)


async def bulletin_of(
    office: Office,
    month: Month,
    now: datetime,
    *,
    edition: int | None = None,
    baseline: str | None = None,
    unit: str | None = None,
    level: MailboxLevel | None = None,
    reader: Actor = ANONYMOUS,
) -> ToldBulletin:
    """The figures of ``month``, of the last edition unless another is named.

    ``baseline`` names a recorded one or a month; else it is the month before, or what was
    recorded for this month where there were no letters before. ``reader``: the figures of a
    unit's few letters are withheld from whoever does not work for it. Raises ``NotFound`` for an
    edition, unit or baseline that there is not, and ``InvalidInput`` for a recorded baseline with
    a part of the city.
    """
    path = await _path(office, unit)
    scope = Scope(unit, level, in_public=not sees_all(reader, path))
    moment = await moment_for(office, reader, now)
    figures = await figures_of(office, month, moment, scope, edition=edition)
    compared = await baseline_for(office, figures, scope, baseline)
    counts = figures.counts
    bulletin = figures.bulletin
    return ToldBulletin(
        month=month,
        scope=scope,
        edition=figures.edition,
        state=figures.state,
        as_of=figures.as_of,
        letters=figures.letters,
        by_level=counts.by_level,
        by_channel=counts.by_channel,
        every=tuple(_told(one, figures, compared) for one in DEFINITIONS),
        code=bulletin.code if bulletin else None,
        digest=bulletin.digest if bulletin else None,
        revision=_revision(bulletin, scope, office.minimum) if bulletin else None,
    )


def _revision(bulletin: Bulletin, scope: Scope, minimum: int) -> Revision | None:
    """What the edition changed, as far as both it and the one before may be told."""
    revision = bulletin.revision
    if revision is None or not scope.is_whole or not scope.in_public:
        return revision if scope.is_whole else None
    before, after = revision.letters_before, revision.letters_after
    if min(before, after) < minimum:
        return None
    told = [
        one
        for one in revision.figures
        if is_enough_of(BY_ID[one.definition], before, one.before, minimum)
        and is_enough_of(BY_ID[one.definition], after, one.after, minimum)
    ]
    return replace(revision, figures=tuple(told))


async def _path(office: Office, unit: str | None) -> tuple[str, ...]:
    """The unit's path; raises ``NotFound``."""
    if unit is None:
        return ()
    found = await office.directory.unit(unit)
    if found is None:
        raise NotFound("没有这个单位。", "There is no such unit.", "unit")
    return found.path


def _told(definition: Definition, figures: MonthFigures, baseline: Baseline) -> ToldFigure:
    if definition.id in figures.withheld:
        return ToldFigure(definition, None, None, None, None, baseline, withheld=True)
    part = figures.counts.part(definition)
    changed = None
    if is_comparable(part.denominator):
        changed = change(definition.figure, part.value, baseline.value(definition))
    return ToldFigure(definition, part.value, changed, part.numerator, part.denominator, baseline)
