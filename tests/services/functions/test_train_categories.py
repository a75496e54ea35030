"""Learning categories from what clerks decided: what is learned, written, compared, left out."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.runs import RunEntry, RunState
from services.functions import train_categories as job
from services.functions.train_categories import train_categories
from services.matters.suggestions import evaluate, suggestion_agreement, suggestion_for
from services.office import Office
from storage import mongo
from storage.category_counts import COLLECTION as COUNTS
from storage.category_models import COLLECTION
from storage.handled_letters import WEEK
from tests.services.functions.jobs import carried_out
from tests.services.offices import (
    MONDAY,
    at,
    category,
    documents,
    sent,
    taxonomy,
    walked,
)

pytestmark = pytest.mark.ring("test")

SMOKE, SCHOOL = "环境保护/环境污染/大气污染", "教育文体"
SAID = {
    SMOKE: ("餐馆油烟扰民", "每天晚上油烟直接排到居民楼。"),
    SCHOOL: ("小学补课收费", "老师在校外给学生补课，还要收费。"),
}
TEN, NEXT = at("2017-03-20 04:30"), at("2017-03-21 04:30")


async def reviewed(
    office: Office, key: str, names: str, told: str | None = None, when: datetime = MONDAY
) -> None:
    """A letter about what ``told`` (else ``names``) is about, reviewed as ``names``."""
    title, body = SAID[told or names]
    letter = await sent(office, key, title=title, body=f"{body}第{key}封。", when=when)
    await walked(office, letter.case, "ACCEPT REVIEW", category=_given(names))


def _given(names: str) -> object:
    return taxonomy().get(category(names))


async def handled(office: Office, count: int = 24) -> None:
    for number in range(count):
        await reviewed(office, f"{number}", SMOKE if number % 2 else SCHOOL)


async def train(office: Office, when: Any = TEN, **changed: Any) -> RunEntry:
    return await carried_out(office, train_categories, at=when, **changed)


async def test_a_new_letter_is_suggested_what_clerks_decided_of_others(office: Office) -> None:
    await handled(office)
    entry = await train(office)
    assert (entry.state, entry.counts.seen, entry.counts.changed) == (RunState.SUCCEEDED, 24, 1)
    new = await sent(office, "new", title="楼下油烟", body="餐馆油烟太大。")
    found = await suggestion_for(office, new.case, TEN)
    assert found
    assert found.category == category("环境保护")
    assert found.words[0] == "餐馆油烟"
    newest = await office.category_models.newest(TEN)
    assert newest
    assert (newest.letters, newest.held_out, newest.macro_f1) == (24, 24, 1.0)


async def test_what_a_clerk_decided_is_not_suggested_again(office: Office) -> None:
    await handled(office)
    await train(office)
    letter = await sent(office, "mine")
    assert await suggestion_for(office, letter.case, TEN)
    case = await walked(office, letter.case, "ACCEPT REVIEW", category=_given(SMOKE))
    assert await suggestion_for(office, case, TEN) is None


async def test_of_few_letters_nothing_is_learned(office: Office, database: mongo.Database) -> None:
    await handled(office, 19)
    entry = await train(office)
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 0)
    assert await documents(database, COLLECTION) == []
    letter = await sent(office, "new")
    assert await suggestion_for(office, letter.case, TEN) is None


async def test_unreviewed_and_confidential_letters_are_not_learned_from(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, 22)
    await sent(office, "unreviewed")
    secret = await sent(office, "secret", title="秘密油烟", body="秘密油烟秘密。")
    await walked(office, secret.case, "ACCEPT REVIEW", category=_given(SMOKE), confidential=True)
    entry = await train(office)
    assert (entry.counts.seen, entry.counts.changed) == (22, 1)
    [document] = await documents(database, COLLECTION)
    assert "油烟" in document["terms"].split("\n")
    assert "秘密" not in document["terms"].split("\n")


async def test_what_happened_after_the_runs_time_is_not_learned(office: Office) -> None:
    await handled(office, 22)
    entry = await train(office, MONDAY + timedelta(seconds=30))
    assert (entry.counts.seen, entry.counts.skipped, entry.counts.changed) == (22, 22, 0)


async def test_the_same_run_twice_and_a_dry_run_write_nothing_more(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, 20)
    dry = await train(office, label="dry")
    assert [tuple(change) for change in dry.changes] == [("2017-03-20", "TRAINED")]
    assert await documents(database, COLLECTION) == []
    await train(office)
    before = await documents(database, COLLECTION)
    await train(office)
    assert await documents(database, COLLECTION) == before
    assert len(before) == 1


async def test_one_that_is_stopped_leaves_no_model_and_goes_on_after_the_weeks_it_counted(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, 20)
    await reviewed(office, "week before", SMOKE, when=MONDAY - WEEK)
    looks = iter([False, False, True])
    entry = await train(office, is_stopping=lambda: next(looks))
    assert entry.state is RunState.PARTIAL
    assert await documents(database, COLLECTION) == []
    assert len(await documents(database, COUNTS)) == 1
    again = await train(office)
    assert (again.state, again.counts.changed) == (RunState.SUCCEEDED, 1)
    assert await learned(database, TEN) == await from_scratch(office, database, TEN)


async def test_a_week_in_which_nothing_changed_is_not_counted_again(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, 20)
    await train(office)
    first = await learned(database, TEN)
    await database["cases"].update_many({}, {"$set": {"letter.body": "另一只手写的。"}})
    await train(office, NEXT)
    second = await learned(database, NEXT)
    assert (first["terms"], first["weights"]) == (second["terms"], second["weights"])


@pytest.mark.ring("all")
@pytest.mark.parametrize("seed", range(6))
async def test_whatever_changed_the_model_is_that_of_all_letters_counted_at_once(
    office: Office, database: mongo.Database, seed: int
) -> None:
    rng = random.Random(seed)
    await handled(office)
    other = [one.id for one in taxonomy().path(category(SCHOOL))]
    for day in range(4):
        for number in range(rng.randrange(4)):
            when = MONDAY + timedelta(days=day) - rng.randrange(3) * WEEK
            names = rng.choice([SMOKE, SCHOOL])
            await reviewed(office, f"{day} {number}", names, when=when)
        some = await database["cases"].find({}, ["_id"]).to_list(None)
        change: mongo.Document = rng.choice(
            [
                {"$set": {"confidential": True}},
                {"$set": {"category": other}},
                {"$set": {"keeping.is_tombstone": True}, "$unset": {"letter.body": ""}},
            ]
        )
        await database["cases"].update_one({"_id": rng.choice(some)["_id"]}, change)
        now = TEN + timedelta(days=day)
        await train(office, now)
        assert await learned(database, now) == await from_scratch(office, database, now)


async def test_what_can_be_read_no_more_is_put_aside_each_time(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, 21)
    await database["cases"].update_one({}, {"$set": {"letter.title": 7}})
    for when in (TEN, NEXT):
        entry = await train(office, when)
        assert (entry.counts.seen, entry.counts.problems) == (20, 1)
    assert await documents(database, COUNTS) == []


async def test_what_was_counted_goes_with_its_letters(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, 20)
    await reviewed(office, "old", SMOKE, when=MONDAY - WEEK)
    await train(office)
    assert len(await documents(database, COUNTS)) == 2
    await database["cases"].delete_one({"submitted_at": {"$lt": MONDAY}})
    await train(office, NEXT)
    assert len(await documents(database, COUNTS)) == 1


async def learned(database: mongo.Database, when: datetime) -> mongo.Document:
    """The model of this time, but for the moment it bears."""
    (document,) = [one for one in await documents(database, COLLECTION) if one["_id"] == when]
    compared = [{**one, "until": None} for one in document.pop("compared")]
    return {**document, "_id": None, "compared": compared}


async def from_scratch(office: Office, database: mongo.Database, when: datetime) -> mongo.Document:
    """What is learned in its place when nothing was counted before."""
    kept = {name: await documents(database, name) for name in (COLLECTION, COUNTS)}
    await database[COUNTS].delete_many({})
    await database[COLLECTION].delete_one({"_id": when})
    later = when + timedelta(seconds=1)
    await train(office, later)
    found = await learned(database, later)
    for name, before in kept.items():
        await database[name].delete_many({})
        if before:
            await database[name].insert_many(before)
    return found


async def test_agreement_is_with_what_the_model_before_had_said(office: Office) -> None:
    await handled(office, 20)
    await train(office, at("2017-03-06 12:00"))
    assert (await suggestion_agreement(office, NEXT)).value is None
    later = at("2017-03-07 09:00")
    for key, names, told in (
        ("right", SMOKE, SMOKE),
        ("below", SCHOOL, SCHOOL),
        ("wrong", SCHOOL, SMOKE),
        ("also", SMOKE, SMOKE),
    ):
        title, body = SAID[told]
        letter = await sent(office, key, title=title, body=body, when=later)
        await walked(office, letter.case, "ACCEPT REVIEW", category=_given(names))
    await train(office, NEXT)
    newest = office.category_models
    newest._looked_at = None  # a minute later
    found = await suggestion_agreement(office, NEXT)
    assert (found.agreed, found.compared, found.value) == (3, 4, 0.75)
    assert found.since == at("2017-03-06 12:00")


async def test_a_review_that_left_the_category_open_teaches_nothing(office: Office) -> None:
    await handled(office, 20)
    open_one = await sent(office, "open")
    await walked(office, open_one.case, "ACCEPT REVIEW")
    entry = await train(office)
    assert (entry.counts.seen, entry.counts.changed) == (20, 1)


async def test_evaluating_divides_in_several_ways(office: Office) -> None:
    assert await evaluate(office, NEXT) is None
    await handled(office, 20)
    found = await evaluate(office, NEXT)
    assert found
    assert found.letters == {category("环境保护"): 10, category("教育文体"): 10}
    assert len(found.macro_f1) == 5
    assert (found.mean, found.spread) == (1.0, 0.0)


def test_what_a_run_holds_is_bounded() -> None:
    assert (job.MOST_LETTERS, job.HELD_OUT) == (20_000, 2_000)
