"""What stays of a case in the database when it lies in the archive.

All that its writer is shown by number and query code, and what figures are made of. Gone are the
body, where the matter is, what was written down for colleagues, who of them did it, and replies
that never went out. The seals stay: each can be held against the archive's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.case import Case
from domain.deadlines import Clock
from domain.history import Entry
from domain.keeping import Keeping
from domain.letters import Place
from domain.traces import RELEASES
from domain.workflow import Action

KEPT: Mapping[Action, tuple[str, ...]] = {
    Action.REJECT: ("reason", "advice"),
    Action.JOIN: ("main_case",),
    Action.DISPATCH_DIRECTLY: ("unit", "category"),
    Action.REVIEW_DISPATCH: ("correct", "unit"),
    Action.REVIEW: ("category", "urgency", "unit", "confidential"),
    Action.PASS_DOWN: ("unit",),
    Action.ADJUDICATE: ("unit",),
    Action.RECORD_CONTACT: ("reached",),
    Action.STOP_CLOCK: ("until",),
    Action.INVOLVE_UNIT: ("unit",),
    Action.REQUEST_EXTENSION: ("working_days",),
    Action.DECIDE_EXTENSION: ("granted", "reason"),
    Action.SUBMIT_REPLY: ("outcome",),
    Action.ANSWER_SURVEY: ("resolved", "satisfaction", "reason", "comment"),
    Action.RECORD_CALLBACK: ("resolved", "satisfaction", "reason", "comment"),
    Action.ANSWER_JOINED: ("round",),
    Action.DECIDE_CALLBACK: ("reopen", "classification"),
    Action.DECIDE_APPEAL: ("granted", "reason"),
    Action.SUPERVISE: ("rung",),
    Action.REVOKE_SUPERVISION: ("rung",),
}
"""Details that stay, of each action; everything else that an action was given is internal."""


def tombstone_of(case: Case, part: int) -> Case:
    """The case as it stays in the database; ``part`` is the file of its batch that holds it."""
    shown = _shown_reply(case)
    entries = [_remains(entry, keeps_text=i == shown) for i, entry in enumerate(case.history)]
    return replace(
        case,
        letter=replace(case.letter, body="", place=Place()),
        history=tuple(entries),
        clocks={limit: _without_reasons(clock) for limit, clock in case.clocks.items()},
        keeping=Keeping(batch=case.keeping.batch, part=part, is_tombstone=True),
    )


def _shown_reply(case: Case) -> int | None:
    """The index of the entry whose text the writer is shown as the reply."""
    released = case.last(*RELEASES)
    if released is None or case.history[released].action is Action.REJECT:
        return None
    submitted = (i for i in range(released) if case.history[i].action is Action.SUBMIT_REPLY)
    return max(submitted, default=None)


def _remains(entry: Entry, *, keeps_text: bool) -> Entry:
    if entry.action is None:
        return replace(entry, note=None)
    kept = (*KEPT.get(entry.action, ()), *(("text",) if keeps_text else ()))
    details = {name: value for name, value in entry.details.items() if name in kept}
    return replace(entry, subject=None, note=None, details=details)


def _without_reasons(clock: Clock) -> Clock:
    """Why a clock was stopped was written for colleagues."""
    if all(pause.reason is None for pause in clock.pauses):
        return clock
    return replace(clock, pauses=tuple(replace(pause, reason=None) for pause in clock.pauses))
