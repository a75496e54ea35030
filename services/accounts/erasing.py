"""An account goes: with its number, its sessions and devices, and its name on every letter.

The letters stay: they are the city's record, and what was decided on them must stay provable. They
belong to nobody then. Names go at once. The number of a letter that is still being worked on stays
with it until the case is over, so that the promised reply arrives; then it goes too. What becomes
of files, messages and words of support, and why, says docs/accounts.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import Actor
from domain.case import Case
from domain.ownership import ownership
from domain.refusals import StaleCase
from services.accounts.codes import phone_key
from services.accounts.desk import AccountDesk, account_of
from services.accounts.devices import forget, silence
from services.accounts.spoken import erase_spoken
from services.office import Office
from services.publication.leaving import keep_unpublished
from services.publication.supports import make_nameless

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
    known = await outside.accounts.by_id(account)
    leaving = _Leaving(office, account, known.phone if known else None, now)
    letters = await leaving.given_up()
    gone = await silence(office, account)
    if known is not None:
        await outside.sign_in_codes.forget(phone_key(office, known.phone))
        for address in (known.phone, *(device.address for device in gone)):
            await office.outbox.forget(address)
    await office.audit.record_account("ACCOUNT_ERASED", account, "", now)
    await outside.accounts.erase(account)
    for session in await outside.sessions.all_of(account):
        await outside.sessions.erase(session, now)
    # What came while they were open.
    gone += await silence(office, account)
    letters |= await leaving.given_up()
    await forget(desk, gone)
    return len(letters)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """One erasure. Whatever a letter leads to goes before the letter's link to the account."""

    office: Office
    account: str
    phone: str | None = field(repr=False)
    now: datetime

    async def given_up(self) -> set[str]:
        """The letters that were given up, once more where one moved on meanwhile.

        Raises ``StaleCase`` if one always does.
        """
        office, letters = self.office, set[str]()
        await make_nameless(office, self.account)
        await office.outside.given_up_files.give_up_uploads(self.account, self.now)
        for _ in range(TRIES):
            cases = [case async for case in office.outside.ownership.of_account(self.account)]
            letters |= {case.id for case in cases}
            await erase_spoken(office, self.phone, cases)
            if all([await self._give_up(case) for case in cases]):
                break
        else:
            raise StaleCase
        await forget_numbers(office)
        return letters

    async def _give_up(self, case: Case) -> bool:
        outside, chain = self.office.outside, self.office.rulebook.chain
        await keep_unpublished(self.office, case, self.account, self.now)
        if await outside.given_up_files.has_files(case.id):
            audit = self.office.audit
            await audit.record("ATTACHMENTS_GIVEN_UP", case.id, self.account, "", self.now)
            await outside.given_up_files.give_up(case.id, self.now)
        owned = ownership(case.number, None, self.now, chain)
        return await outside.ownership.give_up(case, owned, chain)


async def forget_numbers(office: Office) -> None:
    """Takes numbers out of letters that were given up and are over, with the messages to them
    that lie in an outbox here."""
    over = await office.outside.ownership.left_and_over()
    phones = await office.telephones.of(over) if over else {}
    for phone in phones.values():
        if isinstance(phone, str):
            await office.outbox.forget(phone)
    await office.outside.ownership.forget_phones()
