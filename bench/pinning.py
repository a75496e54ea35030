"""Who runs on which core: what is measured has one to itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

SERVER_CORE = 0
"""The web process under test, alone."""
OTHER_CORE = 1
"""Database and load generator, where there is a second core."""


def is_pinned() -> bool:
    """Whether this machine lets us choose."""
    return shutil.which("taskset") is not None and (os.cpu_count() or 1) > 1


def pinned(core: int, command: Sequence[str]) -> list[str]:
    """The command, kept on this core where that can be had."""
    return ["taskset", "-c", str(core), *command] if is_pinned() else list(command)
