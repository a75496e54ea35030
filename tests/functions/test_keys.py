"""Each function has the keys that its work needs, and none besides: what is missing is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from domain.runs import RunEntry, RunState, Trigger
from functions.workshops import opened_workshop
from infra.secrets import VARIABLES, divide
from services.functions.running import Frame, Wanted, run_function
from services.functions.table import FUNCTIONS
from services.office import Office
from settings import Settings
from storage import mongo
from tests.services.functions.archiving import AUTUMN, concluded
from tests.services.functions.archiving import delivered as everybody_was_told
from tests.services.functions.delivering import queued, survey
from tests.services.functions.jobs import Clock
from tests.services.offices import KEYS_GIVEN, TO_CALLBACK, TO_HANDLING, at, sent, walked

pytestmark = pytest.mark.ring("test")

TIMES: Mapping[str, datetime] = {
    "overdue_sweep": at("2017-03-14 00:10"),
    "satisfaction_callback": at("2017-03-06 10:00"),
    "monthly_archive": AUTUMN,
    "deliver_notices": at("2017-03-06 11:00"),
    "monthly_bulletin": at("2017-04-25 03:00"),
    "train_categories": at("2017-03-07 04:30"),
    "group_letters": at("2017-03-06 10:00"),
}
"""When there is work for each, of the letters that ``office_with_work`` makes."""


@pytest.fixture
async def office_with_work(office: Office, database: mongo.Database) -> Office:
    """Letters that every function has something to do with."""
    await concluded(office)
    await everybody_was_told(office)
    await walked(office, (await sent(office, "overdue")).case, TO_HANDLING)
    asked = await walked(office, (await sent(office, "asked")).case, TO_CALLBACK)
    await queued(office, database, survey(asked, at("2017-03-06 10:30")))
    return office


async def carried_out(
    name: str, keys: Mapping[str, str], client: mongo.Client, database: mongo.Database, folder: Path
) -> RunEntry:
    """The entry of a run of a function that was told these keys, and where everything else is."""
    told = {"ENVIRONMENT": "production", "DATA_DIR": str(folder), "MONGODB_DATABASE": database.name}
    settings = Settings.from_environment({**told, **keys}, required=())
    clock = Clock(TIMES[name])
    async with opened_workshop(settings, client, clock) as workshop:
        want = Wanted(name, TIMES[name], Trigger.COMMAND)
        return await run_function(Frame(workshop, clock), want)


KEYS_OF_EACH = [(name, key) for name in FUNCTIONS for key in VARIABLES[name] if key in KEYS_GIVEN]


@pytest.mark.parametrize("name", FUNCTIONS)
async def test_a_function_does_its_work_with_the_keys_of_its_own_secret(
    name: str,
    office_with_work: Office,
    client: mongo.Client,
    database: mongo.Database,
    tmp_path: Path,
) -> None:
    entry = await carried_out(name, divide(KEYS_GIVEN)[name], client, database, tmp_path)
    assert (entry.state, entry.error) == (RunState.SUCCEEDED, None)
    assert (entry.counts.failed, entry.counts.problems) == (0, 0)
    assert entry.counts.changed > 0 or name == "train_categories"


@pytest.mark.parametrize(("name", "key"), KEYS_OF_EACH)
async def test_without_any_of_them_it_fails_and_names_it(
    name: str,
    key: str,
    office_with_work: Office,
    client: mongo.Client,
    database: mongo.Database,
    tmp_path: Path,
) -> None:
    keys = {one: value for one, value in divide(KEYS_GIVEN)[name].items() if one != key}
    entry = await carried_out(name, keys, client, database, tmp_path)
    assert key in f"{entry.error} {entry.counts.errors}"
