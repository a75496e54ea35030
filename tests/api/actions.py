"""The process as a client speaks it: a mutation for every action, and what is usually given."""

from __future__ import annotations

from collections.abc import Mapping

from domain.ids import Kind, global_id
from domain.words import Role
from domain.workflow import Action

# The small city of tests/domain/tables.py.
CITY, EDUCATION, DISTRICT, BUREAU = "51", "51-JYJ", "5101", "5101-CGJ"
RIVER, HILL, SQUAD, BRIGADE = "510101", "510102", "510101-CGZ", "5101-LYD"

MUTATIONS: Mapping[Action, str] = {
    Action.ACCEPT: "acceptCase",
    Action.REJECT: "rejectCase",
    Action.JOIN: "joinCase",
    Action.DISPATCH_DIRECTLY: "dispatchCaseDirectly",
    Action.REVIEW_DISPATCH: "reviewDispatch",
    Action.REVIEW: "reviewCase",
    Action.RETURN_TO_INTAKE: "returnToIntake",
    Action.SIGN_FOR: "signForCase",
    Action.PASS_DOWN: "passDownCase",
    Action.REFUSE: "refuseCase",
    Action.ADJUDICATE: "adjudicateCase",
    Action.RECORD_CONTACT: "recordContact",
    Action.STOP_CLOCK: "stopClock",
    Action.RESTART_CLOCK: "restartClock",
    Action.NOTE_PROGRESS: "noteProgress",
    Action.INVOLVE_UNIT: "involveUnit",
    Action.REQUEST_EXTENSION: "requestExtension",
    Action.DECIDE_EXTENSION: "decideExtension",
    Action.SUBMIT_REPLY: "submitReply",
    Action.SEND_BACK_REPLY: "sendBackReply",
    Action.APPROVE_REPLY: "approveReply",
    Action.ANSWER_SURVEY: "answerSurvey",
    Action.RECORD_CALLBACK: "recordCallback",
    Action.DECIDE_CALLBACK: "decideCallback",
    Action.CLOSE_UNANSWERED: "closeUnanswered",
    Action.APPEAL: "appeal",
    Action.DECIDE_APPEAL: "decideAppeal",
    Action.WITHDRAW: "withdrawCase",
    Action.SUPERVISE: "superviseCase",
    Action.REVOKE_SUPERVISION: "revokeSupervision",
    Action.ANSWER_JOINED: "answerJoined",
    Action.ARCHIVE: "archiveCase",
}
WHO: Mapping[Role, str] = {
    Role.CITIZEN: "WITHDRAW ANSWER_SURVEY APPEAL",
    Role.INTAKE: "ACCEPT REJECT JOIN DISPATCH_DIRECTLY RECORD_CALLBACK",
    Role.REVIEWER: "REVIEW RETURN_TO_INTAKE REVIEW_DISPATCH DECIDE_CALLBACK",
    Role.HANDLER: """SIGN_FOR PASS_DOWN REFUSE RECORD_CONTACT STOP_CLOCK RESTART_CLOCK
        NOTE_PROGRESS INVOLVE_UNIT REQUEST_EXTENSION SUBMIT_REPLY""",
    Role.APPROVER: "DECIDE_EXTENSION SEND_BACK_REPLY APPROVE_REPLY",
    Role.SUPERVISOR: "ADJUDICATE SUPERVISE DECIDE_APPEAL",
    Role.SYSTEM: "ANSWER_JOINED REVOKE_SUPERVISION CLOSE_UNANSWERED ARCHIVE",
}
USUAL_ROLE = {Action[name]: role for role, names in WHO.items() for name in names.split()}


def unit_id(code: str) -> str:
    return global_id(Kind.UNIT, code)


def mailbox_id(code: str) -> str:
    return global_id(Kind.MAILBOX, code)


def category_id(code: str) -> str:
    return global_id(Kind.CATEGORY, code)


def case_id(key: str) -> str:
    return global_id(Kind.CASE, key)


USUAL: Mapping[Action, Mapping[str, object]] = {
    Action.REJECT: {"reason": "不属于受理范围", "advice": "请拨打12345"},
    Action.DISPATCH_DIRECTLY: {"unitId": unit_id(SQUAD)},
    Action.REVIEW_DISPATCH: {"correct": True},
    Action.REVIEW: {
        "categoryId": category_id("01"),
        "urgency": "NORMAL",
        "unitId": unit_id(RIVER),
    },
    Action.PASS_DOWN: {"unitId": unit_id(SQUAD)},
    Action.REFUSE: {"reason": "不属于本单位职责"},
    Action.ADJUDICATE: {"unitId": unit_id(RIVER)},
    Action.RECORD_CONTACT: {"reached": True},
    Action.STOP_CLOCK: {"reason": "等待来信人补充材料"},
    Action.NOTE_PROGRESS: {"text": "已到现场查看"},
    Action.INVOLVE_UNIT: {"unitId": unit_id(EDUCATION)},
    Action.REQUEST_EXTENSION: {"workingDays": 5, "reason": "需要检测"},
    Action.DECIDE_EXTENSION: {"granted": True},
    Action.SUBMIT_REPLY: {"text": "油烟净化设施已安装。", "outcome": "RESOLVED"},
    Action.SEND_BACK_REPLY: {"reason": "答复不具体"},
    Action.ANSWER_SURVEY: {"resolved": True, "satisfaction": 5},
    Action.RECORD_CALLBACK: {"resolved": True, "satisfaction": 5},
    Action.DECIDE_CALLBACK: {"reopen": False, "classification": "POLICY"},
    Action.APPEAL: {"reason": "问题依然存在"},
    Action.DECIDE_APPEAL: {"granted": True, "reason": "申诉成立"},
    Action.SUPERVISE: {"rung": "NOTICE"},
    Action.REVOKE_SUPERVISION: {"rung": "NOTICE"},
    Action.ANSWER_JOINED: {"round": 1},
}
TO_TRANSFER = "ACCEPT REVIEW"
TO_HANDLING = f"{TO_TRANSFER} SIGN_FOR RECORD_CONTACT"
TO_FEEDBACK = f"{TO_HANDLING} SUBMIT_REPLY"
TO_CALLBACK = f"{TO_FEEDBACK} APPROVE_REPLY"
TO_CONCLUSION = f"{TO_CALLBACK} ANSWER_SURVEY"
