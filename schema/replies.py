"""The reply to a letter, and what its writer said to it."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.case import Case
from domain.traces import Reply as SentReply
from domain.words import SurveyState
from domain.workflow import Action
from schema.context import Info
from schema.directory import Unit, load_unit


@strawberry.type(description="What went out to the writer.")
class Reply:
    reply: strawberry.Private[SentReply]

    @strawberry.field(description="Its text.")
    def text(self) -> str:
        return self.reply.text

    @strawberry.field(description="When it was released.")
    def sent_at(self) -> datetime:
        return self.reply.sent_at

    @strawberry.field(description="The unit that answers; null when the letter was rejected.")
    async def unit(self, info: Info) -> Unit | None:
        return await load_unit(info, self.reply.unit)


@strawberry.type(description="What the writer said to the reply.")
class SurveyAnswer:
    resolved: bool = strawberry.field(description="Whether the matter is resolved.")
    satisfaction: int = strawberry.field(description="1, very dissatisfied, to 5, very satisfied.")
    reason: str | None = strawberry.field(description="Why not, in the writer's words.")
    comment: str | None = strawberry.field(description="What else there is to say.")
    answered_at: datetime = strawberry.field(description="When it was answered.")


@strawberry.type(description="The satisfaction survey of the reply that is out.")
class Survey:
    state: SurveyState = strawberry.field(description="How far it got.")
    asked_at: datetime | None = strawberry.field(description="When the writer was asked.")
    answer: SurveyAnswer | None = strawberry.field(description="The writer's answer.")

    @strawberry.field(description="The state's name in the reader's language.")
    def state_name(self, info: Info) -> str:
        return self.state.named(info.context.language)


def survey_of(case: Case) -> Survey:
    """The survey as the history tells it."""
    answer = case.survey_answer
    if answer is None:
        closed = case.since(case.last(Action.APPROVE_REPLY), Action.CLOSE_UNANSWERED)
        state = SurveyState.NO_ANSWER if closed else SurveyState.NOT_ASKED
        return Survey(state=state, asked_at=None, answer=None)
    details = answer.details
    return Survey(
        state=SurveyState.ANSWERED,
        asked_at=None,
        answer=SurveyAnswer(
            resolved=details["resolved"] is True,
            satisfaction=int(str(details["satisfaction"])),
            reason=_text(details.get("reason")),
            comment=_text(details.get("comment")),
            answered_at=answer.at,
        ),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
