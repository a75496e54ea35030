"""The whole process as one table: ``TRANSITIONS[stage][action] -> Step``.

A case changes in exactly one way, ``Case.take``, which asks this table; so do the buttons of a
client (``available_actions``) and the diagram in ``docs/workflow.md``. A look-up that finds
nothing *is* the refusal. Source of the rows: the city's rules for handling letters, as the
table of actions in ``docs/workflow.md`` states them.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain import effects, rules
from domain.actions import Action
from domain.asks import (
    FLAG,
    MAIN_CASE,
    MAYBE_CATEGORY,
    MAYBE_FLAG,
    MAYBE_MOMENT,
    MAYBE_UNIT,
    UNIT,
    NumberAsked,
    OneOf,
)
from domain.steps import (
    APPROVER,
    CITIZEN,
    HANDLER,
    INTAKE,
    MAYBE_WORDS,
    REASON,
    REPLY_OUTCOMES,
    REPLY_TEXT,
    REVIEWER,
    SUPERVISOR,
    SURVEY,
    SYSTEM,
    Step,
)
from domain.words import DissatisfactionReason, Rung, Stage, Urgency

__all__ = ["TRANSITIONS", "Action"]


(
    ACCEPTANCE,
    REVIEW,
    TRANSFER,
    COMMUNICATION,
    HANDLING,
    FEEDBACK,
    CALLBACK,
    CONCLUSION,
    ARCHIVE,
) = Stage
_CALLBACK_ENDS = (CONCLUSION, HANDLING, CALLBACK)


def _stays(stage: Stage) -> Mapping[Action, Step]:
    """What can be recorded in every open stage."""
    return {
        Action.SUPERVISE: Step(
            (stage,),
            (*SUPERVISOR, *SYSTEM),
            asks={"rung": OneOf(tuple(Rung))},
            unless=(rules.ladder_climbed,),
            effect=effects.climb_rung,
        ),
        **_revocable(stage),
    }


def _revocable(stage: Stage) -> Mapping[Action, Step]:
    """A rung that was climbed for a date which has moved since is taken back."""
    return {
        Action.REVOKE_SUPERVISION: Step(
            (stage,),
            SYSTEM,
            asks={"rung": OneOf(tuple(Rung))},
            unless=(rules.ladder_untouched,),
            effect=effects.revoke_rung,
        )
    }


def _withdrawable(stage: Stage) -> Mapping[Action, Step]:
    withdraw = Step((CONCLUSION,), CITIZEN, asks={"reason": MAYBE_WORDS}, effect=effects.withdraw)
    return {Action.WITHDRAW: withdraw, **_stays(stage)}


def _clock(stage: Stage) -> Mapping[Action, Step]:
    """Waiting for the writer or a third party."""
    return {
        Action.STOP_CLOCK: Step(
            (stage,),
            HANDLER,
            asks={"reason": REASON, "until": MAYBE_MOMENT},
            unless=(rules.clock_stands, rules.stop_used_up),
            effect=effects.stop_clock,
        ),
        Action.RESTART_CLOCK: Step(
            (stage,),
            (*HANDLER, *SYSTEM),
            unless=(rules.clock_runs,),
            effect=effects.restart_clock,
        ),
    }


def _dispatch_reviewed(stage: Stage, *, marks_only: bool) -> Mapping[Action, Step]:
    """Looking afterwards at a direct dispatch; past HANDLING it moves nothing any more."""
    return {
        Action.REVIEW_DISPATCH: Step(
            (stage,) if marks_only else (stage, TRANSFER),
            REVIEWER,
            asks={"correct": FLAG, "unit": MAYBE_UNIT, "reason": MAYBE_WORDS},
            unless=(rules.not_dispatched_directly, rules.dispatch_reviewed),
            route=None if marks_only else effects.after_dispatch_review,
            effect=effects.nothing if marks_only else effects.correct_dispatch,
        )
    }


_SURVEY_STEP = Step(
    _CALLBACK_ENDS,
    CITIZEN,
    asks=SURVEY,
    unless=(rules.survey_answered,),
    route=effects.after_survey,
    effect=effects.nothing,
)

TRANSITIONS: Mapping[Stage, Mapping[Action, Step]] = {
    ACCEPTANCE: {
        Action.ACCEPT: Step((REVIEW,), INTAKE),
        Action.REJECT: Step(
            (CONCLUSION,),
            INTAKE,
            asks={"reason": REASON, "advice": MAYBE_WORDS},
            effect=effects.reject,
        ),
        Action.JOIN: Step(
            (CONCLUSION,), INTAKE, asks={"main_case": MAIN_CASE}, effect=effects.join
        ),
        Action.DISPATCH_DIRECTLY: Step(
            (HANDLING,),
            INTAKE,
            asks={"unit": UNIT, "category": MAYBE_CATEGORY},
            effect=effects.dispatch_directly,
        ),
        **_withdrawable(ACCEPTANCE),
    },
    REVIEW: {
        Action.REVIEW: Step(
            (TRANSFER,),
            REVIEWER,
            asks={
                "category": MAYBE_CATEGORY,
                "urgency": OneOf(tuple(Urgency)),
                "unit": UNIT,
                "confidential": MAYBE_FLAG,
            },
            unless=(rules.refused_twice,),
            effect=effects.review,
        ),
        Action.RETURN_TO_INTAKE: Step((ACCEPTANCE,), REVIEWER, unless=(rules.refused_twice,)),
        Action.ADJUDICATE: Step(
            (COMMUNICATION,),
            SUPERVISOR,
            asks={"unit": UNIT, "reason": MAYBE_WORDS},
            unless=(rules.not_refused_twice,),
            effect=effects.assign,
        ),
        **_withdrawable(REVIEW),
    },
    TRANSFER: {
        Action.SIGN_FOR: Step((COMMUNICATION,), HANDLER),
        Action.PASS_DOWN: Step((TRANSFER,), HANDLER, asks={"unit": UNIT}, effect=effects.pass_down),
        Action.REFUSE: Step(
            (REVIEW,),
            HANDLER,
            asks={"reason": REASON},
            unless=(rules.no_more_refusals,),
            effect=effects.release_unit,
        ),
        **_withdrawable(TRANSFER),
    },
    COMMUNICATION: {
        Action.RECORD_CONTACT: Step(
            (HANDLING, COMMUNICATION),
            HANDLER,
            asks={"reached": FLAG, "summary": MAYBE_WORDS},
            route=effects.after_contact,
        ),
        **_clock(COMMUNICATION),
        **_withdrawable(COMMUNICATION),
    },
    HANDLING: {
        Action.NOTE_PROGRESS: Step(
            (HANDLING,), HANDLER, asks={"text": REASON}, unless=(rules.history_full,)
        ),
        Action.INVOLVE_UNIT: Step(
            (HANDLING,), HANDLER, asks={"unit": UNIT}, effect=effects.involve
        ),
        Action.REQUEST_EXTENSION: Step(
            (HANDLING,),
            HANDLER,
            asks={"working_days": NumberAsked(1, rules.EXTENSION_DAYS), "reason": REASON},
            unless=(rules.past_deadline, rules.extension_pending, rules.extensions_used_up),
            effect=effects.request_extension,
        ),
        Action.DECIDE_EXTENSION: Step(
            (HANDLING,),
            APPROVER,
            asks={"granted": FLAG, "reason": MAYBE_WORDS},
            unless=(rules.no_extension_pending,),
            effect=effects.decide_extension,
        ),
        Action.SUBMIT_REPLY: Step(
            (FEEDBACK,),
            HANDLER,
            asks={"text": REPLY_TEXT, "outcome": OneOf(REPLY_OUTCOMES)},
        ),
        **_clock(HANDLING),
        **_dispatch_reviewed(HANDLING, marks_only=False),
        **_withdrawable(HANDLING),
    },
    FEEDBACK: {
        Action.SEND_BACK_REPLY: Step((HANDLING,), APPROVER, asks={"reason": REASON}),
        Action.APPROVE_REPLY: Step(
            (CALLBACK,), APPROVER, unless=(rules.own_reply,), effect=effects.release_reply
        ),
        **_dispatch_reviewed(FEEDBACK, marks_only=True),
        **_stays(FEEDBACK),
    },
    CALLBACK: {
        Action.ANSWER_SURVEY: _SURVEY_STEP,
        Action.RECORD_CALLBACK: Step(
            _CALLBACK_ENDS,
            INTAKE,
            asks=SURVEY,
            unless=(rules.survey_answered, rules.handled_by_actor, rules.of_judged_unit),
            route=effects.after_survey,
        ),
        Action.DECIDE_CALLBACK: Step(
            (CONCLUSION, HANDLING),
            REVIEWER,
            asks={"reopen": FLAG, "classification": OneOf(tuple(DissatisfactionReason))},
            unless=(rules.nothing_to_decide,),
            route=effects.after_callback_decision,
        ),
        Action.CLOSE_UNANSWERED: Step(
            (CONCLUSION,), SYSTEM, unless=(rules.survey_answered, rules.callback_still_open)
        ),
        **_dispatch_reviewed(CALLBACK, marks_only=True),
        **_stays(CALLBACK),
    },
    CONCLUSION: {
        Action.APPEAL: Step(
            (CONCLUSION,),
            CITIZEN,
            asks={"reason": REASON},
            unless=(rules.cannot_appeal, rules.appeal_window_over),
        ),
        Action.DECIDE_APPEAL: Step(
            (REVIEW, CONCLUSION),
            SUPERVISOR,
            asks={"granted": FLAG, "reason": REASON},
            unless=(rules.no_appeal_pending,),
            route=effects.after_appeal,
            effect=effects.decide_appeal,
        ),
        Action.ANSWER_JOINED: Step(
            (CONCLUSION,),
            SYSTEM,
            asks={"round": NumberAsked(1, rules.MOST_ENTRIES)},
            unless=(rules.not_joined,),
            effect=effects.answer_joined,
        ),
        Action.ANSWER_SURVEY: Step(
            (CONCLUSION,),
            CITIZEN,
            asks=SURVEY,
            unless=(rules.not_answered_with_main, rules.survey_answered),
        ),
        Action.ARCHIVE: Step((ARCHIVE,), SYSTEM, unless=(rules.kept_from_archive,)),
        **_revocable(CONCLUSION),
        **_dispatch_reviewed(CONCLUSION, marks_only=True),
    },
    ARCHIVE: {},
}
