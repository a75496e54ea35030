"""Where a run keeps what it has done so far, and the lease under which it does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from domain.problem_cases import ProblemCase
from domain.runs import Counts, RunEntry
from services.functions.runs import Aside, Write
from services.office import Office
from storage.functions import Lease, LeaseLost
from storage.mongo import DatabaseFailure, Session

T = TypeVar("T")


class DryLedger:
    """The ledger of a dry run: nothing is held, nothing is saved before its end."""

    def __init__(self, office: Office, entry: RunEntry) -> None:
        self._office, self._name = office, entry.name

    async def problem_cases(self, case_ids: Collection[str]) -> Mapping[str, ProblemCase]:
        return await self._office.problem_cases.of_cases(self._name, case_ids)

    async def put_aside(self, aside: Aside, now: datetime) -> None:
        """A dry run names them, and puts nothing aside."""

    async def reached(self, counts: Counts, checkpoint: Mapping[str, Any] | None) -> None:
        """A dry run has no checkpoint to go on from."""

    async def write(self, work: Write[T]) -> T:
        raise AssertionError("a dry run writes nothing")


class HeldLedger:
    """The ledger of a run that holds its function's lease."""

    def __init__(self, office: Office, entry: RunEntry, lease: Lease, renewal: float) -> None:
        """``renewal``: seconds between two renewals of the lease."""
        self._office, self._entry, self._lease = office, entry, lease
        self._renewal = renewal
        self._writing = asyncio.Lock()

    async def problem_cases(self, case_ids: Collection[str]) -> Mapping[str, ProblemCase]:
        return await self._office.problem_cases.of_cases(self._entry.name, case_ids)

    async def put_aside(self, aside: Aside, now: datetime) -> None:
        name, cases = self._entry.name, self._office.problem_cases

        async def save(session: Session) -> None:
            await cases.put(name, aside.problems, now, session)
            await cases.remove(name, aside.handled, session)

        if aside.problems or aside.handled:
            await self.write(save)
        if aside.is_complete:
            await cases.remove_unmet(name, now)

    async def reached(self, counts: Counts, checkpoint: Mapping[str, Any] | None) -> None:
        office, entry = self._office, self._entry
        async with self._writing:
            await office.functions.renew(self._lease)
            if not await office.runs.reached(entry.id, entry.fence, counts, checkpoint):
                raise LeaseLost(f"{entry.id} is carried out by somebody else now")

    async def write(self, work: Write[T]) -> T:
        async with self._writing:
            return await self._office.functions.write(self._lease, work)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renews the lease now and then while inside, whatever the job is waiting for."""
        renewing = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _keep(self) -> None:
        """Until the lease is lost: the job finds that out when it writes next."""
        while True:
            await asyncio.sleep(self._renewal)
            try:
                async with self._writing:
                    await self._office.functions.renew(self._lease)
            except LeaseLost:
                return
            except DatabaseFailure:
                continue
