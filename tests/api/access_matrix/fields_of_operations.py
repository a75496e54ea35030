"""Fields of those who publish, of functions, of partners, and of what was sent."""

from __future__ import annotations

from collections.abc import Mapping

from tests.api.access_matrix.classes import Class, rows

OPERATIONS: Mapping[str, Class] = {
    **rows(Class.REVIEW, "Query", "publicationQueue publicationDraft"),
    **rows(Class.REVIEW, "PublicationDraft", "title body reply version"),
    **rows(Class.REVIEW, "DraftText", "text redacted redactions"),
    **rows(Class.REVIEW, "Redaction", "start end kind kindName mayBeShown"),
    **rows(Class.ANSWER, "PublicationDecision", "state stateName version letterId decidedAt"),
    **rows(Class.ANSWER, "PublicationPayload", "decision errors"),
    **rows(Class.ANSWER, "SupportPayload", "letter errors"),
    **rows(Class.OPS, "Query", "functions function functionRuns"),
    **rows(Class.OPS, "Function", "name description schedule timezone enabled nextRunAt lastRun"),
    **rows(
        Class.OPS,
        "FunctionRun",
        """id name scheduledFor startedAt endedAt state dryRun seen changed skipped failed problems
        error attempt trigger requestedBy toBeContinued errors changes""",
    ),
    **rows(Class.OPS, "FunctionRunConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "FunctionRunEdge", "cursor node"),
    **rows(Class.OPS, "FunctionChange", "number action"),
    **rows(Class.OPS, "FunctionChangeConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "FunctionChangeEdge", "cursor node"),
    **rows(Class.OPS, "Query", "partners partner webhookDeliveries"),
    **rows(
        Class.OPS,
        "Partner",
        """id name nameEn origins mailboxes quota keys webhooks version registeredAt changedAt
        revokedAt""",
    ),
    **rows(Class.OPS, "PartnerQuota", "perMinute perDay lettersPerHour"),
    **rows(Class.OPS, "PartnerKey", "id shown issuedAt expiresAt revokedAt lastUsedAt alive"),
    **rows(Class.OPS, "PartnerConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "PartnerEdge", "cursor node"),
    **rows(Class.OPS, "Webhook", "id url events createdAt endedAt failures openUntil"),
    **rows(
        Class.OPS,
        "WebhookDelivery",
        "id event caseNumber state attempts createdAt dueAt deliveredAt log",
    ),
    **rows(Class.OPS, "WebhookAttempt", "at status error milliseconds"),
    **rows(Class.OPS, "WebhookDeliveryConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "WebhookDeliveryEdge", "cursor node"),
    **rows(Class.ANSWER, "PartnerPayload", "partner errors"),
    **rows(Class.ANSWER, "IssuePartnerKeyPayload", "secret key partner errors"),
    **rows(Class.ANSWER, "SubscribeWebhookPayload", "secret webhook errors"),
    **rows(Class.ANSWER, "WebhookPayload", "webhook errors"),
    **rows(Class.ANSWER, "WebhookDeliveryPayload", "delivery errors"),
    **rows(Class.OPS, "Query", "undeliveredNotices outbox"),
    **rows(
        Class.OPS,
        "UndeliveredNotice",
        "id caseNumber audience about medium attempts error queuedAt givenUpAt state",
    ),
    **rows(Class.OPS, "UndeliveredNoticeConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "UndeliveredNoticeEdge", "cursor node"),
    **rows(Class.OPS, "Query", "caseProblems"),
    **rows(Class.OPS, "Subscription", "functionRunChanged"),
    **rows(
        Class.OPS,
        "CaseProblem",
        "id job caseNumber reason reasonName error tries firstAt lastAt nextTryAt",
    ),
    **rows(Class.OPS, "CaseProblemConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "CaseProblemEdge", "cursor node"),
    **rows(Class.ANSWER, "RetryCaseProblemPayload", "problem errors"),
    **rows(Class.OPS, "OutboxMessage", "id medium about to text sentAt"),
    **rows(Class.OPS, "OutboxMessageConnection", "totalCount pageInfo edges"),
    **rows(Class.OPS, "OutboxMessageEdge", "cursor node"),
    **rows(Class.ANSWER, "RetryNoticePayload", "notice errors"),
    **rows(Class.ANSWER, "RunFunctionPayload", "run errors"),
    **rows(Class.ANSWER, "FunctionPayload", "function errors"),
}
"""By the names of type and field."""
