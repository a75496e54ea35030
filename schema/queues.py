"""Narrowing a list of cases."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.ids import Kind, key_of
from domain.words import Channel, DeadlineState, LetterKind, MailboxLevel, Stage, Urgency
from storage.case_lists import CaseFilter as StoredFilter


@strawberry.input(description="What a list of cases is narrowed by; all of it together.")
class CaseFilter:
    stages: list[Stage] | None = strawberry.field(default=None, description="Any of these.")
    mailbox_id: strawberry.ID | None = strawberry.field(
        default=None, description="Written to this mailbox."
    )
    unit_id: strawberry.ID | None = strawberry.field(
        default=None, description="With this unit or one below, or involving it."
    )
    level: MailboxLevel | None = strawberry.field(
        default=None, description="Written to a mailbox of this level."
    )
    deadline_state: DeadlineState | None = strawberry.field(
        default=None, description="How the stage's clock stands; MET: nothing is due any more."
    )
    urgency: Urgency | None = strawberry.field(default=None, description="Of this urgency.")
    channel: Channel | None = strawberry.field(default=None, description="Came this way.")
    kind: LetterKind | None = strawberry.field(default=None, description="Of this kind.")
    search: str | None = strawberry.field(
        default=None, description="Words of title or body, or a number."
    )
    submitted_from: datetime | None = strawberry.field(default=None, description="Not before.")
    submitted_to: datetime | None = strawberry.field(default=None, description="Before this.")
    awaits_call: bool | None = strawberry.field(
        default=None, description="A clerk is to telephone the writer, who did not answer."
    )

    def stored(self) -> StoredFilter:
        """As the storage asks it; ``InvalidInput`` for an id that is none."""
        mailbox, unit = self.mailbox_id, self.unit_id
        return StoredFilter(
            stages=self.stages or (),
            mailbox=mailbox and key_of(mailbox, Kind.MAILBOX, "filter.mailboxId"),
            unit=unit and key_of(unit, Kind.UNIT, "filter.unitId"),
            level=self.level,
            deadline_state=self.deadline_state,
            urgency=self.urgency,
            channel=self.channel,
            kind=self.kind,
            search=self.search,
            submitted_from=self.submitted_from,
            submitted_to=self.submitted_to,
            awaits_call=self.awaits_call,
        )
