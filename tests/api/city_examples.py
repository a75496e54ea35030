"""A month of the city as its page gets it, made by hand: full, live, and empty."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from domain.baselines import Baseline
from domain.bulletins import BulletinState, Month
from domain.calendar import CITY_TIME, day_begins
from domain.definitions import CURRENT, FigureName
from domain.editions import Because, ChangeReason, FigureChange, Revision
from domain.figures import Part
from domain.refusals import Text
from domain.words import Channel, MailboxLevel
from services.city.page import (
    CityPage,
    DataLink,
    Geography,
    RankedUnit,
    Ranking,
    RisingTopic,
    Sections,
    Share,
    ShownFigure,
    ShownIssue,
    Square,
)

JANUARY = Month(2017, 1)
FROM, LAST = Month(2016, 2), JANUARY
_MONTHS = tuple(FROM.plus(place) for place in range(12))
BASELINE = Baseline("before trial operation", True, {}, "网络理政平台试运行通报")
_FIGURES = {
    FigureName.REPLY_RATE: (0.9920, 6742, 6796, 0.2),
    FigureName.RESOLUTION_RATE: (0.9045, 5870, 6490, 0.6),
    FigureName.SATISFACTION_RATE: (0.9055, 2213, 2444, 0.9),
    FigureName.OVERDUE_RATE: (0.0853, 561, 6577, -0.8),
    FigureName.AVERAGE_REPLY_DAYS: (6.12, 38402.5, 6275, -1.1),
}


def _figure(name: FigureName) -> ShownFigure:
    value, numerator, denominator, change = _FIGURES[name]
    past = [value * (1 + 0.04 * math.sin(place + len(name))) for place in range(11)]
    limited = [min(one, 0.999) if value < 1 else one for one in past]
    return ShownFigure(
        CURRENT[name],
        value,
        numerator,
        denominator,
        change,
        BASELINE,
        trend=[*limited[:4], None, *limited[5:], value],
    )


_UNITS = (
    ("锦江区", "Jinjiang District", 310, 312),
    ("青羊区", "Qingyang District", 488, 495),
    ("金牛区", "Jinniu District", 402, 411),
    ("武侯区", "Wuhou District", 377, 388),
    ("成华区", "Chenghua District", 266, 281),
    ("教育局", "Education Bureau", 90, 99),
    *((f"第{n}街道", f"Subdistrict No. {n}", 60 - n, 70) for n in range(1, 9)),
)
RANKING = Ranking(
    FigureName.REPLY_RATE,
    10,
    [
        RankedUnit(place, Text(zh, en), numerator / denominator, numerator, denominator)
        for place, (zh, en, numerator, denominator) in enumerate(_UNITS, 1)
    ],
)
ISSUES = [
    ShownIssue(
        "南湖逸家一期电梯频繁故障、物业长期不维修",
        80,
        70,
        ["高新区", "南湖逸家"],
        ["电梯", "故障", "物业", "维修基金"],
        Text("上升", "Rising"),
    ),
    ShownIssue(
        "天府新区某楼盘交房延期",
        50,
        40,
        ["天府新区"],
        ["交房", "延期", "开发商"],
        Text("平稳", "Steady"),
    ),
    ShownIssue(
        "<b>夜间</b>施工噪音扰民",
        30,
        20,
        ["武侯区", "晋阳街道"],
        ["施工", "噪音", "夜间"],
        Text("下降", "Falling"),
    ),
]
TOPICS = [
    RisingTopic(Text("限购政策", "Purchase limits"), 214, 61.5),
    RisingTopic(Text("网约车", "Ride-hailing"), 31, None),
]
GEOGRAPHY = Geography(
    [Share(Text(zh, en), letters) for zh, en, letters, _ in _UNITS[:5]],
    [
        Square(103.84, 30.4, 104.16, 30.72, 96),
        *(
            Square(103.9 + column / 50, 30.5 + row / 50, 103.92 + column / 50, 30.52 + row / 50, of)
            for row in range(12)
            for column in range(14)
            if (row - 6) ** 2 + (column - 7) ** 2 < 34 + (row * column) % 9
            for of in [5 + (row * 7 + column * 11) % 60]
        ),
    ],
    5,
    412,
)
FULL = CityPage(
    city=Text("成都市", "Chengdu"),
    month=JANUARY,
    months=[JANUARY.plus(1), *reversed(_MONTHS)],
    state=BulletinState.FROZEN,
    edition=1,
    as_of=day_begins(date(2017, 2, 25)).astimezone(CITY_TIME).replace(hour=3),
    letters=6796,
    levels=[
        Share(level, letters)
        for level, letters in zip(MailboxLevel, (1338, 4773, 659, 26), strict=True)
    ],
    channels=[
        Share(channel, letters)
        for channel, letters in zip(list(Channel)[:4], (4021, 1508, 402, 865), strict=True)
    ],
    figures=[_figure(name) for name in FigureName],
    trend_months=_MONTHS,
    trend_letters=[5200, 5310, 5120, 4800, None, 5010, 5400, 5800, 6100, 6400, 6500, 6796],
    sections=Sections(
        RANKING,
        ISSUES,
        TOPICS,
        GEOGRAPHY,
        [DataLink(Text("来信数据（CSV）", "Letters (CSV)"), "/data/2017-01/letters.csv")],
    ),
)
LIVE = replace(
    FULL,
    month=JANUARY.plus(1),
    state=BulletinState.LIVE,
    edition=None,
    sections=Sections(),
)
_NOTHING = ShownFigure(
    CURRENT[FigureName.SATISFACTION_RATE], None, 0, 0, None, Baseline("2017-01", False, {})
)
REVISED = replace(
    FULL,
    edition=2,
    revision=Revision(
        "补录纸质来信",
        6796,
        6797,
        (
            FigureChange(
                "REPLY_RATE/1",
                Part(6742, 6796),
                Part(6743, 6797),
                (Because(ChangeReason.LATE_LETTER, ("A1",)),),
            ),
        ),
    ),
)
EMPTY = replace(
    LIVE,
    letters=0,
    levels=(),
    channels=(),
    figures=[_NOTHING],
    trend_months=(),
    trend_letters=(),
    sections=Sections(replace(RANKING, units=()), [], [], Geography([], [], 5, 0)),
)
