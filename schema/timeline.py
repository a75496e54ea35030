"""What happened to a case: for its writer, and for those who work on it."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import cast

import strawberry
from strawberry.scalars import JSON

from domain.case import Case
from domain.history import Entry
from domain.refusals import Text
from domain.words import Role, Stage
from domain.workflow import Action
from schema.context import Info

SUBMITTED = Text("来信提交", "Letter submitted")
_DESK = (Role.INTAKE, Role.REVIEWER, Role.SUPERVISOR)
GRANTED = Text("延期{days}个工作日。", "{days} more working days.")
NOT_GRANTED = Text("未予延期。", "No more time was given.")
JOINED = Text(
    "同一事项已在办理，您将收到该件的答复。",
    "The same matter is being worked on already; you will get that case's reply.",
)
# Reasons that are addressed to the writer; everything else that is written down is internal.
_ADDRESSED = {
    Action.REJECT: ("reason", "advice"),
    Action.DECIDE_EXTENSION: ("reason",),
    Action.DECIDE_APPEAL: ("reason",),
}


@strawberry.type(description="One step of a case's way, as its writer may see it.")
class TimelineEntry:
    entry: strawberry.Private[Entry]
    mailbox_path: strawberry.Private[tuple[str, ...]]
    asked_days: strawberry.Private[object] = None

    @strawberry.field(description="When it happened.")
    def at(self) -> datetime:
        return self.entry.at

    @strawberry.field(description="What was done; null for the submission.")
    def action(self) -> Action | None:
        return self.entry.action

    @strawberry.field(description="What was done, in the reader's language.")
    def action_name(self, info: Info) -> str:
        language = info.context.language
        action = self.entry.action
        return action.named(language) if action else SUBMITTED.spoken(language)

    @strawberry.field(description="Where the case stood afterwards.")
    def stage(self) -> Stage:
        return self.entry.stage

    @strawberry.field(description="The stage's name in the reader's language.")
    def stage_name(self, info: Info) -> str:
        return self.entry.stage.named(info.context.language)

    @strawberry.field(description='A unit\'s name, "writer" or "system"; never a person.')
    async def by(self, info: Info) -> str:
        if self.entry.role is Role.CITIZEN:
            return "writer"
        if self.entry.role is Role.SYSTEM:
            return "system"
        code = self.mailbox_path[-1]
        if self.entry.role not in _DESK and self.entry.unit:
            code = self.entry.unit
        unit = await info.context.loaders.units.load(code)
        return unit.named(info.context.language) if unit else code

    @strawberry.field(description="Only what is addressed to the writer.")
    def note(self, info: Info) -> str | None:
        names = _ADDRESSED.get(self.entry.action, ()) if self.entry.action else ()
        details = self.entry.details
        lines = [str(details[name]) for name in names if details.get(name)]
        if self.entry.action is Action.JOIN:
            lines.append(JOINED.spoken(info.context.language))
        if self.entry.action is Action.DECIDE_EXTENSION:
            decision = GRANTED if details["granted"] else NOT_GRANTED
            lines.insert(0, decision.spoken(info.context.language).format(days=self.asked_days))
        return "\n".join(lines) or None


@strawberry.type(description="One entry of the sealed history, for those who work on the case.")
class HistoryEntry:
    at: datetime = strawberry.field(description="When it happened.")
    action: Action | None = strawberry.field(description="What was done; null for the submission.")
    stage: Stage = strawberry.field(description="Where the case stood afterwards.")
    role: str = strawberry.field(description="In which role.")
    subject: str | None = strawberry.field(description="By which account.")
    note: str | None = strawberry.field(description="The internal note.")
    details: JSON = strawberry.field(description="What the action was given, by name.")
    seal: str = strawberry.field(description="HMAC-SHA256 over this entry and the seal before.")


def timeline_of(case: Case) -> list[TimelineEntry]:
    """Every entry, oldest first; of rungs that were climbed at one time the highest alone."""
    asked_days: object = None
    entries = []
    for entry, following in zip_longest(case.history, case.history[1:]):
        if following is not None and _is_climbed_further(entry, following):
            continue
        if entry.action is Action.REQUEST_EXTENSION:
            asked_days = entry.details["working_days"]
        entries.append(
            TimelineEntry(entry=entry, mailbox_path=case.mailbox_path, asked_days=asked_days)
        )
    return entries


def _is_climbed_further(entry: Entry, following: Entry) -> bool:
    """A sweep that comes late climbs every rung that is due, one after another."""
    both = entry.action is Action.SUPERVISE and following.action is Action.SUPERVISE
    return both and entry.at == following.at


def history_of(case: Case) -> list[HistoryEntry]:
    """Every entry with its notes and its seal, oldest first."""
    return [
        HistoryEntry(
            at=entry.at,
            action=entry.action,
            stage=entry.stage,
            role=entry.role.value,
            # The writer's account may tell a name; who typed a letter in is no secret.
            subject=None if _is_the_writers(entry, case) else entry.subject,
            note=entry.note,
            details=cast(JSON, {name: _plain(value) for name, value in entry.details.items()}),
            seal=entry.seal,
        )
        for entry in case.history
    ]


def _is_the_writers(entry: Entry, case: Case) -> bool:
    """Also of an account that had the letter before another one has it."""
    was_theirs = case.ownership is not None and entry.role is Role.CITIZEN
    return was_theirs or entry.subject == case.account


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
