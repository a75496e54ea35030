"""What messages ask for beside an answer: a letter is sent, looked up, its reply rated.

Each may be done twice, with the same end: whoever was killed in the middle does it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import ANONYMOUS
from domain.case import Case
from domain.conversations import Command, Wish
from domain.refusals import ActionNotAllowed, NotFound, Refusal, Text, TooManyAttempts
from domain.rules import DISSATISFIED
from domain.secret_words import mark_secret
from domain.words import Channel, LetterKind
from domain.workflow import Action
from services.conversations import words
from services.letter_checks import Submission
from services.office import Office
from services.process import Act, Proof, act_as_writer, guarded_case
from services.rates import Buckets
from services.replies_by_message import read_figure
from services.submission import submit


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of one message: by which channel, whose, under which key, and whether it is a repeat.

    ``sender`` and ``message`` are keyed hashes. ``letters`` limits those of one sender; ``openid``
    is the way back to one who writes by WeChat.
    """

    channel: Channel
    sender: str
    message: str
    is_new: bool
    letters: Buckets | None = None
    openid: str | None = field(default=None, repr=False)


async def carry_out(office: Office, wish: Wish, around: Circumstances, now: datetime) -> Text:
    """The answer; a refusal is one too."""
    try:
        return await _DOING[wish.command](office, wish, around, now)
    except Refusal as refused:
        return words.refused(refused)


async def _send(office: Office, wish: Wish, around: Circumstances, now: datetime) -> Text:
    if around.is_new and around.letters is not None:
        wait = around.letters.take(f"sender {around.sender}", now).retry_after
        if wait is not None:
            raise TooManyAttempts(retry_after=wait)
    given = wish.values
    letter = Submission(
        mailbox=given["mailbox"],
        kind=LetterKind.HELP,
        title=given["title"],
        body=given["body"],
        channel=around.channel,
        name=given.get("name") or None,
        phone=given.get("phone") or None,
        openid=around.openid,
    )
    sent = await submit(office, letter, around.message, ANONYMOUS, now)
    return words.received(sent.case.number, sent.query_code)


async def _tell(office: Office, wish: Wish, around: Circumstances, now: datetime) -> Text:
    case = await guarded_case(office, _proof(office, wish, around), now)
    if case is None:
        return words.NOT_KNOWN
    text = case.reply.text if case.reply else None
    zh = f"编号 {case.number}：{case.stage.zh}。"
    en = f"Number {case.number}: {case.stage.en}."
    if text is None:
        return Text(zh, en)
    # What the case says is the writer's: whoever sees that an answer was sent does not see it.
    short = mark_secret(text if len(text) <= 300 else f"{text[:300]}…")
    return Text(f"{zh}答复：{short}", f"{en} Reply: {short}")


async def _rate(office: Office, wish: Wish, around: Circumstances, now: datetime) -> Text:
    satisfaction = read_figure(wish.values["figure"])
    values = {"resolved": satisfaction > DISSATISFIED, "satisfaction": satisfaction}
    proof = _proof(office, wish, around)
    try:
        await act_as_writer(office, proof, Act(Action.ANSWER_SURVEY, values), ANONYMOUS, now)
    except ActionNotAllowed:
        case = None if around.is_new else await guarded_case(office, proof, now)
        if case is None or not _is_answered(case):
            raise
    except NotFound:
        return words.SURVEY_OVER if proof.token else words.NOT_KNOWN
    return words.THANKS


def _is_answered(case: Case) -> bool:
    return any(entry.action is Action.ANSWER_SURVEY for entry in case.history)


def _proof(office: Office, wish: Wish, around: Circumstances) -> Proof:
    address = f"{around.channel} {around.sender}"
    given = wish.values
    if "case" in given:
        token = office.access.survey_token(given["case"], int(given["round"]))
        return Proof(token=token, address=address)
    return Proof(given["number"], given["code"], address=address)


_DOING = {Command.WRITE: _send, Command.STATUS: _tell, Command.RATE: _rate}
