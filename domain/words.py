"""The words of the process, each with its name in Chinese and in English.

One word is one thing: the value stored in MongoDB, the GraphQL enum value and the Python
member are the same string; the names are what a person reads.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A member of a closed vocabulary: ``NAME = "NAME", "中文", "English"``."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str, en: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def named(self, language: str) -> str:
        """The name a person reads; ``language`` is ``"zh"`` or ``"en"``."""
        return self.zh if language == "zh" else self.en


class Stage(Word):
    """The nine stages, in order."""

    ACCEPTANCE = "ACCEPTANCE", "受理", "Acceptance"
    REVIEW = "REVIEW", "审核", "Review"
    TRANSFER = "TRANSFER", "转办", "Transfer"
    COMMUNICATION = "COMMUNICATION", "沟通", "Communication"
    HANDLING = "HANDLING", "办理", "Handling"
    FEEDBACK = "FEEDBACK", "反馈", "Feedback"
    CALLBACK = "CALLBACK", "回访", "Callback"
    CONCLUSION = "CONCLUSION", "办结", "Conclusion"
    ARCHIVE = "ARCHIVE", "归档", "Archive"

    @property
    def place(self) -> int:
        """Position in the process, 1 to 9."""
        return list(Stage).index(self) + 1


class Role(Word):
    """Who acts. CITIZEN needs no token; SYSTEM is the city's own clockwork."""

    CITIZEN = "CITIZEN", "来信人", "Citizen"
    INTAKE = "INTAKE", "受理员", "Intake clerk"
    REVIEWER = "REVIEWER", "审核员", "Reviewer"
    HANDLER = "HANDLER", "承办人", "Handler"
    APPROVER = "APPROVER", "审批人", "Approver"
    SUPERVISOR = "SUPERVISOR", "督办员", "Supervisor"
    OPS = "OPS", "运维", "Operations"
    SYSTEM = "SYSTEM", "系统", "System"


class LetterKind(Word):
    COMPLAINT = "COMPLAINT", "投诉", "Complaint"
    HELP = "HELP", "求助", "Request for help"
    CONSULTATION = "CONSULTATION", "咨询", "Consultation"
    SUGGESTION = "SUGGESTION", "建议", "Suggestion"
    REPORT = "REPORT", "举报", "Report of wrongdoing"
    PRAISE = "PRAISE", "表扬", "Praise"


class Channel(Word):
    WEB = "WEB", "网站信箱", "Web mailbox"
    WECHAT = "WECHAT", "微信", "WeChat"
    SMS = "SMS", "短信", "SMS"
    APP = "APP", "手机客户端", "Mobile app"
    WIDGET = "WIDGET", "合作门户", "Partner portal"
    PHONE = "PHONE", "电话", "Telephone"


class Urgency(Word):
    NORMAL = "NORMAL", "一般", "Normal"
    URGENT = "URGENT", "紧急", "Urgent"
    COMPLEX = "COMPLEX", "复杂", "Complex"


class Outcome(Word):
    """How a case ended; the first four are a unit's to choose with its reply."""

    RESOLVED = "RESOLVED", "已解决", "Resolved"
    EXPLAINED = "EXPLAINED", "已解释说明", "Explained"
    PARTLY_RESOLVED = "PARTLY_RESOLVED", "部分解决", "Partly resolved"
    NOT_RESOLVABLE = "NOT_RESOLVABLE", "无法解决", "Not resolvable"
    WITHDRAWN = "WITHDRAWN", "已撤回", "Withdrawn"
    REJECTED = "REJECTED", "不予受理", "Rejected"
    MERGED = "MERGED", "并案办理", "Merged"


class SurveyState(Word):
    NOT_ASKED = "NOT_ASKED", "未回访", "Not asked"
    ASKED = "ASKED", "已发出", "Asked"
    REMINDED = "REMINDED", "已提醒", "Reminded"
    ANSWERED = "ANSWERED", "已答复", "Answered"
    NO_ANSWER = "NO_ANSWER", "未答复", "No answer"


class DissatisfactionReason(Word):
    """How a reviewer classifies why a writer was not satisfied."""

    NOT_SOLVED = "NOT_SOLVED", "问题未解决", "The matter is not solved"
    POLICY = "POLICY", "不认可政策规定", "Disagrees with the policy"
    SLOW = "SLOW", "办理时间过长", "It took too long"
    ATTITUDE = "ATTITUDE", "工作态度不满意", "How the writer was treated"
    OTHER = "OTHER", "其他", "Other"


class Rung(Word):
    """The supervision ladder, from the bottom."""

    NOTICE = "NOTICE", "督办通知", "Notice"
    YELLOW_CARD = "YELLOW_CARD", "黄牌", "Yellow card"
    RED_CARD = "RED_CARD", "红牌", "Red card"
    LEADER_INSTRUCTION = "LEADER_INSTRUCTION", "领导批示", "Leader's instruction"


class DeadlineState(Word):
    """How a clock stands when it is looked at; never stored."""

    RUNNING = "RUNNING", "计时中", "Running"
    STOPPED = "STOPPED", "已停止计时", "Stopped"
    WARNED = "WARNED", "临近超期", "Close to its limit"
    OVERDUE = "OVERDUE", "超期", "Overdue"
    MET = "MET", "已完成", "Met"


class UnitLevel(Word):
    CITY = "CITY", "市级", "City"
    DEPARTMENT = "DEPARTMENT", "部门", "Department"
    DISTRICT = "DISTRICT", "区（市）县", "District or county"
    TOWNSHIP = "TOWNSHIP", "镇（街道）", "Township or subdistrict"
    FRONT_LINE = "FRONT_LINE", "一线队伍", "Front-line team"


class MailboxLevel(Word):
    CITY_PARTY_SECRETARY = "CITY_PARTY_SECRETARY", "市委书记信箱", "City party secretary"
    CITY_GOVERNMENT = "CITY_GOVERNMENT", "市政府信箱", "City government"
    DISTRICT = "DISTRICT", "区（市）县信箱", "District or county"
    TOWNSHIP = "TOWNSHIP", "镇（街道）信箱", "Township or subdistrict"


class Network(Word):
    """The three networks that the city's grid centres join up."""

    SAFETY = "SAFETY", "安全网", "Safety"
    LIVELIHOOD = "LIVELIHOOD", "民生网", "Livelihood"
    SERVICE = "SERVICE", "服务网", "Public service"
