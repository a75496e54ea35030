"""Accounts as citizens see their own: signing in, sessions, devices, what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

from domain import accounts as domain
from domain.accounts import Platform
from schema.cases import Case
from schema.errors import UserError
from schema.pages import Edge, PageInfo

_KEY = "1 to 128 characters of the client's; the same again answers the same."
_EMPTY = "Empty when it was done."


@strawberry.type(description="A sign-in on one device.")
class Session:
    id: strawberry.ID = strawberry.field(description="To sign it out by.")
    device_name: str | None = strawberry.field(description="As the device called itself.")
    signed_in_at: datetime = strawberry.field(description="Since when.")
    used_at: datetime = strawberry.field(description="When its tokens were last exchanged.")
    expires_at: datetime = strawberry.field(description="When it ends, unless it is used.")
    current: bool = strawberry.field(description="It is the one that asks.")

    @classmethod
    def of(cls, session: domain.Session, current: str | None) -> Self:
        """``current`` is the id of the one that asks."""
        return cls(
            id=strawberry.ID(session.id),
            device_name=session.device_name,
            signed_in_at=session.signed_in_at,
            used_at=session.used_at,
            expires_at=session.expires_at,
            current=session.id == current,
        )


@strawberry.type(description="A device that is notified.")
class Device:
    id: strawberry.ID = strawberry.field(description="To remove it by.")
    platform: Platform = strawberry.field(description="Whose service carries it there.")
    registered_at: datetime = strawberry.field(description="When it was last registered.")

    @classmethod
    def of(cls, device: domain.Device) -> Self:
        """Without its address."""
        return cls(
            id=strawberry.ID(device.id),
            platform=device.platform,
            registered_at=device.registered_at,
        )


@strawberry.type(
    description="What an account gets besides the message that goes the way the letter came: that"
    " one, with the reply, is always sent."
)
class NotificationPreferences:
    push: bool = strawberry.field(description="A notification on its devices; on by default.")
    sms_copy: bool = strawberry.field(
        description="A text message to the account's telephone, but for surveys, where the first"
        " message was none to it; off by default."
    )

    @classmethod
    def of(cls, wanted: domain.Preferences) -> Self:
        """As it is kept."""
        return cls(push=wanted.push, sms_copy=wanted.sms_copy)


@strawberry.type(
    description="A page of the cases that changed, the oldest change first. A case may come once"
    " more the next time; none is left out."
)
class ChangedCases:
    page_info: PageInfo = strawberry.field(description="Whether there is more right now.")
    edges: list[Edge[Case]] = strawberry.field(description="The cases of this page.")
    since: str = strawberry.field(
        description="Opaque; to go on with: at once while there is a next page, later otherwise."
    )


# Inputs


@strawberry.input(description="Asking for a code by text message.")
class RequestSignInCodeInput:
    phone: str = strawberry.field(
        description="A telephone number; Chinese ones need no country code."
    )
    idempotency_key: str = strawberry.field(description=f"Of this telephone. {_KEY}")


@strawberry.input(description="Signing in with a code; it is used up by that.")
class SignInInput:
    phone: str = strawberry.field(description="The number that the code was sent to.")
    code: str = strawberry.field(description="Six digits, good for five minutes and five tries.")
    device_name: str | None = strawberry.field(
        default=None, description="What the session is listed as, up to 100 characters."
    )


@strawberry.input(description="Exchanging a refresh token. Send no access token along.")
class RefreshSessionInput:
    refresh_token: str = strawberry.field(
        description="The last one. Sent again within 30 seconds it answers with the same next one;"
        " later than that it ends the session."
    )


@strawberry.input(description="Ending a session.")
class SignOutInput:
    session_id: strawberry.ID | None = strawberry.field(
        default=None, description="One of `viewer.sessions`; by default the one that asks."
    )


@strawberry.input(description="Ending every session of the account.")
class SignOutEverywhereInput:
    confirm: bool = strawberry.field(description="true: this one ends too.")


@strawberry.input(description="Taking a letter into one's account that was written without.")
class ClaimCaseInput:
    number: str = strawberry.field(description="The case's number.")
    query_code: str = strawberry.field(description="The code given at submission.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A device that wants to be notified.")
class RegisterDeviceInput:
    platform: Platform = strawberry.field(description="Whose service carries it there.")
    token: str = strawberry.field(
        description="The app's, from the platform; 8 to 4,096 characters."
    )
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A device that is not to be notified any more.")
class RemoveDeviceInput:
    device_id: strawberry.ID = strawberry.field(description="One of `viewer.devices`.")


@strawberry.input(description="What the account wants to be told; what is left out stays.")
class SetNotificationPreferencesInput:
    push: bool | None = strawberry.field(default=None, description="See NotificationPreferences.")
    sms_copy: bool | None = strawberry.field(
        default=None, description="See NotificationPreferences."
    )


@strawberry.input(description="Erasing one's account.")
class EraseMyAccountInput:
    confirm: bool = strawberry.field(
        description="true: account, telephone number, sessions, devices and the name on letters go"
        " for good. The letters stay without them."
    )


# Payloads


@strawberry.type(
    description="What became of asking for a code: the same whether the telephone has an account."
)
class RequestSignInCodePayload:
    expires_at: datetime | None = strawberry.field(description="Until when the code is good.")
    resend_at: datetime | None = strawberry.field(description="From when another can be had.")
    errors: list[UserError] = strawberry.field(description=_EMPTY)


@strawberry.type(description="Tokens of a session, shown now and never again.")
class SessionPayload:
    access_token: str | None = strawberry.field(
        description="For `Authorization: Bearer`; good for 15 minutes."
    )
    access_expires_at: datetime | None = strawberry.field(description="Until when.")
    refresh_token: str | None = strawberry.field(description="For `refreshSession`, once.")
    session: Session | None = strawberry.field(description="Whose tokens they are.")
    errors: list[UserError] = strawberry.field(description=_EMPTY)


@strawberry.type(description="What became of sessions that were to end.")
class SignOutPayload:
    ended: int = strawberry.field(description="How many were ended.")
    errors: list[UserError] = strawberry.field(description=_EMPTY)


@strawberry.type(description="A device after it was registered or removed.")
class DevicePayload:
    device: Device | None = strawberry.field(description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(description=_EMPTY)


@strawberry.type(description="What the account is told from now on.")
class NotificationPreferencesPayload:
    preferences: NotificationPreferences | None = strawberry.field(
        description="Null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description=_EMPTY)


@strawberry.type(description="What became of an account that was to go.")
class EraseMyAccountPayload:
    letters: int | None = strawberry.field(
        description="How many letters belong to nobody now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description=_EMPTY)


@strawberry.type(description="Everything that is kept of an account.")
class DataExport:
    data: JSON = strawberry.field(
        description="One JSON document, nothing masked: docs/accounts.md says what is in it."
    )
