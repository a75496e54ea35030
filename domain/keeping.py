"""What the archive knows of a case: holds, where it went, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: the case stays in the working set until it is lifted."""

    reason: str
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """``look_at``: when the archive function looks next, None as long as it has not looked.

    ``batch`` and ``part`` name the file of the archive that holds the case; a tombstone is what
    stays in the database of a case that lies there.
    """

    look_at: datetime | None = None
    hold: Hold | None = None
    batch: str | None = None
    part: int | None = None
    is_tombstone: bool = False

    @property
    def is_restored(self) -> bool:
        """It lies in the archive, and whole in the database too, until ``look_at``."""
        return self.batch is not None and not self.is_tombstone and self.look_at is not None
