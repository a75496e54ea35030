"""A round through the cases that are due: read a page, decide on each, write what was decided.

The write narrows nothing and trusts nothing: each case is guarded by the version and the moment
it was read at. A case that cannot be read, decided on or written is a problem case: it is put
aside, and the round goes on behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.problem_cases import Problem, Reason
from services.functions.runs import Run, problem_with
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
            run.met_all()
            return
        run.saw(len(page))
        await _handle(run, page, decide, save)
        place = page[-1].place
        await run.reached({"at": place[0], "id": place[1]})
    if place is None:
        await run.reached({})


async def _handle(run: Run, page: Sequence[DueCase], decide: Decide, save: Save[Decided]) -> None:
    page = await run.without_paused(page)
    for one in page:
        if one.problem is not None:
            run.problem(one.problem)
    decided = await _decided(run, [one for one in page if one.problem is None], decide)
    for answer in decided if run.dry else await _saved(run, decided, save):
        for what in answer.what:
            run.changed(answer.number, what)
        if not answer.what:
            run.skipped()


async def _decided(run: Run, page: Sequence[DueCase], decide: Decide) -> Sequence[Decided]:
    """What was decided; what it stumbled over is put aside."""
    decided = []
    for one, answer in zip(page, await decide(page), strict=True):
        if isinstance(answer, Exception):
            run.problem(problem_with(one, Reason.UNDECIDABLE, answer))
        else:
            decided.append(answer)
    return decided


async def _saved(run: Run, decided: Sequence[Decided], save: Save[Decided]) -> Sequence[Decided]:
    """What was written; who lost the race is skipped, what cannot be written is put aside."""
    unwritten: list[Problem] = []

    def put_aside(one: Decided, error: Exception) -> None:
        unwritten.append(problem_with(one.handled.due, Reason.UNWRITABLE, error))

    done = await written(run, decided, save, put_aside)
    for problem in unwritten:
        run.problem(problem)
    run.skipped(len(decided) - len(done) - len(unwritten))
    return done


def _place(checkpoint: Mapping[str, Any] | None) -> Place | None:
    return (checkpoint["at"], checkpoint["id"]) if checkpoint and "id" in checkpoint else None
