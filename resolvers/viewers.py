"""What a citizen's account has besides its letters: number, sessions, devices, wishes."""

from __future__ import annotations

import strawberry

from domain.letters import masked_phone
from schema.accounts import Device, NotificationPreferences, Session
from schema.context import Info
from services.accounts.desk import account_of
from services.accounts.devices import devices_of, preferences_of
from services.accounts.sessions import sessions_of


@strawberry.type
class ViewerAccount:
    """Mixed into the viewer. An account that is kept elsewhere has no number and no sessions."""

    @strawberry.field(
        description="The account's telephone number, its last four digits; null for one that is"
        " kept by another issuer. Requires CITIZEN."
    )
    async def phone(self, info: Info) -> str | None:
        account = account_of(info.context.actor)
        known = await info.context.office.outside.accounts.by_id(account)
        return masked_phone(known.phone) if known else None

    @strawberry.field(description="Where it is signed in, used last first. Requires CITIZEN.")
    async def sessions(self, info: Info) -> list[Session] | None:
        context = info.context
        found = await sessions_of(context.office, context.actor, context.now)
        return [Session.of(one, context.actor.session) for one in found]

    @strawberry.field(description="Devices that are notified, newest first. Requires CITIZEN.")
    async def devices(self, info: Info) -> list[Device] | None:
        found = await devices_of(info.context.office, info.context.actor)
        return [Device.of(one) for one in found]

    @strawberry.field(description="What it is told. Requires CITIZEN.")
    async def notification_preferences(self, info: Info) -> NotificationPreferences | None:
        found = await preferences_of(info.context.office, info.context.actor)
        return NotificationPreferences.of(found)
