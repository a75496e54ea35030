"""The functions and their runs, as ops see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from domain.ids import Kind, global_id
from domain.runs import (
    MOST_CHANGES,
    MOST_ERRORS,
    Change,
    RunEntry,
    RunState,
    ShownRunState,
    Trigger,
)
from schema.context import Context
from schema.errors import UserError
from schema.nodes import Node
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from services.functions.ops import Overview
from storage.short_lists import page_of_items

given = strawberry.field


@strawberry.type(description="What a dry run would do to one case.")
class FunctionChange:
    number: str = given(description="The case's number, or what else it is known by.")
    action: str = given(description="What would be done.")


@strawberry.type(description="A run's entry in the ledger. Requires OPS.")
class FunctionRun(Node):
    name: str = given(description="The function's name.")
    scheduled_for: datetime = given(description="The run's time: its key, and its only clock.")
    started_at: datetime | None = given(description="When its last attempt began.")
    ended_at: datetime | None = given(description="When its last attempt ended.")
    state: ShownRunState = given(description="How far it got.")
    dry_run: bool = given(description="Whether it only says what it would do.")
    seen: int = given(description="How many it looked at.")
    changed: int = given(description="How many it changed, or would change.")
    skipped: int = given(description="How many it left as they are.")
    failed: int = given(description="How many it could not handle.")
    problems: int = given(
        description="How many of them are problem cases: put aside, and listed by `caseProblems`."
    )
    error: str | None = given(description="Why it did not succeed.")
    attempt: int = given(description="How often it was begun.")
    trigger: Trigger = given(description="What made it.")
    requested_by: str | None = given(description="The account that asked for it.")
    to_be_continued: bool = given(description="Whether it goes on from a checkpoint.")
    errors: list[str] = given(
        description=f"Of the first {MOST_ERRORS} that failed or were put aside: why."
    )
    would_change: strawberry.Private[Sequence[Change]]

    @strawberry.field(description=f"Of a dry run: what it would do, up to {MOST_CHANGES:,}.")
    def changes(
        self,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[FunctionChange]:
        placed = list(enumerate(self.would_change))
        page = page_of(first, after, last, before)
        found = page_of_items(placed, lambda one: str(one[0]), page)
        return connection(found, lambda one: FunctionChange(number=one[1][0], action=one[1][1]))

    @classmethod
    def of(cls, entry: RunEntry) -> FunctionRun:
        """From a ledger entry; one that was only asked for is told as running."""
        counts = entry.counts
        return cls(
            id=strawberry.ID(global_id(Kind.FUNCTION_RUN, entry.id)),
            name=entry.name,
            scheduled_for=entry.scheduled_for,
            started_at=entry.started_at,
            ended_at=entry.ended_at,
            state=_shown(entry.state),
            dry_run=entry.dry,
            seen=counts.seen,
            changed=counts.changed,
            skipped=counts.skipped,
            failed=counts.failed,
            problems=counts.problems,
            error=entry.error,
            attempt=entry.attempt,
            trigger=entry.trigger,
            requested_by=entry.requested_by,
            to_be_continued=entry.is_to_be_continued,
            errors=list(counts.errors),
            would_change=entry.changes,
        )


def _shown(state: RunState) -> ShownRunState:
    return ShownRunState(state if state.is_over else RunState.RUNNING)


@strawberry.type(description="A scheduled background job. Requires OPS.")
class Function:
    name: str = given(description="Its name.")
    description: str = given(description="What it does, in the reader's language.")
    schedule: str = given(description="When it runs: a cron expression of five fields.")
    timezone: str = given(description="The schedule's time zone (IANA).")
    enabled: bool = given(description="Whether its schedule is followed; false while paused.")
    next_run_at: datetime | None = given(description="When it runs next; null while paused.")
    last_run: FunctionRun | None = given(description="The run that came last, dry ones aside.")

    @classmethod
    def of(cls, seen: Overview, context: Context) -> Function:
        """As it stands."""
        return cls(
            name=seen.function.name,
            description=seen.function.description.spoken(context.language),
            schedule=seen.schedule.cron,
            timezone=seen.schedule.timezone,
            enabled=seen.enabled,
            next_run_at=seen.next_run_at,
            last_run=FunctionRun.of(seen.last_run) if seen.last_run else None,
        )


@strawberry.input(description="A run that is wanted.")
class RunFunctionInput:
    name: str = given(description="The function's name.")
    at: datetime | None = given(
        default=None, description="The run's time, not to come; now when left out."
    )
    dry_run: bool | None = given(default=None, description="Only say what it would do.")
    idempotency_key: str | None = given(
        default=None, description="1 to 128 characters; the same key asks for the same run."
    )


@strawberry.input(description="Another schedule.")
class RescheduleFunctionInput:
    name: str = given(description="The function's name.")
    schedule: str = given(description="A cron expression of five fields.")
    timezone: str | None = given(
        default=None, description="Its time zone (IANA); the one it has when left out."
    )


@strawberry.input(description="No runs by schedule until it is resumed.")
class PauseFunctionInput:
    name: str = given(description="The function's name.")


@strawberry.input(description="Runs by schedule again, from now on.")
class ResumeFunctionInput:
    name: str = given(description="The function's name.")


@strawberry.type(description="What came of asking for a run.")
class RunFunctionPayload:
    run: FunctionRun | None = given(description="The run, over or still under way.")
    errors: list[UserError] = given(description="Why there is none.")


@strawberry.type(description="What came of changing a function.")
class FunctionPayload:
    function: Function | None = given(description="The function as it stands now.")
    errors: list[UserError] = given(description="Why nothing was changed.")
