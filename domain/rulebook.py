"""What the office brings to every decision: the calendar, the policies, the seal; and a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.calendar import WorkingCalendar, city_date
from domain.history import Chain
from domain.ladder import CITY_LADDERS, Ladders
from domain.policies import Limit, Policies
from domain.survey_plan import CITY_PLANS, SurveyPlans
from domain.words import Urgency


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a decision depends on besides the case and who acts.

    ``direct_systems``: codes of the systems whose units may be dispatched to directly.
    """

    calendar: WorkingCalendar
    policies: Policies
    chain: Chain
    direct_systems: frozenset[str] = frozenset()
    ladders: Ladders = CITY_LADDERS
    survey_plans: SurveyPlans = CITY_PLANS

    def days(self, limit: Limit, category: tuple[str, ...], urgency: Urgency, now: datetime) -> int:
        """Working days allowed for ``limit`` by the policy in force at ``now``."""
        policy = self.policies.on(city_date(now))
        return policy.days(limit, category, urgency)


@dataclass(frozen=True, slots=True)
class Moment:
    """One act: who, when (aware, whole milliseconds), and by which rules."""

    actor: Actor
    now: datetime
    rulebook: Rulebook
