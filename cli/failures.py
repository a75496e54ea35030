"""How a command that was stopped, or failed, ends: one sentence for people, and an exit status."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.opening import CommandRefused
from domain.refusals import Refusal
from domain.rows import DirectoryError
from infra.embedded import DatabaseError
from settings import SettingsError
from storage.fingerprints import WrongKeys
from storage.mongo import DatabaseFailure, is_outage

REFUSED = (SettingsError, DirectoryError, CommandRefused, WrongKeys, Refusal)
"""What is wrong with the command itself: it is told, and there is nothing to go on with."""
BROKEN_OFF = (KeyboardInterrupt, DatabaseFailure, DatabaseError, OSError)
"""What ends a command on its way: Ctrl-C, SIGTERM, the database, a disk."""
EXPECTED = (*REFUSED, *BROKEN_OFF)
KEPT = "What was done stays: run the same command again, and it goes on from there."
NOT_AVAILABLE = "the database is out of reach, or there is no room on its disk"


@contextmanager
def resumable(tell: Callable[[], str]) -> Iterator[None]:
    """A command that is broken off inside ends with what ``tell`` says: how far it came, and how
    to go on. A sentence or two, each with its full stop.
    """
    try:
        yield
    except BROKEN_OFF as error:
        error.add_note(tell())
        raise


def describe_failure(error: BaseException) -> str:
    """One line for whoever typed the command; ``error`` is one of ``EXPECTED``."""
    notes: list[str] = getattr(error, "__notes__", [])
    return ". ".join([_reason(error), " ".join(notes)]) if notes else _reason(error)


def exit_status(error: BaseException) -> int:
    """1; for a command that was stopped 128 and the signal's number, as shells have it."""
    if isinstance(error, KeyboardInterrupt):
        return 128 + int(next(iter(error.args), signal.SIGINT))
    return 1


def stop_by_signal(number: int, frame: object) -> None:
    """A handler: ends a command as Ctrl-C does, so that what it started is stopped first."""
    raise KeyboardInterrupt(number)


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    if is_outage(error):
        return NOT_AVAILABLE
    if isinstance(error, DatabaseFailure):
        return f"the database failed: {str(error).partition(', Timeout:')[0]}"
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    return str(error)
