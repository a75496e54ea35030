"""A process beside this one: started again when it dies, and ended with this one.

It holds the reading end of a pipe as its standard input. When this process ends, in whatever way,
the pipe ends, and that tells the child to end, too.
"""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Event, Thread

LOOK_SECONDS = 0.25
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before it is started again; the longer the oftener it died young."""
YOUNG_SECONDS = 30.0
END_SECONDS = 8.0

logger = logging.getLogger("lizheng.child")


def start(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The process, in a session of its own: Ctrl-C is for this one before it."""
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, env=environ)


class KeptChild:
    """Keeps one process running, from a thread of its own, until it is told to end it."""

    def __init__(
        self, name: str, command: Sequence[str], environ: Mapping[str, str] | None = None
    ) -> None:
        """``environ``: variables that it gets besides those of this process."""
        self._name, self._command = name, command
        self._environ = {**os.environ, **(environ or {})}
        self._over = Event()
        self._keeper = Thread(target=self._keep, name=f"keeper of {name}", daemon=True)

    def start(self) -> None:
        """Now, without waiting for it."""
        self._keeper.start()

    def ask_to_end(self) -> None:
        """It is not started again, and told to end; nothing is waited for. From a signal, too."""
        self._over.set()

    def end(self) -> None:
        """Waits for its end; by force when it takes too long."""
        self._over.set()
        if self._keeper.ident is not None:
            self._keeper.join()

    def _keep(self) -> None:
        deaths = 0
        while not self._over.is_set():
            lived, ended_with = self._lived()
            if lived >= YOUNG_SECONDS:
                deaths = 0
            if not self._over.is_set():
                pause = PAUSES[min(deaths, len(PAUSES) - 1)]
                logger.warning("%s ended with %s; again", self._name, ended_with)
                deaths += 1
                self._over.wait(pause)

    def _lived(self) -> tuple[float, object]:
        """How long it lived, and what it ended with; a machine may be too full to start it."""
        try:
            child = start(self._command, self._environ)
        except OSError as error:
            return 0.0, error
        return self._watched(child), child.returncode

    def _watched(self, child: subprocess.Popen[bytes]) -> float:
        """Until it has ended, by itself or because it was told to; how long it lived."""
        lived = 0.0
        with child:
            while child.poll() is None and not self._over.wait(LOOK_SECONDS):
                lived += LOOK_SECONDS
            _end(child)
        return lived


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        with suppress(OSError):
            child.stdin.close()
    try:
        child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
