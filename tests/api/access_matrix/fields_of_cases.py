"""Fields of cases: of the letter, of its way, and what the house keeps beside it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.api.access_matrix.classes import Class, rows

CASES: Mapping[str, Class] = {
    **rows(Class.PUBLIC, "Query", "rateLimit node mailbox mailboxes units categories"),
    **rows(Class.QUEUE, "Query", "case cases"),
    **rows(Class.OWN, "Query", "viewer"),
    **rows(Class.PROOF, "Query", "trackedCase"),
    **rows(Class.PROOF, "Subscription", "caseChanged"),
    **rows(Class.PUBLIC, "RateLimit", "limit remaining resetAt"),
    **rows(
        Class.CASE,
        "Case",
        """id number title stage kind channel urgency direct version submittedAt updatedAt outcome
        stageName outcomeName urgencyName kindName channelName mailbox responsibleUnit
        category deadline replyDue archivedAt overdueSince body place timeline reply survey writer
        availableActions""",
    ),
    **rows(Class.INTERNAL, "Case", "history confidential similarCases supervision hold"),
    **rows(Class.CASE, "Case", "attachments"),
    **rows(Class.CASE, "Attachment", "id fileName contentType size url thumbnailUrl"),
    **rows(Class.ANSWER, "RequestUploadPayload", "upload errors"),
    **rows(Class.ANSWER, "Upload", "id url fields expiresAt"),
    **rows(Class.ANSWER, "FormField", "name value"),
    **rows(Class.INTERNAL, "Case", "suggestedCategory replyWarnings"),
    **rows(Class.QUEUE, "SuggestedCategory", "category confidence words"),
    **rows(Class.QUEUE, "ReplyWarning", "code text"),
    **rows(Class.QUEUE, "Query", "suggestionAgreement"),
    **rows(Class.QUEUE, "SuggestionAgreement", "agreed compared value since"),
    **rows(Class.INTERNAL, "Hold", "reason by at"),
    **rows(Class.CASE, "CaseConnection", "totalCount pageInfo edges"),
    **rows(Class.CASE, "CaseEdge", "cursor node"),
    **rows(Class.PERSONAL, "Writer", "name phone"),
    **rows(Class.CASE, "Writer", "anonymous"),
    **rows(Class.CASE, "Place", "address longitude latitude"),
    **rows(
        Class.CASE,
        "Deadline",
        "dueAt state stateName workingDaysLeft provisional warnAt metAt everOverdue explanation",
    ),
    **rows(Class.CASE, "DayExplained", "date counted reason"),
    **rows(Class.CASE, "TimelineEntry", "at stage stageName action actionName by note"),
    **rows(Class.INTERNAL, "HistoryEntry", "at action stage role subject note details seal"),
    **rows(Class.INTERNAL, "Supervision", "rung rungName at"),
    **rows(Class.CASE, "Reply", "text sentAt unit"),
    **rows(Class.CASE, "Survey", "state stateName answer askedAt"),
    **rows(Class.CASE, "SurveyAnswer", "resolved satisfaction reason comment answeredAt"),
    **rows(Class.INTERNAL, "Case", "partner"),
    **rows(Class.ANSWER, "CasePayload", "case errors"),
    **rows(Class.ANSWER, "SubmitLetterPayload", "case queryCode errors"),
    **rows(Class.ANSWER, "RevealWriterPayload", "writer errors"),
    **rows(Class.ANSWER, "UserError", "code field message"),
}
"""By the names of type and field."""
