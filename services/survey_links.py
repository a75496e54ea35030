"""The link of a survey: what it opens, for as long as there is something to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.case import Case
from domain.directory import Unit
from domain.refusals import ActionNotAllowed, NotFound
from domain.traces import Reply
from domain.words import Stage
from domain.workflow import Action
from services.office import Office
from services.process import Act, Proof, act_as_writer, guarded_case


class SurveyAnswered(ActionNotAllowed):
    """Its writer has answered; ``stage`` is where the case stands now."""

    def __init__(self, stage: Stage) -> None:
        super().__init__("该调查已答复。", "This survey is answered.")
        self.stage = stage


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """A reply whose writer is asked about it, and the unit that gave it."""

    case: Case
    reply: Reply
    unit: Unit | None


async def open_survey(office: Office, link: Proof, now: datetime) -> OpenSurvey:
    """What a link's token opens.

    Raises ``NotFound`` for a token that opens nothing, ``SurveyAnswered`` after its answer,
    ``ActionNotAllowed`` when its survey is over without one, ``TooManyAttempts`` for whoever has
    guessed too often.
    """
    case = await guarded_case(office, link, now)
    if case is None:
        raise NotFound("该链接无效。", "This link opens nothing.")
    reply, current = case.reply, (link.token or "", case.id, case.replies_released)
    is_current = office.access.is_survey_token(*current)
    if is_current and case.survey_answer is not None:
        raise SurveyAnswered(case.stage)
    if reply is None or case.stage is not Stage.CALLBACK or not is_current:
        raise ActionNotAllowed("该调查已结束。", "This survey is over.")
    unit = await office.directory.unit(reply.unit) if reply.unit else None
    return OpenSurvey(case, reply, unit)


async def answer_survey(
    office: Office, link: Proof, values: dict[str, object], actor: Actor, now: datetime
) -> Case:
    """The case after its writer's answer; raises what ``act_as_writer`` raises."""
    return await act_as_writer(office, link, Act(Action.ANSWER_SURVEY, values), actor, now)
