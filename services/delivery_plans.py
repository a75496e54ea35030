"""What is to become of a notice that is due: a message, a later time, or nothing any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from domain.calendar import city_date
from domain.case import Case
from domain.delivery import NO_WAY, about_word, goes_to_unit, is_survey, needless
from domain.letters import Writer
from domain.media import Addresses, Medium, route
from domain.messages import Told, Words, units_words, writers_words
from domain.notices import Audience, Notice
from domain.rulebook import Rulebook
from domain.secret_words import mark_secret
from domain.words import Outcome
from services.access import Access
from services.functions.messages import Message

LANGUAGE = "zh"
"""Which language a writer reads is not known; units read Chinese."""
MOST_JOINS = 8
"""Of a main case that was itself joined to another, and so on."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The day of a ``contact`` (a keyed hash of an address); ``otherwise`` when it is taken."""

    contact: str
    otherwise: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """A message. ``claim``: of a survey, which goes to the same telephone once a day.

    ``survey``: the case and which of its replies it asks about, for a figure that is
    sent back. ``otherwise``: the same by SMS, should WeChat never take it.
    """

    message: Message
    claim: Claim | None = None
    survey: tuple[str, int] | None = None
    otherwise: Message | None = None


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Nobody needs it, or nobody can be reached."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not now."""

    until: datetime


@dataclass(frozen=True, slots=True)
class TellJoined:
    """The writers of the letters that were joined are told, each by a notice of their own."""


@dataclass(frozen=True, slots=True)
class Digested:
    """A line of the unit's digest of the day."""

    unit: str


@dataclass(frozen=True, slots=True)
class TellPartner:
    """The partner through whom it came is told, by a delivery to each of its webhooks.

    ``main`` is the case that it was joined to, and whose reply it gets.
    """

    main: Case | None = field(default=None, repr=False)


Plan: TypeAlias = Send | LeaveOut | Postpone | TellJoined | TellPartner | Digested


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans by the case as it is now. ``mains`` are cases that others were joined to, by id.

    ``pages`` is the address under which the survey's page is found.
    """

    access: Access
    rulebook: Rulebook
    pages: str
    now: datetime
    mains: Mapping[str, Case]

    def plan(self, notice: Notice, case: Case, writer: Writer) -> Plan:
        """What is to become of a notice of this case."""
        reason = needless(notice, case)
        if reason is not None:
            return LeaveOut(reason.en)
        if notice.audience is Audience.JOINED:
            return TellJoined()
        if notice.audience is Audience.PARTNER:
            return TellPartner(self._main_of(case))
        if goes_to_unit(notice):
            return self._to_unit(notice, case)
        return self._to_writer(notice, case, writer)

    def _to_unit(self, notice: Notice, case: Case) -> Plan:
        unit = notice.unit or case.path[-1]
        if notice.daily:
            return Digested(unit)
        words = units_words(Told(notice, case))
        return Send(_message(notice, case, (Medium.EMAIL, unit), words))

    def _to_writer(self, notice: Notice, case: Case, writer: Writer) -> Plan:
        addresses = Addresses(phone=writer.phone, openid=writer.openid)
        way = route(case.letter.channel, addresses)
        if way is None:
            return LeaveOut(NO_WAY.en)
        if is_survey(notice):
            plan = self._asked(notice, case, way, self.access.contact(writer.phone or way[1]))
        else:
            told = Told(notice, case, main=self._main_of(case))
            plan = Send(_message(notice, case, way, writers_words(told)))
        return _or_by_sms(plan, writer.phone)

    def _asked(
        self, notice: Notice, case: Case, way: tuple[Medium, str], contact: str
    ) -> Send | Postpone:
        """Never in the quiet hours of the plan that the callback goes by."""
        plan = self.rulebook.survey_plans.on(city_date(case.survey_started_at))
        awake = plan.awake(self.now)
        if awake > self.now:
            return Postpone(awake)
        token = self.access.survey_token(case.id, case.replies_released)
        link = f"{self.pages}/survey/{mark_secret(token)}"
        words = writers_words(Told(notice, case, link=link))
        message = _message(notice, case, way, words, {"link": link})
        survey = (case.id, case.replies_released)
        return Send(message, Claim(contact, plan.next_day(self.now)), survey)

    def _main_of(self, case: Case) -> Case | None:
        """The case whose reply the writer gets; None for a case that is answered itself.

        Raises ``LookupError`` for one that cannot be read.
        """
        main = case
        for _ in range(MOST_JOINS):
            if main.outcome is not Outcome.MERGED or main.main_case is None:
                break
            main = self.mains[main.main_case]
        return None if main is case else main


def _or_by_sms(plan: Send | Postpone, phone: str | None) -> Send | Postpone:
    """Who left the official account is still promised a reply."""
    if not isinstance(plan, Send) or plan.message.medium is not Medium.WECHAT or not phone:
        return plan
    return replace(plan, otherwise=replace(plan.message, medium=Medium.SMS, to=phone))


def _message(
    notice: Notice,
    case: Case,
    way: tuple[Medium, str],
    words: Words,
    data: Mapping[str, str] | None = None,
) -> Message:
    medium, to = way
    return Message(
        id=notice.id,
        medium=medium,
        to=to,
        text=words.text.spoken(LANGUAGE),
        subject=words.subject.spoken(LANGUAGE),
        about=about_word(notice.about),
        data={"number": case.number, **(data or {})},
        quotes=words.quotes,
    )
