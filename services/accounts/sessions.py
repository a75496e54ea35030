"""Signing in, staying so, and out again.

A refresh token is the session's id, the count of its exchanges and 256 bits that only this house
can derive from both and from the session's salt: it is stored nowhere, and an old one is known as
such however old it is. Exchanged, it is void, but for half a minute: whoever lost the answer gets
the same successor again, and so do two who exchange it in the same moment. Shown later than that
it was stolen, from the owner or by them: the session ends, and that is recorded.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from domain.accounts import (
    ACCESS_GOOD_FOR,
    MOST_SESSIONS,
    REFRESH_GOOD_FOR,
    REPEATED_WITHIN,
    Session,
)
from domain.actors import Actor
from domain.asks import WordsAsked
from domain.refusals import NotFound, Unauthenticated
from services.accounts.codes import checked_phone, prove_phone
from services.accounts.desk import AccountDesk, account_of
from services.accounts.devices import forget, silence
from services.accounts.erasing import erase_account
from services.office import Office

DEVICE_NAME = WordsAsked(1, 100, one_line=True)
LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What somebody shows; ``address`` is where from."""

    phone: str = field(repr=False)
    code: str = field(repr=False)
    device_name: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Both tokens, in clear: shown now and stored nowhere."""

    session: Session
    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)


async def sign_in(office: Office, desk: AccountDesk, shown: SigningIn, now: datetime) -> SignedIn:
    """A session for the telephone's account, which is made when there is none.

    A code signs in once. Raises what ``prove_phone`` raises, ``InvalidInput``, and
    ``Unauthenticated`` for an account that is erased in the same moment.
    """
    desk.open_signer()
    phone = checked_phone(shown.phone)
    name = DEVICE_NAME.read_optional("deviceName", shown.device_name)
    await prove_phone(office, phone, shown.code, shown.address, now)
    account = await office.outside.accounts.signed_in(phone, _new_id("a"), now)
    if account.leaving_since is not None:  # an erasure was cut off: it comes first
        await erase_account(office, desk, account.id, now)
        account = await office.outside.accounts.signed_in(phone, _new_id("a"), now)
    session = Session(
        id=_new_id("s"),
        account=account.id,
        device_name=name,
        salt=secrets.token_bytes(32),
        generation=1,
        signed_in_at=now,
        used_at=now,
        expires_at=now + REFRESH_GOOD_FOR,
    )
    await office.outside.sessions.add(session)
    await _check_kept(office, session, now)
    for surplus in (await office.outside.sessions.of_account(account.id, now))[MOST_SESSIONS:]:
        await _end(office, desk, surplus, now)
    return _signed(office, desk, session, now)


async def refresh(office: Office, desk: AccountDesk, token: str, now: datetime) -> SignedIn:
    """New tokens for the session of a refresh token.

    Raises ``Unauthenticated``, the same for every token that is not good any more; one that was
    exchanged before ends its session.
    """
    desk.open_signer()
    session, generation = await _read(office, token)
    if not session.is_open(now):
        raise Unauthenticated
    if generation == session.generation:
        # Whoever comes second in this moment is answered like the first.
        await office.outside.sessions.exchanged(session, now, now + REFRESH_GOOD_FOR)
    return await _repeated(office, desk, token, now)


async def _repeated(office: Office, desk: AccountDesk, token: str, now: datetime) -> SignedIn:
    """The answer to a token that was exchanged, a moment ago by whomever."""
    session, generation = await _read(office, token)
    if not session.is_open(now):
        raise Unauthenticated
    is_last = generation == session.generation - 1
    if is_last and abs(now - session.used_at) <= REPEATED_WITHIN:
        return _signed(office, desk, session, now)
    await office.audit.record_account("REFRESH_TOKEN_REUSED", session.account, session.id, now)
    await _end(office, desk, session, now)
    raise Unauthenticated


async def sessions_of(office: Office, actor: Actor, now: datetime) -> list[Session]:
    """The open sessions of whoever asks, used last first."""
    return await office.outside.sessions.of_account(account_of(actor), now)


async def sign_out(
    office: Office, desk: AccountDesk, session_id: str | None, actor: Actor, now: datetime
) -> None:
    """Ends one session of the actor's account, by default the one that asks.

    Raises ``NotFound`` for one that is not theirs. Ending it again changes nothing.
    """
    account, wanted = account_of(actor), session_id or actor.session
    known = wanted is not None and wanted.isascii()
    session = await office.outside.sessions.by_id(wanted or "") if known else None
    if session is None or session.account != account:
        raise NotFound("没有这个登录会话。", "There is no such session.", "sessionId")
    await _end(office, desk, session, now)


async def sign_out_everywhere(
    office: Office, desk: AccountDesk, actor: Actor, now: datetime
) -> int:
    """Ends every session of the actor's account; how many were open."""
    sessions = await office.outside.sessions.of_account(account_of(actor), now)
    for session in sessions:
        await _end(office, desk, session, now)
    return len(sessions)


async def _check_kept(office: Office, session: Session, now: datetime) -> None:
    """Raises ``Unauthenticated`` where its account was erased in this moment: it goes, too."""
    account = await office.outside.accounts.by_id(session.account)
    if account is None or account.leaving_since is not None:
        await office.outside.sessions.erase(session, now)
        raise Unauthenticated


async def _end(office: Office, desk: AccountDesk, session: Session, now: datetime) -> None:
    """With it go its devices: a telephone that is signed out is told nothing.

    They go first: whoever was cut off can still end it. And again, for one that came meanwhile.
    """
    gone = await silence(office, session.account, session.id)
    await office.outside.sessions.end(session, now)
    gone += await silence(office, session.account, session.id)
    await forget(desk, gone)


def _signed(office: Office, desk: AccountDesk, session: Session, now: datetime) -> SignedIn:
    return SignedIn(
        session=session,
        access_token=desk.open_signer().access_token(session.account, session.id, now),
        access_expires_at=now + ACCESS_GOOD_FOR,
        refresh_token=refresh_token(office, session, session.generation),
    )


def refresh_token(office: Office, session: Session, generation: int) -> str:
    """The token of a session's ``generation``-th exchange: the same every time.

    It is of this account: the session opens no other, whose ever it is said to be.
    """
    parts = ("refresh", session.id, session.account, str(generation), session.salt.hex())
    return _token(office, session, generation, parts)


def _former_token(office: Office, session: Session, generation: int) -> str:
    """The same as an older version made it."""
    parts = ("refresh", session.id, str(generation), session.salt.hex())
    return _token(office, session, generation, parts)


def _token(office: Office, session: Session, generation: int, parts: tuple[str, ...]) -> str:
    secret = base64.urlsafe_b64encode(office.access.digest(*parts)).decode().rstrip("=")
    return f"{session.id}.{generation}.{secret}"


async def _read(office: Office, token: str) -> tuple[Session, int]:
    """A token's session and generation; raises ``Unauthenticated`` for one that we did not give."""
    session_id, _, rest = token.partition(".")
    generation = rest.partition(".")[0]
    if len(token) > LONGEST_TOKEN or not token.isascii() or not generation.isdigit():
        raise Unauthenticated
    session = await office.outside.sessions.by_id(session_id)
    if session is None:
        raise Unauthenticated
    right = [refresh_token(office, session, int(generation))]
    if not office.personal.bound:
        right.append(_former_token(office, session, int(generation)))
    if not any(hmac.compare_digest(one.encode(), token.encode()) for one in right):
        raise Unauthenticated
    return session, int(generation)


def _new_id(kind: str) -> str:
    """128 random bits: nobody else's, whoever else issues names."""
    return kind + secrets.token_hex(16)
