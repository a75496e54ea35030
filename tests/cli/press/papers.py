"""A bulletin for the tests of what is made of it: the published January of 2017."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cli.press.edition import Paper
from domain.baselines import Baseline, change
from domain.bulletins import BulletinState, Month
from domain.definitions import CURRENT, FigureName
from domain.editions import Because, ChangeReason, FigureChange, Revision
from domain.figures import Counts, Part
from domain.words import Channel, MailboxLevel
from services.city.months import CITY
from services.figures.bulletins import ToldBulletin, ToldFigure
from services.figures.months import MonthFigures, Scope
from tests.domain.office import at

JANUARY = Month(2017, 1)
FROZEN_AT = at("2017-02-25 03:00")
PARTS = {
    FigureName.REPLY_RATE: (Part(6742, 6796), 0.990),
    FigureName.RESOLUTION_RATE: (Part(5427, 6000), 0.8985),
    FigureName.SATISFACTION_RATE: (Part(1811, 2000), 0.8965),
    FigureName.OVERDUE_RATE: (Part(567, 6647), 0.0933),
    FigureName.AVERAGE_REPLY_DAYS: (Part(30600.0, 5000), 7.22),
}
BASELINE = Baseline(
    "before trial <operation>", True, {k.value: v for k, (_, v) in PARTS.items()}, "a report"
)
LEVELS = dict(zip(MailboxLevel, (1338, 4773, 659, 26), strict=True))
CHANNELS = {Channel.WEB: 5000, Channel.WECHAT: 1000, Channel.SMS: 500, Channel.APP: 296}
REVISION = Revision(
    "late <letters>",
    6795,
    6796,
    (
        FigureChange(
            "REPLY_RATE/1",
            Part(6741, 6795),
            Part(6742, 6796),
            (Because(ChangeReason.LATE_LETTER, ("20170101-000001-1",)),),
        ),
    ),
)


def figure(name: FigureName, **changed: object) -> ToldFigure:
    part, before = PARTS[name]
    told = ToldFigure(
        CURRENT[name],
        part.value,
        change(name, part.value, before),
        part.numerator,
        part.denominator,
        BASELINE,
    )
    return replace(told, **changed)  # type: ignore[arg-type]  # its fields, by name


def bulletin(**changed: object) -> ToldBulletin:
    told = ToldBulletin(
        month=JANUARY,
        scope=Scope(),
        edition=1,
        state=BulletinState.FROZEN,
        as_of=FROZEN_AT,
        letters=6796,
        by_level=LEVELS,
        by_channel=CHANNELS,
        every=tuple(figure(name) for name in FigureName),
        code="1.0",
        digest="d" * 64,
    )
    return replace(told, **changed)  # type: ignore[arg-type]  # its fields, by name


def paper(**changed: object) -> Paper:
    """With four months: two, one without data, and January."""
    return Paper(bulletin(**changed), CITY, tuple(trend()))


def trend() -> list[MonthFigures]:
    known = Counts(6796, LEVELS, CHANNELS, {CURRENT[k].id: part for k, (part, _) in PARTS.items()})
    counts = (known, known, Counts(), known)
    return [
        MonthFigures(
            JANUARY.plus(place - 3),
            BulletinState.FROZEN,
            FROZEN_AT + timedelta(days=place),
            one,
            one.letters,
        )
        for place, one in enumerate(counts)
    ]
