"""What released clients send validates against the schema, and every one of it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from graphql import FieldNode, OperationDefinitionNode, validate

from api.schema import schema
from domain.bulletins import Month
from domain.calendar import city_date
from domain.words import Role
from storage import mongo
from tests.api.account_story import with_an_account
from tests.api.actions import CITY, RIVER, SQUAD, category_id, unit_id
from tests.api.citizens import town_of_citizens
from tests.api.clients import Client, Letter, Town, letter_input
from tests.api.office_story import at_the_desks, in_public
from tests.api.ops_story import among_ops
from tests.api.reading import serving
from tests.api.stories import DOCUMENTS, Story, telling
from tests.api.working import clockwork

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_an_operation_of_a_released_client_is_valid(name: str) -> None:
    assert validate(schema._schema, DOCUMENTS[name]) == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town where citizens sign in."""
    async for one in town_of_citizens(mongo_uri, driver):
        yield one


def test_every_field_of_a_root_is_in_a_released_document() -> None:
    """So that nothing is impossible where only these documents are answered."""
    asked: dict[str, set[str]] = {}
    for document in DOCUMENTS.values():
        for one in document.definitions:
            if isinstance(one, OperationDefinitionNode):
                fields = (it for it in one.selection_set.selections if isinstance(it, FieldNode))
                asked.setdefault(one.operation.value, set()).update(it.name.value for it in fields)
    known = schema._schema
    roots = {"query": known.query_type, "mutation": known.mutation_type}
    for name, root in {**roots, "subscription": known.subscription_type}.items():
        assert root is not None
        assert root.fields.keys() - asked[name] == set()


@pytest.mark.ring("all")
async def test_every_operation_of_the_released_clients_runs_where_no_other_is_answered(
    town: Town, mongo_uri: str
) -> None:
    async with telling(town, mongo_uri) as story:
        await _everything(story, town)
        assert story.ran == DOCUMENTS.keys()


async def _everything(story: Story, town: Town) -> None:
    writer = town.person(Role.CITIZEN, subject="li")
    await _finding_a_mailbox(story, town.citizen)
    letter = await _writing(story, writer)
    await _following(story, town, letter)
    await _handling(story, town, letter)
    await _answering(story, town, letter)
    await _dispatching_directly(story, town)
    await _steering(story, town)
    await _looking_at_figures(story, town)
    await _embedded(story, town)
    await at_the_desks(story, town)
    await in_public(story, town)
    await among_ops(story, town)
    await with_an_account(story, town)


async def _finding_a_mailbox(story: Story, citizen: Client) -> None:
    data = await story.run(citizen, "Mailboxes", search="市长", level="CITY_GOVERNMENT", first=5)
    (edge,) = data["mailboxes"]["edges"]
    assert data["mailboxes"]["totalCount"] == 1
    assert edge["node"]["unit"] == {"id": unit_id(CITY), "name": "Rong"}
    roots = (await story.run(citizen, "Categories"))["categories"]
    assert [root["network"] for root in roots] == ["LIVELIHOOD", "SERVICE"]
    assert roots[0]["children"][0]["children"][0]["name"] == "油烟"
    units = (await story.run(citizen, "Units", search=SQUAD, first=5))["units"]
    assert [edge["node"]["parent"]["id"] for edge in units["edges"]] == [unit_id(RIVER)]


async def _looking_at_figures(story: Story, town: Town) -> None:
    """Of the month in which all of this happened; a ranking needs more letters than that."""
    today = city_date(town.clock())
    month = str(Month.of(today))
    bulletin = (await story.run(town.citizen, "Bulletin", month=month))["bulletin"]
    assert bulletin["letters"]["total"] is None, "so few letters are told to nobody in public"
    assert len(bulletin["figures"]) == 5
    ranking = {"month": month, "figure": "REPLY_RATE", "first": 5, "minimumLetters": 1}
    assert (await story.run(town.citizen, "Ranking", **ranking))["ranking"]["edges"] == []
    topics = {"from": month, "to": month, "by": "NETWORK", "first": 5}
    assert len((await story.run(town.citizen, "Topics", **topics))["topics"]["all"]) == 1
    rising = await story.run(town.citizen, "RisingTopics", month=month, first=5)
    assert rising["risingTopics"] == []
    mapped = {"by": "DISTRICT", "filter": {"from": month, "to": month}}
    assert (await story.run(town.citizen, "LetterMap", **mapped))["letterMap"]["features"] == []
    days = {"from": str(today - timedelta(days=30)), "to": str(today), "first": 5}
    assert (await story.run(town.citizen, "HotIssues", **days))["hotIssues"]["edges"] == []


async def _embedded(story: Story, town: Town) -> None:
    """What the widget asks; tests/api/test_partner_keys.py asks it with a key."""
    mailbox = letter_input()["mailboxId"]
    shown = (await story.run(town.citizen, "WidgetMailbox", mailboxId=mailbox))["mailbox"]
    assert shown["id"] == mailbox
    written = await story.run(town.citizen, "WidgetSubmit", input=letter_input(channel="WIDGET"))
    assert written["submitLetter"]["errors"] == []
    proof = {
        "number": written["submitLetter"]["case"]["number"],
        "queryCode": written["submitLetter"]["queryCode"],
    }
    tracked = (await story.run(town.citizen, "WidgetStatus", **proof))["trackedCase"]
    assert (tracked["number"], tracked["outcomeName"]) == (proof["number"], None)


async def _writing(story: Story, writer: Client) -> Letter:
    file = {"fileName": "油烟.jpg", "contentType": "image/jpeg", "size": 1, "idempotencyKey": "1"}
    asked = (await story.run(writer, "RequestUpload", input=file))["requestUpload"]
    assert asked["upload"]["url"]
    payload = (await story.run(writer, "SubmitLetter", input=letter_input()))["submitLetter"]
    assert payload["errors"] == []
    case, code = payload["case"], payload["queryCode"]
    assert (case["stage"], case["stageName"]) == ("ACCEPTANCE", "Acceptance")
    letter = Letter(case["id"], case["number"], code)
    tracked = (await story.run(Client(writer.http), "CaseStatus", **letter.proof))["trackedCase"]
    assert tracked["replyDue"]["dueAt"] == case["replyDue"]["dueAt"]
    assert [entry["by"] for entry in tracked["timeline"]] == ["writer"]
    files = await story.run(writer, "CaseAttachments", **letter.proof)
    assert files["trackedCase"] == {"attachments": []}
    mine = (await story.run(writer, "MyCases", first=10))["viewer"]["cases"]
    assert [edge["node"]["number"] for edge in mine["edges"]] == [letter.number]
    return letter


async def _following(story: Story, town: Town, letter: Letter) -> None:
    """Somebody follows the letter while it is taken in."""
    async with serving(story.app) as served, served.reader() as reader:
        await reader.greeted()
        await reader.follow(letter, document=story.document("CaseChanged"))
        await served.followed_by(1)
        await _taking_in(story, town, letter)
        told = await reader.case()
        while told["stage"] != "TRANSFER":
            told = await reader.case()
        assert told.keys() == {"id", "stage", "stageName", "updatedAt"}
        assert (told["id"], told["stageName"]) == (letter.id, "转办")


async def _taking_in(story: Story, town: Town, letter: Letter) -> None:
    clerk, reviewer, handler = map(town.person, (Role.INTAKE, Role.REVIEWER, Role.HANDLER))
    queue = (await story.run(clerk, "Queue", filter={"stages": ["ACCEPTANCE"]}, first=10))["cases"]
    assert letter.number in [edge["node"]["number"] for edge in queue["edges"]]
    case = (await story.run(clerk, "CaseByNumber", number=letter.number))["case"]
    assert "ACCEPT" in case["availableActions"]
    await story.done(clerk, "Accept", caseId=letter.id, version=case["version"], note="完整")
    sorting = {"categoryId": category_id("01-01-01"), "urgency": "NORMAL", "unitId": unit_id(RIVER)}
    await story.done(reviewer, "Review", caseId=letter.id, **sorting)
    refused = await story.done(handler, "Refuse", caseId=letter.id, reason="不属于本单位职责")
    assert refused["stage"] == "REVIEW"
    await story.done(reviewer, "Review", caseId=letter.id, confidential=False, **sorting)


async def _handling(story: Story, town: Town, letter: Letter) -> None:
    handler, approver = town.person(Role.HANDLER), town.person(Role.APPROVER)
    signed = await story.done(handler, "SignFor", caseId=letter.id)
    assert signed["stage"] == "COMMUNICATION"
    talked = await story.done(handler, "RecordContact", caseId=letter.id, reached=True)
    assert talked["stage"] == "HANDLING"
    stopped = await story.done(handler, "StopClock", caseId=letter.id, reason="等待检测报告")
    assert stopped["deadline"]["state"] == "STOPPED"
    running = await story.done(handler, "RestartClock", caseId=letter.id)
    assert running["deadline"]["state"] == "RUNNING"
    await story.done(
        handler, "RequestExtension", caseId=letter.id, workingDays=5, reason="需要检测"
    )
    longer = await story.done(approver, "DecideExtension", caseId=letter.id, granted=True)
    assert longer["deadline"]["dueAt"] > running["deadline"]["dueAt"]
    reply = {"text": "油烟净化设施已安装。", "outcome": "RESOLVED"}
    await story.done(handler, "SubmitReply", caseId=letter.id, **reply)
    approved = await story.done(approver, "ApproveReply", caseId=letter.id)
    assert approved["stage"] == "CALLBACK"


async def _answering(story: Story, town: Town, letter: Letter) -> None:
    answer = {"resolved": True, "satisfaction": 4, "comment": "谢谢"}
    case = await story.done(town.citizen, "AnswerSurvey", **letter.proof, **answer)
    assert (case["stage"], case["survey"]) == ("CONCLUSION", {"state": "ANSWERED"})
    tracked = (await story.run(town.citizen, "CaseStatus", **letter.proof))["trackedCase"]
    assert (tracked["outcome"], tracked["outcomeName"]) == ("RESOLVED", "Resolved")
    assert tracked["reply"]["text"] == "油烟净化设施已安装。"
    assert tracked["reply"]["unit"]["id"] == unit_id(RIVER)
    assert tracked["replyDue"]["state"] == "MET"
    assert tracked["survey"]["answer"]["satisfaction"] == 4
    assert tracked["survey"]["answer"]["comment"] == "谢谢"


async def _dispatching_directly(story: Story, town: Town) -> None:
    letter = await town.letter()
    clerk = town.person(Role.INTAKE)
    case = await story.done(
        clerk, "DispatchDirectly", caseId=letter.id, unitId=unit_id(SQUAD), note="紧急"
    )
    assert case["stage"] == "HANDLING"
    tracked = (await story.run(town.citizen, "CaseStatus", **letter.proof))["trackedCase"]
    assert (tracked["direct"], tracked["urgency"]) == (True, "URGENT")


async def _steering(story: Story, town: Town) -> None:
    """Ops run, reschedule, pause and resume a function, and look into the ledger."""
    ops, name = town.person(Role.OPS), "overdue_sweep"
    async with clockwork(town):
        asked = {"name": name, "at": "2017-01-03T09:00:00+08:00", "idempotencyKey": "1"}
        run = (await story.run(ops, "RunFunction", input=asked))["runFunction"]["run"]
    assert (run["name"], run["state"], run["dryRun"]) == (name, "SUCCEEDED", False)
    ledger = (await story.run(ops, "FunctionRuns", name=name, first=5))["functionRuns"]
    assert [edge["node"] for edge in ledger["edges"]] == [run]
    found = (await story.run(ops, "Functions"))["functions"]
    assert next(one for one in found if one["name"] == name)["lastRun"] == run
    for operation, given, changed in (
        ("Reschedule", {"schedule": "*/5 * * * *"}, {"schedule": "*/5 * * * *"}),
        ("Pause", {}, {"enabled": False}),
        ("Resume", {}, {"enabled": True}),
    ):
        payload = (await story.run(ops, operation, input={"name": name, **given})).popitem()[1]
        assert payload["errors"] == []
        assert changed.items() <= payload["function"].items()
    assert (await story.run(ops, "Function", name=name))["function"]["lastRun"] == run
    assert (await story.run(ops, "FunctionRunById", id=run["id"]))["node"] == run
    document = story.document("FunctionRunChanged")
    async with serving(story.app) as served:
        followed = served.events({"id": run["id"]}, document=document, headers=ops.headers)
        async with followed as events:
            _, told = await events.next()
    assert told["data"]["functionRunChanged"] == run
    put_aside = (await story.run(ops, "CaseProblems", first=5))["caseProblems"]
    assert put_aside["edges"] == []
    unknown = {"id": "overdue_sweep/nobody"}
    payload = (await story.run(ops, "RetryCaseProblem", input=unknown))["retryCaseProblem"]
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
