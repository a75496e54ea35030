"""Cases that wander: whatever people try in whatever order, what must hold does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from domain.actors import SYSTEM, Actor
from domain.case import Case
from domain.deadlines import PauseKind
from domain.policies import Limit
from domain.refusals import InvalidInput, Refusal
from domain.replay import contradictions
from domain.rulebook import Moment
from domain.rules import EXTENSION_DAYS, REFUSALS, STOPPED_DAYS
from domain.words import Role, Rung, Stage, Urgency
from domain.workflow import TRANSITIONS, Action
from tests.domain.office import (
    EDUCATION,
    NEXT_DISTRICT,
    RULEBOOK,
    SQUAD,
    TOWNSHIP,
    USUAL,
    person,
    submitted,
)

pytestmark = pytest.mark.ring("test")

EVERYBODY = Actor(frozenset(Role), subject="one who may everything")
PEOPLE = (EVERYBODY, SYSTEM, *(person(role) for role in Role))
ENDINGS = {Action.REJECT, Action.JOIN, Action.WITHDRAW, Action.ARCHIVE}
PAUSES = (timedelta(0), timedelta(minutes=7), timedelta(days=1), timedelta(days=9))
CHOICES: Mapping[str, Sequence[object]] = {
    "unit": (TOWNSHIP, NEXT_DISTRICT, EDUCATION, SQUAD),
    "urgency": tuple(Urgency),
    "rung": tuple(Rung),
    "reached": (True, False),
    "correct": (True, False),
    "granted": (True, False),
    "resolved": (True, False),
    "reopen": (True, False),
    "round": range(1, 4),
    "working_days": range(1, 13),
    "satisfaction": range(1, 6),
}


@cache
def wandering(seed: int) -> list[Case]:
    """A case after each of what sixty tries made of it, most of them such as it allows."""
    chance = Random(seed)
    case = submitted()
    told = [case]
    for _ in range(60):
        moment, action = _try(chance, case)
        values = {
            name: chance.choice(CHOICES[name]) if name in CHOICES else value
            for name, value in USUAL.get(action, {}).items()
        }
        try:
            case = case.take(action, moment, values)
        except Refusal:
            continue
        told.append(case)
    return told


def _try(chance: Random, case: Case) -> tuple[Moment, Action]:
    """Somebody and something; what would end the case only now and then."""
    now = case.updated_at + chance.choice(PAUSES)
    moments = [Moment(who, now, RULEBOOK) for who in PEOPLE]
    ends = chance.random() < 0.05
    sensible = [
        (moment, action)
        for moment in moments
        for action in case.available_actions(moment)
        if ends or action not in ENDINGS
    ]
    if sensible and chance.random() < 0.9:
        return chance.choice(sensible)
    return chance.choice(moments), chance.choice(tuple(Action))


SEEDS = range(120)


def test_together_the_wanderings_go_everywhere() -> None:
    steps = {
        (before.stage, after.history[-1].action, after.stage)
        for seed in SEEDS
        for before, after in pairwise(wandering(seed))
    }
    table = {
        (stage, action, end)
        for stage, row in TRANSITIONS.items()
        for action, step in row.items()
        for end in step.to
    }
    assert steps <= table
    assert len(steps) > 0.9 * len(table), sorted(table - steps)


@pytest.mark.parametrize("seed", SEEDS)
def test_wherever_a_case_wanders_what_must_hold_does(seed: int) -> None:
    for before, after in pairwise(wandering(seed)):
        assert after.history[: before.version] == before.history, "history is only appended to"
        assert after.version > before.version
        _check_step(before, after)
        _check_whole(after)


def _check_step(before: Case, after: Case) -> None:
    """The stage changed as the table says, and only the clocks that may."""
    entry = after.history[-1]
    assert entry.action is not None
    step = TRANSITIONS[before.stage][entry.action]
    assert after.stage in step.to
    assert entry.role in step.by
    if before.promise.met_at:
        assert after.promise == before.promise, "a promise that was kept is a fact"
    for limit in before.clocks.keys() - {Limit.REPLY, Limit.of(before.stage)}:
        if limit is not Limit.of(after.stage):
            assert after.clocks[limit] == before.clocks[limit], "clocks of other stages rest"


def _check_whole(case: Case) -> None:
    now = case.updated_at
    assert RULEBOOK.chain.first_broken(case.number, case.history) is None
    assert [entry.at for entry in case.history] == sorted(entry.at for entry in case.history)
    assert case.history[-1].stage is case.stage
    assert case.refusals <= REFUSALS
    assert case.stop_days_left(now, RULEBOOK.calendar) in range(STOPPED_DAYS + 1)
    assert case.extension_days_left in range(EXTENSION_DAYS + 1)
    assert case.promise.extended <= EXTENSION_DAYS
    assert (case.outcome is not None) or case.is_open, "a case leaves the loop only answered"
    for limit, clock in case.clocks.items():
        away = bool(clock.pauses) and clock.pauses[-1].kind is PauseKind.AWAY
        resting = away and clock.pauses[-1].to_at is None
        assert resting == (limit not in (Limit.REPLY, Limit.of(case.stage)))
    assert list(contradictions(case)) == []
    waits_for_answer = case.stage is Stage.CALLBACK and case.survey_answer is None
    assert (case.wake_at is not None) == (case.is_open and not waits_for_answer)
    is_joined = case.stage is Stage.CONCLUSION and case.main_answered_at is not None
    waits_for_answer |= is_joined and case.survey_answer is None
    assert (case.ask_at is not None) == case.awaits_survey == waits_for_answer
    assert (case.archive_at is not None) == (case.stage in (Stage.CONCLUSION, Stage.ARCHIVE))
    assert case.stage is not Stage.ARCHIVE or case.available_actions(_anybody(case)) == ()


def _anybody(case: Case) -> Moment:
    return Moment(EVERYBODY, case.updated_at, RULEBOOK)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_button_is_offered_that_only_says_no(seed: int) -> None:
    told = wandering(seed)
    case = told[len(told) // 2]
    for who in PEOPLE:
        moment = Moment(who, case.updated_at, RULEBOOK)
        offered = case.available_actions(moment)
        wrong = [one for one in Action if (one in offered) != _is_open_to(one, case, moment)]
        assert wrong == []


def _is_open_to(action: Action, case: Case, moment: Moment) -> bool:
    """Whether ``take`` does it, or finds fault with a value only."""
    try:
        case.take(action, moment, USUAL.get(action, {}))
    except Refusal as refusal:
        return isinstance(refusal, InvalidInput)
    return True
