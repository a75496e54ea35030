"""The access matrix: who may see what. The table that ``docs/access.md`` prints and tests walk.

A field belongs to a class; a class says, for each reader, what they get. A field that is added
to the schema without a row here fails a test. ``python -m tests.api.access_matrix`` writes the
document anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domain.words import Role
from tests.api.actions import CITY, DISTRICT, EDUCATION, HILL, RIVER, SQUAD

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"


class Gets(StrEnum):
    """What a reader gets of a field."""

    YES = "yes"
    MASKED = "masked"
    REFUSED = "refused"
    NOTHING = "–"


YES, MASKED, REFUSED, NOTHING = Gets


@dataclass(frozen=True)
class Reader:
    """One row of the readers' table; they read a case that RIVER handles and EDUCATION helps."""

    name: str
    roles: tuple[Role, ...] = ()
    unit: str | None = None
    subject: str | None = None
    has_code: bool = False
    sees: bool = False
    """The ordinary case."""
    sees_confidential: bool = False

    @property
    def is_writer(self) -> bool:
        return self.has_code or self.subject == "li"

    @property
    def works_on_cases(self) -> bool:
        return bool(self.roles) and self.roles[0] not in (Role.CITIZEN, Role.OPS)

    @property
    def reveals(self) -> bool:
        """Of a unit only its handlers, to talk to the writer."""
        may = REVEALS if self.unit is None else (Role.HANDLER,)
        return self.sees and bool(self.roles) and self.roles[0] in may

    @property
    def is_staff(self) -> bool:
        return self.works_on_cases and self.roles[0] is not Role.SYSTEM


REVEALS = (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.SUPERVISOR)


def _staff(name: str, role: Role, unit: str | None, sees: str) -> Reader:
    both = (sees in ("both", "open"), sees == "both")
    return Reader(name, (role,), unit, role.lower(), False, *both)


READERS = (
    Reader("anonymous"),
    Reader("anonymous with number and code", has_code=True, sees=True, sees_confidential=True),
    Reader("the writer's account", (Role.CITIZEN,), None, "li", False, True, True),
    Reader("another account", (Role.CITIZEN,), None, "zhao"),
    _staff("INTAKE, whole city", Role.INTAKE, None, "open"),
    _staff("REVIEWER, whole city", Role.REVIEWER, None, "both"),
    _staff("HANDLER, whole city", Role.HANDLER, None, "both"),
    _staff("APPROVER, whole city", Role.APPROVER, None, "both"),
    _staff("SUPERVISOR, whole city", Role.SUPERVISOR, None, "both"),
    *(
        _staff(f"{role}, of the unit", role, RIVER, "open" if role is Role.INTAKE else "both")
        for role in (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.APPROVER, Role.SUPERVISOR)
    ),
    *(
        _staff(f"{role}, of a unit above", role, DISTRICT, sees)
        for role, sees in (
            (Role.INTAKE, "open"),
            (Role.REVIEWER, "both"),
            (Role.HANDLER, "both"),
            (Role.APPROVER, "both"),
            (Role.SUPERVISOR, "both"),
        )
    ),
    *(
        _staff(f"{role}, of a unit elsewhere", role, HILL, "")
        for role in (Role.INTAKE, Role.REVIEWER, Role.HANDLER, Role.APPROVER, Role.SUPERVISOR)
    ),
    _staff("HANDLER, of a unit below", Role.HANDLER, SQUAD, ""),
    _staff("INTAKE, of a unit that is involved", Role.INTAKE, EDUCATION, "open"),
    _staff("HANDLER, of a unit that is involved", Role.HANDLER, EDUCATION, "open"),
    _staff("APPROVER, of a unit that is involved", Role.APPROVER, EDUCATION, "open"),
    Reader("OPS", (Role.OPS,), None, "ops"),
    Reader("SYSTEM", (Role.SYSTEM,), None, "system", False, True, True),
)


class Class(StrEnum):
    """What a field is about; ``gets`` says for whom it is."""

    PUBLIC = "public"
    CASE = "case"
    PERSONAL = "personal"
    INTERNAL = "internal"
    QUEUE = "queue"
    UNIT = "unit"
    OWN = "own"
    ACCOUNT = "account"
    PROOF = "proof"
    OPS = "ops"
    REVIEW = "review"
    ANSWER = "answer"


MEANING: Mapping[Class, str] = {
    Class.PUBLIC: "for everybody: the directory, and what one may ask for",
    Class.CASE: "whoever sees the case, by whatever way",
    Class.PERSONAL: "in clear to the writer, masked to all others who see the case; revealing it"
    " is an action with an entry in the audit log",
    Class.INTERNAL: "whoever works on the case; a writer is refused with FORBIDDEN",
    Class.QUEUE: "those who work on cases; it answers with the cases that the reader sees",
    Class.UNIT: "those who work for the unit: with a role for it, for one above it or for the whole"
    " city; of figures of few letters, only these are told",
    Class.OWN: "the account itself, whatever its roles; it answers with what the account wrote",
    Class.ACCOUNT: "a citizen's account itself, and nobody else about it",
    Class.PROOF: "whoever has number and query code, and then as the writer, whatever their role",
    Class.OPS: "the role OPS; a run by its id is not there for anybody else",
    Class.REVIEW: "the roles REVIEWER and SUPERVISOR; it answers with the cases that they see",
    Class.ANSWER: "whoever sent the mutation; the process table says who may (docs/workflow.md),"
    " and a case in it is one that they see",
}


REACHED: Mapping[str, str] = {
    "node": "`node(id:)`, and every edge: by whoever sees the case",
    "case": "`case(number:)`: by those who work on cases, if they see it",
    "search": "`cases` with a filter: the same",
    "list": "`cases` without one: the same",
    "own": "`viewer.cases`: by the account that wrote it",
    "proof": "`trackedCase`: by whoever has number and query code",
    "followed": "`caseChanged`, over WebSocket and as events: by whoever has number and query"
    " code, who is told what `trackedCase` answers in that moment",
}
"""The ways to a case that the tests walk, each by every reader."""


def gets(one: Class, reader: Reader) -> Gets:
    """What ``reader`` gets of the fields of this class, about the ordinary case."""
    if one is Class.PUBLIC or one is Class.ANSWER:
        return YES
    if one in _BY_ROLE:
        return YES if _BY_ROLE[one](reader) else REFUSED
    if one is Class.PROOF:
        return YES if reader.has_code else NOTHING
    return _of_a_case(one, reader) if reader.sees else NOTHING


_BY_ROLE: Mapping[Class, Callable[[Reader], object]] = {
    Class.QUEUE: lambda reader: reader.works_on_cases,
    Class.UNIT: lambda reader: (
        reader.works_on_cases and reader.unit in (None, CITY, DISTRICT, RIVER)
    ),
    Class.OWN: lambda reader: reader.subject,
    Class.ACCOUNT: lambda reader: Role.CITIZEN in reader.roles,
    Class.OPS: lambda reader: Role.OPS in reader.roles,
    Class.REVIEW: lambda reader: {Role.REVIEWER, Role.SUPERVISOR} & set(reader.roles),
}


def _of_a_case(one: Class, reader: Reader) -> Gets:
    if one is Class.INTERNAL:
        return YES if reader.is_staff else REFUSED
    if one is Class.PERSONAL:
        return YES if reader.is_writer else MASKED
    return YES


def _rows(one: Class, kind: str, fields: str) -> dict[str, Class]:
    return {f"{kind}.{field}": one for field in fields.split()}


MATRIX: Mapping[str, Class] = {
    **_rows(Class.PUBLIC, "Query", "rateLimit node mailbox mailboxes units categories"),
    **_rows(Class.QUEUE, "Query", "case cases"),
    **_rows(Class.OWN, "Query", "viewer"),
    **_rows(Class.PROOF, "Query", "trackedCase"),
    **_rows(Class.PROOF, "Subscription", "caseChanged"),
    **_rows(Class.OWN, "Viewer", "subject cases"),
    **_rows(Class.ACCOUNT, "Viewer", "phone sessions devices notificationPreferences"),
    **_rows(Class.ACCOUNT, "Query", "changedCases exportMyData"),
    **_rows(Class.ACCOUNT, "ChangedCases", "pageInfo edges since"),
    **_rows(Class.ACCOUNT, "DataExport", "data"),
    **_rows(Class.ACCOUNT, "Session", "id deviceName signedInAt usedAt expiresAt current"),
    **_rows(Class.ACCOUNT, "Device", "id platform registeredAt"),
    **_rows(Class.ACCOUNT, "NotificationPreferences", "push smsCopy"),
    **_rows(Class.ANSWER, "RequestSignInCodePayload", "expiresAt resendAt errors"),
    **_rows(
        Class.ANSWER,
        "SessionPayload",
        "accessToken accessExpiresAt refreshToken session errors",
    ),
    **_rows(Class.ANSWER, "SignOutPayload", "ended errors"),
    **_rows(Class.ANSWER, "DevicePayload", "device errors"),
    **_rows(Class.ANSWER, "NotificationPreferencesPayload", "preferences errors"),
    **_rows(Class.ANSWER, "EraseMyAccountPayload", "letters errors"),
    **_rows(Class.PUBLIC, "RateLimit", "limit remaining resetAt"),
    **_rows(
        Class.CASE,
        "Case",
        """id number title stage kind channel urgency direct version submittedAt updatedAt outcome
        stageName outcomeName urgencyName kindName channelName mailbox responsibleUnit
        category deadline replyDue archivedAt overdueSince body place timeline reply survey writer
        availableActions""",
    ),
    **_rows(Class.INTERNAL, "Case", "history confidential similarCases supervision hold"),
    **_rows(Class.CASE, "Case", "attachments"),
    **_rows(Class.CASE, "Attachment", "id fileName contentType size url thumbnailUrl"),
    **_rows(Class.ANSWER, "RequestUploadPayload", "upload errors"),
    **_rows(Class.ANSWER, "Upload", "id url fields expiresAt"),
    **_rows(Class.ANSWER, "FormField", "name value"),
    **_rows(Class.INTERNAL, "Case", "suggestedCategory replyWarnings"),
    **_rows(Class.QUEUE, "SuggestedCategory", "category confidence words"),
    **_rows(Class.QUEUE, "ReplyWarning", "code text"),
    **_rows(Class.QUEUE, "Query", "suggestionAgreement"),
    **_rows(Class.QUEUE, "SuggestionAgreement", "agreed compared value since"),
    **_rows(Class.INTERNAL, "Hold", "reason by at"),
    **_rows(Class.CASE, "CaseConnection", "totalCount pageInfo edges"),
    **_rows(Class.CASE, "CaseEdge", "cursor node"),
    **_rows(Class.PERSONAL, "Writer", "name phone"),
    **_rows(Class.CASE, "Writer", "anonymous"),
    **_rows(Class.CASE, "Place", "address longitude latitude"),
    **_rows(
        Class.CASE,
        "Deadline",
        "dueAt state stateName workingDaysLeft provisional warnAt metAt everOverdue explanation",
    ),
    **_rows(Class.CASE, "DayExplained", "date counted reason"),
    **_rows(Class.CASE, "TimelineEntry", "at stage stageName action actionName by note"),
    **_rows(Class.INTERNAL, "HistoryEntry", "at action stage role subject note details seal"),
    **_rows(Class.INTERNAL, "Supervision", "rung rungName at"),
    **_rows(Class.CASE, "Reply", "text sentAt unit"),
    **_rows(Class.CASE, "Survey", "state stateName answer askedAt"),
    **_rows(Class.CASE, "SurveyAnswer", "resolved satisfaction reason comment answeredAt"),
    **_rows(Class.PUBLIC, "PageInfo", "hasNextPage hasPreviousPage startCursor endCursor"),
    **_rows(Class.PUBLIC, "Unit", "id code level levelName name parent system directDispatch"),
    **_rows(Class.PUBLIC, "UnitConnection", "totalCount pageInfo edges"),
    **_rows(Class.PUBLIC, "UnitEdge", "cursor node"),
    **_rows(Class.PUBLIC, "Mailbox", "id level name levelName unit incumbent promise figures"),
    **_rows(
        Class.PUBLIC,
        "MailboxFigures",
        "since letters lettersLastMonth replyRate satisfactionRate averageReplyDays",
    ),
    **_rows(Class.PUBLIC, "MailboxConnection", "totalCount pageInfo edges"),
    **_rows(Class.PUBLIC, "MailboxEdge", "cursor node"),
    **_rows(Class.PUBLIC, "Mailbox", "publishedReplies"),
    **_rows(Class.PUBLIC, "PublishedReply", "id title repliedAt excerpt"),
    **_rows(Class.PUBLIC, "PublishedReplyConnection", "totalCount pageInfo edges"),
    **_rows(Class.PUBLIC, "PublishedReplyEdge", "cursor node"),
    **_rows(Class.PUBLIC, "Query", "publishedLetters publishedLetter"),
    **_rows(
        Class.PUBLIC,
        "PublishedLetter",
        """id title body reply submittedAt repliedAt publishedAt supporters hasSupported mailbox
        category""",
    ),
    **_rows(Class.PUBLIC, "PublishedReplyText", "text sentAt unit"),
    **_rows(Class.PUBLIC, "PublishedLetterConnection", "totalCount pageInfo edges"),
    **_rows(Class.PUBLIC, "PublishedLetterEdge", "cursor node"),
    **_rows(Class.REVIEW, "Query", "publicationQueue publicationDraft"),
    **_rows(Class.REVIEW, "PublicationDraft", "title body reply version"),
    **_rows(Class.REVIEW, "DraftText", "text redacted redactions"),
    **_rows(Class.REVIEW, "Redaction", "start end kind kindName"),
    **_rows(Class.ANSWER, "PublicationDecision", "state stateName version letterId decidedAt"),
    **_rows(Class.ANSWER, "PublicationPayload", "decision errors"),
    **_rows(Class.ANSWER, "SupportPayload", "letter errors"),
    **_rows(Class.PUBLIC, "Incumbent", "name title fromDate"),
    **_rows(Class.PUBLIC, "Promise", "workingDays"),
    **_rows(Class.PUBLIC, "Category", "id network networkName name children"),
    **_rows(Class.PUBLIC, "Query", "topics risingTopics letterMap"),
    **_rows(Class.PUBLIC, "Topics", "minimumLetters all series"),
    **_rows(Class.PUBLIC, "TopicSeries", "network category total months name"),
    **_rows(Class.PUBLIC, "TopicMonth", "month letters share"),
    **_rows(Class.PUBLIC, "RisingTopic", "category network letters usual ratio atLeast"),
    **_rows(Class.PUBLIC, "LetterMap", "minimumLetters withheld unplaced features geojson"),
    **_rows(Class.PUBLIC, "MapFeature", "letters unit isRest bounds"),
    **_rows(Class.PUBLIC, "Bounds", "west south east north"),
    **_rows(Class.PUBLIC, "Query", "bulletin"),
    **_rows(
        Class.PUBLIC,
        "Bulletin",
        """month edition state stateName asOf closedAt letters level unit code digest revision
        figures allVersions""",
    ),
    **_rows(Class.PUBLIC, "LetterCounts", "total byLevel byChannel"),
    **_rows(Class.PUBLIC, "LevelCount", "level levelName count"),
    **_rows(Class.PUBLIC, "ChannelCount", "channel channelName count"),
    **_rows(
        Class.PUBLIC,
        "Figure",
        "name figureName value change numerator denominator withheld baseline definition",
    ),
    **_rows(Class.PUBLIC, "Baseline", "name recorded source"),
    **_rows(Class.PUBLIC, "Definition", "id version text"),
    **_rows(Class.PUBLIC, "Revision", "reason lettersBefore lettersAfter figures"),
    **_rows(Class.PUBLIC, "FigureChange", "definition before after causes"),
    **_rows(Class.PUBLIC, "FigureValue", "value numerator denominator"),
    **_rows(Class.PUBLIC, "ChangeCause", "reason reasonName letters"),
    **_rows(Class.QUEUE, "ChangeCause", "numbers"),
    **_rows(Class.QUEUE, "Query", "figureLetters"),
    **_rows(Class.QUEUE, "FigureLetterConnection", "totalCount pageInfo edges"),
    **_rows(Class.QUEUE, "FigureLetterEdge", "cursor node"),
    **_rows(Class.QUEUE, "FigureLetter", "number amount case"),
    **_rows(Class.PUBLIC, "Query", "ranking unitFigures hotIssues"),
    **_rows(Class.PUBLIC, "HotIssueConnection", "totalCount pageInfo edges"),
    **_rows(Class.PUBLIC, "HotIssueEdge", "cursor node"),
    **_rows(
        Class.PUBLIC,
        "HotIssue",
        "title letters writers trend firstSeenAt lastSeenAt places keywords cases publishedLetters",
    ),
    **_rows(
        Class.PUBLIC,
        "RankingConnection",
        "month edition state asOf definition totalCount pageInfo edges",
    ),
    **_rows(Class.PUBLIC, "RankingEdge", "cursor rank node"),
    **_rows(Class.PUBLIC, "RankedUnit", "unit letters value numerator denominator change before"),
    **_rows(Class.PUBLIC, "Standing", "rank letters value numerator denominator"),
    **_rows(Class.PUBLIC, "UnitFigures", "month edition state asOf unit letters figures replyDays"),
    **_rows(Class.UNIT, "UnitFigures", "marks overdue"),
    **_rows(
        Class.PUBLIC,
        "UnitFigure",
        """name figureName value numerator denominator withheld change before standing
        standingBefore peers definition""",
    ),
    **_rows(
        Class.PUBLIC,
        "ReplyDays",
        "letters mean least lowerQuartile median upperQuartile ninthDecile most bars",
    ),
    **_rows(Class.PUBLIC, "ReplyDaysBar", "fromDays toDays letters"),
    **_rows(
        Class.UNIT,
        "UnitMarks",
        """refusals directDispatches misdispatches misdispatchRate notices yellowCards redCards
        leaderInstructions""",
    ),
    **_rows(Class.OPS, "Query", "functions function functionRuns"),
    **_rows(Class.OPS, "Function", "name description schedule timezone enabled nextRunAt lastRun"),
    **_rows(
        Class.OPS,
        "FunctionRun",
        """id name scheduledFor startedAt endedAt state dryRun seen changed skipped failed error
        attempt trigger requestedBy toBeContinued errors changes""",
    ),
    **_rows(Class.OPS, "FunctionRunConnection", "totalCount pageInfo edges"),
    **_rows(Class.OPS, "FunctionRunEdge", "cursor node"),
    **_rows(Class.OPS, "FunctionChange", "number action"),
    **_rows(Class.OPS, "FunctionChangeConnection", "totalCount pageInfo edges"),
    **_rows(Class.OPS, "FunctionChangeEdge", "cursor node"),
    **_rows(Class.INTERNAL, "Case", "partner"),
    **_rows(Class.OPS, "Query", "partners partner webhookDeliveries"),
    **_rows(
        Class.OPS,
        "Partner",
        """id name nameEn origins mailboxes quota keys webhooks version registeredAt changedAt
        revokedAt""",
    ),
    **_rows(Class.OPS, "PartnerQuota", "perMinute perDay lettersPerHour"),
    **_rows(Class.OPS, "PartnerKey", "id shown issuedAt expiresAt revokedAt lastUsedAt alive"),
    **_rows(Class.OPS, "PartnerConnection", "totalCount pageInfo edges"),
    **_rows(Class.OPS, "PartnerEdge", "cursor node"),
    **_rows(Class.OPS, "Webhook", "id url events createdAt endedAt failures openUntil"),
    **_rows(
        Class.OPS,
        "WebhookDelivery",
        "id event caseNumber state attempts createdAt dueAt deliveredAt log",
    ),
    **_rows(Class.OPS, "WebhookAttempt", "at status error milliseconds"),
    **_rows(Class.OPS, "WebhookDeliveryConnection", "totalCount pageInfo edges"),
    **_rows(Class.OPS, "WebhookDeliveryEdge", "cursor node"),
    **_rows(Class.ANSWER, "PartnerPayload", "partner errors"),
    **_rows(Class.ANSWER, "IssuePartnerKeyPayload", "secret key partner errors"),
    **_rows(Class.ANSWER, "SubscribeWebhookPayload", "secret webhook errors"),
    **_rows(Class.ANSWER, "WebhookPayload", "webhook errors"),
    **_rows(Class.ANSWER, "WebhookDeliveryPayload", "delivery errors"),
    **_rows(Class.OPS, "Query", "undeliveredNotices outbox"),
    **_rows(
        Class.OPS,
        "UndeliveredNotice",
        "id caseNumber audience about medium attempts error queuedAt givenUpAt state",
    ),
    **_rows(Class.OPS, "UndeliveredNoticeConnection", "totalCount pageInfo edges"),
    **_rows(Class.OPS, "UndeliveredNoticeEdge", "cursor node"),
    **_rows(Class.OPS, "OutboxMessage", "id medium about to text sentAt"),
    **_rows(Class.OPS, "OutboxMessageConnection", "totalCount pageInfo edges"),
    **_rows(Class.OPS, "OutboxMessageEdge", "cursor node"),
    **_rows(Class.ANSWER, "RetryNoticePayload", "notice errors"),
    **_rows(Class.ANSWER, "RunFunctionPayload", "run errors"),
    **_rows(Class.ANSWER, "FunctionPayload", "function errors"),
    **_rows(Class.ANSWER, "CasePayload", "case errors"),
    **_rows(Class.ANSWER, "SubmitLetterPayload", "case queryCode errors"),
    **_rows(Class.ANSWER, "RevealWriterPayload", "writer errors"),
    **_rows(Class.ANSWER, "UserError", "code field message"),
}
"""Every field of every object type but the mutations, which are all of class ANSWER."""


def document() -> str:
    """``docs/access.md``, whole."""
    columns = [one for one in Class if one is not Class.ANSWER]
    lines = [
        "# Who may see what",
        "",
        "Written by `python -m tests.api.access_matrix` from the table that the tests walk",
        "(`tests/api/access_matrix.py`); a field of the schema without a row here fails a test.",
        "Decided in the query, for direct fields, `node(id:)`, edges, searches, counts and",
        "subscriptions alike. The case is one that a subdistrict handles and a bureau helps with.",
        "",
        "## Readers",
        "",
        f"| reader | sees it | confidential | {' | '.join(columns)} | reveals the writer |",
        f"|---|---|---|{'---|' * (len(columns) + 1)}",
    ]
    for one in READERS:
        cells = [one.name, _yes(one.sees), _yes(one.sees_confidential)]
        cells += [gets(column, one).value for column in columns]
        cells.append(_yes(one.reveals))
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Classes", "", "| class | who |", "|---|---|"]
    lines += [f"| {one} | {meaning} |" for one, meaning in MEANING.items()]
    lines += ["", "## Ways to a case", "", "| way | how, and by whom |", "|---|---|"]
    lines += [f"| {way} | {how} |" for way, how in REACHED.items()]
    lines += ["", "## Fields", "", "| field | class |", "|---|---|"]
    lines += [f"| `{field}` | {one} |" for field, one in MATRIX.items()]
    lines += ["| every field of `Mutation` | answer |", ""]
    return "\n".join(lines)


def _yes(value: bool) -> str:
    return "yes" if value else "–"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
