"""Writing a letter, and what its writer can do afterwards."""

from __future__ import annotations

import strawberry

from domain.words import Channel, LetterKind
from schema.cases import Case
from schema.errors import UserError
from schema.origins import Writer


@strawberry.input(description="Who writes. All of it may be left out.")
class WriterInput:
    name: str | None = strawberry.field(default=None, description="1 to 50 characters.")
    phone: str | None = strawberry.field(
        default=None, description="A telephone number; Chinese ones need no country code."
    )
    anonymous: bool = strawberry.field(
        default=False, description="The name is shown to nobody who works on the case."
    )


@strawberry.input(description="Where the matter is.")
class PlaceInput:
    address: str | None = strawberry.field(default=None, description="In words, up to 200.")
    longitude: float | None = strawberry.field(default=None, description="Degrees, WGS 84.")
    latitude: float | None = strawberry.field(default=None, description="Degrees, WGS 84.")


@strawberry.input(description="A letter to a leader's mailbox.")
class SubmitLetterInput:
    mailbox_id: strawberry.ID = strawberry.field(description="Which mailbox.")
    kind: LetterKind = strawberry.field(description="What it wants.")
    title: str = strawberry.field(description="2 to 100 characters.")
    body: str = strawberry.field(description="5 to 10,000 characters.")
    writer: WriterInput = strawberry.field(description="Who writes.")
    channel: Channel = strawberry.field(
        description="WEB or APP; PHONE by staff, who write down what they are told. Anything else"
        " is taken as WEB: the other channels are set by the doors that letters come through."
    )
    place: PlaceInput | None = strawberry.field(default=None, description="Where the matter is.")
    consent_to_publish: bool = strawberry.field(
        default=False, description="Letter and reply may be published, without names."
    )
    attachments: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Up to six files, by the ids of their uploads."
    )
    idempotency_key: str = strawberry.field(
        description="1 to 128 characters of the client's; the same again answers the same."
    )


@strawberry.type(description="What became of a letter.")
class SubmitLetterPayload:
    case: Case | None = strawberry.field(description="The case; null when it was refused.")
    query_code: str | None = strawberry.field(
        description="Opens the case together with its number. Shown now and never again."
    )
    errors: list[UserError] = strawberry.field(description="Empty when it was done.")


@strawberry.type(description="A case after an action.")
class CasePayload:
    case: Case | None = strawberry.field(description="The case; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Empty when it was done.")


@strawberry.type(description="A writer, in clear.")
class RevealWriterPayload:
    writer: Writer | None = strawberry.field(description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Empty when it was done.")


@strawberry.input(description="Looking at a writer's name and telephone number.")
class RevealWriterInput:
    case_id: strawberry.ID = strawberry.field(description="Whose letter.")
    purpose: str = strawberry.field(description="What for, 2 to 200 characters; kept for audit.")


@strawberry.input(description="How a writer proves a letter to be theirs, without signing in.")
class WritersInput:
    number: str | None = strawberry.field(default=None, description="The case's number.")
    query_code: str | None = strawberry.field(default=None, description="The code beside it.")
    case_id: strawberry.ID | None = strawberry.field(
        default=None, description="Instead, when signed in with the account that wrote it."
    )


@strawberry.input(description="The writer's answer to the survey.")
class AnswerSurveyInput(WritersInput):
    token: str | None = strawberry.field(
        default=None, description="Instead of the number: the one from a survey link."
    )
    resolved: bool = strawberry.field(description="Whether the matter is resolved.")
    satisfaction: int = strawberry.field(description="1, very dissatisfied, to 5, very satisfied.")
    reason: str | None = strawberry.field(default=None, description="Why not satisfied.")
    comment: str | None = strawberry.field(default=None, description="Anything else.")


@strawberry.input(description="A message that a telephone sent back, as its gateway hands it on.")
class AnswerSurveyByMessageInput:
    phone: str = strawberry.field(description="Who sent it.")
    text: str = strawberry.field(description='A figure, "1" to "5".')
    message_id: str = strawberry.field(
        description="The gateway's, 1 to 128 characters; the same again answers the same."
    )


@strawberry.input(description="The writer takes the letter back.")
class WithdrawCaseInput(WritersInput):
    reason: str | None = strawberry.field(default=None, description="Why, if they like.")


@strawberry.input(description="The writer contradicts a conclusion.")
class AppealInput(WritersInput):
    reason: str = strawberry.field(description="What is wrong with it, 2 to 1,000 characters.")
