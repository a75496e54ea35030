"""A citizen takes a letter that they wrote without signing in into their account."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.actors import Actor
from domain.case import Case
from domain.ownership import ownership
from domain.refusals import ActionNotAllowed, NotFound, StaleCase
from services.accounts.desk import account_of
from services.answers import answered
from services.office import Office
from services.process import Proof, guarded_case


async def claim_case(
    office: Office, proof: Proof, idempotency_key: str, actor: Actor, now: datetime
) -> Case:
    """The case that number and query code open, which is the actor's account's from now on.

    Claiming one's own again changes nothing. Raises ``NotFound``, the same for a wrong number and
    a wrong code, ``TooManyAttempts`` after too many of them, ``ActionNotAllowed`` for somebody
    else's (without telling whose) and while it goes into the archive or was restored from there.
    """
    account = account_of(actor)
    case = await guarded_case(office, proof, now)
    if case is None:
        raise NotFound(
            "编号与查询码不符。", "Number and query code do not belong together.", "queryCode"
        )
    await answered(office, actor, idempotency_key, {"claims": case.id}, {}, now)
    if case.account == account:
        return case
    _check_free(case)
    chain = office.rulebook.chain
    owned = ownership(case.number, account, now, chain)
    # Before it: whoever was cut off between the two finds it claimed the next time.
    await office.audit.record_account("CASE_CLAIMED", account, case.id, now)
    if not await office.outside.ownership.claim(case, owned, chain):
        case = await guarded_case(office, proof, now) or case
        if case.account == account:  # on two devices in the same moment
            return case
        _check_free(case)
        raise StaleCase
    return replace(case, account=account, ownership=owned)


def _check_free(case: Case) -> None:
    if case.account is not None:
        raise ActionNotAllowed("该来信已归属其他账户。", "This letter belongs to an account.")
    if case.keeping.batch is not None and not case.keeping.is_tombstone:
        raise ActionNotAllowed("该件正在归档，请稍后再试。", "It is being archived: try later.")
