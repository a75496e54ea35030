"""Who a process is, so that others on its machine can tell whether it still lives.

A process number alone says little: it is given out again, and every container counts its own. An
identity is the number with the moment its process began, and the number space it lives in.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def own_identity() -> str:
    """This process's; empty where the system does not tell (nobody is found gone there)."""
    with suppress(OSError):
        return f"{_space()}:{os.getpid()}:{_began(os.getpid())}"
    return ""


def is_gone(identity: str) -> bool:
    """Whether that process has ended. False for what cannot be known from here."""
    space, _, process = identity.partition(":")
    pid, _, began = process.partition(":")
    try:
        if not pid.isdecimal() or space != _space():
            return False
    except OSError:
        return False
    try:
        return _began(int(pid)) != began
    except OSError:
        return True


def _space() -> str:
    """This boot of this machine, and this container on it."""
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}".replace(":", "")


def _began(pid: int) -> str:
    """When the process began, in ticks since the boot; ``-`` for one that only waits to be buried.

    See proc(5), ``stat``, fields 3 and 22.
    """
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return "-" if fields[0] in "ZX" else fields[19]
