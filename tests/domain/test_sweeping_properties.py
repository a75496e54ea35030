"""Whatever happened to a case, and whenever the sweep comes by: what must hold does."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.case import Case
from domain.notices import Notice
from domain.refusals import Refusal
from domain.replay import contradictions
from domain.rulebook import Moment
from domain.sweeping import Swept, swept
from domain.words import Rung
from domain.workflow import Action
from tests.domain.office import RULEBOOK, USUAL, submitted
from tests.domain.test_workflow_wandering import CHOICES, _try

pytestmark = pytest.mark.ring("test")

LADDER = list(Rung)
WAITS = (0, 1, 24, 24 * 7, 24 * 40)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), waits=st.lists(st.sampled_from(WAITS), max_size=25))
def test_a_sweep_leaves_nothing_due_and_a_second_one_does_nothing(
    seed: int, waits: list[int]
) -> None:
    chance = Random(seed)
    case, told, now = submitted(), list[Notice](), submitted().updated_at
    for wait in waits:
        case = _wandered(chance, case)
        now = max(now, case.updated_at) + timedelta(hours=wait)
        done = _look(case, now)
        _check(case, done, now)
        told += done.notices
        case = done.case
    assert len(told) == len({notice.id for notice in told}), "nobody is told twice"
    revoked = sum(entry.action is Action.REVOKE_SUPERVISION for entry in case.history)
    climbed = sum(entry.action is Action.SUPERVISE for entry in case.history)
    assert climbed - revoked == len(case.rungs), "each once, unless it was revoked"


def _look(case: Case, now: datetime) -> Swept:
    return swept(case, Moment(SYSTEM, now, RULEBOOK))


def _check(before: Case, done: Swept, now: datetime) -> None:
    case = done.case
    assert case.wake_at is None or case.wake_at > now
    again = _look(case, now)
    assert (again.case, again.notices, again.what) == (case, (), ())
    assert case.history[: before.version] == before.history
    assert (case.stage, case.outcome) == (before.stage, before.outcome)
    assert [entry.at for entry in case.history] == sorted(entry.at for entry in case.history)
    assert RULEBOOK.chain.first_broken(case.number, case.history) is None
    assert list(contradictions(case)) == []
    climbed = [LADDER.index(Rung[what]) for what in done.what if what in Rung.__members__]
    below = [LADDER.index(Rung[rung]) for rung in before.rungs]
    assert climbed == sorted(climbed)
    assert not climbed or climbed[0] > max(below, default=-1)
    for limit, due_at in case.watch.overdue.items():
        if before.watch.overdue.get(limit) != due_at:
            assert case.clocks[limit].due_at == due_at < now


def _wandered(chance: Random, case: Case) -> Case:
    """After up to three tries of whoever may."""
    for _ in range(chance.randrange(4)):
        moment, action = _try(chance, case)
        values = {
            name: chance.choice(CHOICES[name]) if name in CHOICES else value
            for name, value in USUAL.get(action, {}).items()
        }
        try:
            case = case.take(action, moment, values)
        except Refusal:
            continue
    return case
