"""A small archive for the tests: letters that lived, a folder to put them into, and runs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import zstandard

from domain.actors import ANONYMOUS
from domain.case import Case
from domain.runs import RunEntry, Trigger
from domain.workflow import Action
from infra.objects import DirectoryStore
from services.archive.archiving import Archiving
from services.archive.writing import Limits
from services.functions.running import Frame, Wanted, run_function
from services.functions.runs import Run
from services.functions.workshop import ObjectStore, Post, Workshop
from services.office import Office
from services.process import Act, Proof, act, act_as_writer
from storage import mongo
from storage.sealed_cases import SealedCases
from tests.services.functions.jobs import Clock, table
from tests.services.offices import (
    APPROVER,
    HANDLER,
    SEALS,
    TO_HANDLING,
    at,
    documents,
    sent,
    walked,
)

AUTUMN = at("2017-10-01 02:00")
"""A run half a year after the letters of ``sent`` were concluded."""
PARTS_OF_TWO = Limits(cases=2)


@dataclass(frozen=True)
class Told:
    """What the writer of a letter holds, and the case as it was last."""

    case: Case
    code: str

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def number(self) -> str:
        return self.case.number


async def concluded(office: Office, key: str = "one", **changed: Any) -> Told:
    """A letter with everything that is internal, answered at the second try, and concluded."""
    submitted = await sent(office, key, **changed)
    case = await walked(office, submitted.case, TO_HANDLING, summary="来信人说白天不便。")
    case = await walked(office, case, "NOTE_PROGRESS")
    case = await _do(office, case, Action.STOP_CLOCK, HANDLER, reason="等待检测报告")
    case = await _do(office, case, Action.RESTART_CLOCK, HANDLER)
    case = await walked(office, case, "SUBMIT_REPLY", text="正在办理。")
    case = await _do(office, case, Action.SEND_BACK_REPLY, APPROVER, reason="答复不具体")
    case = await walked(office, case, "SUBMIT_REPLY APPROVE_REPLY")
    values: dict[str, object] = {"resolved": True, "satisfaction": 4, "comment": "谢谢"}
    proof = Proof(case.number, submitted.query_code)
    case = await act_as_writer(
        office, proof, Act(Action.ANSWER_SURVEY, values), ANONYMOUS, _later(case)
    )
    return Told(case, submitted.query_code)


async def rejected(office: Office, key: str = "one", **changed: Any) -> Told:
    """A letter that was not accepted."""
    submitted = await sent(office, key, **changed)
    case = await walked(office, submitted.case, "REJECT", advice="请拨打12345")
    return Told(case, submitted.query_code)


async def _do(office: Office, case: Case, action: Action, by: Any, **values: object) -> Case:
    wanted = Act(action, values, note="内部备注")
    return await act(office, case.id, wanted, by, _later(case))


def _later(case: Case) -> datetime:
    return case.updated_at + timedelta(minutes=1)


async def delivered(office: Office) -> None:
    """Whoever was to be told something was told."""
    cases = SealedCases(office.archive._collection, SEALS)
    async for one in cases.collection.find({}):
        sent = {f"notices.{place}.state": "SENT" for place, _ in enumerate(one["notices"])}
        await cases.update({"_id": one["_id"]}, {"$unset": {"notify_at": ""}, "$set": sent})


@dataclass
class Cellar:
    """An office with an archive in a folder, or in a ``store`` of the test's own."""

    office: Office
    folder: Path
    limits: Limits = PARTS_OF_TWO
    store: ObjectStore | None = None

    @property
    def workshop(self) -> Workshop:
        store = self.store or DirectoryStore(self.folder)
        return Workshop(self.office, store, cast("Post", None))

    async def run(self, when: datetime = AUTUMN, *, dry: bool = False, **changed: Any) -> RunEntry:
        """The entry of a run at this time; ``changed`` is of what it runs in."""
        limits = self.limits

        async def monthly_archive(workshop: Workshop, run: Run) -> None:
            await Archiving(workshop, run, limits).carry_out()

        usual: dict[str, Any] = {"clock": Clock(when), "functions": table(monthly_archive)}
        frame = Frame(self.workshop, **{**usual, **changed})
        label = "dry" if dry else ""
        return await run_function(frame, Wanted("monthly_archive", when, Trigger.COMMAND, label))

    async def keys(self) -> list[str]:
        found: AsyncIterator[str] = DirectoryStore(self.folder).keys("archive/")
        return [key async for key in found]

    async def lines(self) -> list[dict[str, Any]]:
        """Every line of every file, read by another reader than ours."""
        return [
            json.loads(line)
            for key in await self.keys()
            if key.endswith(".zst")
            for line in unpacked(self.folder / key).splitlines()
        ]

    async def manifests(self) -> list[dict[str, Any]]:
        return [
            json.loads((self.folder / key).read_bytes())
            for key in await self.keys()
            if key.endswith("manifest.json")
        ]


def unpacked(path: Path) -> bytes:
    """The content of a file."""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
        return reader.read()


async def told(cellar: Cellar, count: int) -> list[Told]:
    """So many letters that were concluded, with nothing left to be delivered."""
    letters = [await concluded(cellar.office, f"letter {number}") for number in range(count)]
    await delivered(cellar.office)
    return letters


async def standing(database: mongo.Database) -> dict[str, str]:
    """Of each case by number: its stage, or that only a tombstone is left."""
    return {
        one["number"]: "TOMBSTONE" if one["keeping"]["is_tombstone"] else one["stage"]
        for one in await documents(database)
    }
