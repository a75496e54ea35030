"""How citizens sign in, and what they do with their own account."""

from __future__ import annotations

from typing import Annotated, cast

import strawberry
from strawberry.scalars import JSON

from domain.refusals import InvalidInput
from resolvers.refusing import settled
from schema.accounts import (
    ChangedCases,
    ClaimCaseInput,
    DataExport,
    Device,
    DevicePayload,
    EraseMyAccountInput,
    EraseMyAccountPayload,
    NotificationPreferences,
    NotificationPreferencesPayload,
    RefreshSessionInput,
    RegisterDeviceInput,
    RemoveDeviceInput,
    RequestSignInCodeInput,
    RequestSignInCodePayload,
    Session,
    SessionPayload,
    SetNotificationPreferencesInput,
    SignInInput,
    SignOutEverywhereInput,
    SignOutInput,
    SignOutPayload,
)
from schema.cases import Case
from schema.context import Info
from schema.errors import UserError
from schema.letters import CasePayload
from schema.pages import connection
from services.accounts.changes import changed_cases
from services.accounts.claiming import claim_case
from services.accounts.codes import Asking, send_code
from services.accounts.desk import account_of
from services.accounts.devices import prefer, register_device, remove_device
from services.accounts.erasing import erase_my_account
from services.accounts.sessions import (
    SignedIn,
    SigningIn,
    refresh,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from services.process import Proof

Since = Annotated[
    str | None,
    strawberry.argument(description="What the last answer said; without it all of them."),
]
HowMany = Annotated[int, strawberry.argument(description="How many at most, 1 to 100.")]


@strawberry.type
class AccountQueries:
    """Mixed into the root of every query."""

    @strawberry.field(
        description="What changed of the account's own cases, for an app that was offline."
        " Requires CITIZEN."
    )
    async def changed_cases(
        self, info: Info, first: HowMany, since: Since = None
    ) -> ChangedCases | None:
        context = info.context
        found = await changed_cases(context.office, since, first, context.actor, context.now)
        page = connection(found.found, lambda case: Case.of(case, writers_own=True))
        return ChangedCases(page_info=page.page_info, edges=page.edges, since=found.mark)

    @strawberry.field(
        description="Everything that is kept of the account; every look is recorded."
        " Requires CITIZEN."
    )
    async def export_my_data(self, info: Info) -> DataExport | None:
        data = await info.context.loaders.exports.load(info.context.now)
        return DataExport(data=cast(JSON, data))


@strawberry.type
class SessionMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Have a code sent to a telephone by text message. Open to everybody."
    )
    async def request_sign_in_code(
        self, info: Info, input: RequestSignInCodeInput
    ) -> RequestSignInCodePayload:
        context = info.context
        asking = Asking(input.phone, input.idempotency_key, context.address, context.language)
        work = send_code(context.office, context.accounts, asking, context.now)
        sent, errors = await settled(info, work)
        return RequestSignInCodePayload(
            expires_at=sent.expires_at if sent else None,
            resend_at=sent.resend_at if sent else None,
            errors=errors,
        )

    @strawberry.mutation(
        description="Sign in with the code; the telephone's account is made when it has none."
        " Open to everybody."
    )
    async def sign_in(self, info: Info, input: SignInInput) -> SessionPayload:
        context = info.context
        shown = SigningIn(input.phone, input.code, input.device_name, context.address)
        work = sign_in(context.office, context.accounts, shown, context.now)
        return _signed_in(*await settled(info, work))

    @strawberry.mutation(
        description="Exchange a refresh token for new tokens. Requires the token alone."
    )
    async def refresh_session(self, info: Info, input: RefreshSessionInput) -> SessionPayload:
        context = info.context
        work = refresh(context.office, context.accounts, input.refresh_token, context.now)
        return _signed_in(*await settled(info, work))

    @strawberry.mutation(
        description="End a session: its tokens are void at once, and its device is told nothing."
        " Requires CITIZEN."
    )
    async def sign_out(self, info: Info, input: SignOutInput) -> SignOutPayload:
        context = info.context
        wanted = str(input.session_id) if input.session_id is not None else None
        work = sign_out(context.office, context.accounts, wanted, context.actor, context.now)
        _, errors = await settled(info, work)
        return SignOutPayload(ended=0 if errors else 1, errors=errors)

    @strawberry.mutation(description="End every session of the account. Requires CITIZEN.")
    async def sign_out_everywhere(
        self, info: Info, input: SignOutEverywhereInput
    ) -> SignOutPayload:
        ended, errors = await settled(info, _signed_out_everywhere(info, input))
        return SignOutPayload(ended=ended or 0, errors=errors)


@strawberry.type
class AccountMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Take a letter into the account that was written without it. Requires CITIZEN,"
        " number and query code."
    )
    async def claim_case(self, info: Info, input: ClaimCaseInput) -> CasePayload:
        context = info.context
        proof = Proof(input.number, input.query_code, address=context.address)
        work = claim_case(context.office, proof, input.idempotency_key, context.actor, context.now)
        case, errors = await settled(info, work)
        return CasePayload(case=Case.of(case, writers_own=True) if case else None, errors=errors)

    @strawberry.mutation(description="Have a device notified. Requires CITIZEN.")
    async def register_device(self, info: Info, input: RegisterDeviceInput) -> DevicePayload:
        context = info.context
        work = register_device(
            context.office,
            context.accounts,
            input.platform,
            input.token,
            input.idempotency_key,
            context.actor,
            context.now,
        )
        device, errors = await settled(info, work)
        return DevicePayload(device=Device.of(device) if device else None, errors=errors)

    @strawberry.mutation(description="Have a device notified no more. Requires CITIZEN.")
    async def remove_device(self, info: Info, input: RemoveDeviceInput) -> DevicePayload:
        context = info.context
        work = remove_device(context.office, context.accounts, str(input.device_id), context.actor)
        device, errors = await settled(info, work)
        return DevicePayload(device=Device.of(device) if device else None, errors=errors)

    @strawberry.mutation(
        description="Say what the account is told besides what is always sent. Requires CITIZEN."
    )
    async def set_notification_preferences(
        self, info: Info, input: SetNotificationPreferencesInput
    ) -> NotificationPreferencesPayload:
        work = prefer(info.context.office, input.push, input.sms_copy, info.context.actor)
        wanted, errors = await settled(info, work)
        shown = NotificationPreferences.of(wanted) if wanted else None
        return NotificationPreferencesPayload(preferences=shown, errors=errors)

    @strawberry.mutation(
        description="Erase the account for good; its letters stay, and belong to nobody."
        " Requires CITIZEN."
    )
    async def erase_my_account(
        self, info: Info, input: EraseMyAccountInput
    ) -> EraseMyAccountPayload:
        letters, errors = await settled(info, _erased(info, input))
        return EraseMyAccountPayload(letters=letters, errors=errors)


async def _signed_out_everywhere(info: Info, given: SignOutEverywhereInput) -> int:
    context = info.context
    account_of(context.actor)
    _check_confirmed(confirmed=given.confirm)
    return await sign_out_everywhere(context.office, context.accounts, context.actor, context.now)


async def _erased(info: Info, given: EraseMyAccountInput) -> int:
    context = info.context
    account_of(context.actor)
    _check_confirmed(confirmed=given.confirm)
    return await erase_my_account(context.office, context.accounts, context.actor, context.now)


def _check_confirmed(*, confirmed: bool) -> None:
    if not confirmed:
        raise InvalidInput("请确认此操作。", "This has to be confirmed.", "confirm")


def _signed_in(signed: SignedIn | None, errors: list[UserError]) -> SessionPayload:
    if signed is None:
        return SessionPayload(
            access_token=None,
            access_expires_at=None,
            refresh_token=None,
            session=None,
            errors=errors,
        )
    return SessionPayload(
        access_token=signed.access_token,
        access_expires_at=signed.access_expires_at,
        refresh_token=signed.refresh_token,
        session=Session.of(signed.session, signed.session.id),
        errors=errors,
    )
