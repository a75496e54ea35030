"""A dozen invented letters for somebody who looks around: submitted and acted on like real ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.actors import Actor
from domain.categories import Taxonomy
from domain.words import Channel, LetterKind, Role
from domain.workflow import TRANSITIONS, Action
from services.letter_checks import Submission
from services.office import Office
from services.process import Act, Proof, act, act_as_writer
from services.submission import Submitted, submit

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class DemoCase:
    """What opens one of the demo cases; the code can be told only once."""

    number: str
    query_code: str
    title: str


async def fill_with_demo(office: Office, now: datetime) -> DemoCase | None:
    """Stores the letters of ``demo_letters.jsonl``, spread over the stages up to ``now``.

    The first of them, with its code; None when there are cases already, demo or not: then
    nothing is done. The same every time but for numbers and codes. Raises ``NotFound`` when the
    directory is not the one that the letters were written for.
    """
    if await office.cases.count():
        return None
    taxonomy = await office.directory.categories()
    first: DemoCase | None = None
    for place, told in enumerate(_letters(), 1):
        submitted_at = now - timedelta(hours=told["hours_ago"])
        submitted = await submit(
            office, _submission(told), f"demo-{place}", _writer(told), submitted_at
        )
        for action, hours, *values in told["steps"]:
            given = _given(taxonomy, *values)
            at = submitted_at + timedelta(hours=hours)
            await _act(office, submitted, Act(Action[action], given), at)
        first = first or DemoCase(submitted.case.number, submitted.query_code, told["title"])
    return first


async def _act(office: Office, submitted: Submitted, wanted: Act, at: datetime) -> None:
    """Whoever may take the action takes it: the writer with the code, staff with their role."""
    role = next(
        steps[wanted.action].by[0] for steps in TRANSITIONS.values() if wanted.action in steps
    )
    actor = Actor(frozenset({role}), subject=f"{role.lower()}-1")
    if role is Role.CITIZEN:
        proof = Proof(number=submitted.case.number, query_code=submitted.query_code)
        writer = Actor(frozenset({role}), subject=submitted.case.account)
        await act_as_writer(office, proof, wanted, writer, at)
    else:
        await act(office, submitted.case.id, wanted, actor, at)


def _letters() -> Iterator[dict[str, Any]]:
    with (DATA / "demo_letters.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _writer(told: Mapping[str, Any]) -> Actor:
    """The account that wrote, or nobody's; a call is typed in by a clerk."""
    if told["channel"] == Channel.PHONE:
        return Actor(frozenset({Role.INTAKE}), subject="intake-1")
    return Actor(frozenset({Role.CITIZEN}), subject=told.get("account"))


def _submission(told: Mapping[str, Any]) -> Submission:
    return Submission(
        mailbox=told["mailbox"],
        kind=LetterKind[told["kind"]],
        title=told["title"],
        body=told["body"],
        channel=Channel[told["channel"]],
        name=told.get("name"),
        phone=told.get("phone"),
        anonymous=told.get("anonymous", False),
        address=told.get("address"),
        consent_to_publish=told.get("consent_to_publish", False),
    )


def _given(taxonomy: Taxonomy, values: Mapping[str, Any] | None = None) -> dict[str, object]:
    """The values of a step; a category is told by its names and given by its id."""
    given = dict(values or {})
    if "category" in given:
        category = taxonomy.find(*given["category"].split("/"))
        given["category"] = category.id if category else given["category"]
    return given
