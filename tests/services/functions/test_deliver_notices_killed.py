"""`kill -9` wherever the delivery touches the outside, then a run: all is told, under one id."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.actions import Action
from domain.notices import Audience
from domain.runs import RunState
from services.office import Office
from storage import mongo
from tests.services.functions.delivering import queued, settle, states, survey, warning
from tests.services.functions.delivery_killed import FilePost, delivered
from tests.services.offices import DISTRICT, TO_CALLBACK, TO_HANDLING, at, sent, walked

pytestmark = pytest.mark.ring("all")

NINE = at("2017-03-07 09:00")
LINES = 2
DIGEST = f"digest-{DISTRICT}-2017-03-07"
PASSAGES = (
    "write "  # the day of the one telephone that is asked
    "send send send "  # the question, the reply, the receipt of a letter
    "write "  # the joined letter's own notice
    "write "  # their marks
    "write "  # the digest is frozen
    "send "  # and sent
    "write write"  # that it was, and the marks of what it tells
)
"""What a run of these notices does to the outside."""


async def something_to_tell(office: Office, database: mongo.Database) -> None:
    """A reply to a letter that another was joined to, a question, a digest of two lines."""
    for number in range(LINES):
        case = await walked(office, (await sent(office, str(number))).case, TO_HANDLING)
        await queued(office, database, warning(case, at("2017-03-06 18:00")))
    asked = await walked(office, (await sent(office, "asked")).case, TO_CALLBACK)
    main = (await sent(office, "main", phone="13900139000")).case
    joined = (await sent(office, "joined", phone="13700137000")).case
    await walked(office, joined, "JOIN", main_case=main.id)
    main = await walked(office, main, TO_HANDLING)
    await settle(office, at("2017-03-06 20:00"))
    await queued(office, database, survey(asked, NINE))
    await walked(office, main, "SUBMIT_REPLY APPROVE_REPLY")
    await sent(office, "new", when=at("2017-03-07 08:59"), phone="13600136000")


def killed(mongo_uri: str, database: mongo.Database, file: Path, driver: str, point: str) -> str:
    """What a run says whose process dies at a point; empty when it did die."""
    module = "tests.services.functions.delivery_killed"
    words = [mongo_uri, database.name, str(file), driver, NINE.isoformat(), point]
    done = subprocess.run(
        [sys.executable, "-m", module, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if done.stdout else -9), done.stderr
    return done.stdout


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def points() -> Iterator[object]:
    for number, name in enumerate(PASSAGES.split(), 1):
        yield pytest.param(str(number), id=f"{number} before {name}")
        yield pytest.param(f"{number}+", id=f"{number} in the middle of {name}")


async def test_a_run_goes_through_these_doors(
    office: Office, database: mongo.Database, tmp_path: Path, mongo_uri: str, driver: str
) -> None:
    await something_to_tell(office, database)
    assert killed(mongo_uri, database, tmp_path / "post", driver, "none") == PASSAGES


@pytest.mark.parametrize("point", list(points()))
async def test_nothing_is_lost_and_nothing_is_sent_under_two_ids(
    office: Office,
    database: mongo.Database,
    tmp_path: Path,
    mongo_uri: str,
    driver: str,
    point: str,
) -> None:
    await something_to_tell(office, database)
    file = tmp_path / "post"
    assert killed(mongo_uri, database, file, driver, point) == ""
    for minute in range(3):
        entry = await delivered(office, FilePost(file), NINE + timedelta(minutes=minute))
        assert (entry.state, entry.counts.failed) == (RunState.SUCCEEDED, 0)
    check_messages(lines(file))
    told = await states(database, "state", "audience", "daily", "about", "message")
    for notice, (state, audience, daily, about, message) in told.items():
        if audience == Audience.JOINED:  # queued for each letter, or there was none
            assert state in ("SENT", "LEFT_OUT")
        elif (audience, about) == (Audience.UNIT, Action.REVIEW):  # signed for meanwhile
            assert (state, message) == ("LEFT_OUT", None)
        else:
            assert (state, message) == ("SENT", DIGEST if daily else notice)


def check_messages(sent_lines: Sequence[Mapping[str, Any]]) -> None:
    """Each of the five once at least, and every repeat is the very same message."""
    by_id: defaultdict[str, set[str]] = defaultdict(set)
    by_content: defaultdict[str, set[str]] = defaultdict(set)
    for line in sent_lines:
        content = json.dumps({**line, "id": None}, sort_keys=True)
        by_id[line["id"]].add(content)
        by_content[content].add(line["id"])
    assert all(len(contents) == 1 for contents in by_id.values())
    assert all(len(ids) == 1 for ids in by_content.values())
    abouts = sorted(json.loads(content)["about"] for content in by_content)
    assert abouts == ["ANSWER_JOINED", "APPROVE_REPLY", "DIGEST", "SUBMISSION", "SURVEY"]
