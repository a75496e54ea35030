"""What can be done with a case, by name."""

from __future__ import annotations

from domain.words import Word


class Action(Word):
    """What moves a case between the stages, or is recorded where it stands."""

    ACCEPT = "ACCEPT", "受理", "Accepted"
    REJECT = "REJECT", "不予受理", "Rejected"
    JOIN = "JOIN", "并案", "Joined to an existing case"
    DISPATCH_DIRECTLY = "DISPATCH_DIRECTLY", "工单直派", "Dispatched directly"
    REVIEW_DISPATCH = "REVIEW_DISPATCH", "直派复核", "Direct dispatch reviewed"
    REVIEW = "REVIEW", "审核转办", "Reviewed and sent to a unit"
    RETURN_TO_INTAKE = "RETURN_TO_INTAKE", "退回受理", "Returned to intake"
    SIGN_FOR = "SIGN_FOR", "签收", "Signed for"
    PASS_DOWN = "PASS_DOWN", "下派", "Passed down"
    REFUSE = "REFUSE", "退件", "Refused by the unit"
    ADJUDICATE = "ADJUDICATE", "裁定承办单位", "Unit decided by the supervisor"
    RECORD_CONTACT = "RECORD_CONTACT", "联系来信人", "Contact with the writer"
    STOP_CLOCK = "STOP_CLOCK", "停止计时", "Clock stopped"
    RESTART_CLOCK = "RESTART_CLOCK", "恢复计时", "Clock restarted"
    NOTE_PROGRESS = "NOTE_PROGRESS", "记录进展", "Progress noted"
    INVOLVE_UNIT = "INVOLVE_UNIT", "协办", "Another unit involved"
    REQUEST_EXTENSION = "REQUEST_EXTENSION", "申请延期", "More time asked for"
    DECIDE_EXTENSION = "DECIDE_EXTENSION", "延期审批", "More time decided on"
    SUBMIT_REPLY = "SUBMIT_REPLY", "提交答复", "Reply submitted"
    SEND_BACK_REPLY = "SEND_BACK_REPLY", "退回答复", "Reply sent back"
    APPROVE_REPLY = "APPROVE_REPLY", "答复审批通过", "Reply released"
    ANSWER_SURVEY = "ANSWER_SURVEY", "满意度评价", "Survey answered"
    RECORD_CALLBACK = "RECORD_CALLBACK", "电话回访", "Callback by phone recorded"
    DECIDE_CALLBACK = "DECIDE_CALLBACK", "回访认定", "Callback decided on"
    ANSWER_JOINED = "ANSWER_JOINED", "并案答复", "Answered with the main case"
    CLOSE_UNANSWERED = "CLOSE_UNANSWERED", "无回应办结", "Closed without an answer"
    APPEAL = "APPEAL", "申诉", "Appealed"
    DECIDE_APPEAL = "DECIDE_APPEAL", "申诉认定", "Appeal decided on"
    WITHDRAW = "WITHDRAW", "撤回", "Withdrawn"
    SUPERVISE = "SUPERVISE", "督办", "Supervised"
    REVOKE_SUPERVISION = "REVOKE_SUPERVISION", "撤销督办", "Supervision revoked"
    ARCHIVE = "ARCHIVE", "归档", "Archived"
