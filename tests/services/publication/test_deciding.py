"""Whether a letter is published: consent, a reviewer's look, and the way back."""

from __future__ import annotations

import asyncio

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.case import Case
from domain.publication import PublicationState
from domain.redaction import hide
from domain.refusals import (
    ActionNotAllowed,
    Forbidden,
    InvalidInput,
    NotFound,
    Refusal,
    StaleCase,
    Unauthenticated,
)
from services.office import Office
from services.process import Proof
from services.publication.deciding import (
    Chosen,
    decline,
    draft,
    publication_id,
    publish,
    queue,
    unpublish,
    withdraw_consent,
)
from services.publication.reading import (
    published_letter,
    published_letters,
    was_published,
)
from storage.cases import SUMMARIES
from storage.pages import Page
from storage.publications import PublishedFilter
from storage.sealed_cases import SealedCases
from tests.services.offices import (
    CLERK,
    HANDLER,
    REVIEWER,
    SEALS,
    TO_HANDLING,
    sent,
    walked,
)
from tests.services.publication.letters import ALL, BODY, LATER, answered_letter, citizen, published

pytestmark = pytest.mark.ring("test")


async def test_what_was_answered_with_consent_waits_for_a_reviewer(office: Office) -> None:
    waiting = await answered_letter(office)
    await answered_letter(office, "without", consent_to_publish=False)
    await sent(office, "open", consent_to_publish=True)
    found = await queue(office, REVIEWER, ALL, SUMMARIES)
    assert [one.id for one in found.items] == [waiting.case.id]


async def test_the_draft_hides_what_is_personal_and_the_writers_own_name(office: Office) -> None:
    submitted = await answered_letter(office)
    found = await draft(office, submitted.case.id, REVIEWER)
    assert found is not None
    assert found.version == 0
    hidden = [found.original.body[one.start : one.end] for one in found.body]
    assert hidden == ["陈小禾", "3栋2单元501室", "13800138000"]


async def test_published_it_is_read_by_everybody_and_leaves_the_queue(office: Office) -> None:
    submitted, key = await published(office)
    shown = await published_letter(office, key, ANONYMOUS)
    assert shown is not None
    assert shown.letter.texts is not None
    assert shown.letter.texts.body == f"我叫{'■' * 3}，住{'■' * 9}，电话{'■' * 11}，请管一管油烟。"
    assert (await queue(office, REVIEWER, ALL, SUMMARIES)).items == ()
    stored = await office.cases.by_id(submitted.case.id, REVIEWER)
    assert stored is not None
    assert stored.letter.body == BODY
    told = await office.audit.of_case(submitted.case.id)
    assert [(what, who) for _, what, who, _ in told] == [("PUBLISH_CASE", "reviewer")]


async def test_a_decision_cut_off_before_the_mark_is_mended_by_the_queue(office: Office) -> None:
    submitted, _ = await published(office)
    cases = office.outside.publications._cases
    await cases.update_one({"_id": submitted.case.id}, {"$unset": {"publication_decided": 1}})
    assert (await queue(office, REVIEWER, ALL, SUMMARIES)).items == ()
    found = await cases.find_one({"_id": submitted.case.id})
    assert found is not None
    assert found["publication_decided"] is True


async def test_the_queue_goes_on_behind_what_was_decided_and_cut_off(office: Office) -> None:
    decided = [await published(office, f"decided {one}") for one in range(3)]
    waiting = await answered_letter(office, "waiting")
    for submitted, _ in decided:
        unmarked = {"$unset": {"publication_decided": 1}}
        await office.outside.publications._cases.update_one({"_id": submitted.case.id}, unmarked)
    found = await queue(office, REVIEWER, Page(first=1), SUMMARIES)
    assert [one.id for one in found.items] == [waiting.case.id]
    assert (found.has_next, found.total) == (False, 1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (BODY, "stays hidden"),
        (BODY + "。", "replaced by"),
        (BODY.replace("油烟", "噪音"), "replaced by"),
    ],
)
async def test_a_reviewer_can_only_hide_more(office: Office, body: str, message: str) -> None:
    submitted = await answered_letter(office)
    with pytest.raises(InvalidInput, match=message):
        await publish(office, submitted.case.id, Chosen(body=body), 0, REVIEWER, LATER)


async def test_a_reviewer_hides_more(office: Office) -> None:
    submitted = await answered_letter(office)
    chosen = Chosen(title="楼下■■油烟扰民")
    done = await publish(office, submitted.case.id, chosen, 0, REVIEWER, LATER)
    assert done.texts is not None
    assert done.texts.title == "楼下■■油烟扰民"


REPLY = "请致电028-86123456（李科长13900139000），座机02887654321。"


async def answered_with_numbers(office: Office) -> Case:
    """A letter whose writer's own telephone stands in the reply, beside an office's and another."""
    submitted = await sent(office, "numbers", consent_to_publish=True, phone="02887654321")
    case = await walked(office, submitted.case, f"{TO_HANDLING} SUBMIT_REPLY", text=REPLY)
    return await walked(office, case, "APPROVE_REPLY")


async def test_a_reviewer_shows_an_offices_telephone_in_a_reply_again(office: Office) -> None:
    case = await answered_with_numbers(office)
    found = await draft(office, case.id, REVIEWER)
    assert found is not None
    assert [REPLY[one.start : one.end] for one in found.office_numbers] == ["028-86123456"]
    hidden = hide(REPLY, found.reply)
    wished = hidden.replace("致电" + "■" * 12, "致电028-86123456")
    done = await publish(office, case.id, Chosen(reply=wished), 0, REVIEWER, LATER)
    assert done.texts is not None
    assert done.texts.reply == wished
    told = await office.audit.of_case(case.id)
    assert [(what, purpose) for _, what, _, purpose in told] == [
        ("SHOW_OFFICE_NUMBER", "028-86123456"),
        ("PUBLISH_CASE", ""),
    ]


@pytest.mark.parametrize("number", ["13900139000", "02887654321", "028-8612"])
async def test_no_other_number_is_shown_again(office: Office, number: str) -> None:
    case = await answered_with_numbers(office)
    found = await draft(office, case.id, REVIEWER)
    assert found is not None
    at = REPLY.index(number)
    hidden = hide(REPLY, found.reply)
    wished = hidden[:at] + number + hidden[at + len(number) :]
    with pytest.raises(InvalidInput, match="stays hidden"):
        await publish(office, case.id, Chosen(reply=wished), 0, REVIEWER, LATER)


async def test_a_letters_own_telephones_stay_hidden(office: Office) -> None:
    body = "办公室电话028-86123456没人接。"
    submitted = await answered_letter(office, body=body)
    with pytest.raises(InvalidInput, match="stays hidden"):
        await publish(office, submitted.case.id, Chosen(body=body), 0, REVIEWER, LATER)


async def test_what_must_not_be_published_is_refused(office: Office) -> None:
    refused: list[tuple[Case, str]] = []
    without = await answered_letter(office, "without", consent_to_publish=False)
    refused.append((without.case, "agree"))
    still_open = await sent(office, "open", consent_to_publish=True)
    refused.append((still_open.case, "answered"))
    rejected = await sent(office, "rejected", consent_to_publish=True)
    await walked(office, rejected.case, "REJECT")
    refused.append((rejected.case, "answered"))
    secret = await answered_letter(office, "secret")
    cases = SealedCases(office.cases._collection, SEALS)
    assert await cases.update({"_id": secret.case.id}, {"$set": {"confidential": True}})
    refused.append((secret.case, "confidential"))
    for case, why in refused:
        with pytest.raises(ActionNotAllowed, match=why):
            await publish(office, case.id, Chosen(), 0, REVIEWER, LATER)
        assert await draft(office, case.id, REVIEWER) is None


@pytest.mark.parametrize(
    ("actor", "refusal"), [(ANONYMOUS, Unauthenticated), (CLERK, Forbidden), (HANDLER, Forbidden)]
)
async def test_only_reviewers_decide(office: Office, actor: Actor, refusal: type[Refusal]) -> None:
    submitted = await answered_letter(office)
    with pytest.raises(refusal):
        await publish(office, submitted.case.id, Chosen(), 0, actor, LATER)
    with pytest.raises(refusal):
        await draft(office, submitted.case.id, actor)
    with pytest.raises(refusal):
        await queue(office, actor, ALL, SUMMARIES)


async def test_of_several_who_decide_at_once_one_does(office: Office) -> None:
    submitted = await answered_letter(office)
    key = submitted.case.id
    done = await asyncio.gather(
        *(publish(office, key, Chosen(), 0, REVIEWER, LATER) for _ in range(5)),
        *(decline(office, key, "涉及隐私", 0, REVIEWER, LATER) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert all(isinstance(one, StaleCase) for one in done if isinstance(one, BaseException))


async def test_taken_down_it_is_gone_and_comes_back_only_by_another_decision(
    office: Office,
) -> None:
    submitted, key = await published(office)
    down = await unpublish(office, submitted.case.id, "写错了", 1, REVIEWER, LATER)
    assert down.state is PublicationState.UNPUBLISHED
    assert await published_letter(office, key, ANONYMOUS) is None
    assert await was_published(office, key)
    stored = await office.outside.publications._letters.find_one({"_id": key})
    assert stored is not None
    assert stored["texts"] is None
    assert "terms" not in stored
    again = await publish(office, submitted.case.id, Chosen(), 2, REVIEWER, LATER)
    assert again.id == key
    assert again.published_at == LATER


async def test_a_declined_case_leaves_the_queue_and_was_never_public(office: Office) -> None:
    submitted = await answered_letter(office)
    done = await decline(office, submitted.case.id, "涉及隐私", 0, REVIEWER, LATER)
    assert (await queue(office, REVIEWER, ALL, SUMMARIES)).items == ()
    assert not await was_published(office, done.id)


async def test_the_writer_withdraws_consent_and_it_disappears_for_good(office: Office) -> None:
    submitted, key = await published(office)
    proof = Proof(submitted.case.number, submitted.query_code)
    first = await withdraw_consent(office, proof, None, ANONYMOUS, LATER)
    assert await withdraw_consent(office, proof, None, ANONYMOUS, LATER) == first
    assert await published_letter(office, key, ANONYMOUS) is None
    with pytest.raises(ActionNotAllowed):
        await publish(office, submitted.case.id, Chosen(), first.version, REVIEWER, LATER)


async def test_consent_withdrawn_in_the_moment_of_publishing_wins(office: Office) -> None:
    submitted = await answered_letter(office)
    proof = Proof(submitted.case.number, submitted.query_code)
    await asyncio.gather(
        publish(office, submitted.case.id, Chosen(), 0, REVIEWER, LATER),
        withdraw_consent(office, proof, None, ANONYMOUS, LATER),
        return_exceptions=True,
    )
    key = publication_id(office, submitted.case.id)
    found = await office.outside.publications.by_id(key)
    assert found is not None
    assert found.state is PublicationState.WITHDRAWN


async def test_whoever_is_not_the_writer_withdraws_nothing(office: Office) -> None:
    submitted, key = await published(office, by=citizen("li"))
    wrong = Proof(submitted.case.number, "AAAA-AAAA-AAAA-AAAA")
    with pytest.raises(NotFound):
        await withdraw_consent(office, wrong, None, ANONYMOUS, LATER)
    with pytest.raises(NotFound):
        await withdraw_consent(office, Proof(), submitted.case.id, citizen("zhao"), LATER)
    assert await published_letter(office, key, ANONYMOUS) is not None
    await withdraw_consent(office, Proof(), submitted.case.id, citizen("li"), LATER)
    assert await published_letter(office, key, ANONYMOUS) is None


async def test_what_becomes_confidential_is_shown_no_longer(office: Office) -> None:
    submitted, key = await published(office)
    case = submitted.case.id
    assert list(await office.outside.publications.published_of([case, "other"])) == [case]
    await office.cases._collection.update_one({"_id": case}, {"$set": {"confidential": True}})
    assert await published_letter(office, key, ANONYMOUS) is None
    assert (await published_letters(office, PublishedFilter(), ALL, ANONYMOUS)).items == ()
    assert await office.outside.publications.published_of([case]) == {}
