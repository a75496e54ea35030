"""An account goes: with its number, its sessions and devices, and its name on every letter.

The letters stay: they are the city's record, and what was decided on them must stay provable. They
belong to nobody then. Names go at once. The number of a letter that is still being worked on stays
with it until the case is over, so that the promised reply arrives; then it goes too.
"""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.ownership import ownership
from domain.refusals import StaleCase
from services.accounts.codes import phone_key
from services.accounts.desk import AccountDesk, account_of
from services.accounts.devices import forget, silence
from services.office import Office

TRIES = 5
"""Of a case that moves on while it is given up."""


async def erase_my_account(office: Office, desk: AccountDesk, actor: Actor, now: datetime) -> int:
    """Erases what there is of the actor's account; how many letters it had.

    Its sessions end last: whoever was cut off can repeat it, and signing in does so too. Nothing
    is left of it but the random id in the histories' first entries, which leads to nobody.
    """
    return await erase_account(office, desk, account_of(actor), now)


async def erase_account(office: Office, desk: AccountDesk, account: str, now: datetime) -> int:
    """The same by the account's id."""
    outside = office.outside
    await outside.accounts.leave(account, now)
    letters = await _given_up(office, account, now)
    gone = await silence(office, account)
    known = await outside.accounts.by_id(account)
    if known is not None:
        await outside.sign_in_codes.forget(phone_key(office, known.phone))
    await office.audit.record_account("ACCOUNT_ERASED", account, "", now)
    await outside.accounts.erase(account)
    for session in await outside.sessions.all_of(account):
        await outside.sessions.erase(session, now)
    # What came while they were open.
    gone += await silence(office, account)
    letters += await _given_up(office, account, now)
    await forget(desk, gone)
    return letters


async def _given_up(office: Office, account: str, now: datetime) -> int:
    """Every letter, once more where one moved on meanwhile; ``StaleCase`` if one always does."""
    chain, letters = office.rulebook.chain, set()
    for _ in range(TRIES):
        left = False
        async for case in office.outside.ownership.of_account(account):
            letters.add(case.id)
            owned = ownership(case.number, None, now, chain)
            left = not await office.outside.ownership.give_up(case, owned, chain) or left
        if not left:
            break
    else:
        raise StaleCase
    await office.outside.ownership.forget_phones()
    return len(letters)
