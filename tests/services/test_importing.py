"""Letters come in from a file, once each, and stand where their dates say."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date

import pytest

from domain.actors import Actor
from domain.refusals import NotFound
from domain.words import Channel, LetterKind, MailboxLevel, Role, Stage
from services.importing import BATCH
from services.office import Office
from services.process import Proof, proven_case
from services.verification import verify_all
from storage import mongo
from tests.services.imports import REPLIED, Papers, as_file, cases, imported, letter, only
from tests.services.offices import (
    CITY,
    DISTRICT,
    EDUCATION,
    GENERAL_OFFICE,
    NEXT_DISTRICT,
    at,
    documents,
)

pytestmark = pytest.mark.ring("test")

# One letter


async def test_a_letter_becomes_a_case(office: Office) -> None:
    await imported(office, letter("7", place="A1", **REPLIED))
    case = await only(office)
    assert (case.letter.title, case.letter.body) == ("路灯不亮", "人行道的路灯坏了很久。")
    assert case.letter.submitted_at == at("2017-03-06 09:00")
    assert (case.letter.kind, case.letter.channel) == (LetterKind.HELP, Channel.WEB)
    assert case.number.startswith("20170306-000001-")
    assert (case.stage, case.first_replied_at) == (Stage.CONCLUSION, at("2017-03-10 16:00"))


async def test_writers_are_told_apart_by_their_accounts(office: Office) -> None:
    await imported(office, letter("1", user="A1"), letter("2", user="A2"), letter("3", user="A1"))
    accounts = [case.account for case in (await cases(office)).values()]
    assert Counter(accounts) == {"import:A1": 2, "import:A2": 1}


async def test_nobody_is_told_of_what_happened_long_ago(
    office: Office, database: mongo.Database
) -> None:
    await imported(office, letter("1", **REPLIED), letter("2"))
    assert [document["notices"] for document in await documents(database)] == [[], []]


async def test_every_imported_case_is_whole(office: Office) -> None:
    await imported(office, letter("1", **REPLIED), letter("2"), letter("3", place=None))
    findings = [finding async for finding in verify_all(office)]
    assert [finding.problem for finding in findings] == [None] * 3


@pytest.mark.parametrize(
    ("place", "category", "mailbox", "level", "unit"),
    [
        ("A", None, "5101/HEAD", MailboxLevel.CITY_GOVERNMENT, GENERAL_OFFICE),
        ("A", "教育文体", "5101/HEAD", MailboxLevel.CITY_GOVERNMENT, EDUCATION),
        # a department that this small city does not have
        ("A", "交通运输", "5101/HEAD", MailboxLevel.CITY_GOVERNMENT, GENERAL_OFFICE),
        ("A1", None, "510104/HEAD", MailboxLevel.DISTRICT, DISTRICT),
        ("A2", "教育文体", "510105/HEAD", MailboxLevel.DISTRICT, NEXT_DISTRICT),
        ("J11", None, "5101/HEAD", MailboxLevel.CITY_GOVERNMENT, GENERAL_OFFICE),
        (None, None, "5101/HEAD", MailboxLevel.CITY_GOVERNMENT, GENERAL_OFFICE),
    ],
)
async def test_place_and_category_say_who_deals_with_it(
    office: Office,
    place: str | None,
    category: str | None,
    mailbox: str,
    level: MailboxLevel,
    unit: str,
) -> None:
    await imported(office, letter("1", place=place, category=category))
    case = await only(office)
    assert (case.letter.mailbox, case.level) == (mailbox, level)
    assert case.responsible == (CITY, unit)
    assert bool(case.category) is (category is not None)
    seen = await office.cases.by_id(case.id, Actor(frozenset({Role.HANDLER}), "one", unit))
    assert seen == case


async def test_a_city_without_departments_deals_with_it_itself(
    office: Office, database: mongo.Database
) -> None:
    await database.units.delete_many({"level": "DEPARTMENT"})
    await imported(office, letter("1", category="教育文体"))
    assert (await only(office)).responsible == (CITY,)


# As of


@pytest.mark.parametrize(
    ("as_of", "unanswered", "answered"),
    [
        ("2017-03-06 08:59:59", None, None),
        ("2017-03-06 09:00", Stage.ACCEPTANCE, Stage.ACCEPTANCE),
        ("2017-03-08 12:00", Stage.REVIEW, Stage.HANDLING),
        ("2017-03-10 15:59:59", Stage.COMMUNICATION, Stage.FEEDBACK),
        ("2017-03-10 16:00", Stage.COMMUNICATION, Stage.CALLBACK),
        ("2017-03-17 23:59:59", Stage.HANDLING, Stage.CALLBACK),
        ("2017-03-18 00:00", Stage.HANDLING, Stage.CONCLUSION),
        ("2019-06-01 12:00", Stage.HANDLING, Stage.CONCLUSION),
    ],
)
async def test_letters_stand_where_they_stood_as_of(
    office: Office, as_of: str, unanswered: Stage | None, answered: Stage | None
) -> None:
    report = await imported(office, letter("1"), letter("2", **REPLIED), as_of=at(as_of))
    found = await cases(office)
    stages = [found[id_].stage if id_ in found else None for id_ in ("1", "2")]
    assert stages == [unanswered, answered]
    assert report.not_yet_written == stages.count(None)
    assert report.replied == (answered in {Stage.CALLBACK, Stage.CONCLUSION})


# Again


async def test_importing_again_adds_nothing(office: Office, database: mongo.Database) -> None:
    letters = [letter(str(count), **REPLIED) for count in range(5)]
    await imported(office, *letters)
    before = await documents(database)
    papers = Papers()
    report = await imported(office, *letters, papers=papers)
    assert (report.stored, report.already_there, report.replied) == (0, 5, 5)
    assert await documents(database) == before
    assert papers.codes == []


async def test_the_id_is_the_identity_and_the_words_are_not(office: Office) -> None:
    report = await imported(
        office, letter("1"), letter("2"), letter("1", title="别的标题"), letter("3")
    )
    assert (report.lines, report.stored, report.already_there) == (4, 3, 1)
    assert (await cases(office))["1"].letter.title == "路灯不亮"


@pytest.mark.ring("all")
async def test_an_id_that_comes_again_batches_later_counts_once(office: Office) -> None:
    letters = [letter(str(count), **REPLIED) for count in range(BATCH)]
    report = await imported(office, *letters, letters[0])
    assert (report.stored, report.already_there, report.replied) == (BATCH, 1, BATCH)


@pytest.mark.ring("all")
async def test_a_batch_that_was_stored_in_part_is_completed(
    office: Office, database: mongo.Database
) -> None:
    letters = [letter(str(count), **REPLIED) for count in range(10)]
    await imported(office, *letters)
    await database.cases.delete_many({"letter.source_id": {"$in": ["3", "4", "9"]}})
    papers = Papers()
    report = await imported(office, *letters, papers=papers)
    assert (report.stored, report.already_there, report.replied) == (3, 7, 10)
    assert [one.source_id for one in papers.codes] == ["3", "4", "9"]
    assert len(await cases(office)) == 10
    assert {len(await documents(database, name)) for name in ("cases", "search_terms")} == {10}


@pytest.mark.ring("all")
async def test_an_import_that_was_killed_is_completed_by_the_next(office: Office) -> None:
    letters = [letter(str(count)) for count in range(3 * BATCH)]
    with pytest.raises(KeyboardInterrupt):
        await imported(office, *letters, papers=Papers(dies_after=BATCH))
    assert await office.cases.count() == BATCH  # the second batch's codes were kept, no more
    report = await imported(office, *letters)
    assert (report.stored, report.already_there) == (2 * BATCH, BATCH)
    numbers = [case.number for case in (await cases(office)).values()]
    assert len(set(numbers)) == 3 * BATCH


# Codes and numbers


async def test_a_code_opens_its_letter(office: Office) -> None:
    papers = Papers()
    await imported(office, letter("1"), letter("2"), papers=papers)
    for one in papers.codes:
        case = await proven_case(office, Proof(number=one.number, query_code=one.query_code))
        assert case is not None
        assert case.letter.source_id == one.source_id


async def test_codes_are_kept_before_their_letters_are_stored(office: Office) -> None:
    with pytest.raises(KeyboardInterrupt):
        await imported(office, letter("1"), papers=Papers(dies_after=0))
    assert await office.cases.count() == 0


async def test_numbers_count_up_by_the_citys_days(office: Office) -> None:
    days = ("2017-03-06T23:59:00", "2017-03-07T00:00:00", "2017-03-06T16:00:00Z", "2017-03-06")
    await imported(
        office, *(letter(str(count), submitted_at=day) for count, day in enumerate(days))
    )
    found = await cases(office)
    assert [found[str(count)].number[:15] for count in range(4)] == [
        "20170306-000001",
        "20170307-000001",
        "20170307-000002",
        "20170306-000002",
    ]


@pytest.mark.ring("all")
async def test_no_serial_is_given_twice_however_many_take_some_at_once(office: Office) -> None:
    serials = office.submissions
    one, two = date(2017, 3, 6), date(2017, 3, 7)
    singly = [serials.next_serials(one) for _ in range(10)]
    together = [serials.next_serials_of({one: 3, two: 2}) for _ in range(5)]
    taken_singly, taken = await asyncio.gather(asyncio.gather(*singly), asyncio.gather(*together))
    first = [serial for block in taken for serial in block[one]]
    first += [serial for block in taken_singly for serial in block]
    second = [serial for block in taken for serial in block[two]]
    assert (len(set(first)), len(set(second))) == (25, 10)
    assert len(first) + len(second) == 35
    assert (await serials.next_serials_of({one: 2}))[one].start > max(first)


# Lines that are no letters


async def test_a_bad_line_is_reported_and_the_rest_goes_in(office: Office) -> None:
    papers = Papers()
    report = await imported(
        office, letter("1"), b"{broken", b"", letter("2", body=" "), letter("3"), papers=papers
    )
    assert (report.lines, report.stored, report.rejected) == (4, 2, 2)
    assert [(one.line, one.reason) for one in papers.rejected] == [
        (2, "this is no JSON: unexpected character, expected a string key, character 2"),
        (4, "body: This takes 1 to 1000000 characters, not 0."),
    ]
    assert papers.rejected[0].text == "{broken"


async def test_a_bad_line_does_not_take_the_id_from_a_good_one(office: Office) -> None:
    report = await imported(office, letter("1", body=" "), letter("1"))
    assert (report.rejected, report.stored) == (1, 1)


async def test_an_empty_file_is_no_mistake(office: Office) -> None:
    report = await imported(office)
    assert (report.lines, report.replied, report.mean_days) == (0, 0, None)


async def test_without_a_directory_there_is_nowhere_to_send_letters(
    office: Office, database: mongo.Database
) -> None:
    await database.directory.delete_many({})
    with pytest.raises(NotFound):
        await imported(office, letter("1"))


# The report


@pytest.mark.ring("all")
async def test_days_to_the_reply_are_read_from_the_database(
    office: Office, database: mongo.Database
) -> None:
    replies = ("2017-03-07T09:00:00", "2017-03-08T21:00:00", "2017-03-16T09:00:00")
    letters = [
        letter(str(count), reply="已办结。", replied_at=when) for count, when in enumerate(replies)
    ]
    report = await imported(office, *letters, letter("none"))
    assert (report.replied, report.mean_days, report.median_days) == (3, 4.5, 2.5)
    await database.cases.delete_one({"letter.source_id": "2"})
    again = await imported(office, *letters[:2])
    assert (again.mean_days, again.median_days) == (1.75, 1.75)


@pytest.mark.ring("all")
async def test_progress_is_told_in_bytes_after_every_batch(office: Office) -> None:
    papers = Papers()
    letters = [letter(str(count)) for count in range(BATCH + 1)]
    await imported(office, *letters, papers=papers)
    size = len(as_file(letters).getvalue())
    assert len(papers.positions) == 2
    assert papers.positions == sorted(papers.positions)
    assert papers.positions[-1] == size
