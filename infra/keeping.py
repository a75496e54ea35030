"""Keeping the embedded database alive: whoever kills it finds it back on the same port.

A supervisor does this for a MongoDB of one's own; the embedded one has only the server that
started it. One whose disk was full lives and refuses every write from then on: it is started
again, too, once there is room. What was acknowledged is there again, because every write waits
for the journal.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from infra.embedded import ASK_SECONDS, DatabaseError, EmbeddedDatabase
from settings import Settings
from storage.readiness import refuses_writes

LOOK_SECONDS = 0.25
WRITE_SECONDS = 5.0
ROOM = 32 * 1024 * 1024
"""So many bytes have to be free before a database that could not write is started again."""

logger = logging.getLogger("lizheng.database")


@contextmanager
def kept_running(settings: Settings) -> Iterator[None]:
    """While inside, a database that dies is started again; nothing where it is not ours."""
    database = None
    if settings.mongodb_uri is None:
        database = EmbeddedDatabase.running(settings.data_dir)
    if database is None:
        yield
        return
    over = Event()
    keeper = Thread(
        target=_keep, args=(database, settings.mongodb_database, over), name="database keeper"
    )
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(database: EmbeddedDatabase, name: str, over: Event) -> None:
    """Look again and again; one that cannot be started now is tried again."""
    port, check = database.port, WriteCheck(name)
    while not over.wait(LOOK_SECONDS):
        if database.is_running():
            if not check.needs_restart(database):
                continue
            database.stop(timeout=1)
        logger.warning("the embedded database is gone; starting it again on port %d", port)
        try:
            database = EmbeddedDatabase.start(database.data_dir, port=port)
        except (DatabaseError, OSError) as error:
            logger.error("it did not start: %s", error)  # noqa: TRY400  # the log's end is in it


class WriteCheck:
    """Writes to a database that runs, every ``WRITE_SECONDS``."""

    def __init__(self, name: str) -> None:
        """Write to the database of this name."""
        self._name = name
        self._next = 0.0
        self._is_reported = False

    def needs_restart(self, database: EmbeddedDatabase) -> bool:
        """Whether it refuses writes, and there is room for another start."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + WRITE_SECONDS
        if not refuses_writes(database.uri, self._name, ASK_SECONDS):
            self._is_reported = False
            return False
        free = shutil.disk_usage(database.data_dir).free
        if not self._is_reported:
            logger.error(
                "the embedded database cannot write; %d MB are free in %s,"
                " with %d MB it is started again",
                free >> 20,
                database.data_dir,
                ROOM >> 20,
            )
            self._is_reported = True
        return free >= ROOM
