"""What each command costs in the database: told to whoever watches, under both drivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

Watcher: TypeAlias = Callable[[str, float, bool], None]
"""Told the command's name (never its values), its seconds, and whether it succeeded.

Called from the driver's thread, in the context of whoever asked; it must not fail or wait.
"""


class CommandWatch(CommandListener):
    """Tells the watchers of each command that the server has answered, or has not."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = tuple(watchers)

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing yet: a command counts when it ends."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """The server answered."""
        self._tell(event.command_name, event.duration_micros, succeeded=True)

    def failed(self, event: CommandFailedEvent) -> None:
        """The server refused, or the connection broke."""
        self._tell(event.command_name, event.duration_micros, succeeded=False)

    def _tell(self, name: str, micros: int, *, succeeded: bool) -> None:
        for watcher in self._watchers:
            watcher(name, micros / 1_000_000, succeeded)
