"""Keeping the embedded database alive: whoever kills it finds it back on the same port.

A supervisor does this for a MongoDB of one's own; the embedded one has only the server that
started it. What was acknowledged is there again, because every write waits for the journal.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from infra.embedded import DatabaseError, EmbeddedDatabase
from settings import Settings

LOOK_SECONDS = 0.25

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
    keeper = Thread(target=_keep, args=(database, over), name="database keeper")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(database: EmbeddedDatabase, over: Event) -> None:
    """Look again and again; one that cannot be started now is tried again."""
    port = database.port
    while not over.wait(LOOK_SECONDS):
        if database.is_running():
            continue
        logger.warning("the embedded database is gone; starting it again on port %d", port)
        try:
            database = EmbeddedDatabase.start(database.data_dir, port=port)
        except (DatabaseError, OSError) as error:
            logger.error("it did not start: %s", error)  # noqa: TRY400  # the log's end is in it
