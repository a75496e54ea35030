"""A letter comes in: checked, numbered, stored; whoever sends it twice gets the same answer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from domain.actors import Actor
from domain.calendar import city_date
from domain.case import Case, open_case
from domain.directory import Mailbox
from domain.letters import Letter, Place, Writer
from domain.notices import notices_since
from domain.numbers import case_number
from domain.refusals import Duplicate, NotFound
from domain.rulebook import Moment
from domain.words import Channel
from services.attachments.binding import bind, look_at
from services.attachments.desk import AttachmentDesk
from services.letter_checks import Submission, check_key, checked
from services.office import Office
from storage.new_cases import NewCase
from storage.personal import commitments, new_salts
from storage.submissions import Claim

NO_FILES = AttachmentDesk()
_REACHABLE = (Channel.WECHAT, Channel.SMS, Channel.APP)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The case, and the query code that opens it: shown once, stored nowhere in clear."""

    case: Case
    query_code: str


async def submit(
    office: Office,
    submission: Submission,
    idempotency_key: str,
    actor: Actor,
    now: datetime,
    desk: AttachmentDesk = NO_FILES,
    address: str | None = None,
) -> Submitted:
    """Stores a letter as a case in ACCEPTANCE and queues the receipt.

    The same ``idempotency_key`` (1 to 128 characters) with the same content answers the same
    for 24 hours; with another, ``Duplicate``. ``address``: where it came from. Raises
    ``InvalidInput`` naming the field and ``NotFound`` for an unknown mailbox. Killed anywhere, a
    repeat completes it.
    """
    check_key(idempotency_key)
    submission = checked(submission)
    mailbox = await office.directory.mailbox(submission.mailbox)
    if mailbox is None or mailbox.retired:
        raise NotFound("没有这个信箱。", "There is no such mailbox.", "mailboxId")
    sender = actor.subject or f"address {address}"
    files = await look_at(office, desk, submission.attachments, sender, now)
    claim, is_new = await _claim(office, submission, idempotency_key, actor, now)
    key = office.access.key(claim.number, claim.query_code)
    case = None if is_new else await office.cases.by_key(key)
    if case is None:
        await bind(office, claim.case_id, files, now)
        written = letter_of(submission, actor, claim)
        new = await new_case(office, claim, written, mailbox, actor, submission.partner)
        stored = await office.cases.add(new)
        case = new.case if stored else await office.cases.by_key(key)
    if case is None:
        raise NotFound("该来信已不存在。", "This letter is not there any more.")
    return Submitted(case, claim.query_code)


@dataclass(frozen=True, slots=True)
class Written:
    """A letter with who wrote it."""

    letter: Letter
    writer: Writer


def letter_of(submission: Submission, actor: Actor, claim: Claim) -> Written:
    """The letter in a submission that has been checked."""
    letter = Letter(
        mailbox=submission.mailbox,
        kind=submission.kind,
        title=submission.title,
        body=submission.body,
        channel=submission.channel,
        submitted_at=claim.submitted_at,
        place=Place(submission.address, submission.longitude, submission.latitude),
        consent_to_publish=submission.consent_to_publish,
        reachable=bool(submission.phone or actor.account) or submission.channel in _REACHABLE,
    )
    named = (submission.name, submission.phone, submission.anonymous, submission.openid)
    return Written(letter, Writer(*named))


async def new_case(
    office: Office,
    claim: Claim,
    written: Written,
    mailbox: Mailbox,
    actor: Actor,
    partner: str | None = None,
) -> NewCase:
    """The case of a letter, in ACCEPTANCE, ready to be stored."""
    unit = await office.directory.unit(mailbox.unit)
    salts = new_salts()
    case = open_case(
        claim.case_id,
        claim.number,
        written.letter,
        unit.path if unit else (mailbox.unit,),
        commitments(committed_values(written.letter, written.writer), salts),
        Moment(actor, written.letter.submitted_at, office.rulebook),
        mailbox.level,
        partner,
    )
    return NewCase(
        case=case,
        writer=await office.personal.sealed(written.writer, salts, claim.case_id),
        key=office.access.key(claim.number, claim.query_code),
        notices=notices_since(case, 0),
    )


def committed_values(letter: Letter, writer: Writer) -> Mapping[str, str | None]:
    """What the history's first entry commits to."""
    return {
        "name": writer.name,
        "phone": writer.phone,
        "title": letter.title,
        "body": letter.body,
        "address": letter.place.address,
    }


async def _claim(
    office: Office, submission: Submission, idempotency_key: str, actor: Actor, now: datetime
) -> tuple[Claim, bool]:
    """The claim of this key, and whether it was taken now or before, by the same request.

    It is taken without a look first: nearly every key is new. A repeat leaves a gap in the serials.
    """
    claim_id = office.access.digest("claim", actor.subject or "", idempotency_key).hex()
    given = asdict(submission)
    del given["openid"]  # the key is that of the sender's own message
    if submission.partner is None:
        del given["partner"]  # so that a repeat of what was sent before there were partners fits
    if not submission.attachments:
        del given["attachments"]
    content = json.dumps(given, ensure_ascii=False, sort_keys=True)
    fingerprint = office.access.digest("content", content).hex()
    day = city_date(now)
    claim = Claim(
        id=claim_id,
        fingerprint=fingerprint,
        case_id=secrets.token_hex(12),
        number=case_number(day, await office.submissions.next_serial(day)),
        query_code=office.access.new_code(),
        submitted_at=now,
    )
    if await office.submissions.claim(claim, now):
        return claim, True
    known = await office.submissions.claimed(claim_id, now)
    if known is None or known.fingerprint != fingerprint:
        raise Duplicate
    return known, False
