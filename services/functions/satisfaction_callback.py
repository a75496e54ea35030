"""Asks writers whether they are satisfied: what is due by ``ask_at``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.actors import SYSTEM
from domain.asking import Asked, Step, asked, put_off
from domain.calendar import city_date
from domain.case import Case
from domain.rulebook import Moment
from services.functions.rounds import Decided, go_round
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.office import Office
from storage.due_cases import DueCase, Handled
from storage.mongo import Document, Session


async def satisfaction_callback(workshop: Workshop, run: Run) -> None:
    """Asks, reminds, gives clerks the task to telephone, and closes what nobody answers."""
    callback = _Callback(workshop.office, run)
    await go_round(run, workshop.office.to_ask, callback.decide, callback.save)


class _Callback:
    """One round; a telephone gets one message a day, however many cases are its owner's."""

    def __init__(self, office: Office, run: Run) -> None:
        self._office, self._dry = office, run.dry
        self._moment = Moment(SYSTEM, run.now, office.rulebook)
        self._contacts: Mapping[str, str] = {}
        self._with_openid: Collection[str] = ()
        self._taken: dict[tuple[str, date], str] = {}
        """What a dry run would have taken of telephones' days."""

    async def decide(self, page: Sequence[DueCase]) -> Sequence[Decided | Exception]:
        ids = [one.id for one in page]
        phones = await self._office.telephones.of(ids)
        self._with_openid = await self._office.telephones.with_openid(ids)
        contact = self._office.access.contact
        numbers = {key: phone for key, phone in phones.items() if isinstance(phone, str)}
        self._contacts = {key: contact(phone) for key, phone in numbers.items()}
        decided = [self._decided(one, phones.get(one.id)) for one in page]
        return [await self._as_if(one) for one in decided] if self._dry else decided

    def _decided(self, one: DueCase, phone: str | Exception | None) -> Decided | Exception:
        if isinstance(phone, Exception):
            return phone
        if one.case is None:
            return LookupError("it was not read")
        try:
            by_wechat = one.id in self._with_openid
            done = asked(one.case, self._moment, has_phone=bool(phone), has_openid=by_wechat)
            return Decided(
                Handled(one, done.case, done.notices, self._fields(done)),
                (done.step.value,) if done.step else (),
            )
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one, the others go on
            return error

    def _fields(self, done: Asked) -> Document:
        """With the question goes a link of its own; the link of an earlier reply is void."""
        fields: Document = {"call_at": done.case.call_at}
        if done.step is Step.ASK:
            access = self._office.access
            token = access.survey_token(done.case.id, done.case.replies_released)
            fields["keys.1"] = access.token_key(token)
        return fields

    async def save(self, decided: Sequence[Decided], session: Session) -> Sequence[Decided]:
        """Takes the telephones' day, writes, and gives back what a lost race did not use."""
        now_due = [await self._claimed(one, session) for one in decided]
        saved = await self._office.to_ask.save([one.handled for one in now_due], session)
        for one in now_due:
            if one.handled.due.id not in saved:
                await self._release(one, session)
        return [one for one in now_due if one.handled.due.id in saved]

    async def _claimed(self, one: Decided, session: Session) -> Decided:
        for contact, day, notice_id in self._claims(one):
            if not await self._office.contacts.claim(contact, day, notice_id, session):
                return self._put_off(one)
        return one

    async def _release(self, one: Decided, session: Session) -> None:
        for contact, day, notice_id in self._claims(one):
            await self._office.contacts.release(contact, day, notice_id, session)

    async def _as_if(self, one: Decided | Exception) -> Decided | Exception:
        """In a dry run: what would become of the claim."""
        if isinstance(one, Exception):
            return one
        for contact, day, notice_id in self._claims(one):
            holder = await self._office.contacts.holder(contact, day)
            holder = holder or self._taken.setdefault((contact, day), notice_id)
            if holder != notice_id:
                return self._put_off(one)
        return one

    def _claims(self, one: Decided) -> list[tuple[str, date, str]]:
        """The telephone's day that this message needs; none without message or telephone."""
        contact = self._contacts.get(one.handled.due.id)
        if contact is None:
            return []
        notices = one.handled.notices
        return [(contact, city_date(notice.queued_at), notice.id) for notice in notices]

    def _put_off(self, one: Decided) -> Decided:
        due = one.handled.due
        case: Case = put_off(due.case or one.handled.after, self._moment)
        return replace(one, handled=Handled(due, case, (), {"call_at": case.call_at}), what=())
