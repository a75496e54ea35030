"""`lizheng clockwork`: the functions of one machine, when they are due and when ops ask."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from threading import Thread
from typing import Annotated

import typer

from cli.opening import now, with_workshop
from infra.identity import is_gone, own_identity
from services.functions.clockwork import Clockwork
from services.functions.running import Frame
from services.functions.workshop import Workshop

logger = logging.getLogger("lizheng.functions")


def clockwork(
    until_eof: Annotated[
        bool, typer.Option(hidden=True, help="End when standard input does.")
    ] = False,
) -> None:
    """Run the functions when they are due, and when ops ask for them; `serve` does so, too.

    Several may run side by side: one run of a function at a time. SIGTERM ends it.
    """
    from api import logs

    logs.start()
    with_workshop(lambda workshop: _run(workshop, until_eof=until_eof))


async def _run(workshop: Workshop, *, until_eof: bool) -> None:
    frame = Frame(workshop, now, process=own_identity(), is_gone=is_gone, is_checked=True)
    works = Clockwork(frame)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, works.stop)
    if until_eof:
        _at_end_of_input(lambda: loop.call_soon_threadsafe(works.stop))
    logger.info("the clockwork runs")
    await works.run()


def _at_end_of_input(stop: Callable[[], object]) -> None:
    """Whoever started this process holds the other end, and has ended."""

    def wait() -> None:
        sys.stdin.buffer.read()
        stop()

    Thread(target=wait, name="end of input", daemon=True).start()
