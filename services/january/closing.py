"""January 2017 is closed: the baseline is recorded, and the function makes the bulletin final."""

from __future__ import annotations

from collections.abc import Mapping

from domain.bulletins import Month
from domain.definitions import FigureName
from domain.runs import RunEntry, Trigger
from services.figures.baselines import record_baseline
from services.functions.running import Frame, Wanted, run_function
from services.january.times import FROZEN_AT

JANUARY = Month(2017, 1)
BASELINE, BASELINE_ZH = "before trial operation", "试运行前"
SOURCE = (
    "城市2017年1月情况通报（2017年2月27日公布）：各项指标的公布值减去其公布的变化量。"
    " The city's report on January 2017, published on 27 February 2017: every published figure"
    " minus its published change."
)
PUBLISHED: Mapping[FigureName, tuple[float, float]] = {
    FigureName.REPLY_RATE: (0.992, 0.002),
    FigureName.RESOLUTION_RATE: (0.9045, 0.006),
    FigureName.SATISFACTION_RATE: (0.9055, 0.009),
    FigureName.OVERDUE_RATE: (0.0853, -0.008),
    FigureName.AVERAGE_REPLY_DAYS: (6.12, -1.1),
}
"""What was published, and its change: fractions, or days."""


async def close_january(frame: Frame) -> RunEntry:
    """Records what was before trial operation and runs the function that closes the month.

    The run's ledger entry; again, what failed or was killed goes on. Raises ``InvalidInput`` where
    another baseline has the name.
    """
    values = {name: round(value - change, 6) for name, (value, change) in PUBLISHED.items()}
    await record_baseline(
        frame.office, BASELINE, SOURCE, values, JANUARY, frame.clock(), BASELINE_ZH
    )
    return await run_function(frame, Wanted("monthly_bulletin", FROZEN_AT, Trigger.COMMAND))
