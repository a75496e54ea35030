"""How things stand, as metrics: what the alarms for missing runs and rising lateness look at."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from services.functions.standing import standing
from services.functions.table import FUNCTIONS
from services.office import Office
from storage.mongo import DatabaseFailure

OBSERVER = "overdue_sweep"
"""The function that looks at the others: it runs often, and an alarm of its own watches it."""


async def measure_standing(office: Office, now: datetime, namespace: str) -> None:
    """RunMissing of each function, and CasesOverdue and CaseProblems of the city.

    Nothing where the database does not say: a figure that is missing must not fail a run.
    """
    with suppress(DatabaseFailure):
        found = await standing(office, now)
        for name in FUNCTIONS:
            _measure("RunMissing", float(name in found.missing), name, namespace)
        _measure("CasesOverdue", found.overdue, OBSERVER, namespace)
        _measure("CaseProblems", found.problems, OBSERVER, namespace)


def _measure(name: str, value: float, function: str, namespace: str) -> None:
    service = {"service": function}
    with single_metric(
        name, MetricUnit.Count, value, namespace=namespace, default_dimensions=service
    ):
        pass
