"""The rules that are data: limits, supervision ladder, survey, retention, closing of months."""

from __future__ import annotations

from pathlib import Path

from domain.bulletins import ClosingPlans, build_closing_plans
from domain.ladder import Ladders, build_ladders
from domain.policies import Policies, build_policies
from domain.retention import Retentions, build_retentions
from domain.survey_plan import SurveyPlans, build_survey_plans
from services.tables import read_table

DATA = Path(__file__).resolve().parent.parent / "data"
LIMITS = ("version", "valid_from", "limit", "category", "urgency", "working_days")
CLASSES = ("version", "valid_from", "class", "kinds", "outcomes", "months", "personal_data")
RUNGS = ("version", "valid_from", "rung", "working_days")
CLOSING_DAYS = ("version", "valid_from", "preliminary_day", "frozen_day", "time")
SURVEY_STEPS = ("version", "valid_from", "step", "working_days", "time")


def read_policies(folder: Path = DATA) -> Policies:
    """The limits of ``deadline_policies.csv`` in ``folder``; see ``read_table`` for errors."""
    return read_table(folder / "deadline_policies.csv", LIMITS, build_policies)


def read_ladders(folder: Path = DATA) -> Ladders:
    """The ladder of ``supervision_ladder.csv`` in ``folder``; see ``read_table`` for errors."""
    return read_table(folder / "supervision_ladder.csv", RUNGS, build_ladders)


def read_retentions(folder: Path = DATA) -> Retentions:
    """The classes of ``retention.csv`` in ``folder``; see ``read_table`` for errors."""
    return read_table(folder / "retention.csv", CLASSES, build_retentions)


def read_survey_plans(folder: Path = DATA) -> SurveyPlans:
    """The plan of ``survey_plan.csv`` in ``folder``; see ``read_table`` for errors."""
    return read_table(folder / "survey_plan.csv", SURVEY_STEPS, build_survey_plans)


def read_closing_plans(folder: Path = DATA) -> ClosingPlans:
    """The days of ``bulletin_plan.csv`` in ``folder``; see ``read_table`` for errors."""
    return read_table(folder / "bulletin_plan.csv", CLOSING_DAYS, build_closing_plans)
