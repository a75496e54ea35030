"""Fields of the directory, of what is published, and of figures."""

from __future__ import annotations

from collections.abc import Mapping

from tests.api.access_matrix.classes import Class, rows

FIGURES: Mapping[str, Class] = {
    **rows(Class.PUBLIC, "PageInfo", "hasNextPage hasPreviousPage startCursor endCursor"),
    **rows(Class.PUBLIC, "Unit", "id code level levelName name parent system directDispatch"),
    **rows(Class.PUBLIC, "UnitConnection", "totalCount pageInfo edges"),
    **rows(Class.PUBLIC, "UnitEdge", "cursor node"),
    **rows(Class.PUBLIC, "Mailbox", "id level name levelName unit incumbent promise figures"),
    **rows(
        Class.PUBLIC,
        "MailboxFigures",
        "since letters lettersLastMonth replyRate satisfactionRate averageReplyDays",
    ),
    **rows(Class.PUBLIC, "MailboxConnection", "totalCount pageInfo edges"),
    **rows(Class.PUBLIC, "MailboxEdge", "cursor node"),
    **rows(Class.PUBLIC, "Mailbox", "publishedReplies"),
    **rows(Class.PUBLIC, "PublishedReply", "id title repliedAt excerpt"),
    **rows(Class.PUBLIC, "PublishedReplyConnection", "totalCount pageInfo edges"),
    **rows(Class.PUBLIC, "PublishedReplyEdge", "cursor node"),
    **rows(Class.PUBLIC, "Query", "publishedLetters publishedLetter"),
    **rows(
        Class.PUBLIC,
        "PublishedLetter",
        """id title body reply submittedAt repliedAt publishedAt supporters hasSupported mailbox
        category""",
    ),
    **rows(Class.PUBLIC, "PublishedReplyText", "text sentAt unit"),
    **rows(Class.PUBLIC, "PublishedLetterConnection", "totalCount pageInfo edges"),
    **rows(Class.PUBLIC, "PublishedLetterEdge", "cursor node"),
    **rows(Class.PUBLIC, "Incumbent", "name title fromDate"),
    **rows(Class.PUBLIC, "Promise", "workingDays"),
    **rows(Class.PUBLIC, "Category", "id network networkName name children"),
    **rows(Class.PUBLIC, "Query", "topics risingTopics letterMap"),
    **rows(Class.PUBLIC, "Topics", "minimumLetters all series"),
    **rows(Class.PUBLIC, "TopicSeries", "network category total months name"),
    **rows(Class.PUBLIC, "TopicMonth", "month letters share"),
    **rows(Class.PUBLIC, "RisingTopic", "category network letters usual ratio atLeast"),
    **rows(Class.PUBLIC, "LetterMap", "minimumLetters withheld unplaced features geojson"),
    **rows(Class.PUBLIC, "MapFeature", "letters unit isRest bounds"),
    **rows(Class.PUBLIC, "Bounds", "west south east north"),
    **rows(Class.PUBLIC, "Query", "bulletin"),
    **rows(
        Class.PUBLIC,
        "Bulletin",
        """month edition state stateName asOf closedAt letters level unit code digest revision
        figures allVersions""",
    ),
    **rows(Class.PUBLIC, "LetterCounts", "total byLevel byChannel"),
    **rows(Class.PUBLIC, "LevelCount", "level levelName count"),
    **rows(Class.PUBLIC, "ChannelCount", "channel channelName count"),
    **rows(
        Class.PUBLIC,
        "Figure",
        "name figureName value change numerator denominator withheld baseline definition",
    ),
    **rows(Class.PUBLIC, "Baseline", "name label recorded source"),
    **rows(Class.PUBLIC, "Definition", "id version text"),
    **rows(Class.PUBLIC, "Revision", "reason lettersBefore lettersAfter figures"),
    **rows(Class.PUBLIC, "FigureChange", "definition before after causes"),
    **rows(Class.PUBLIC, "FigureValue", "value numerator denominator"),
    **rows(Class.PUBLIC, "ChangeCause", "reason reasonName letters"),
    **rows(Class.QUEUE, "ChangeCause", "numbers"),
    **rows(Class.QUEUE, "Query", "figureLetters"),
    **rows(Class.QUEUE, "FigureLetterConnection", "totalCount pageInfo edges"),
    **rows(Class.QUEUE, "FigureLetterEdge", "cursor node"),
    **rows(Class.QUEUE, "FigureLetter", "number amount case"),
    **rows(Class.PUBLIC, "Query", "ranking unitFigures hotIssues"),
    **rows(Class.PUBLIC, "HotIssueConnection", "totalCount pageInfo edges"),
    **rows(Class.PUBLIC, "HotIssueEdge", "cursor node"),
    **rows(
        Class.PUBLIC,
        "HotIssue",
        "title letters writers trend firstSeenAt lastSeenAt places keywords cases publishedLetters",
    ),
    **rows(
        Class.PUBLIC,
        "RankingConnection",
        "month edition state asOf definition totalCount pageInfo edges",
    ),
    **rows(Class.PUBLIC, "RankingEdge", "cursor rank node"),
    **rows(Class.PUBLIC, "RankedUnit", "unit letters value numerator denominator change before"),
    **rows(Class.PUBLIC, "Standing", "rank letters value numerator denominator"),
    **rows(Class.PUBLIC, "UnitFigures", "month edition state asOf unit letters figures replyDays"),
    **rows(Class.UNIT, "UnitFigures", "marks overdue"),
    **rows(
        Class.PUBLIC,
        "UnitFigure",
        """name figureName value numerator denominator withheld change before standing
        standingBefore peers definition""",
    ),
    **rows(
        Class.PUBLIC,
        "ReplyDays",
        "letters mean least lowerQuartile median upperQuartile ninthDecile most bars",
    ),
    **rows(Class.PUBLIC, "ReplyDaysBar", "fromDays toDays letters"),
    **rows(
        Class.UNIT,
        "UnitMarks",
        """refusals directDispatches misdispatches misdispatchRate notices yellowCards redCards
        leaderInstructions""",
    ),
}
"""By the names of type and field."""
