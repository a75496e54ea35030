"""What each action of the process table asks for, as inputs; one for every mutation.

A field's name says what it is: ``unit_id`` is the id of a unit, and reaches the process as its
``unit``. Whatever is declared here beside ``CaseInput``'s own fields goes to the process as given.
"""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.words import DissatisfactionReason, Outcome, Rung, Urgency

ID = strawberry.ID
given = strawberry.field


@strawberry.input(description="Which case, and what the client last saw of it.")
class CaseInput:
    case_id: ID = given(description="Which case.")
    version: int | None = given(
        default=None, description="The version the client saw; STALE_CASE when it moved on."
    )
    note: str | None = given(
        default=None, description="Internal, up to 2,000 characters; never shown to the writer."
    )


# Acceptance


@strawberry.input(description="ACCEPT: the letter becomes work.")
class AcceptCaseInput(CaseInput):
    pass


@strawberry.input(description="REJECT: not for this city's mailboxes.")
class RejectCaseInput(CaseInput):
    reason: str = given(description="Why; goes to the writer. 2 to 1,000 characters.")
    advice: str | None = given(default=None, description="Where to turn instead.")


@strawberry.input(description="JOIN: the same matter has a case already.")
class JoinCaseInput(CaseInput):
    main_case_id: ID = given(description="The case whose reply the writer will get.")


@strawberry.input(description="DISPATCH_DIRECTLY: urgent, straight to the front line.")
class DispatchCaseDirectlyInput(CaseInput):
    unit_id: ID = given(description="A unit of a system with direct dispatch.")
    category_id: ID | None = given(default=None, description="What it is about.")


@strawberry.input(description="REVIEW_DISPATCH: was the direct dispatch right?")
class ReviewDispatchInput(CaseInput):
    correct: bool = given(description="Whether the unit was the right one.")
    unit_id: ID | None = given(default=None, description="The right unit, when it was wrong.")
    reason: str | None = given(default=None, description="What was wrong with it.")


# Review and transfer


@strawberry.input(description="REVIEW: sorted, and sent to a unit.")
class ReviewCaseInput(CaseInput):
    category_id: ID = given(description="What it is about.")
    urgency: Urgency = given(description="How soon it must be handled.")
    unit_id: ID = given(description="The unit that becomes responsible.")
    confidential: bool | None = given(default=None, description="Kept from intake clerks.")


@strawberry.input(description="RETURN_TO_INTAKE: not ready for review.")
class ReturnToIntakeInput(CaseInput):
    pass


@strawberry.input(description="SIGN_FOR: the unit takes it.")
class SignForCaseInput(CaseInput):
    pass


@strawberry.input(description="PASS_DOWN: to a unit below.")
class PassDownCaseInput(CaseInput):
    unit_id: ID = given(description="A unit below the responsible one.")


@strawberry.input(description="REFUSE: not this unit's matter.")
class RefuseCaseInput(CaseInput):
    reason: str = given(description="Why, for the reviewer. 2 to 1,000 characters.")


@strawberry.input(description="ADJUDICATE: the supervisor names the unit, and that stands.")
class AdjudicateCaseInput(CaseInput):
    unit_id: ID = given(description="The unit that becomes responsible.")
    reason: str | None = given(default=None, description="Why this unit.")


# Communication and handling


@strawberry.input(description="RECORD_CONTACT: an attempt to talk to the writer.")
class RecordContactInput(CaseInput):
    reached: bool = given(description="Whether the writer was reached.")
    summary: str | None = given(default=None, description="What was said; internal.")


@strawberry.input(description="STOP_CLOCK: waiting for the writer or a third party.")
class StopClockInput(CaseInput):
    reason: str = given(description="What is waited for. 2 to 1,000 characters.")
    until: datetime | None = given(
        default=None, description="When it starts again; as late as possible when left out."
    )


@strawberry.input(description="RESTART_CLOCK: the waiting is over.")
class RestartClockInput(CaseInput):
    pass


@strawberry.input(description="NOTE_PROGRESS: what has been done.")
class NoteProgressInput(CaseInput):
    text: str = given(description="Internal. 2 to 1,000 characters.")


@strawberry.input(description="INVOLVE_UNIT: another unit sees the case and helps.")
class InvolveUnitInput(CaseInput):
    unit_id: ID = given(description="The other unit.")


@strawberry.input(description="REQUEST_EXTENSION: more time.")
class RequestExtensionInput(CaseInput):
    working_days: int = given(description="1 to 20, in all of a case's extensions.")
    reason: str = given(description="Why. 2 to 1,000 characters.")


@strawberry.input(description="DECIDE_EXTENSION: grant more time, or not.")
class DecideExtensionInput(CaseInput):
    granted: bool = given(description="Whether the days are granted.")
    reason: str | None = given(default=None, description="Why; goes to the writer.")


@strawberry.input(description="SUBMIT_REPLY: the answer, for the approver.")
class SubmitReplyInput(CaseInput):
    text: str = given(description="What the writer will read. 2 to 10,000 characters.")
    outcome: Outcome = given(description="RESOLVED, EXPLAINED, PARTLY_RESOLVED or NOT_RESOLVABLE.")


# Feedback, callback, conclusion


@strawberry.input(description="SEND_BACK_REPLY: not good enough.")
class SendBackReplyInput(CaseInput):
    reason: str = given(description="What is missing. 2 to 1,000 characters.")


@strawberry.input(description="APPROVE_REPLY: it goes to the writer.")
class ApproveReplyInput(CaseInput):
    pass


@strawberry.input(description="RECORD_CALLBACK: the survey, by phone.")
class RecordCallbackInput(CaseInput):
    resolved: bool = given(description="Whether the matter is resolved.")
    satisfaction: int = given(description="1, very dissatisfied, to 5, very satisfied.")
    reason: str | None = given(default=None, description="Why not, in the writer's words.")
    comment: str | None = given(default=None, description="What else the writer said.")


@strawberry.input(description="DECIDE_CALLBACK: after the second dissatisfied answer.")
class DecideCallbackInput(CaseInput):
    reopen: bool = given(description="Back to handling, or concluded as it is.")
    classification: DissatisfactionReason = given(description="Why the writer is dissatisfied.")


@strawberry.input(description="CLOSE_UNANSWERED: the survey's time is over.")
class CloseUnansweredInput(CaseInput):
    pass


@strawberry.input(description="DECIDE_APPEAL: open the case again, or not.")
class DecideAppealInput(CaseInput):
    granted: bool = given(description="Whether the case is opened again.")
    reason: str = given(description="Why; goes to the writer. 2 to 1,000 characters.")


@strawberry.input(description="SUPERVISE: a rung of the ladder.")
class SuperviseCaseInput(CaseInput):
    rung: Rung = given(description="Each once per case.")


@strawberry.input(description="REVOKE_SUPERVISION: a rung climbed for a date that has moved.")
class RevokeSupervisionInput(CaseInput):
    rung: Rung = given(description="One that was climbed.")


@strawberry.input(description="ANSWER_JOINED: the main case's reply has gone to this writer.")
class AnswerJoinedInput(CaseInput):
    round: int = given(description="Which of the main case's replies, from 1; each once.")


@strawberry.input(description="ARCHIVE: out of the working set.")
class ArchiveCaseInput(CaseInput):
    pass
