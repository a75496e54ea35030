"""Which fields a partner's key opens: those of the widget's operations, each in these alone."""

from __future__ import annotations

from collections.abc import Mapping

OPENED: Mapping[str, Mapping[str, str]] = {
    "WidgetMailbox": {
        "Query": "mailbox",
        "Mailbox": "id name level unit incumbent promise figures publishedReplies",
        "Unit": "name",
        "Incumbent": "name title",
        "Promise": "workingDays",
        "MailboxFigures": "lettersLastMonth replyRate averageReplyDays satisfactionRate",
        "PublishedReplyConnection": "edges",
        "PublishedReplyEdge": "node",
        "PublishedReply": "title repliedAt excerpt",
    },
    "WidgetSubmit": {
        "Mutation": "submitLetter",
        "SubmitLetterPayload": "case queryCode errors",
        "Case": "number replyDue",
        "Deadline": "dueAt",
        "UserError": "code field message",
    },
    "WidgetStatus": {
        "Query": "trackedCase",
        "Case": "number title stage stageName updatedAt replyDue reply outcomeName",
        "Deadline": "dueAt state",
        "Reply": "text sentAt",
    },
}
"""By operation and type."""


def opened_by(operation: str) -> frozenset[str]:
    """The fields of an operation, each as ``Type.field``."""
    of_types = OPENED[operation].items()
    return frozenset(f"{kind}.{field}" for kind, fields in of_types for field in fields.split())


def operations_with(field: str) -> tuple[str, ...]:
    """The operations that have this field; none for what a key does not open."""
    return tuple(operation for operation in OPENED if field in opened_by(operation))
