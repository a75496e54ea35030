"""An office for the tests: the official calendar, the shipped policies, some units and people.

A case is told as a walk: ``walked("ACCEPT REVIEW SIGN_FOR")``. Whoever usually takes an action
takes it, a minute after the one before, with the usual values; ``acts`` says what is different.
Times are the city's, ``YYYY-MM-DD HH:MM``; a letter comes in on Monday, 2017-03-06, at 09:00.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.asks import MainCase
from domain.calendar import CITY_TIME
from domain.case import Case, open_case
from domain.categories import Category
from domain.directory import Unit
from domain.history import Chain
from domain.letters import Letter, Place
from domain.rulebook import Moment, Rulebook
from domain.words import (
    Channel,
    DissatisfactionReason,
    LetterKind,
    Network,
    Outcome,
    Role,
    Rung,
    Stage,
    UnitLevel,
    Urgency,
)
from domain.workflow import Action
from services.calendar import official_calendar
from services.policies import read_policies

MONDAY = "2017-03-06 09:00"
RULEBOOK = Rulebook(
    calendar=official_calendar(),
    policies=read_policies(),
    chain=Chain(b"a key that stays outside the database"),
    direct_systems=frozenset({"INDUSTRY_COMMERCE", "URBAN_MANAGEMENT", "FOOD_DRUG", "TOURISM"}),
)


def _unit(code: str, level: UnitLevel, above: Unit | None, system: str | None = None) -> Unit:
    path = (*(above.path if above else ()), code)
    return Unit(code, code, code, level, above.code if above else None, path, system, order=0)


CITY = _unit("5101", UnitLevel.CITY, None)
EDUCATION = _unit("5101-JYJ", UnitLevel.DEPARTMENT, CITY, "EDUCATION")
DISTRICT = _unit("510104", UnitLevel.DISTRICT, CITY)
TOWNSHIP = _unit("510104017", UnitLevel.TOWNSHIP, DISTRICT)
SQUAD = _unit("510104017-CGZ", UnitLevel.FRONT_LINE, TOWNSHIP, "URBAN_MANAGEMENT")
NEXT_DISTRICT = _unit("510105", UnitLevel.DISTRICT, CITY)

SMOKE = Category(
    id="01-02",
    name="油烟",
    name_en="油烟",
    level=2,
    parent="01",
    path=("01", "01-02"),
    network=Network.SAFETY,
)


def person(*roles: Role, subject: str | None = None, unit: Unit | None = None) -> Actor:
    """One with these roles, for the whole city or one unit, named like the first role."""
    return Actor(frozenset(roles), subject or roles[0].lower(), unit.code if unit else None)


WRITER = ANONYMOUS
CLERK = person(Role.INTAKE)
REVIEWER = person(Role.REVIEWER)
HANDLER = person(Role.HANDLER)
APPROVER = person(Role.APPROVER)
SUPERVISOR = person(Role.SUPERVISOR)

_WHO: Mapping[Actor, str] = {
    WRITER: "WITHDRAW ANSWER_SURVEY APPEAL",
    CLERK: "ACCEPT REJECT JOIN DISPATCH_DIRECTLY RECORD_CALLBACK",
    REVIEWER: "REVIEW RETURN_TO_INTAKE REVIEW_DISPATCH DECIDE_CALLBACK",
    HANDLER: """SIGN_FOR PASS_DOWN REFUSE RECORD_CONTACT STOP_CLOCK RESTART_CLOCK NOTE_PROGRESS
        INVOLVE_UNIT REQUEST_EXTENSION SUBMIT_REPLY""",
    APPROVER: "DECIDE_EXTENSION SEND_BACK_REPLY APPROVE_REPLY",
    SUPERVISOR: "ADJUDICATE SUPERVISE DECIDE_APPEAL",
    SYSTEM: "ANSWER_JOINED REVOKE_SUPERVISION CLOSE_UNANSWERED ARCHIVE",
}
WHO: Mapping[Action, Actor] = {
    Action[name]: actor for actor, names in _WHO.items() for name in names.split()
}
SATISFIED: Mapping[str, object] = {"resolved": True, "satisfaction": 5}
DISSATISFIED: Mapping[str, object] = {"resolved": False, "satisfaction": 1}
USUAL: Mapping[Action, Mapping[str, object]] = {
    Action.REJECT: {"reason": "不属于受理范围", "advice": "请拨打12345"},
    Action.JOIN: {"main_case": MainCase("another", None)},
    Action.DISPATCH_DIRECTLY: {"unit": SQUAD},
    Action.REVIEW_DISPATCH: {"correct": True},
    Action.REVIEW: {"category": SMOKE, "urgency": Urgency.NORMAL, "unit": DISTRICT},
    Action.PASS_DOWN: {"unit": TOWNSHIP},
    Action.REFUSE: {"reason": "不属于本单位职责"},
    Action.ADJUDICATE: {"unit": DISTRICT},
    Action.RECORD_CONTACT: {"reached": True},
    Action.STOP_CLOCK: {"reason": "等待来信人补充材料"},
    Action.NOTE_PROGRESS: {"text": "已到现场查看"},
    Action.INVOLVE_UNIT: {"unit": EDUCATION},
    Action.REQUEST_EXTENSION: {"working_days": 5, "reason": "需要检测"},
    Action.DECIDE_EXTENSION: {"granted": True},
    Action.SUBMIT_REPLY: {"text": "油烟净化设施已安装。", "outcome": Outcome.RESOLVED},
    Action.SEND_BACK_REPLY: {"reason": "答复不具体"},
    Action.ANSWER_SURVEY: SATISFIED,
    Action.RECORD_CALLBACK: SATISFIED,
    Action.DECIDE_CALLBACK: {"reopen": False, "classification": DissatisfactionReason.POLICY},
    Action.APPEAL: {"reason": "问题依然存在"},
    Action.DECIDE_APPEAL: {"granted": True, "reason": "申诉成立"},
    Action.ANSWER_JOINED: {"round": 1},
    Action.SUPERVISE: {"rung": Rung.NOTICE},
    Action.REVOKE_SUPERVISION: {"rung": Rung.NOTICE},
}
SPOKEN: Mapping[str, tuple[Action, Mapping[str, object]]] = {
    "UNREACHED": (Action.RECORD_CONTACT, {"reached": False}),
    "DISSATISFIED": (Action.ANSWER_SURVEY, DISSATISFIED),
    "WRONG_DISPATCH": (Action.REVIEW_DISPATCH, {"correct": False, "unit": NEXT_DISTRICT}),
    "REFUSED_TIME": (Action.DECIDE_EXTENSION, {"granted": False}),
    "REFUSED_APPEAL": (Action.DECIDE_APPEAL, {"granted": False}),
}
"""Words of a walk that are not the usual course of an action."""

TO_REVIEW = "ACCEPT"
TO_TRANSFER = f"{TO_REVIEW} REVIEW"
TO_COMMUNICATION = f"{TO_TRANSFER} SIGN_FOR"
TO_HANDLING = f"{TO_COMMUNICATION} RECORD_CONTACT"
TO_FEEDBACK = f"{TO_HANDLING} SUBMIT_REPLY"
TO_CALLBACK = f"{TO_FEEDBACK} APPROVE_REPLY"
TO_CONCLUSION = f"{TO_CALLBACK} ANSWER_SURVEY"
TWICE_DISSATISFIED = f"{TO_CALLBACK} DISSATISFIED SUBMIT_REPLY APPROVE_REPLY DISSATISFIED"
TWICE_REFUSED = f"{TO_TRANSFER} REFUSE REVIEW REFUSE"


def at(text: str) -> datetime:
    """``YYYY-MM-DD HH:MM`` on the city's clock; a date alone is its midday."""
    moment = datetime.fromisoformat(text if " " in text else f"{text} 12:00")
    return moment.replace(tzinfo=CITY_TIME)


def day(moment: datetime) -> str:
    """The city's date of ``moment``."""
    return moment.astimezone(CITY_TIME).date().isoformat()


def due(case: Case) -> str:
    """The day on which the stage's clock runs out."""
    assert case.stage_clock is not None
    return day(case.stage_clock.due_at)


def promised(case: Case) -> str:
    """The day until which the writer was promised a reply."""
    return day(case.promise.due_at)


LETTER = Letter(
    mailbox="5101/HEAD",
    kind=LetterKind.COMPLAINT,
    title="楼下餐馆油烟扰民",
    body="每天晚上油烟直接排到居民楼。",
    channel=Channel.APP,
    submitted_at=at(MONDAY),
    place=Place("锦江区春熙路"),
    consent_to_publish=True,
    reachable=True,
)


def submitted(
    when: str = MONDAY, by: Actor = WRITER, mailbox: Unit = CITY, reachable: bool = True
) -> Case:
    """A letter that has just come in, to a mailbox of the unit ``mailbox``."""
    letter = replace(LETTER, submitted_at=at(when), reachable=reachable)
    number = "20170306-000001-4"
    return open_case("one", number, letter, mailbox.path, {}, Moment(by, at(when), RULEBOOK))


def acts(
    case: Case,
    action: Action,
    *,
    when: str | None = None,
    by: Actor | None = None,
    note: str | None = None,
    **values: object,
) -> Case:
    """``case`` after ``action``, with ``values`` instead of or beside the usual ones."""
    return _taken(case, action, values, when, by, note)


def _taken(
    case: Case,
    action: Action,
    values: Mapping[str, object],
    when: str | None,
    by: Actor | None = None,
    note: str | None = None,
) -> Case:
    given = {**USUAL.get(action, {}), **values}
    return case.take(action, moment(case, when, by or WHO[action]), given, note)


def moment(case: Case, when: str | None = None, by: Actor = SYSTEM) -> Moment:
    """At ``when``, or a minute after the last that happened to ``case``."""
    now = at(when) if when else case.updated_at + timedelta(minutes=1)
    return Moment(by, now, RULEBOOK)


def walked(walk: str, case: Case | None = None) -> Case:
    """``case`` (by default a new one) after the actions of ``walk``.

    ``ACTION@2017-03-08`` or ``ACTION@2017-03-08T10:00`` says when.
    """
    told = case or submitted()
    for step in walk.split():
        name, _, when = step.partition("@")
        action, values = SPOKEN.get(name) or (Action[name], {})
        told = _taken(told, action, values, when.replace("T", " ") or None)
    return told


STANDING: Mapping[Stage, Case] = {
    stage: walked(walk)
    for stage, walk in zip(
        Stage,
        (
            "",
            TO_REVIEW,
            TO_TRANSFER,
            TO_COMMUNICATION,
            TO_HANDLING,
            TO_FEEDBACK,
            TO_CALLBACK,
            TO_CONCLUSION,
            f"{TO_CONCLUSION} ARCHIVE@2017-03-22",
        ),
        strict=True,
    )
}
"""For each stage a case that went there."""
