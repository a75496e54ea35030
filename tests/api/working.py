"""The clockwork beside a town, on its event loop: it carries out what ops ask for there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from services.functions.clockwork import Clockwork, Pace
from services.functions.running import Frame
from services.functions.table import FUNCTIONS, Function
from tests.api.clients import Town
from tests.services.functions.jobs import workshop


@asynccontextmanager
async def clockwork(
    town: Town, functions: Mapping[str, Function] = FUNCTIONS
) -> AsyncIterator[None]:
    """While inside, ``functions`` are run when they are asked for or due by the town's clock."""
    frame = Frame(workshop(town.office), town.clock, functions=functions)
    works = Clockwork(frame, Pace(look=0.02))
    running = asyncio.create_task(works.run())
    try:
        yield
    finally:
        works.stop()
        await running
