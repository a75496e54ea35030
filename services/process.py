"""People act on cases: read, ask the domain, write under the version that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from domain.actors import SYSTEM, Actor
from domain.asks import Ask, KindAsked, MainCase
from domain.case import Case
from domain.categories import Category
from domain.directory import Unit
from domain.notices import notices_since
from domain.numbers import read_case_number
from domain.refusals import (
    ActionNotAllowed,
    Forbidden,
    InvalidInput,
    NotFound,
    StaleCase,
    Unauthenticated,
)
from domain.rulebook import Moment
from domain.words import Role, Stage
from domain.workflow import TRANSITIONS, Action
from services.office import Office
from storage.cases import WHOLE, Shape

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do. ``values`` name units, categories and cases by their ids.

    ``version``: what the client saw; None trusts what is read now. ``note`` is internal.
    """

    action: Action
    values: Mapping[str, object]
    version: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """How a writer shows that a letter is theirs: number and query code, or a survey link."""

    number: str | None = None
    query_code: str | None = None
    token: str | None = None
    address: str | None = None
    """Where it comes from; None for those who do not come over the network."""
    partner: str | None = None
    """The portal that asks: it is shown what came through it, and nothing else."""


async def act(office: Office, case_id: str, wanted: Act, actor: Actor, now: datetime) -> Case:
    """Carries out what ``actor`` wants with a case that they may see; the case afterwards.

    Raises the domain's refusals, ``NotFound`` for a case that this actor does not see, and
    ``StaleCase`` when it moved on since it was read.
    """
    _check_role(wanted.action, actor)
    case = await office.cases.by_id(case_id, actor)
    if case is None:
        raise NotFound("没有这个诉求件。", "There is no such case.", "caseId")
    return await _carry_out(office, case, wanted, actor, now)


async def act_as_writer(
    office: Office, proof: Proof, wanted: Act, actor: Actor, now: datetime
) -> Case:
    """The same for the writer, who proves the letter to be theirs instead of signing in.

    Raises ``TooManyAttempts`` for who has failed to prove it too often.
    """
    case = await guarded_case(office, proof, now)
    if case is None:
        raise NotFound(
            "编号与查询码不符。", "Number and query code do not belong together.", "queryCode"
        )
    _check_survey(office, case, proof, wanted, actor)
    return await _carry_out(office, case, wanted, actor.as_writer(), now)


def _check_survey(office: Office, case: Case, proof: Proof, wanted: Act, actor: Actor) -> None:
    """A link is about one reply; and those whose work is judged do not judge it."""
    if proof.token is not None and not office.access.is_survey_token(
        proof.token, case.id, case.replies_released
    ):
        raise ActionNotAllowed("该链接已失效。", "This link was about an earlier reply.")
    if wanted.action is Action.ANSWER_SURVEY and actor.is_staff and actor.subject != case.account:
        raise Forbidden(
            "工作人员不得代来信人评价。", "Those who work on cases do not answer for their writers."
        )


async def guarded_case(office: Office, proof: Proof, now: datetime) -> Case | None:
    """The whole case for whoever may be guessing; ``TooManyAttempts`` when they were."""
    return await guarded(office, proof, now, WHOLE)


async def guarded(office: Office, proof: Proof, now: datetime, shape: Shape[T]) -> T | None:
    """``proven`` for whoever may be guessing; ``TooManyAttempts`` when they were.

    Nothing is counted for a proof that is not complete, and nothing for a right one. What is no
    number is nobody's: it counts against the address alone.
    """
    if proof.token is None and (proof.number is None or proof.query_code is None):
        return await proven(office, proof, shape)
    number = read_case_number(proof.number or "") if proof.token is None else None
    look_up = partial(proven, office, proof, shape)
    return await office.guessing.guarded(look_up, number, proof.address, now)


async def proven_case(office: Office, proof: Proof) -> Case | None:
    """The whole case that a proof opens."""
    return await proven(office, proof, WHOLE)


async def proven(office: Office, proof: Proof, shape: Shape[T]) -> T | None:
    """The case that number and code (or a link's token) open; one look-up, hit or miss alike."""
    if proof.token is not None:
        return await office.cases.opened(office.access.token_key(proof.token), shape)
    if proof.number is None or proof.query_code is None:
        raise InvalidInput("请提供编号和查询码。", "Number and query code are needed.", "number")
    key = office.access.key(proof.number, proof.query_code)
    return await office.cases.opened(key, shape, proof.partner)


async def _carry_out(office: Office, case: Case, wanted: Act, actor: Actor, now: datetime) -> Case:
    after = await work_out(office, case, wanted, actor, now)
    await office.cases.save(case, after, notices_since(after, case.version))
    return after


async def work_out(office: Office, case: Case, wanted: Act, actor: Actor, now: datetime) -> Case:
    """The case as the action leaves it; nothing is written. Raises as ``act`` does."""
    if wanted.version is not None and wanted.version != case.version:
        raise StaleCase
    if wanted.action is Action.WITHDRAW and await office.cases.has_joined(case.id):
        raise ActionNotAllowed(
            "已有其他来信并入本件，本件将继续办理并答复。",
            "Other letters were joined to this one: it will be answered.",
        )
    values = await _resolved(office, wanted, actor)
    moment = Moment(actor, now, office.rulebook)
    after = case.take(wanted.action, moment, values, wanted.note)
    main = values.get("main_case")
    if isinstance(main, MainCase) and main.answers:
        passed_on = {"round": main.answers}
        after = after.take(Action.ANSWER_JOINED, replace(moment, actor=SYSTEM), passed_on)
    return after


def _check_role(action: Action, actor: Actor) -> None:
    """Whether these roles take this action anywhere at all."""
    by = {role for steps in TRANSITIONS.values() if action in steps for role in steps[action].by}
    if actor.roles & by:
        return
    if actor.is_anonymous:
        raise Unauthenticated
    names = [role for role in Role if role in by]
    raise Forbidden(
        f"此操作须由{'、'.join(role.zh for role in names)}办理。",
        f"This takes one of these roles: {', '.join(names)}.",
    )


async def _resolved(office: Office, wanted: Act, actor: Actor) -> dict[str, object]:
    """The values with units, categories and cases in the place of their ids."""
    asks = next(
        steps[wanted.action].asks for steps in TRANSITIONS.values() if wanted.action in steps
    )
    return {
        name: await _found(office, name, asks.get(name), value, actor)
        for name, value in wanted.values.items()
        if value is not None
    }


async def _found(office: Office, name: str, ask: Ask | None, value: object, actor: Actor) -> object:
    kind = ask.kind if isinstance(ask, KindAsked) else None
    if kind not in (Unit, Category, MainCase) or not isinstance(value, str):
        return value
    found: object
    if kind is Unit:
        unit = await office.directory.unit(value)
        found = None if unit is None or unit.retired else unit
    elif kind is Category:
        found = (await office.directory.categories()).get(value)
    else:
        main = await office.cases.by_id(value, actor)
        found = main and MainCase(
            main.id, main.outcome, main.stage is Stage.ARCHIVE, main.answers_until(main.version)
        )
    if found is None:
        raise NotFound("所指对象不存在。", "What this names does not exist.", name)
    return found
