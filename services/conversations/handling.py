"""A message comes in: recorded once, decided once, answered the same however often it comes.

Killed between any two of the writes, a repeat goes on from there: what a message asks for is
stored by the write that moves the sender's conversation, and done under the message's own key.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from domain.conversations import (
    EXPIRES_AFTER,
    LONGEST_ANSWER,
    Command,
    Draft,
    Step,
    Wish,
    language_of_message,
    read_message,
)
from domain.proofs import find_proof
from domain.refusals import Refusal, StaleCase, Text
from domain.secret_words import reveal_secrets
from domain.sentences import split_letter
from domain.words import Channel
from services.conversations import words
from services.conversations.keys import message_key, sender_key
from services.conversations.turns import Turn, status_wish, take_turn, usual_mailbox
from services.conversations.wishes import Circumstances, carry_out
from services.letter_checks import read_phone
from services.office import Office
from services.rates import Buckets
from services.replies_by_message import ShortMessage, answer_by_message, is_figure
from storage.conversations import Left

TRIES = 5


@dataclass(frozen=True, slots=True)
class Received:
    """``id`` is the provider's; ``text`` is None for what is no text.

    ``is_act``: a person did something that asks for the menu, such as pressing a button.
    """

    channel: Channel
    id: str
    sender: str = field(repr=False)
    text: str | None = field(repr=False)
    is_act: bool = False


def key_of(office: Office, message: Received) -> str:
    """Under which key a message is recorded."""
    return message_key(office.access, message.channel, message.id)


async def answer_message(
    office: Office,
    message: Received,
    now: datetime,
    letters: Buckets | None = None,
) -> str:
    """What the sender is answered: at most 600 signs, the same for every repeat."""
    return reveal_secrets(await find_answer(office, message, now, letters))


async def find_answer(
    office: Office,
    message: Received,
    now: datetime,
    letters: Buckets | None = None,
    left: Left | None = None,
) -> str:
    """The answer with its secrets marked.

    ``left``: the message, for whoever takes it up should this process be killed.
    """
    key = key_of(office, message)
    store = office.outside.conversations
    sender = sender_key(office.access, message.channel, message.sender)
    is_new, answer = await store.record(key, left, sender)
    if answer is not None:
        return answer
    openid = message.sender if message.channel is Channel.WECHAT else None
    around = Circumstances(message.channel, sender, key, is_new, letters, openid)
    if message.channel is Channel.SMS:
        said = await _in_one_line(office, message, around, now)
    else:
        said = await _in_steps(office, message, around, now)
    return await store.keep_answer(key, said[:LONGEST_ANSWER])


async def _in_steps(office: Office, message: Received, around: Circumstances, now: datetime) -> str:
    before = await _finished(office, around, now)
    turn = await _moved(office, message, around, now)
    said = await carry_out(office, turn.wish, around, now) if turn.wish else turn.say
    return "\n".join([*before, (said or words.MENU).spoken(turn.draft.language)])


async def _finished(office: Office, around: Circumstances, now: datetime) -> list[str]:
    """What the sender's earlier messages asked for and nobody did, as the process was killed.

    It is done now, and told with the answer to the message that has come.
    """
    store = office.outside.conversations
    moves = (await store.of(around.sender, now)).moves
    answers = []
    for key in await store.unanswered([one for one in moves if one != around.message]):
        turn = _read_turn(moves[key])
        if turn.wish is not None and turn.wish.command is not Command.STATUS:
            earlier = replace(around, message=key, is_new=False)
            told = await carry_out(office, turn.wish, earlier, now)
            said = told.spoken(turn.draft.language)[:LONGEST_ANSWER]
            answers.append(await store.keep_answer(key, said))
    return answers


async def _moved(office: Office, message: Received, around: Circumstances, now: datetime) -> Turn:
    """What the message led to, decided now or when it first came."""
    store = office.outside.conversations
    for _ in range(TRIES):
        seen = await store.of(around.sender, now)
        if around.message in seen.moves:
            return _read_turn(seen.moves[around.message])
        draft = _read_draft(seen.draft)
        if message.text is None:
            turn = Turn(draft, words.MENU if message.is_act else words.TEXT_ONLY)
        else:
            # A figure for a list of mailboxes that was forgotten meanwhile rates nobody.
            chose = _read_draft(seen.forgotten).step is Step.MAILBOX
            asked = None if chose else around.sender
            turn = await take_turn(office, draft, message.text, asked)
        until = now + EXPIRES_AFTER
        if await store.move(seen, around.message, _text(turn.draft), _led(turn), until):
            return turn
    raise StaleCase


async def _in_one_line(
    office: Office, message: Received, around: Circumstances, now: datetime
) -> str:
    text = message.text or ""
    language = language_of_message(text, "zh")
    try:
        said = await _line_answered(office, message, text, around, now)
    except Refusal as refused:
        said = words.refused(refused)
    return said.spoken(language)


async def _line_answered(
    office: Office, message: Received, text: str, around: Circumstances, now: datetime
) -> Text:
    asked = read_message(text)
    if asked.command is Command.WRITE and asked.rest:
        title, body = split_letter(asked.rest)
        phone = read_phone(message.sender) or ""
        mailbox = await usual_mailbox(office) or ""
        letter = {"mailbox": mailbox, "title": title, "body": body, "phone": phone}
        return await carry_out(office, Wish(Command.WRITE, letter), around, now)
    given = find_proof(asked.rest)
    if asked.command is Command.STATUS and not given.code:
        return words.NEEDS_PROOF
    if asked.command is Command.STATUS or (asked.command is None and given.is_plain):
        return await carry_out(office, status_wish(given), around, now)
    return await _figure_answered(office, message, text, now)


async def _figure_answered(office: Office, message: Received, text: str, now: datetime) -> Text:
    """A figure answers the survey that this telephone was asked last."""
    if not is_figure(text):
        return words.SHORT_MENU
    figure = ShortMessage(key_of(office, message), message.sender, text)
    await answer_by_message(office, figure, now)
    return words.THANKS


def _text(draft: Draft) -> str:
    return json.dumps(asdict(draft), ensure_ascii=False)


def _read_draft(text: str | None) -> Draft:
    if text is None:
        return Draft()
    values = json.loads(text)
    values |= {"step": Step(values["step"]), "choices": tuple(values["choices"])}
    return Draft(**values)


def _led(turn: Turn) -> str:
    wish = {"command": turn.wish.command, "values": dict(turn.wish.values)} if turn.wish else None
    said = list(turn.say) if turn.say else None
    led = {"say": said, "wish": wish, "language": turn.draft.language}
    return json.dumps(led, ensure_ascii=False)


def _read_turn(text: str) -> Turn:
    led = json.loads(text)
    wish, say = led["wish"], led["say"]
    return Turn(
        Draft(language=led["language"]),
        Text(*say) if say else None,
        Wish(Command(wish["command"]), wish["values"]) if wish else None,
    )
