"""A round through the cases that are due: read a page, decide on each, write what was decided.

The write narrows nothing and trusts nothing: each case is guarded by the version and the moment
it was read at. A case that cannot be read, decided on or written is told in the ledger and
blocks nobody: the round goes on behind it, and the next one meets it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from services.functions.runs import Run, spoken
from services.functions.together import Save, written
from storage.due_cases import DueCase, DueCases, Handled
from storage.moments import Place

PAGE = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to become of a case, and what that is called; nothing, when it only looks later."""

    handled: Handled
    what: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return self.handled.due.number


Decide: TypeAlias = Callable[[Sequence[DueCase]], Awaitable[Sequence[Decided | Exception]]]
"""One answer for each case of a page; an exception in the place of those it stumbled over."""


async def go_round(run: Run, due: DueCases, decide: Decide, save: Save[Decided]) -> None:
    """Every case that is due at the run's time, in pages, after the place of its checkpoint."""
    place = _place(run.checkpoint)
    while run.has_time():
        page = await due.page(run.now, place, PAGE)
        if not page:
            return
        run.saw(len(page))
        await _handle(run, page, decide, save)
        place = page[-1].place
        await run.reached({"at": place[0], "id": place[1]})
    if place is None:
        await run.reached({})


async def _handle(run: Run, page: Sequence[DueCase], decide: Decide, save: Save[Decided]) -> None:
    for one in page:
        if one.case is None:
            run.failed(one.number, one.problem or "cannot be read")
    decided = await _decided(run, [one for one in page if one.case is not None], decide)
    for answer in decided if run.dry else await _saved(run, decided, save):
        for what in answer.what:
            run.changed(answer.number, what)
        if not answer.what:
            run.skipped()


async def _decided(run: Run, page: Sequence[DueCase], decide: Decide) -> Sequence[Decided]:
    """What was decided; what it stumbled over fails alone."""
    decided = []
    for one, answer in zip(page, await decide(page), strict=True):
        if isinstance(answer, Exception):
            run.failed(one.number, spoken(answer))
        else:
            decided.append(answer)
    return decided


async def _saved(run: Run, decided: Sequence[Decided], save: Save[Decided]) -> Sequence[Decided]:
    """What was written; who lost the race is skipped. One that cannot be written fails alone."""
    failed = run.counts.failed
    done = await written(run, decided, save, lambda one: one.number)
    run.skipped(len(decided) - len(done) - (run.counts.failed - failed))
    return done


def _place(checkpoint: Mapping[str, Any] | None) -> Place | None:
    return (checkpoint["at"], checkpoint["id"]) if checkpoint and "id" in checkpoint else None
