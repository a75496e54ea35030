"""The rules that refuse an action which the table would otherwise allow.

Each looks at the case and the moment only, so that the buttons of a client can be computed
before anything is typed. It returns the refusal, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from domain import deadlines
from domain.refusals import ActionNotAllowed, Forbidden, Refusal
from domain.words import DeadlineState, Outcome, Role, Rung

if TYPE_CHECKING:
    from domain.case import Case
    from domain.rulebook import Moment

Rule: TypeAlias = "Callable[[Case, Moment], Refusal | None]"

REFUSALS = 2
STOPPED_DAYS = 10
EXTENSIONS = 2
EXTENSION_DAYS = 20
APPEAL_DAYS = 15
CONTACT_ATTEMPTS = 3
MOST_ENTRIES = 1_000
DISSATISFIED = 2
"""A satisfaction up to this, of 1 to 5, is dissatisfied; so is "not resolved"."""


def _no(zh: str, en: str) -> Refusal:
    return ActionNotAllowed(zh, en)


def refused_twice(case: Case, moment: Moment) -> Refusal | None:
    if case.awaits_adjudication:
        return _no(
            "已两次退件，须由督办员裁定。", "Refused twice: a supervisor decides on the unit."
        )
    return None


def not_refused_twice(case: Case, moment: Moment) -> Refusal | None:
    if not case.awaits_adjudication:
        return _no("尚未两次退件，无须裁定。", "Only a case refused twice is decided on this way.")
    return None


def no_more_refusals(case: Case, moment: Moment) -> Refusal | None:
    if case.refusals >= REFUSALS:
        return _no(
            "每件最多退件两次，裁定后不得再退件。",
            "A case can be refused twice at most; then the supervisor's decision stands.",
        )
    return None


def clock_stands(case: Case, moment: Moment) -> Refusal | None:
    if case.open_stop(moment.now) is not None:
        return _no("计时已停止。", "The clock is stopped already.")
    return None


def clock_runs(case: Case, moment: Moment) -> Refusal | None:
    if case.open_stop(moment.now) is None:
        return _no("计时未停止。", "The clock is running.")
    return None


def stop_used_up(case: Case, moment: Moment) -> Refusal | None:
    if case.stop_days_left(moment.now, moment.rulebook.calendar) <= 0:
        return _no("停止计时累计已达10个工作日。", "The ten working days of stopping are used up.")
    return None


def past_deadline(case: Case, moment: Moment) -> Refusal | None:
    clock = case.stage_clock
    if clock is not None and deadlines.state(clock, moment.now) == DeadlineState.OVERDUE:
        return _no("已超期，不能申请延期。", "More time is asked for before the deadline only.")
    return None


def extension_pending(case: Case, moment: Moment) -> Refusal | None:
    if case.pending_extension is not None:
        return _no("已有延期申请待审批。", "A request for more time waits for its decision.")
    return None


def no_extension_pending(case: Case, moment: Moment) -> Refusal | None:
    if case.pending_extension is None:
        return _no("没有待审批的延期申请。", "No request for more time waits for a decision.")
    return None


def extensions_used_up(case: Case, moment: Moment) -> Refusal | None:
    if case.extension_requests >= EXTENSIONS or case.extension_days_left <= 0:
        return _no(
            "每件最多申请延期两次，合计不超过20个工作日。",
            "More time can be asked for twice, twenty working days in all.",
        )
    return None


def not_dispatched_directly(case: Case, moment: Moment) -> Refusal | None:
    return None if case.direct else _no("该件未直派。", "This case was not dispatched directly.")


def dispatch_reviewed(case: Case, moment: Moment) -> Refusal | None:
    if case.dispatch_was_reviewed:
        return _no("直派已复核。", "The direct dispatch was reviewed already.")
    return None


def own_reply(case: Case, moment: Moment) -> Refusal | None:
    reply = case.submitted_reply
    if reply is not None and reply.subject == moment.actor.subject:
        return Forbidden("提交人不得审批自己的答复。", "Nobody releases a reply of their own.")
    return None


def handled_by_actor(case: Case, moment: Moment) -> Refusal | None:
    subject = moment.actor.subject
    if any(entry.role == Role.HANDLER and entry.subject == subject for entry in case.history):
        return Forbidden(
            "承办人不得回访本人办理的件。", "Whoever handled a case never calls back on it."
        )
    return None


def of_judged_unit(case: Case, moment: Moment) -> Refusal | None:
    if moment.actor.unit == case.path[-1]:
        return Forbidden(
            "承办单位不得回访本单位办理的件。",
            "The unit that replied never calls back on its reply.",
        )
    return None


def survey_answered(case: Case, moment: Moment) -> Refusal | None:
    if case.survey_answer is not None:
        return _no("已作出评价。", "This reply was answered already.")
    return None


def not_answered_with_main(case: Case, moment: Moment) -> Refusal | None:
    if case.main_answered_at is None:
        return _no("该件没有待评价的答复。", "No reply waits for this writer's judgement.")
    if not _may_still_appeal(case, moment):
        return _no("评价期已过。", "The time to judge this reply is over.")
    return None


def not_joined(case: Case, moment: Moment) -> Refusal | None:
    return None if case.is_joined else _no("该件未并案。", "This case was not joined to another.")


def nothing_to_decide(case: Case, moment: Moment) -> Refusal | None:
    if case.survey_answer is None:
        return _no("尚无待认定的不满意评价。", "No dissatisfied answer waits for a decision.")
    return None


def callback_still_open(case: Case, moment: Moment) -> Refusal | None:
    clock = case.stage_clock
    if clock is not None and moment.now <= clock.due_at:
        return _no("回访期限未到。", "The writer can still answer.")
    return None


def cannot_appeal(case: Case, moment: Moment) -> Refusal | None:
    if case.outcome == Outcome.WITHDRAWN:
        return _no("已撤回的件不能申诉。", "A withdrawn letter cannot be appealed; write again.")
    if case.appealed_this_conclusion:
        return _no("该办结结果已申诉过。", "This conclusion was appealed already.")
    return None


def appeal_window_over(case: Case, moment: Moment) -> Refusal | None:
    if not case.awaits_main_reply and not _may_still_appeal(case, moment):
        return _no("申诉期（15日）已过。", "The fifteen days for an appeal are over.")
    return None


def no_appeal_pending(case: Case, moment: Moment) -> Refusal | None:
    return (
        None
        if case.appeal_pending
        else _no("没有待认定的申诉。", "No appeal waits for a decision.")
    )


def kept_from_archive(case: Case, moment: Moment) -> Refusal | None:
    if case.appeal_pending:
        return _no("申诉未决，不能归档。", "A pending appeal keeps a case from the archive.")
    if _may_still_appeal(case, moment):
        return _no("申诉期未满，不能归档。", "The writer can still appeal.")
    return None


def history_full(case: Case, moment: Moment) -> Refusal | None:
    if case.version >= MOST_ENTRIES:
        return _no("办理记录已满。", "This history has no room for more notes.")
    return None


def ladder_climbed(case: Case, moment: Moment) -> Refusal | None:
    if len(case.rungs) == len(Rung):
        return _no("督办级别已全部使用。", "Every rung of the ladder was climbed.")
    return None


def ladder_untouched(case: Case, moment: Moment) -> Refusal | None:
    return None if case.rungs else _no("没有可撤销的督办。", "No supervision stands to be revoked.")


def _may_still_appeal(case: Case, moment: Moment) -> bool:
    """For fifteen days, the last of which ends at 24:00 and is a working day.

    They run from the conclusion; for a joined letter from the main case's reply.
    """
    since = case.main_answered_at or case.concluded_at
    if since is None:
        return False
    return moment.now < moment.rulebook.calendar.period_ends(since, APPEAL_DAYS)
