"""The writers of letters that were joined to a case get its reply, as that of their own letter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from domain.actors import SYSTEM
from domain.case import Case
from domain.notices import Notice, entry_place, notices_since
from domain.refusals import InvalidInput, StaleCase
from domain.rulebook import Moment
from domain.words import Stage
from domain.workflow import Action
from services.functions.runs import Run
from services.office import Office

PAGE = 200


async def answer_joined(office: Office, run: Run, main: Case, notice: Notice) -> int | None:
    """Answers each case joined to ``main`` with its reply: how many; None: some are left.

    Each becomes an entry of the joined case, which tells its writer, its partner, and the writers
    of what was joined to it in turn. A reply is passed on to a case once, so that a run that was
    interrupted here begins anew and tells nobody twice.
    """
    place = entry_place(notice, main)
    values = {"round": main.answers_until(main.version if place is None else place)}
    moment = Moment(SYSTEM, run.now, office.rulebook)
    count, after, lost = 0, None, False
    while ids := await office.notices.joined_to(main.id, after, PAGE):
        if not run.has_time():
            return None
        for case in (await office.cases.whole_by_ids(ids, SYSTEM)).values():
            lost |= not await _answer(office, run, case, moment, values)
        count, after = count + len(ids), ids[-1]
    return None if lost else count


async def _answer(
    office: Office, run: Run, case: Case, moment: Moment, values: Mapping[str, object]
) -> bool:
    """False where somebody else wrote to the case meanwhile: the next run meets it again."""
    if case.stage is not Stage.CONCLUSION or not case.is_joined:
        return True
    now = max(moment.now, case.updated_at)
    try:
        after = case.take(Action.ANSWER_JOINED, Moment(SYSTEM, now, moment.rulebook), values)
    except InvalidInput:
        return True  # it was passed on before
    try:
        notices = notices_since(after, case.version)
        await run.write(partial(office.cases.save, case, after, notices))
    except StaleCase:
        return False
    return True
