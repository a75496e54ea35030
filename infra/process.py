"""Processes known by number only: is it still the one we mean, and how to end it.

A process number may have been given to another program since it was written down. So every
question here names a `mark`: words that the process's command line must contain.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

POLL_SECONDS = 0.02
NOTICE_SECONDS = 0.25
INSTANT_SECONDS, INSTANTS = 0.002, 500


def wait_until(condition: Callable[[], bool], timeout: float) -> bool:
    """Ask until `condition` holds or `timeout` seconds are over; tell whether it held."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def is_running(pid: int, mark: str) -> bool:
    """Whether process `pid` lives and has `mark` in its command line; a zombie does not live."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child of ours stays a zombie until it is asked for
    return mark in _command_line(pid)


def terminate(
    pid: int, mark: str, timeout: float, serves: Callable[[], bool] = lambda: False
) -> None:
    """End the process: politely, and after `timeout` seconds by force. Gone when this returns.

    `serves` tells whether it still accepts work, so that a signal it has missed is sent again;
    it is asked often, and may wake a process that sleeps through its own end.
    """

    def is_gone() -> bool:
        serves()
        return not is_running(pid, mark)

    def is_gone_after_notice() -> bool:
        if serves():
            _send(pid, mark, signal.SIGTERM)
        return wait_until(is_gone, min(timeout, NOTICE_SECONDS))

    _send(pid, mark, signal.SIGTERM)
    if wait_until(is_gone, min(timeout, NOTICE_SECONDS)):
        return
    if not wait_until(is_gone_after_notice, timeout):
        _send(pid, mark, signal.SIGKILL)
        wait_until(is_gone, timeout=10)


def _send(pid: int, mark: str, number: signal.Signals) -> None:
    if is_running(pid, mark):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _command_line(pid: int) -> str:
    """The words of the process's command line; nothing for one that is gone, or a zombie."""
    if not Path("/proc/self/cmdline").exists():
        command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    proc = Path("/proc") / str(pid)
    words = b""
    with suppress(FileNotFoundError, ProcessLookupError):
        # For an instant, while it turns into another program, a process has no command line;
        # a thread of the kernel, which may have got its number, never has one.
        for _ in range(INSTANTS):
            words = (proc / "cmdline").read_bytes()
            if words or _is_zombie(proc):
                break
            time.sleep(INSTANT_SECONDS)
    return words.replace(b"\0", b" ").decode(errors="replace")


def _is_zombie(proc: Path) -> bool:
    """Whether the process has ended and only its number is left (see proc(5), `stat`)."""
    return (proc / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
