"""January 2017 as it was published: 6,796 letters go through the process, and the figures come."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.definitions import FigureName
from domain.refusals import ActionNotAllowed
from domain.runs import RunState
from domain.words import Stage
from domain.workflow import Action
from services.directory import import_directory
from services.figures.bulletins import bulletin_of
from services.functions.running import Frame
from services.january.closing import BASELINE, JANUARY, close_january
from services.january.courses import CHANNELS, LETTERS, LEVELS
from services.january.filling import Filling, fill_with_january, january_of
from services.january.letters import happenings
from services.january.matters import read_matters, read_spots
from services.january.places import Places
from services.office import Office, close_office, open_office
from services.process import Proof, proven_case
from services.verification import verify_all
from storage import mongo
from tests.services.functions.jobs import workshop
from tests.services.january.recount import FROZEN_AT, recount
from tests.services.offices import KEYS, documents, sent

pytestmark = pytest.mark.ring("test")

CHENGDU = Path(__file__).resolve().parents[3] / "data" / "chengdu"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
PUBLISHED_LEVELS = {
    "CITY_PARTY_SECRETARY": 1_338,
    "CITY_GOVERNMENT": 4_773,
    "DISTRICT": 659,
    "TOWNSHIP": 26,
}


@pytest.fixture
async def chengdu(
    office: Office, client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> AsyncIterator[Office]:
    """An office of the whole city, opened after its directory came in."""
    await import_directory(CHENGDU, office.directory)
    opened = await open_office(client, database.name, driver, KEYS)
    yield opened
    await close_office(opened)


async def test_the_plan_has_the_published_letters_at_every_level(chengdu: Office) -> None:
    letters = [one.letter for one in (await january_of(chengdu)).letters]
    assert len(letters) == LETTERS == 6_796
    assert Counter(one.level.value for one in letters) == PUBLISHED_LEVELS == LEVELS
    assert Counter(one.channel for one in letters) == CHANNELS
    assert [one.at for one in letters] == sorted({one.at for one in letters})
    mailboxes = await chengdu.directory.mailboxes_by_code({one.mailbox for one in letters})
    assert all(mailboxes[one.mailbox].level is one.level for one in letters)
    assert len(mailboxes) > 200


async def test_the_plan_is_the_same_every_time_whatever_chance_does(chengdu: Office) -> None:
    first = (await january_of(chengdu)).letters
    random.seed(NOW.timestamp())
    assert (await january_of(chengdu)).letters == first


async def test_some_matters_move_many_people_and_one_moves_one_person_often(
    chengdu: Office,
) -> None:
    letters = [one.letter for one in (await january_of(chengdu)).letters]
    moved = happenings(read_matters(), await Places.of(chengdu, read_spots()))
    about = {
        number: [one for one in letters if one.happening == number] for number in range(len(moved))
    }
    assert all(about.values())
    assert all({one.spot for one in ones} == {moved[at].spot} for at, ones in about.items())
    writers = [len({one.writer for one in ones}) for ones in about.values()]
    *many, campaign = writers
    assert campaign == 1
    assert len(about[len(about) - 1]) > 10
    assert min(many) > 5


async def test_a_database_with_cases_is_left_alone(chengdu: Office) -> None:
    await sent(chengdu)
    with pytest.raises(ActionNotAllowed, match="must be empty"):
        await fill_with_january(chengdu)
    assert await chengdu.cases.count() == 1


async def test_another_city_is_refused(office: Office) -> None:
    with pytest.raises(ActionNotAllowed, match="data/chengdu"):
        await fill_with_january(office)
    assert await office.cases.count() == 0


async def test_one_that_was_interrupted_goes_on_under_the_same_numbers(
    chengdu: Office, database: mongo.Database
) -> None:
    january = await january_of(chengdu)
    few = replace(january, letters=january.letters[:250])
    whole = {
        new.case.id: new.case.number for new in await Filling(chengdu, few).cases_of(few.letters)
    }

    def interrupt(stored: int) -> None:
        if stored == 100:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await Filling(chengdu, few).run(set(), interrupt)
    there = {one["_id"] for one in await documents(database)}
    assert len(there) == 100
    told: list[int] = []
    await Filling(chengdu, few).run(there, told.append)
    assert told == [100, 200, 250]
    assert {one["_id"]: one["number"] for one in await documents(database)} == whole
    assert await Filling(chengdu, few).run(whole.keys(), told.append) is None


@pytest.mark.ring("release")
async def test_january_comes_out_as_it_was_published(
    chengdu: Office, database: mongo.Database
) -> None:
    told: list[int] = []
    shown = await fill_with_january(chengdu, told.append)
    assert shown is not None
    assert told == sorted(told)
    assert told[-1] == LETTERS
    stored = await documents(database)
    assert len(stored) == LETTERS
    _comes_out(stored)
    await _is_closed(chengdu)
    _is_at_rest(stored)
    _has_happened(stored)
    case = await proven_case(chengdu, Proof(number=shown.number, query_code=shown.query_code))
    assert case is not None
    assert case.letter.title == shown.title
    assert not [finding async for finding in verify_all(chengdu) if finding.problem]
    await _is_made_again_alike(chengdu, stored)


def _comes_out(stored: list[mongo.Document]) -> None:
    """Counted here from raw histories."""
    counted = recount(stored)
    assert counted.letters == 6_796
    assert counted.levels == PUBLISHED_LEVELS
    assert sum(counted.channels.values()) == 6_796
    assert set(counted.channels) == {"WEB", "WECHAT", "SMS", "APP"}
    assert f"{counted.percent('reply'):.1f}" == "99.2"
    assert f"{counted.percent('resolution'):.2f}" == "90.45"
    assert f"{counted.percent('satisfaction'):.2f}" == "90.55"
    assert f"{counted.percent('overdue'):.2f}" == "8.53"
    assert f"{counted.average_days:.2f}" == "6.12"
    assert (counted.above["reply"], counted.below["reply"]) == (6_742, 6_796)
    assert (counted.above["resolution"], counted.below["resolution"]) == (5_664, 6_262)
    assert (counted.above["satisfaction"], counted.below["satisfaction"]) == (2_338, 2_582)
    assert (counted.above["overdue"], counted.below["overdue"]) == (561, 6_577)
    later = recount(stored, NOW)
    assert later.above["reply"] == 6_780  # all but sixteen that were withdrawn
    assert later.above["satisfaction"] > counted.above["satisfaction"]


async def _is_closed(office: Office) -> None:
    """The product's own bulletin says the same, with the published changes."""
    entry = await close_january(Frame(workshop(office), lambda: NOW))
    assert entry.state is RunState.SUCCEEDED, entry.error
    bulletin = await bulletin_of(office, JANUARY, NOW)
    assert (bulletin.edition, bulletin.closed_at) == (1, FROZEN_AT)
    assert (bulletin.letters, dict(bulletin.by_level)) == (6_796, PUBLISHED_LEVELS)
    changes = {}
    for one in bulletin.figures:
        assert one.value is not None
        assert one.change is not None
        assert (one.baseline.name, one.baseline.recorded) == (BASELINE, True)
        scale = 1 if one.name.is_in_days else 100
        changes[one.name] = (f"{one.value * scale:.2f}", f"{one.change:+.1f}")
    assert changes == {
        FigureName.REPLY_RATE: ("99.21", "+0.2"),
        FigureName.RESOLUTION_RATE: ("90.45", "+0.6"),
        FigureName.SATISFACTION_RATE: ("90.55", "+0.9"),
        FigureName.OVERDUE_RATE: ("8.53", "-0.8"),
        FigureName.AVERAGE_REPLY_DAYS: ("6.12", "-1.1"),
    }


def _is_at_rest(stored: list[mongo.Document]) -> None:
    """The clockwork of today finds nothing to warn of, to ask about or to tell."""
    assert {one["stage"] for one in stored} == {Stage.CONCLUSION.value}
    for name in ("wake_at", "ask_at", "call_at", "notify_at"):
        assert not [one for one in stored if one.get(name)], name
    assert max(one["updated_at"] for one in stored) < datetime(2017, 4, 1, tzinfo=UTC)


def _has_happened(stored: list[mongo.Document]) -> None:
    """Everything that happens to letters happens to some of them."""
    happened = Counter(entry["action"] for one in stored for entry in one["history"])
    untaken = {"ARCHIVE", "ANSWER_JOINED", "REVOKE_SUPERVISION"}
    assert {action.value for action in Action} - set(happened) == untaken
    assert happened["JOIN"] == 149
    wrong = [
        entry
        for one in stored
        for entry in one["history"]
        if entry["action"] == "REVIEW_DISPATCH" and not entry["details"]["correct"]
    ]
    assert len(wrong) == 9
    rungs = Counter(
        entry["details"]["rung"]
        for one in stored
        for entry in one["history"]
        if entry["action"] == "SUPERVISE"
    )
    assert len(rungs) == 4
    assert len({one["letter"]["title"] for one in stored}) > 1_000


async def _is_made_again_alike(office: Office, stored: list[mongo.Document]) -> None:
    """Every fiftieth letter goes its way once more: the same way, at the same times."""
    before = {one["_id"]: one for one in stored}
    plan = await january_of(office)
    for new in await Filling(office, plan).cases_of(plan.letters[::50]):
        told, known = new.document(), before[new.case.id]
        assert told["letter"] == known["letter"]
        assert (told["account"], told["responsible"]) == (known["account"], known["responsible"])
        assert lived(told) == lived(known)


def lived(one: mongo.Document) -> list[object]:
    """A history without what is random in it: seals, and commitments with their salts."""
    return [
        {
            **{name: entry[name] for name in ("at", "action", "stage", "role", "subject", "unit")},
            "details": {
                name: value
                for name, value in entry["details"].items()
                if not name.endswith("_commitment")
            },
        }
        for entry in one["history"]
    ]
