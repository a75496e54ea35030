"""How things stand between runs: which scheduled run nobody came for, how many cases are late.

Whoever fails says so itself. What is looked for here is silence: a schedule that was lost, a
function that was never invoked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.runs import run_id
from services.functions.schedules import due
from services.functions.table import FUNCTIONS, CatchUp, Function
from services.office import Office

GRACE = timedelta(minutes=20)
"""A run that is later than this is missing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``missing``: the last scheduled run of each of these functions is not in the ledger.

    ``problems``: cases that jobs have put aside, up to 10,000.
    """

    overdue: int
    missing: frozenset[str]
    problems: int = 0


async def standing(
    office: Office, now: datetime, functions: Mapping[str, Function] = FUNCTIONS
) -> Standing:
    """How things stand at ``now``. Paused functions miss nothing.

    A function that is met for the first time has missed nothing either: it counts from now.
    """
    states = await office.functions.states(functions)
    new = [name for name, state in states.items() if state.is_new(now)]
    if new:
        await office.functions.begin(new, now)
    missing = set()
    for name, state in states.items():
        last = due(replace(functions[name], catch_up=CatchUp.LATEST), state, now - GRACE)
        if last and await office.runs.by_id(run_id(name, last[0])) is None:
            missing.add(name)
    overdue, problems = await office.lateness.overdue(now), await office.problem_cases.count()
    return Standing(overdue, frozenset(missing), problems)
