"""A case as clients see it. What a reader may see of it was decided by the query that found it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Self

import strawberry

from domain import case as domain
from domain import deadlines
from domain.actors import Actor
from domain.ids import Kind, global_id
from domain.refusals import Forbidden
from domain.summary import Summary, summary_of
from domain.waking import overdue_since
from domain.words import Channel, LetterKind, Outcome, Stage, Urgency
from domain.workflow import Action
from schema.attachments import Attached
from schema.context import Info
from schema.deadlines import Deadline
from schema.directory import Category, Mailbox, Unit, load_unit
from schema.holds import Hold
from schema.nodes import Node
from schema.origins import Place, Writer
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.partners import partner_name
from schema.replies import Reply, ReplyWarning, Survey, survey_of, warnings_of_pending
from schema.suggestions import SuggestedCategory
from schema.supervision import Supervision, supervision_of
from schema.timeline import HistoryEntry, TimelineEntry, history_of, timeline_of
from services.matters.suggestions import suggestion_for
from services.similarity import similar_cases
from storage.pages import Page
from storage.short_lists import page_of_items

SUMMARY_PARTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("__typename", "id", "attachments"), ()),
    "submittedAt": ("submitted_at",),
    "updatedAt": ("updated_at",),
    "archivedAt": ("stage", "updated_at"),
    "stageName": ("stage",),
    "outcomeName": ("outcome",),
    "urgencyName": ("urgency",),
    "kindName": ("kind",),
    "channelName": ("channel",),
    "responsibleUnit": ("responsible",),
    "deadline": ("stage", "clocks"),
    "replyDue": ("clocks", "main_case"),
    "overdueSince": ("stage", "clocks"),
    "partner": ("partner",),
    **{
        name: (name,)
        for name in ("number", "title", "stage", "kind", "channel", "urgency", "direct", "version")
    },
    **{name: (name,) for name in ("outcome", "mailbox", "category", "confidential")},
}
"""The parts of a summary that a field needs. Every other field needs the whole case."""


@strawberry.type(description="A letter's way through the stages.")
class Case(Attached, Node):
    number: str = strawberry.field(description="What people call it by: date, serial, check digit.")
    title: str = strawberry.field(description="The letter's title.")
    stage: Stage = strawberry.field(description="Where it stands.")
    kind: LetterKind = strawberry.field(description="What the letter wants.")
    channel: Channel = strawberry.field(description="How the letter came.")
    urgency: Urgency = strawberry.field(description="How soon it must be handled.")
    direct: bool = strawberry.field(description="It was dispatched directly.")
    version: int = strawberry.field(description="Moves with every entry of the history.")
    submitted_at: datetime = strawberry.field(description="When the letter came.")
    updated_at: datetime = strawberry.field(description="When something last happened.")
    outcome: Outcome | None = strawberry.field(description="How it ended.")
    summary: strawberry.Private[Summary]
    whole: strawberry.Private[domain.Case | None]
    writers_own: strawberry.Private[bool]

    @strawberry.field(description="The stage's name in the reader's language.")
    def stage_name(self, info: Info) -> str:
        return self.stage.named(info.context.language)

    @strawberry.field(description="The outcome's name in the reader's language.")
    def outcome_name(self, info: Info) -> str | None:
        return self.outcome.named(info.context.language) if self.outcome else None

    @strawberry.field(description="The kind's name in the reader's language.")
    def kind_name(self, info: Info) -> str:
        return self.kind.named(info.context.language)

    @strawberry.field(description="The channel's name in the reader's language.")
    def channel_name(self, info: Info) -> str:
        return self.channel.named(info.context.language)

    @strawberry.field(description="The urgency's name in the reader's language.")
    def urgency_name(self, info: Info) -> str:
        return self.urgency.named(info.context.language)

    @strawberry.field(description="The mailbox that was written to.")
    async def mailbox(self, info: Info) -> Mailbox | None:
        mailbox = await info.context.loaders.mailboxes.load(self.summary.mailbox)
        return Mailbox.of(mailbox) if mailbox else None

    @strawberry.field(description="The unit that handles it; null until a reviewer names one.")
    async def responsible_unit(self, info: Info) -> Unit | None:
        path = self.summary.responsible
        return await load_unit(info, path[-1] if path else None)

    @strawberry.field(description="What it is about; null until it is reviewed.")
    async def category(self, info: Info) -> Category | None:
        path = self.summary.category
        found = await info.context.loaders.categories.load(path[-1]) if path else None
        return Category.of(found) if found else None

    @strawberry.field(
        description="What it may be about; null once it is reviewed, and while nothing was"
        " learned. A clerk decides. Requires a role that works on the case."
    )
    async def suggested_category(self, info: Info) -> SuggestedCategory | None:
        self._only_staff(info)
        context = info.context
        found = await suggestion_for(context.office, self.entire, context.now)
        return SuggestedCategory(suggestion=found) if found else None

    @strawberry.field(description="The current stage's limit; null where there is none.")
    def deadline(self) -> Deadline | None:
        clock = self.summary.stage_clock
        return Deadline(clock=clock) if clock else None

    @strawberry.field(description="The promise to the writer, from submission to reply.")
    async def reply_due(self, info: Info) -> Deadline:
        clock = self.summary.promise
        main = await self._answering(info)
        replied_at = main.first_replied_at if main else None
        if replied_at is not None:
            clock = deadlines.meet(clock, replied_at, info.context.office.rulebook.calendar)
        return Deadline(clock=clock)

    @strawberry.field(
        description="The date that passed first, of the stage's limit and the promise; null when"
        " nothing is overdue now."
    )
    def overdue_since(self, info: Info) -> datetime | None:
        return overdue_since(self.stage, self.summary.clocks, info.context.now)

    @strawberry.field(
        description="The rungs of the ladder that were climbed, oldest first. Requires a role that"
        " works on the case."
    )
    def supervision(self, info: Info) -> list[Supervision] | None:
        self._only_staff(info)
        return supervision_of(self.entire)

    @strawberry.field(description="What the letter says; null when the case lies in the archive.")
    def body(self) -> str | None:
        case = self.entire
        return None if case.keeping.is_tombstone else case.letter.body

    @strawberry.field(description="When it was archived; null as long as it is not.")
    def archived_at(self) -> datetime | None:
        return self.summary.updated_at if self.stage is Stage.ARCHIVE else None

    @strawberry.field(
        description="What keeps it from the archive; null when nothing does. Requires a role that"
        " works on the case."
    )
    def hold(self, info: Info) -> Hold | None:
        self._only_staff(info)
        hold = self.entire.keeping.hold
        return Hold.of(hold) if hold else None

    @strawberry.field(description="Where the matter is.")
    def place(self) -> Place:
        place = self.entire.letter.place
        return Place(address=place.address, longitude=place.longitude, latitude=place.latitude)

    @strawberry.field(description="What happened, oldest first, as the writer may see it.")
    def timeline(self) -> list[TimelineEntry]:
        return timeline_of(self.entire)

    @strawberry.field(
        description="The sealed history with its notes. Requires a role that works on the case."
    )
    def history(self, info: Info) -> list[HistoryEntry] | None:
        self._only_staff(info)
        return history_of(self.entire)

    @strawberry.field(description="Kept from intake clerks. Requires a role that works on it.")
    def confidential(self, info: Info) -> bool | None:
        self._only_staff(info)
        return self.summary.confidential

    @strawberry.field(description="The reply that went out; of the main case for a joined one.")
    async def reply(self, info: Info) -> Reply | None:
        case = await self._answering(info) or self.entire
        sent = case.reply
        return Reply(reply=sent) if sent else None

    @strawberry.field(
        description="What the reply that waits for approval seems to lack: hints, never a gate;"
        " empty when none waits. Requires a role that works on the case."
    )
    def reply_warnings(self, info: Info) -> list[ReplyWarning] | None:
        self._only_staff(info)
        return warnings_of_pending(self.entire)

    @strawberry.field(description="Through whose portal it came. Requires a role that works on it.")
    async def partner(self, info: Info) -> str | None:
        self._only_staff(info)
        return await partner_name(info, self.summary.partner)

    @strawberry.field(description="The satisfaction survey.")
    def survey(self) -> Survey:
        return survey_of(self.entire)

    @strawberry.field(description="Who wrote: in clear to the writer, masked to staff.")
    async def writer(self, info: Info) -> Writer:
        found = await info.context.loaders.writers.load(self.entire.id)
        return Writer.in_clear(found) if self.writers_own else Writer.masked(found)

    @strawberry.field(description="What the reader of this query may do now.")
    def available_actions(self, info: Info) -> list[Action]:
        moment = info.context.moment(self._acting(info))
        return list(self.entire.available_actions(moment))

    @strawberry.field(
        description="Open cases that may be about the same matter. Requires a staff role."
    )
    async def similar_cases(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Case] | None:
        self._only_staff(info)
        page = page_of(first, after, last, before)
        office, actor = info.context.office, info.context.actor
        found = await similar_cases(office, self.entire, actor)
        return await short_connection(info, found, page)

    async def _answering(self, info: Info) -> domain.Case | None:
        """For a joined case: the case whose reply counts, through as many joins as there were."""
        main, main_case = None, self.summary.main_case
        loaders = info.context.loaders
        loader = loaders.main_cases if self.writers_own else loaders.seen_cases
        seen = {self.summary.id}  # two clerks may have joined two cases to each other
        while main_case is not None and main_case not in seen:
            seen.add(main_case)
            main = await loader.load(main_case)
            main_case = main.main_case if main else None
        return main

    @property
    def entire(self) -> domain.Case:
        """The whole case; the query fetched it because a field needs it."""
        if self.whole is None:
            raise LookupError(f"case {self.number} was fetched as a summary")
        return self.whole

    def _only_staff(self, info: Info) -> None:
        if self.writers_own or not info.context.actor.is_staff:
            raise Forbidden("此项仅供工作人员查看。", "This is for those who work on the case.")

    def _acting(self, info: Info) -> Actor:
        actor = info.context.actor
        return actor.as_writer() if self.writers_own else actor

    @classmethod
    def of(cls, case: domain.Case, *, writers_own: bool = False) -> Self:
        """A whole case; ``writers_own`` when the reader has proved to be its writer."""
        return cls._made(summary_of(case), case, writers_own=writers_own)

    @classmethod
    def of_summary(cls, summary: Summary, *, writers_own: bool = False) -> Self:
        """What a list shows of a case."""
        return cls._made(summary, None, writers_own=writers_own)

    @classmethod
    def _made(cls, summary: Summary, whole: domain.Case | None, *, writers_own: bool) -> Self:
        return cls(
            id=strawberry.ID(global_id(Kind.CASE, summary.id)),
            number=summary.number,
            title=summary.title,
            stage=summary.stage,
            kind=summary.kind,
            channel=summary.channel,
            urgency=summary.urgency,
            direct=summary.direct,
            version=summary.version,
            submitted_at=summary.submitted_at,
            updated_at=summary.updated_at,
            outcome=summary.outcome,
            summary=summary,
            whole=whole,
            writers_own=writers_own,
        )


async def short_connection(info: Info, found: Sequence[Summary], page: Page) -> Connection[Case]:
    """A page of a list that is at hand; its cases whole: any of their fields may be asked for."""
    shown = page_of_items(found, attrgetter("id"), page)
    context = info.context
    ids = [one.id for one in shown.items]
    whole = await context.office.cases.whole_by_ids(ids, context.actor)
    return connection(
        shown, lambda one: Case.of(whole[one.id]) if one.id in whole else Case.of_summary(one)
    )
