"""Mailboxes, units and categories, as clients see them."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

from domain import categories as taxonomy
from domain import directory
from domain.calendar import city_date
from domain.ids import Kind, global_id
from domain.policies import Limit
from domain.words import MailboxLevel, Network, UnitLevel, Urgency
from schema.context import Info
from schema.mailbox_figures import MailboxFigures, load_mailbox_figures
from schema.nodes import Node
from schema.pages import After, Before, Connection, First, Last, page_of
from schema.published_replies import PublishedReply, load_published_replies


@strawberry.type(description="An organisation in the tree city / district / township / team.")
class Unit(Node):
    code: str = strawberry.field(description="Short and stable; what people type.")
    level: UnitLevel = strawberry.field(description="Where it stands in the tree.")
    unit: strawberry.Private[directory.Unit]

    @strawberry.field(description="Its name in the reader's language.")
    def name(self, info: Info) -> str:
        return self.unit.named(info.context.language)

    @strawberry.field(description="The level's name in the reader's language.")
    def level_name(self, info: Info) -> str:
        return self.level.named(info.context.language)

    @strawberry.field(description="The unit above it; null for the city.")
    async def parent(self, info: Info) -> Unit | None:
        return await load_unit(info, self.unit.parent)

    @strawberry.field(description="Code of its line of work, where it has one.")
    def system(self) -> str | None:
        return self.unit.system

    @strawberry.field(description="Urgent letters may be dispatched to it directly.")
    def direct_dispatch(self, info: Info) -> bool:
        return self.unit.system in info.context.office.rulebook.direct_systems

    @classmethod
    def of(cls, unit: directory.Unit) -> Self:
        """The unit as clients see it."""
        return cls(
            id=strawberry.ID(global_id(Kind.UNIT, unit.code)),
            code=unit.code,
            level=unit.level,
            unit=unit,
        )


async def load_unit(info: Info, code: str | None) -> Unit | None:
    """The unit with this code, together with all others asked for at this level."""
    unit = await info.context.loaders.units.load(code) if code else None
    return Unit.of(unit) if unit else None


@strawberry.type(description="Who holds an office at present.")
class Incumbent:
    name: str = strawberry.field(description="A pseudonym in the shipped directory.")
    title: str = strawberry.field(description="The title in the reader's language.")
    from_date: date = strawberry.field(description="In office since.")


@strawberry.type(description="What a mailbox promises to everybody who writes to it.")
class Promise:
    working_days: int = strawberry.field(description="Working days from letter to reply.")


@strawberry.type(description="An office that can be written to; it survives a change of leader.")
class Mailbox(Node):
    level: MailboxLevel = strawberry.field(description="Whose mailbox it is.")
    mailbox: strawberry.Private[directory.Mailbox]

    @strawberry.field(description="Its name in the reader's language.")
    def name(self, info: Info) -> str:
        return self.mailbox.named(info.context.language)

    @strawberry.field(description="The level's name in the reader's language.")
    def level_name(self, info: Info) -> str:
        return self.level.named(info.context.language)

    @strawberry.field(description="The unit that answers for it.")
    async def unit(self, info: Info) -> Unit | None:
        return await load_unit(info, self.mailbox.unit)

    @strawberry.field(description="Who holds the office today.")
    def incumbent(self, info: Info) -> Incumbent | None:
        held = self.mailbox.incumbent_on(city_date(info.context.now))
        if held is None:
            return None
        title = held.title if info.context.language == "zh" else held.title_en
        return Incumbent(name=held.name, title=title, from_date=held.from_date)

    @strawberry.field(description="What it promises.")
    def promise(self, info: Info) -> Promise:
        rulebook, now = info.context.office.rulebook, info.context.now
        return Promise(working_days=rulebook.days(Limit.REPLY, (), Urgency.NORMAL, now))

    @strawberry.field(
        description="How well it answers; null with fewer than 10 letters in 12 months."
    )
    async def figures(self, info: Info) -> MailboxFigures | None:
        return await load_mailbox_figures(info, self.mailbox.code)

    @strawberry.field(
        description="Replies to its letters that everybody may read, newest publication first."
    )
    async def published_replies(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PublishedReply]:
        page = page_of(first, after, last, before)
        return await load_published_replies(info, self.mailbox.code, page)

    @classmethod
    def of(cls, mailbox: directory.Mailbox) -> Self:
        """The mailbox as clients see it."""
        return cls(
            id=strawberry.ID(global_id(Kind.MAILBOX, mailbox.code)),
            level=mailbox.level,
            mailbox=mailbox,
        )


@strawberry.type(description="What a letter is about, on one of three levels.")
class Category(Node):
    network: Network = strawberry.field(description="The network that it belongs to.")
    category: strawberry.Private[taxonomy.Category]

    @strawberry.field(description="Its name in the reader's language.")
    def name(self, info: Info) -> str:
        return self.category.named(info.context.language)

    @strawberry.field(description="The network's name in the reader's language.")
    def network_name(self, info: Info) -> str:
        return self.network.named(info.context.language)

    @strawberry.field(description="The categories below it.")
    async def children(self, info: Info) -> list[Category]:
        whole = await info.context.loaders.taxonomy.load(None)
        return [Category.of(child) for child in whole.children(self.category.id)]

    @classmethod
    def of(cls, category: taxonomy.Category) -> Self:
        """The category as clients see it."""
        return cls(
            id=strawberry.ID(global_id(Kind.CATEGORY, category.id)),
            network=category.network,
            category=category,
        )
