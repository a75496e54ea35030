"""One row of the process table: what a step does, who may take it, what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from domain import effects
from domain.asks import FLAG, Ask, Given, NumberAsked, WordsAsked
from domain.words import Outcome, Role, Stage

if TYPE_CHECKING:
    from domain.case import Case
    from domain.rulebook import Moment
    from domain.rules import Rule

Effect: TypeAlias = "Callable[[Case, Given, Moment], Case]"
Route: TypeAlias = "Callable[[Case, Given], Stage]"


@dataclass(frozen=True, slots=True)
class Step:
    """What one action does in one stage.

    ``to``: every stage it can lead to, one unless ``route`` chooses; ``by``: the roles that may,
    the first that fits is recorded; ``asks``: what it needs to be told; ``unless``: rules that
    may refuse it, each giving the reason; ``effect``: what changes besides stage and history.
    """

    to: tuple[Stage, ...]
    by: tuple[Role, ...]
    asks: Mapping[str, Ask] = field(default_factory=dict)
    unless: tuple[Rule, ...] = ()
    route: Route | None = None
    effect: Effect = effects.nothing

    def target(self, case: Case, given: Given) -> Stage:
        """Where this leads; ``given`` has been read."""
        return self.to[0] if self.route is None else self.route(case, given)


# Who. A supervisor may do what an intake clerk and a reviewer may.
CITIZEN = (Role.CITIZEN,)
INTAKE = (Role.INTAKE, Role.SUPERVISOR)
REVIEWER = (Role.REVIEWER, Role.SUPERVISOR)
HANDLER = (Role.HANDLER,)
APPROVER = (Role.APPROVER,)
SUPERVISOR = (Role.SUPERVISOR,)
SYSTEM = (Role.SYSTEM,)

# What is asked.
REASON = WordsAsked(2, 1000)
REPLY_TEXT = WordsAsked(2, 10_000)
MAYBE_WORDS = WordsAsked(1, 1000, required=False)
SURVEY: Mapping[str, Ask] = {
    "resolved": FLAG,
    "satisfaction": NumberAsked(1, 5),
    "reason": MAYBE_WORDS,
    "comment": MAYBE_WORDS,
}
REPLY_OUTCOMES = tuple(Outcome)[:4]
