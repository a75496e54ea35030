"""What citizens do: write, answer, take back, contradict; and the look at who wrote."""

from __future__ import annotations

import strawberry

from domain.case import Case as DomainCase
from domain.ids import Kind, key_of
from domain.refusals import Forbidden, TooManyAttempts, Unauthenticated
from domain.words import Role
from domain.workflow import Action
from resolvers.refusing import settled, take_as_writer
from schema.cases import Case
from schema.context import Context, Info
from schema.letters import (
    AnswerSurveyByMessageInput,
    AnswerSurveyInput,
    AppealInput,
    CasePayload,
    RevealWriterInput,
    RevealWriterPayload,
    SubmitLetterInput,
    SubmitLetterPayload,
    WithdrawCaseInput,
)
from schema.origins import Writer
from services.letter_checks import Submission, channel_of
from services.matters.grouping import group_soon
from services.partners.letters import through
from services.replies_by_message import ShortMessage, answer_by_message
from services.revealing import reveal_writer
from services.submission import Submitted, submit


@strawberry.type
class LetterMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(description="Write to a mailbox. Open to everybody.")
    async def submit_letter(self, info: Info, input: SubmitLetterInput) -> SubmitLetterPayload:
        done, errors = await settled(info, _submitted(info, input))
        return SubmitLetterPayload(
            case=Case.of(done.case, writers_own=True) if done else None,
            query_code=done.query_code if done else None,
            errors=errors,
        )

    @strawberry.mutation(description="Answer the survey. Requires to be the writer.")
    async def answer_survey(self, info: Info, input: AnswerSurveyInput) -> CasePayload:
        return await take_as_writer(info, Action.ANSWER_SURVEY, input)

    @strawberry.mutation(
        description="Answer, by a message sent back, the survey that this telephone was asked last."
        " Requires SYSTEM."
    )
    async def answer_survey_by_message(
        self, info: Info, input: AnswerSurveyByMessageInput
    ) -> CasePayload:
        case, errors = await settled(info, _answered_by_message(info, input))
        return CasePayload(case=Case.of(case) if case else None, errors=errors)

    @strawberry.mutation(
        description="Take a letter back before its reply is due out. Requires to be the writer."
    )
    async def withdraw_case(self, info: Info, input: WithdrawCaseInput) -> CasePayload:
        return await take_as_writer(info, Action.WITHDRAW, input)

    @strawberry.mutation(
        description="Contradict a conclusion within 15 days. Requires to be the writer."
    )
    async def appeal(self, info: Info, input: AppealInput) -> CasePayload:
        return await take_as_writer(info, Action.APPEAL, input)

    @strawberry.mutation(
        description="See who wrote, for a stated purpose; every look is recorded. "
        "Requires INTAKE, REVIEWER, HANDLER or SUPERVISOR."
    )
    async def reveal_writer(self, info: Info, input: RevealWriterInput) -> RevealWriterPayload:
        found, errors = await settled(info, _revealed(info, input))
        return RevealWriterPayload(writer=found, errors=errors)


async def _answered_by_message(info: Info, given: AnswerSurveyByMessageInput) -> DomainCase:
    context = info.context
    if context.actor.is_anonymous:
        raise Unauthenticated
    if Role.SYSTEM not in context.actor.roles:
        raise Forbidden("此操作须由短信网关办理。", "This takes the role SYSTEM: the gateway's.")
    message = ShortMessage(given.message_id, given.phone, given.text)
    return await answer_by_message(context.office, message, context.now)


async def _submitted(info: Info, given: SubmitLetterInput) -> Submitted:
    place = given.place
    submission = Submission(
        mailbox=key_of(given.mailbox_id, Kind.MAILBOX, "mailboxId"),
        kind=given.kind,
        title=given.title,
        body=given.body,
        channel=channel_of(given.channel, info.context.actor),
        name=given.writer.name,
        phone=given.writer.phone,
        anonymous=given.writer.anonymous,
        address=place.address if place else None,
        longitude=place.longitude if place else None,
        latitude=place.latitude if place else None,
        consent_to_publish=given.consent_to_publish,
        attachments=tuple(map(str, given.attachments or ())),
    )
    context = info.context
    _count_letter(context)
    if context.partner is not None:
        submission = through(context.partner, submission)
    submitted = await submit(
        context.office,
        submission,
        given.idempotency_key,
        context.actor,
        context.now,
        context.attachments,
        context.address,
    )
    if context.ops.has_background:
        group_soon(context.office)
    return submitted


def _count_letter(context: Context) -> None:
    """Whoever has no account writes so many letters from one address, then no more."""
    if context.letters is None or context.address is None or not context.actor.is_anonymous:
        return
    wait = context.letters.take(context.address, context.now).retry_after
    if wait is not None:
        raise TooManyAttempts(retry_after=wait)


async def _revealed(info: Info, given: RevealWriterInput) -> Writer:
    context = info.context
    case_id = key_of(given.case_id, Kind.CASE, "caseId")
    found = await reveal_writer(context.office, case_id, given.purpose, context.actor, context.now)
    # Whoever asked not to be named is not named to anybody; a number to call back on is enough.
    name = None if found.anonymous else found.name
    return Writer(name=name, phone=found.phone, anonymous=found.anonymous)
