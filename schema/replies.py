"""The reply to a letter, and what its writer said to it."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import reply_quality
from domain.case import Case
from domain.history import Entry
from domain.reply_quality import ReplyFlaw
from domain.traces import JUDGED
from domain.traces import Reply as SentReply
from domain.words import Stage, SurveyState
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


@strawberry.type(description="A hint to whoever approves a reply; found in its words alone.")
class ReplyWarning:
    warning: strawberry.Private[reply_quality.ReplyWarning]

    @strawberry.field(description="What it seems to lack.")
    def code(self) -> ReplyFlaw:
        return self.warning.flaw

    @strawberry.field(description="The same in the reader's language.")
    def text(self, info: Info) -> str:
        return self.warning.text.spoken(info.context.language)


def warnings_of_pending(case: Case) -> list[ReplyWarning]:
    """About the reply that waits for approval; none when none waits."""
    submitted = case.submitted_reply
    if case.stage is not Stage.FEEDBACK or submitted is None:
        return []
    letter, text = case.letter, str(submitted.details["text"])
    found = reply_quality.warnings_of(letter.title, letter.body, letter.kind, text)
    return [ReplyWarning(warning=one) for one in found]


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
    asked_at: datetime | None = strawberry.field(description="When the writer was first asked.")
    answer: SurveyAnswer | None = strawberry.field(description="The writer's answer.")

    @strawberry.field(description="The state's name in the reader's language.")
    def state_name(self, info: Info) -> str:
        return self.state.named(info.context.language)


def survey_of(case: Case) -> Survey:
    """The survey about the reply that is out, as history and asking tell it."""
    asking, answer = case.current_asking, case.survey_answer
    return Survey(
        state=_state_of(case),
        asked_at=asking.asked[0] if asking and asking.asked else None,
        answer=_answer_of(answer) if answer else None,
    )


def _state_of(case: Case) -> SurveyState:
    if case.survey_answer is not None:
        return SurveyState.ANSWERED
    if case.since(case.last(*JUDGED), Action.CLOSE_UNANSWERED):
        return SurveyState.NO_ANSWER
    asked = len(case.current_asking.asked) if case.current_asking else 0
    return (SurveyState.NOT_ASKED, SurveyState.ASKED, SurveyState.REMINDED)[min(asked, 2)]


def _answer_of(answer: Entry) -> SurveyAnswer:
    details = answer.details
    return SurveyAnswer(
        resolved=details["resolved"] is True,
        satisfaction=int(str(details["satisfaction"])),
        reason=_text(details.get("reason")),
        comment=_text(details.get("comment")),
        answered_at=answer.at,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
