"""Clerks, reviewers, supervisors and the city's services, in the operations of their clients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.bulletins import Month
from domain.calendar import city_date
from domain.definitions import DEFINITIONS, FigureName
from domain.words import Role
from domain.workflow import Action
from tests.api.actions import (
    EDUCATION,
    RIVER,
    SQUAD,
    TO_CALLBACK,
    TO_CONCLUSION,
    TO_HANDLING,
    USUAL,
    unit_id,
)
from tests.api.clients import Letter, Town
from tests.api.stories import Story

DISSATISFIED: Mapping[str, Any] = {"resolved": False, "satisfaction": 1, "reason": "没有解决"}
AGAIN = "SUBMIT_REPLY APPROVE_REPLY"
LONG = timedelta(days=60)


async def at_the_desks(story: Story, town: Town) -> None:
    """What happens to letters that do not go the shortest way."""
    await _not_accepted(story, town)
    await _passed_around(story, town)
    await _called_back(story, town)
    await _supervised(story, town)
    await _appealed(story, town)
    await _joined(story, town)
    await _by_service(story, town)
    await _counted(story, town)


def _usual(letter: Letter, action: Action, **given: Any) -> dict[str, Any]:
    return {"caseId": letter.id, **USUAL.get(action, {}), **given}


async def _not_accepted(story: Story, town: Town) -> None:
    clerk, letter = town.person(Role.INTAKE), await town.letter()
    asked = {"caseId": letter.id, "purpose": "核实来信人身份"}
    assert (await story.payload(clerk, "RevealWriter", **asked))["writer"]["name"] == "张小明"
    case = await story.done(clerk, "Reject", **_usual(letter, Action.REJECT))
    assert case["stage"] == "CONCLUSION"
    back = await town.walked("ACCEPT")
    returned = await story.done(town.person(Role.REVIEWER), "ReturnToIntake", caseId=back.id)
    assert returned["stage"] == "ACCEPTANCE"
    case = await story.done(town.citizen, "WithdrawLetter", **back.proof, reason="已解决")
    assert (case["stage"], case["outcome"]) == ("CONCLUSION", "WITHDRAWN")


async def _passed_around(story: Story, town: Town) -> None:
    handler, letter = town.person(Role.HANDLER), await town.walked("ACCEPT REVIEW")
    down = _usual(letter, Action.PASS_DOWN)
    assert (await story.done(handler, "PassDown", **down))["stage"] == "TRANSFER"
    await town.walk(letter, "SIGN_FOR RECORD_CONTACT")
    await story.done(handler, "NoteProgress", **_usual(letter, Action.NOTE_PROGRESS))
    await story.done(handler, "InvolveUnit", caseId=letter.id, unitId=unit_id(EDUCATION))
    await town.walk(letter, "SUBMIT_REPLY")
    approver = town.person(Role.APPROVER)
    sent_back = _usual(letter, Action.SEND_BACK_REPLY)
    assert (await story.done(approver, "SendBackReply", **sent_back))["stage"] == "HANDLING"
    direct = await town.walked("DISPATCH_DIRECTLY")
    looked = {"caseId": direct.id, "correct": False, "unitId": unit_id(SQUAD), "reason": "改派"}
    reviewed = await story.done(town.person(Role.REVIEWER), "ReviewDispatch", **looked)
    assert reviewed["stage"] == "TRANSFER"


async def _called_back(story: Story, town: Town) -> None:
    clerk, reviewer = town.person(Role.INTAKE), town.person(Role.REVIEWER)
    letter = await town.walked(TO_CALLBACK)
    again = await story.done(clerk, "RecordCallback", caseId=letter.id, **DISSATISFIED)
    assert again["stage"] == "HANDLING"
    await town.walk(letter, AGAIN)
    await town.act(letter, Action.ANSWER_SURVEY, **DISSATISFIED)
    decided = _usual(letter, Action.DECIDE_CALLBACK)
    assert (await story.done(reviewer, "DecideCallback", **decided))["stage"] == "CONCLUSION"


async def _supervised(story: Story, town: Town) -> None:
    supervisor = town.person(Role.SUPERVISOR)
    letter = await town.walked("ACCEPT REVIEW REFUSE REVIEW REFUSE")
    await story.done(supervisor, "Supervise", caseId=letter.id, rung="NOTICE")
    given = {"caseId": letter.id, "unitId": unit_id(RIVER), "reason": "职责所在"}
    assert (await story.done(supervisor, "Adjudicate", **given))["stage"] == "COMMUNICATION"
    held = await story.done(supervisor, "HoldCase", caseId=letter.id, reason="行政诉讼")
    assert held["hold"]["reason"] == "行政诉讼"
    free = await story.done(supervisor, "ReleaseCase", caseId=letter.id, reason="诉讼终结")
    assert free["hold"] is None
    agreement = (await story.run(supervisor, "SuggestionAgreement"))["suggestionAgreement"]
    assert agreement["compared"] == 0


async def _appealed(story: Story, town: Town) -> None:
    letter = await town.walked(TO_CONCLUSION)
    await story.done(town.citizen, "Appeal", **letter.proof, reason="问题依然存在")
    decided = _usual(letter, Action.DECIDE_APPEAL)
    opened = await story.done(town.person(Role.SUPERVISOR), "DecideAppeal", **decided)
    assert opened["stage"] == "REVIEW"


async def _joined(story: Story, town: Town) -> None:
    clerk, service = town.person(Role.INTAKE), town.person(Role.SYSTEM)
    main, letter = await town.letter(), await town.letter()
    case = await story.done(clerk, "Join", caseId=letter.id, mainCaseId=main.id)
    assert case["stage"] == "CONCLUSION"
    await town.walk(main, TO_CALLBACK)
    await story.done(service, "AnswerJoined", caseId=letter.id, round=1)


async def _by_service(story: Story, town: Town) -> None:
    service = town.person(Role.SYSTEM)
    letter = await town.walked(TO_HANDLING)
    await town.act(letter, Action.SUPERVISE)
    revoked = await story.done(service, "RevokeSupervision", caseId=letter.id, rung="NOTICE")
    assert revoked["number"] == letter.number
    silent = await town.walked(TO_CALLBACK)
    over = await town.walked(TO_CONCLUSION)
    town.clock.later = LONG
    service = town.person(Role.SYSTEM)
    closed = await story.done(service, "CloseUnanswered", caseId=silent.id)
    assert closed["stage"] == "CONCLUSION"
    assert (await story.done(service, "Archive", caseId=over.id))["stage"] == "ARCHIVE"
    town.clock.later = timedelta()
    message = {"phone": "13880009999", "text": "5", "messageId": "of nobody"}
    answered = await story.run(service, "AnswerSurveyByMessage", input=message)
    errors = answered["answerSurveyByMessage"]["errors"]
    assert [(one["code"], one["field"]) for one in errors] == [("NOT_FOUND", "phone")]


async def _counted(story: Story, town: Town) -> None:
    supervisor, month = town.person(Role.SUPERVISOR), str(Month.of(city_date(town.clock())))
    asked = {"unitId": unit_id(RIVER), "month": month, "first": 5}
    assert (await story.run(supervisor, "UnitFigures", **asked))["unitFigures"]["month"] == month
    definition = next(one.id for one in DEFINITIONS if one.figure is FigureName.REPLY_RATE)
    of = {"month": month, "definition": definition}
    behind = (await story.run(supervisor, "FigureLetters", of=of, first=5))["figureLetters"]
    assert behind["edges"]


async def in_public(story: Story, town: Town) -> None:
    """A letter is published, read, supported and taken down; its writer ends it."""
    reviewer, wang = town.person(Role.REVIEWER), town.person(Role.CITIZEN, subject="wang")
    letters = [await _waiting(town) for _ in range(2)]
    queue = (await story.run(reviewer, "PublicationQueue", first=5))["publicationQueue"]
    assert [edge["node"]["id"] for edge in queue["edges"]] == [one.id for one in letters]
    shown, declined = letters
    draft = (await story.run(reviewer, "PublicationDraft", caseId=shown.id))["publicationDraft"]
    decided = {"caseId": shown.id, "version": draft["version"]}
    done = (await story.payload(reviewer, "PublishCase", **decided))["decision"]
    not_this = {"caseId": declined.id, "version": 0, "reason": "涉及隐私"}
    await story.payload(reviewer, "DeclinePublication", **not_this)
    found = (await story.run(town.citizen, "PublishedLetters", first=5))["publishedLetters"]
    assert [edge["node"]["id"] for edge in found["edges"]] == [done["letterId"]]
    support = {"id": done["letterId"], "idempotencyKey": "me too"}
    assert (await story.payload(wang, "SupportLetter", **support))["letter"]["supporters"] == 1
    gone = await story.payload(wang, "WithdrawSupport", id=done["letterId"])
    assert gone["letter"] == {"id": done["letterId"], "supporters": 0, "hasSupported": False}
    one = await story.run(wang, "PublishedLetter", id=done["letterId"])
    assert one["publishedLetter"]["reply"]["unit"]["id"] == unit_id(RIVER)
    down = {"caseId": shown.id, "version": done["version"], "reason": "来信人要求"}
    await story.payload(reviewer, "UnpublishCase", **down)
    ended = await story.payload(town.citizen, "WithdrawPublicationConsent", **shown.proof)
    assert ended["decision"]["state"] == "WITHDRAWN"
    assert (await story.run(town.citizen, "RateLimit"))["rateLimit"]["limit"] > 0


async def _waiting(town: Town) -> Letter:
    return await town.walked(TO_CONCLUSION, consentToPublish=True)
