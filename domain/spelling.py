"""What somebody may have meant who wrote a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(written: str, names: Iterable[str]) -> str | None:
    """The name most like what was written, whatever its case; None when none is like it."""
    known = {name.casefold(): name for name in names}
    found = get_close_matches(written[:100].casefold(), known, 1)
    return known[found[0]] if found else None


def did_you_mean(written: str, names: Iterable[str]) -> str:
    """A sentence to put behind "there is no …", with its space; empty when none is like it."""
    name = nearest(written, names)
    return f" Did you mean {name}?" if name else ""
