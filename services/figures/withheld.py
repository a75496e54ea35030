"""How many numbers of a bulletin the public is not told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.withheld import WithheldNumbers, count_withheld
from services.figures.bulletins import ToldBulletin
from services.figures.months import cells_of
from services.office import Office


async def withheld_of(
    office: Office, told: ToldBulletin, now: datetime
) -> Sequence[WithheldNumbers]:
    """By table, of the same edition; nothing of a bulletin that is of a part of the city."""
    if not told.scope.is_whole:
        return ()
    month = await cells_of(office, told.month, now, edition=told.edition)
    return count_withheld(month.cells, office.minimum)
