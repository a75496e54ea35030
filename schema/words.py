"""The domain's words as GraphQL enums, each value described in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import EnumMeta
from typing import TypeVar

import strawberry

from domain import (
    accounts,
    bulletins,
    definitions,
    editions,
    media,
    notices,
    problem_cases,
    publication,
    redaction,
    runs,
    webhooks,
    words,
)
from domain.hot_issues import Trend as DomainTrend
from domain.mapping import MapPart as DomainMapPart
from domain.refusals import ErrorCode as DomainErrorCode
from domain.reply_quality import ReplyFlaw as DomainReplyFlaw
from domain.topics import TopicLevel as DomainTopicLevel
from domain.workflow import Action
from storage import waiting_notices
from storage.case_lists import CaseOrder as StoredCaseOrder

E = TypeVar("E", bound=EnumMeta)


def _enum(
    word: E, description: str, name: str | None = None, values: Mapping[str, str] | None = None
) -> E:
    """Registers a vocabulary; its members' names, or ``values``, become the descriptions."""
    strawberry.enum(word, name=name, description=description)
    for value in word.__strawberry_definition__.values:  # type: ignore[attr-defined]
        member = getattr(word, value.name)
        if isinstance(member, words.Word):
            value.description = f"{member.zh} · {member.en}"
        elif values:
            value.description = values[value.name]
    return word


Stage = _enum(words.Stage, "The nine stages that a case passes, in order.")
ActionName = _enum(Action, "What moves a case, or is recorded where it stands.", "ActionName")
MailboxLevel = _enum(words.MailboxLevel, "Whose mailbox it is.")
UnitLevel = _enum(words.UnitLevel, "Where a unit stands in the tree.")
LetterKind = _enum(words.LetterKind, "What a letter wants.")
Channel = _enum(words.Channel, "How a letter came, and its reply goes.")
Urgency = _enum(words.Urgency, "How soon a case must be handled.")
DeadlineState = _enum(words.DeadlineState, "How a clock stands at the moment of reading.")
Outcome = _enum(words.Outcome, "How a case ended.")
ReplyFlaw = _enum(DomainReplyFlaw, "What a reply seems to lack.", "ReplyFlaw")
SurveyState = _enum(words.SurveyState, "How far the satisfaction survey got.")
Network = _enum(words.Network, "The three networks that the grid centres join up.")
Rung = _enum(words.Rung, "The supervision ladder.")
DissatisfactionReason = _enum(
    words.DissatisfactionReason, "How a reviewer classifies a dissatisfied answer."
)
Medium = _enum(media.Medium, "What carries a message.")
DevicePlatform = _enum(
    accounts.Platform, "Whose service carries a notification to a device.", "DevicePlatform"
)
NoticeAudience = _enum(notices.Audience, "To whom a notice goes.", "NoticeAudience")
NoticeState = _enum(waiting_notices.NoticeState, "How far a notice got.")
ProblemReason = _enum(problem_cases.Reason, "Why a job has put a case aside.", "CaseProblemReason")
FigureName = _enum(definitions.FigureName, "What the city publishes of every month.")
BulletinState = _enum(
    bulletins.BulletinState, "How firm a bulletin's figures are.", "BulletinState"
)
ChangeReason = _enum(
    editions.ChangeReason, "Why a letter counts otherwise in a later edition.", "ChangeReason"
)
TopicLevel = _enum(DomainTopicLevel, "How finely letters are told apart.", "TopicLevel")
MapPart = _enum(DomainMapPart, "What a map counts by.", "MapPart")
CaseOrder = _enum(
    StoredCaseOrder,
    "How a queue is sorted.",
    "CaseOrder",
    {
        "DUE_FIRST": "By the stage's deadline; cases without one come last.",
        "NEWEST_FIRST": "By submission, the latest first.",
        "OLDEST_FIRST": "By submission, the earliest first.",
    },
)
FunctionRunState = _enum(
    runs.ShownRunState,
    "How far a run of a function got.",
    "FunctionRunState",
    {
        "RUNNING": "It was asked for or is under way.",
        "SUCCEEDED": "It did all there was to do.",
        "PARTIAL": "It stopped before its end, or some could not be handled.",
        "FAILED": "It broke off.",
        "SKIPPED": "It did not take place; the error says why.",
    },
)
Trigger = _enum(
    runs.Trigger,
    "What made a run.",
    "FunctionTrigger",
    {
        "SCHEDULE": "The function's schedule.",
        "CHANGE": "A change that made work for it before its time.",
        "OPS": "Somebody with the role OPS.",
        "COMMAND": "The command line.",
    },
)
WebhookEvent = _enum(webhooks.Event, "What a partner can be told of.", "WebhookEvent")
WebhookDeliveryState = _enum(
    webhooks.DeliveryState, "How far a delivery got.", "WebhookDeliveryState"
)
RedactionKind = _enum(
    redaction.RedactionKind, "Why something is hidden in what is published.", "RedactionKind"
)
PublicationState = _enum(
    publication.PublicationState, "What was decided last about publishing.", "PublicationState"
)
HotIssueTrend = _enum(
    DomainTrend,
    "The last third of the days asked for beside the two thirds before, in letters a day: a"
    " quarter more rises, a quarter fewer falls.",
    "HotIssueTrend",
)
ErrorCode = _enum(
    DomainErrorCode,
    "Why something was refused.",
    "ErrorCode",
    {
        "INVALID_INPUT": "A value that cannot be used; `field` names it.",
        "NOT_FOUND": "No such thing, or not for this reader.",
        "STALE_CASE": "Somebody else changed the case first; reload it.",
        "ACTION_NOT_ALLOWED": "The process has no such step here and now.",
        "UNAUTHENTICATED": "Nobody said who is asking.",
        "FORBIDDEN": "Known, but not the one who may.",
        "TOO_MANY_ATTEMPTS": "Slow down.",
        "DUPLICATE": "The idempotency key was used for something else.",
        "CHALLENGE_REQUIRED": "Solve a challenge first; its solution goes into a header.",
        "CHALLENGE_FAILED": "The solution is wrong, too old or was used before.",
    },
)
