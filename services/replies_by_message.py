"""A writer answers the survey by replying to the message: a figure from 1 to 5, or its words.

It answers the survey that this telephone was asked last and that is still open. A message
is known by its gateway's id: what it answers is decided once, however often it is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actors import ANONYMOUS, SYSTEM
from domain.case import Case
from domain.refusals import Duplicate, InvalidInput, NotFound
from domain.rules import DISSATISFIED
from domain.satisfaction import read_satisfaction
from domain.workflow import Action
from services.letter_checks import read_phone
from services.office import Office
from services.process import Act, Proof, act_as_writer
from storage.incoming import Incoming

ID_LENGTH = range(1, 129)


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """As the gateway hands it on; ``id`` is the gateway's, ``phone`` the sender's."""

    id: str
    phone: str
    text: str


async def answer_by_message(office: Office, message: ShortMessage, now: datetime) -> Case:
    """The case whose survey the message answered.

    Raises ``InvalidInput`` for a text that says no step from 1 to 5, ``NotFound`` when no survey
    of this telephone waits, ``Duplicate`` for another content under the same id, and what
    answering raises.
    """
    if len(message.id) not in ID_LENGTH:
        raise InvalidInput("须为1至128个字符。", "This takes 1 to 128 characters.", "messageId")
    phone, satisfaction = read_phone(message.phone, "phone"), read_figure(message.text)
    incoming = await _taken(office, message.id, phone or "", satisfaction)
    case = await office.cases.by_id(incoming.case_id, SYSTEM)
    if case is not None and _is_answered(case, incoming.round):
        return case
    token = office.access.survey_token(incoming.case_id, incoming.round)
    values = {"resolved": satisfaction > DISSATISFIED, "satisfaction": satisfaction}
    answer = Act(Action.ANSWER_SURVEY, values)
    return await act_as_writer(office, Proof(token=token), answer, ANONYMOUS, now)


def read_figure(text: str) -> int:
    """1 to 5, in whatever words; ``InvalidInput`` for what says no single step."""
    satisfaction = read_satisfaction(text)
    if satisfaction is None:
        raise InvalidInput(
            "请回复1至5中的一个数字：1为很不满意，5为很满意。",
            "Reply with one figure: 1, very dissatisfied, to 5, very satisfied.",
            "text",
        )
    return satisfaction


def is_figure(text: str) -> bool:
    """Whether it is one from 1 to 5, however it is typed."""
    return read_satisfaction(text) is not None


async def _taken(office: Office, message_id: str, phone: str, satisfaction: int) -> Incoming:
    """What the message answers, decided now or when it first came."""
    key = office.access.digest("message", message_id).hex()
    content = office.access.digest("message content", phone, str(satisfaction)).hex()
    incoming = await office.incoming.known(key)
    if incoming is None:
        case = await _asked_last(office, phone)
        incoming = Incoming(key, content, case.id, case.replies_released)
        incoming = await office.incoming.keep(incoming)
    if incoming.fingerprint != content:
        raise Duplicate
    return incoming


async def _asked_last(office: Office, phone: str) -> Case:
    waiting = await office.telephones.waiting_for(phone) if phone else []
    asked = [
        (case.current_asking.asked[-1], case.id, case)
        for case in waiting
        if case.current_asking and case.current_asking.asked
    ]
    if not asked:
        raise NotFound(
            "该号码没有待答的满意度调查。",
            "No survey of this telephone number waits for an answer.",
            "phone",
        )
    return max(asked)[2]


def _is_answered(case: Case, round_: int) -> bool:
    """Whether the writer said something to this reply, or a later one is out by now."""
    return case.replies_released > round_ or case.survey_answer is not None
