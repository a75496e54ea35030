"""One message moves a letter on by one step, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from domain.conversations import (
    Asked,
    Command,
    Draft,
    Step,
    Wish,
    language_of_message,
    read_message,
)
from domain.directory import Mailbox
from domain.ids import mailbox_code
from domain.numbers import read_case_number
from domain.proofs import GivenProof, find_proof
from domain.refusals import InvalidInput, Text
from services.conversations import words
from services.letter_checks import BODY, NAME, TITLE, read_phone
from services.office import Office
from services.replies_by_message import is_figure
from storage.pages import Page

LISTED = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """The letter afterwards, and the answer: words, or what is to be done first."""

    draft: Draft
    say: Text | None = None
    wish: Wish | None = None


async def take_turn(office: Office, draft: Draft, text: str, sender: str | None = None) -> Turn:
    """What a message leads to. ``sender``: whose survey a figure may answer, by their key."""
    draft = replace(draft, language=language_of_message(text, draft.language))
    if sender is not None and draft.step is Step.IDLE and is_figure(text):
        return await _figure(office, draft, text, sender)
    asked = read_message(text)
    anywhere = _ANYWHERE.get(asked.command) if asked.command else None
    if anywhere is not None and (draft.step is Step.IDLE or _is_meant(asked)):
        return anywhere(draft, asked)
    if asked.command is Command.WRITE and draft.step in (Step.IDLE, Step.MAILBOX):
        return await _choose(office, draft, asked.rest)
    try:
        return await _STEPS[draft.step](office, draft, asked, text.strip())
    except InvalidInput as wrong:
        return Turn(draft, words.refused(wrong))


def _is_meant(asked: Asked) -> bool:
    """Whether it is a command in the middle of a letter, whose words may begin like one."""
    if asked.command in (Command.STATUS, Command.RATE):
        return read_case_number(find_proof(asked.rest).number) is not None
    return not asked.rest


def _help(draft: Draft, asked: Asked) -> Turn:
    return Turn(draft, words.MENU)


def _cancel(draft: Draft, asked: Asked) -> Turn:
    return Turn(Draft(language=draft.language), words.CANCELLED)


def _status(draft: Draft, asked: Asked) -> Turn:
    given = find_proof(asked.rest)
    if not given.code:
        return Turn(draft, words.NEEDS_PROOF)
    return Turn(draft, wish=status_wish(given))


def status_wish(given: GivenProof) -> Wish:
    """Where the letter stands that this opens."""
    return Wish(Command.STATUS, {"number": given.number, "code": given.code})


def _rate(draft: Draft, asked: Asked) -> Turn:
    given = find_proof(asked.rest)
    if not (given.code and given.rest):
        return Turn(draft, words.NEEDS_RATING)
    values = {"number": given.number, "code": given.code, "figure": given.rest}
    return Turn(draft, wish=Wish(Command.RATE, values))


async def _figure(office: Office, draft: Draft, text: str, sender: str) -> Turn:
    """Which survey it answers is settled here, and stays so if another one is asked meanwhile."""
    survey = await office.outside.conversations.survey_of(sender)
    if survey is None:
        return Turn(draft, words.MENU)
    case_id, round_ = survey
    given = {"case": case_id, "round": round_, "figure": text}
    return Turn(draft, wish=Wish(Command.RATE, given))


_ANYWHERE: dict[Command, Callable[[Draft, Asked], Turn]] = {
    Command.CANCEL: _cancel,
    Command.HELP: _help,
    Command.STATUS: _status,
    Command.RATE: _rate,
}


async def _idle(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    given = find_proof(text)
    return Turn(draft, wish=status_wish(given)) if given.is_plain else Turn(draft, words.MENU)


async def _mailbox(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    if asked.command is Command.SKIP:
        text = "1"
    if text.isdecimal():
        if not 1 <= int(text[:3]) <= len(draft.choices):
            return Turn(draft, words.CHOOSE_NUMBER)
        mailbox = await office.directory.mailbox(draft.choices[int(text[:3]) - 1])
        return _written(draft, mailbox) if mailbox else Turn(draft, words.NO_MAILBOX)
    return await _choose(office, draft, text)


async def _title(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    return _next(replace(draft, title=TITLE.read("title", text)), Step.BODY)


async def _body(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    return _next(replace(draft, body=BODY.read("body", text)), Step.NAME)


async def _name(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    name = "" if asked.command is Command.SKIP else NAME.read("name", text)
    return _next(replace(draft, name=name), Step.PHONE)


async def _phone(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    phone = None if asked.command is Command.SKIP else read_phone(text)
    draft = replace(draft, phone=phone or "", step=Step.CONFIRM)
    return Turn(draft, words.summary(draft))


async def _confirm(office: Office, draft: Draft, asked: Asked, text: str) -> Turn:
    if asked.command is not Command.CONFIRM:
        return Turn(draft, words.CONFIRM)
    names = ("mailbox", "title", "body", "name", "phone")
    values = {name: getattr(draft, name) for name in names}
    return Turn(Draft(language=draft.language), wish=Wish(Command.WRITE, values))


_STEPS: dict[Step, Callable[[Office, Draft, Asked, str], Awaitable[Turn]]] = {
    Step.IDLE: _idle,
    Step.MAILBOX: _mailbox,
    Step.TITLE: _title,
    Step.BODY: _body,
    Step.NAME: _name,
    Step.PHONE: _phone,
    Step.CONFIRM: _confirm,
}


def _next(draft: Draft, step: Step) -> Turn:
    return Turn(replace(draft, step=step), words.ASKS[step])


def _written(draft: Draft, mailbox: Mailbox) -> Turn:
    name = mailbox.named(draft.language)
    return _next(replace(draft, mailbox=mailbox.code, mailbox_name=name), Step.TITLE)


async def _choose(office: Office, draft: Draft, search: str) -> Turn:
    """A short list: of what was searched for, or the usual mailbox and the city's others."""
    named = mailbox_code(search)
    if named and (mailbox := await office.directory.mailbox(named)):
        return _written(draft, mailbox)
    if search:
        page = await office.directory.find_mailboxes(search[:50], None, Page(first=LISTED))
        found = list(page.items)
        if len(found) == 1:
            return _written(draft, found[0])
    else:
        found = await _usual(office)
    if not found:
        return Turn(replace(draft, step=Step.MAILBOX), words.NO_MAILBOX)
    choices = tuple(one.code for one in found)
    draft = replace(draft, step=Step.MAILBOX, choices=choices)
    return Turn(draft, words.listed([one.named(draft.language) for one in found]))


async def _usual(office: Office) -> list[Mailbox]:
    page = Page(first=LISTED)
    city = await office.directory.find_mailboxes(None, None, page)
    code = await usual_mailbox(office)
    first = await office.directory.mailbox(code) if code else None
    others = [one for one in city.items if one.code != code]
    return (([first] if first else []) + others)[:LISTED]


async def usual_mailbox(office: Office) -> str | None:
    """The code of the mailbox for letters that name none: the city government's."""
    places = await office.directory.places()
    return places.mailbox_for(None) if places else None
