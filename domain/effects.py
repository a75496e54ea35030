"""What an action changes besides the stage and the history, and where a choice leads.

Effects return a new case; routes return a stage. Both may refuse a value that was given, with
``InvalidInput`` naming its field. ``given`` has been read by the step's asks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain import deadlines, rules
from domain.asks import Given
from domain.categories import Category
from domain.directory import Unit
from domain.policies import Limit
from domain.refusals import InvalidInput
from domain.words import Outcome, Stage, Urgency

if TYPE_CHECKING:
    from domain.case import Case
    from domain.rulebook import Moment


_WITHOUT_REPLY = (Outcome.MERGED, Outcome.WITHDRAWN, Outcome.REJECTED)


def nothing(case: Case, given: Given, moment: Moment) -> Case:
    """Most actions move the case and leave an entry; that is all."""
    return case


# Intake and review


def reject(case: Case, given: Given, moment: Moment) -> Case:
    """The reason and the advice count as the reply."""
    return _answered(replace(case, outcome=Outcome.REJECTED), moment)


def join(case: Case, given: Given, moment: Moment) -> Case:
    """The writer gets the main case's reply, and the promise is kept when that goes out."""
    main = given.case("main_case")
    if main.id == case.id:
        raise InvalidInput("不能并入自身。", "A case cannot be joined to itself.", "main_case")
    if main.is_archived or main.outcome in _WITHOUT_REPLY:
        raise InvalidInput(
            "该件已并入他件、已撤回、不予受理或已归档。",
            "That case was itself joined, withdrawn, rejected or archived.",
            "main_case",
        )
    return replace(case, outcome=Outcome.MERGED, main_case=main.id)


def answer_joined(case: Case, given: Given, moment: Moment) -> Case:
    """The main case's reply goes to this writer: the promise is kept.

    ``round`` counts the main case's replies; each is passed on once.
    """
    if given.number("round") <= case.main_replies:
        raise InvalidInput("该答复已转告。", "This reply was passed on already.", "round")
    return _answered(case, moment)


def withdraw(case: Case, given: Given, moment: Moment) -> Case:
    return _answered(replace(case, outcome=Outcome.WITHDRAWN), moment)


def dispatch_directly(case: Case, given: Given, moment: Moment) -> Case:
    """Urgent, and straight to the unit, which must be of a system with direct dispatch."""
    unit = given.unit("unit")
    if unit is None or unit.system not in moment.rulebook.direct_systems:
        raise InvalidInput(
            "该单位所属系统未开通工单直派。",
            "The system of this unit has no direct dispatch.",
            "unit",
        )
    urgent = replace(case, urgency=Urgency.URGENT, direct=True)
    return _promised(_sorted(assign(urgent, given, moment), given.category("category")), moment)


def review(case: Case, given: Given, moment: Moment) -> Case:
    """Sorted and given to a unit; the urgency settles how long the promise is."""
    confidential = given.get("confidential", bool)
    reviewed = replace(
        _sorted(assign(case, given, moment), given.category("category")),
        urgency=given.get("urgency", Urgency) or case.urgency,
        confidential=case.confidential if confidential is None else confidential,
    )
    return _promised(reviewed, moment)


def assign(case: Case, given: Given, moment: Moment) -> Case:
    """The named unit becomes responsible."""
    return _with_unit(case, given.unit("unit"))


def release_unit(case: Case, given: Given, moment: Moment) -> Case:
    """The refusing unit is out; a reviewer finds another."""
    return _with_unit(case, None)


def pass_down(case: Case, given: Given, moment: Moment) -> Case:
    unit = given.unit("unit")
    above = case.responsible[-1] if case.responsible else ""
    if unit is None or unit.code == above or above not in unit.path:
        raise InvalidInput(
            "只能下派给下级单位。", "A case is passed down to a unit below only.", "unit"
        )
    return _with_unit(case, unit)


def correct_dispatch(case: Case, given: Given, moment: Moment) -> Case:
    """A wrong direct dispatch names the right unit."""
    if given.flag("correct"):
        return case
    unit = given.unit("unit")
    if unit is None:
        raise InvalidInput("请指定正确的承办单位。", "Name the right unit.", "unit")
    return _with_unit(case, unit)


def after_dispatch_review(case: Case, given: Given) -> Stage:
    return Stage.HANDLING if given.flag("correct") else Stage.TRANSFER


# Communication and handling


def after_contact(case: Case, given: Given) -> Stage:
    """On when reached, when there is no way to reach the writer, or at the third failure."""
    enough = case.failed_contacts + 1 >= rules.CONTACT_ATTEMPTS
    if given.flag("reached") or enough or not case.letter.reachable:
        return Stage.HANDLING
    return Stage.COMMUNICATION


def stop_clock(case: Case, given: Given, moment: Moment) -> Case:
    """Both clocks stand still, up to ``until`` or as long as the ten days last."""
    calendar = moment.rulebook.calendar
    latest = case.latest_stop(moment.now, calendar)
    until = given.moment("until") or latest
    if not moment.now < until <= latest:
        raise InvalidInput(
            f"停止计时须晚于现在，且最迟到{latest:%Y-%m-%d}（累计不超过10个工作日）。",
            f"A stop ends in the future, at the latest on {latest:%Y-%m-%d} (ten days in all).",
            "until",
        )
    reason = given.text("reason")
    return case.with_clocks(
        {
            limit: deadlines.stop(clock, moment.now, until, reason, calendar)
            for limit, clock in case.running_clocks().items()
        }
    )


def restart_clock(case: Case, given: Given, moment: Moment) -> Case:
    calendar = moment.rulebook.calendar
    return case.with_clocks(
        {
            limit: deadlines.restart(clock, moment.now, calendar)
            for limit, clock in case.running_clocks().items()
        }
    )


def involve(case: Case, given: Given, moment: Moment) -> Case:
    """The unit sees the case from now on; the responsible unit stays the same."""
    unit = given.unit("unit")
    if unit is None or unit.path in case.involved or unit.path == case.responsible:
        raise InvalidInput("该单位已参与。", "This unit takes part already.", "unit")
    return replace(case, involved=(*case.involved, unit.path))


def request_extension(case: Case, given: Given, moment: Moment) -> Case:
    """Twenty working days in all; what was refused does not count."""
    if given.number("working_days") > case.extension_days_left:
        raise InvalidInput(
            f"合计不超过20个工作日，还可申请{case.extension_days_left}个。",
            f"Twenty working days in all: {case.extension_days_left} are left.",
            "working_days",
        )
    return case


def decide_extension(case: Case, given: Given, moment: Moment) -> Case:
    """Granted days move the handling deadline and the promise to the writer."""
    asked = case.pending_extension
    if asked is None or not given.flag("granted"):
        return case
    days = int(str(asked.details["working_days"]))
    return case.with_clocks(
        {
            limit: deadlines.extend(clock, days, moment.rulebook.calendar)
            for limit, clock in case.running_clocks().items()
        }
    )


# Reply, callback, appeal


def release_reply(case: Case, given: Given, moment: Moment) -> Case:
    """The outcome that came with the reply becomes the case's; the promise is kept."""
    reply = case.submitted_reply
    if reply is None:
        raise InvalidInput("没有待审批的答复。", "There is no reply to release.")
    outcome = Outcome[str(reply.details["outcome"])]
    return _answered(replace(case, outcome=outcome), moment)


def after_survey(case: Case, given: Given) -> Stage:
    """Satisfied ends it; dissatisfied reopens it once; the second time a reviewer decides."""
    if given.flag("resolved") and given.number("satisfaction") > rules.DISSATISFIED:
        return Stage.CONCLUSION
    return Stage.CALLBACK if case.dissatisfied_answers else Stage.HANDLING


def after_callback_decision(case: Case, given: Given) -> Stage:
    return Stage.HANDLING if given.flag("reopen") else Stage.CONCLUSION


def after_appeal(case: Case, given: Given) -> Stage:
    return Stage.REVIEW if given.flag("granted") else Stage.CONCLUSION


def decide_appeal(case: Case, given: Given, moment: Moment) -> Case:
    """A granted appeal opens the case again, on its own and with no unit yet."""
    if not given.flag("granted"):
        return case
    return replace(_with_unit(case, None), main_case=None)


def climb_rung(case: Case, given: Given, moment: Moment) -> Case:
    """Each rung once per case."""
    rung = given.text("rung")
    if rung in case.rungs:
        raise InvalidInput("该督办级别已使用。", "This rung was climbed already.", "rung")
    return case


def revoke_rung(case: Case, given: Given, moment: Moment) -> Case:
    """A rung that was climbed for a date which has moved counts no longer."""
    if given.text("rung") not in case.rungs:
        raise InvalidInput("该督办级别未使用。", "This rung was not climbed.", "rung")
    return case


def _with_unit(case: Case, unit: Unit | None) -> Case:
    return replace(case, responsible=unit.path if unit else ())


def _sorted(case: Case, category: Category | None) -> Case:
    return replace(case, category=category.path) if category else case


def _promised(case: Case, moment: Moment) -> Case:
    """The promise for the urgency and category as they are now, from submission."""
    days = moment.rulebook.days(Limit.REPLY, case.category, case.urgency, case.letter.submitted_at)
    promise = deadlines.with_days(case.clocks[Limit.REPLY], days, moment.rulebook.calendar)
    return case.with_clocks({Limit.REPLY: promise})


def _answered(case: Case, moment: Moment) -> Case:
    met = deadlines.meet(case.clocks[Limit.REPLY], moment.now, moment.rulebook.calendar)
    return case.with_clocks({Limit.REPLY: met})
