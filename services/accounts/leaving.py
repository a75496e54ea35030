"""What an erased account could not take along at once: it goes when its letters are over.
With it go uploads that no letter took within a day.

Documents wait for their case as its telephone number does. Objects are marked by the erasure and
taken away here, by the function that runs every minute: a store that is out of reach, or a process
that is killed, holds nobody up and loses nothing.
"""

from __future__ import annotations

import asyncio

from services.accounts.erasing import forget_numbers
from services.functions.runs import Run
from services.functions.workshop import FileStore, Workshop
from services.office import Office
from storage.given_up_files import Going
from storage.mongo import raise_outage

PAGE = 20
SECONDS = 10.0
"""Of one run: it must not hold up what others wait for."""


async def finish_leaving(workshop: Workshop, run: Run) -> None:
    """Takes documents and numbers out of given-up cases that are over, and marked objects away.

    Everything here may be done twice, and by two at once.
    """
    if run.dry:
        return
    office = workshop.office
    await office.outside.given_up_files.give_up_expired(run.moment())
    await _end_documents(office, run)
    await forget_numbers(office)
    if workshop.files is not None:
        await _take_away(office, workshop.files, run)


async def _end_documents(office: Office, run: Run) -> None:
    files = office.outside.given_up_files
    waiting = await files.waiting_for_cases()
    over = await office.outside.ownership.over(waiting) if waiting else []
    for case in over:
        # Before it: cut off between the two, it is recorded once more.
        await office.audit.record("DOCUMENTS_ERASED", case, None, "", run.moment())
        await files.end([case], run.moment())


async def _take_away(office: Office, store: FileStore, run: Run) -> None:
    """As many as there is time for; one that fails is tried again later."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    files = office.outside.given_up_files
    while page := await files.going(run.moment(), PAGE):
        for one in page:
            if not run.has_time() or loop.time() >= until:
                return
            await _taken(office, store, one, run)


async def _taken(office: Office, store: FileStore, one: Going, run: Run) -> None:
    files = office.outside.given_up_files
    try:
        for key in one.objects:
            await store.remove(key)
    except Exception as error:  # noqa: BLE001  # one file must not hold up the others
        raise_outage(error)
        run.failed(one.file.id, f"the store failed: {type(error).__name__}")
        await files.put_off(one, run.moment())
    else:
        await files.gone(one, run.moment())
