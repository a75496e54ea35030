"""One mutation for every action that staff, or the system, take on a case."""

from __future__ import annotations

import strawberry

from domain.workflow import Action
from resolvers.refusing import described, take
from schema import actions
from schema.context import Info
from schema.letters import CasePayload


@strawberry.type
class CaseMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(description=described(Action.ACCEPT, "The letter becomes work."))
    async def accept_case(self, info: Info, input: actions.AcceptCaseInput) -> CasePayload:
        return await take(info, Action.ACCEPT, input)

    @strawberry.mutation(
        description=described(
            Action.REJECT, "Not for this city's mailboxes; the reason goes to the writer."
        )
    )
    async def reject_case(self, info: Info, input: actions.RejectCaseInput) -> CasePayload:
        return await take(info, Action.REJECT, input)

    @strawberry.mutation(
        description=described(Action.JOIN, "Join a letter to the case that its matter has already.")
    )
    async def join_case(self, info: Info, input: actions.JoinCaseInput) -> CasePayload:
        return await take(info, Action.JOIN, input)

    @strawberry.mutation(
        description=described(Action.DISPATCH_DIRECTLY, "Urgent: straight to the front line.")
    )
    async def dispatch_case_directly(
        self, info: Info, input: actions.DispatchCaseDirectlyInput
    ) -> CasePayload:
        return await take(info, Action.DISPATCH_DIRECTLY, input)

    @strawberry.mutation(
        description=described(Action.REVIEW_DISPATCH, "Say whether a direct dispatch was right.")
    )
    async def review_dispatch(self, info: Info, input: actions.ReviewDispatchInput) -> CasePayload:
        return await take(info, Action.REVIEW_DISPATCH, input)

    @strawberry.mutation(description=described(Action.REVIEW, "Sort a case and send it to a unit."))
    async def review_case(self, info: Info, input: actions.ReviewCaseInput) -> CasePayload:
        return await take(info, Action.REVIEW, input)

    @strawberry.mutation(description=described(Action.RETURN_TO_INTAKE, "Not ready for review."))
    async def return_to_intake(self, info: Info, input: actions.ReturnToIntakeInput) -> CasePayload:
        return await take(info, Action.RETURN_TO_INTAKE, input)

    @strawberry.mutation(
        description=described(Action.ADJUDICATE, "After two refusals, name the unit; it stands.")
    )
    async def adjudicate_case(self, info: Info, input: actions.AdjudicateCaseInput) -> CasePayload:
        return await take(info, Action.ADJUDICATE, input)

    @strawberry.mutation(description=described(Action.SIGN_FOR, "The unit takes the case."))
    async def sign_for_case(self, info: Info, input: actions.SignForCaseInput) -> CasePayload:
        return await take(info, Action.SIGN_FOR, input)

    @strawberry.mutation(description=described(Action.PASS_DOWN, "Pass the case to a unit below."))
    async def pass_down_case(self, info: Info, input: actions.PassDownCaseInput) -> CasePayload:
        return await take(info, Action.PASS_DOWN, input)

    @strawberry.mutation(
        description=described(Action.REFUSE, "Not this unit's matter; at most twice per case.")
    )
    async def refuse_case(self, info: Info, input: actions.RefuseCaseInput) -> CasePayload:
        return await take(info, Action.REFUSE, input)

    @strawberry.mutation(
        description=described(Action.RECORD_CONTACT, "Record an attempt to talk to the writer.")
    )
    async def record_contact(self, info: Info, input: actions.RecordContactInput) -> CasePayload:
        return await take(info, Action.RECORD_CONTACT, input)

    @strawberry.mutation(
        description=described(Action.STOP_CLOCK, "Wait for somebody, ten working days in all.")
    )
    async def stop_clock(self, info: Info, input: actions.StopClockInput) -> CasePayload:
        return await take(info, Action.STOP_CLOCK, input)

    @strawberry.mutation(description=described(Action.RESTART_CLOCK, "The waiting is over."))
    async def restart_clock(self, info: Info, input: actions.RestartClockInput) -> CasePayload:
        return await take(info, Action.RESTART_CLOCK, input)

    @strawberry.mutation(description=described(Action.NOTE_PROGRESS, "Note what has been done."))
    async def note_progress(self, info: Info, input: actions.NoteProgressInput) -> CasePayload:
        return await take(info, Action.NOTE_PROGRESS, input)

    @strawberry.mutation(
        description=described(Action.INVOLVE_UNIT, "Let another unit see the case and help.")
    )
    async def involve_unit(self, info: Info, input: actions.InvolveUnitInput) -> CasePayload:
        return await take(info, Action.INVOLVE_UNIT, input)

    @strawberry.mutation(
        description=described(Action.REQUEST_EXTENSION, "Ask for more time, before the deadline.")
    )
    async def request_extension(
        self, info: Info, input: actions.RequestExtensionInput
    ) -> CasePayload:
        return await take(info, Action.REQUEST_EXTENSION, input)

    @strawberry.mutation(
        description=described(
            Action.DECIDE_EXTENSION, "Grant more time, or not; the writer is told."
        )
    )
    async def decide_extension(
        self, info: Info, input: actions.DecideExtensionInput
    ) -> CasePayload:
        return await take(info, Action.DECIDE_EXTENSION, input)

    @strawberry.mutation(
        description=described(Action.SUBMIT_REPLY, "Hand the reply to the approver.")
    )
    async def submit_reply(self, info: Info, input: actions.SubmitReplyInput) -> CasePayload:
        return await take(info, Action.SUBMIT_REPLY, input)

    @strawberry.mutation(
        description=described(Action.SEND_BACK_REPLY, "The reply is not good enough.")
    )
    async def send_back_reply(self, info: Info, input: actions.SendBackReplyInput) -> CasePayload:
        return await take(info, Action.SEND_BACK_REPLY, input)

    @strawberry.mutation(
        description=described(Action.APPROVE_REPLY, "Release the reply; never one's own.")
    )
    async def approve_reply(self, info: Info, input: actions.ApproveReplyInput) -> CasePayload:
        return await take(info, Action.APPROVE_REPLY, input)

    @strawberry.mutation(
        description=described(
            Action.RECORD_CALLBACK, "The survey by phone; never by a handler of the case."
        )
    )
    async def record_callback(self, info: Info, input: actions.RecordCallbackInput) -> CasePayload:
        return await take(info, Action.RECORD_CALLBACK, input)

    @strawberry.mutation(
        description=described(Action.DECIDE_CALLBACK, "After the second dissatisfied answer.")
    )
    async def decide_callback(self, info: Info, input: actions.DecideCallbackInput) -> CasePayload:
        return await take(info, Action.DECIDE_CALLBACK, input)

    @strawberry.mutation(
        description=described(
            Action.CLOSE_UNANSWERED, "Conclude a case whose survey nobody answered."
        )
    )
    async def close_unanswered(
        self, info: Info, input: actions.CloseUnansweredInput
    ) -> CasePayload:
        return await take(info, Action.CLOSE_UNANSWERED, input)

    @strawberry.mutation(
        description=described(Action.DECIDE_APPEAL, "Open an appealed case again, or not.")
    )
    async def decide_appeal(self, info: Info, input: actions.DecideAppealInput) -> CasePayload:
        return await take(info, Action.DECIDE_APPEAL, input)

    @strawberry.mutation(description=described(Action.SUPERVISE, "Climb a rung of the ladder."))
    async def supervise_case(self, info: Info, input: actions.SuperviseCaseInput) -> CasePayload:
        return await take(info, Action.SUPERVISE, input)

    @strawberry.mutation(
        description=described(
            Action.REVOKE_SUPERVISION, "Take back a rung climbed for a date that has moved."
        )
    )
    async def revoke_supervision(
        self, info: Info, input: actions.RevokeSupervisionInput
    ) -> CasePayload:
        return await take(info, Action.REVOKE_SUPERVISION, input)

    @strawberry.mutation(
        description=described(
            Action.ANSWER_JOINED, "Pass the main case's reply on to a letter joined to it."
        )
    )
    async def answer_joined(self, info: Info, input: actions.AnswerJoinedInput) -> CasePayload:
        return await take(info, Action.ANSWER_JOINED, input)

    @strawberry.mutation(
        description=described(Action.ARCHIVE, "Move a concluded case out of the working set.")
    )
    async def archive_case(self, info: Info, input: actions.ArchiveCaseInput) -> CasePayload:
        return await take(info, Action.ARCHIVE, input)
