"""Ways in which somebody who writes to the database, but has none of the keys, might change it.

``python -m tests.durability.tampering`` tries each on a small city of its own, and prints what was
found.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from bson import ObjectId

from domain.actors import Actor
from domain.words import Role
from infra.embedded import EmbeddedDatabase
from infra.objects import DirectoryStore
from services.anchors import AnchorAudit, take_anchor
from services.office import Office, close_office
from services.verification import AUDIT, Finding, verify_all, verify_audit
from storage import mongo
from storage.archive_lines import ArchivedCase
from storage.mongo import Document
from storage.sealed_cases import SealedCases
from storage.tombstones import tombstone_for
from tests.services.offices import (
    MONDAY,
    SEALS,
    TO_CALLBACK,
    documents,
    sent,
    small_office,
    walked,
)

ELSEWHERE = {"type": "Point", "coordinates": [104.0, 30.6]}
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
WRITER = Actor(frozenset({Role.CITIZEN}), "a-writer")


@dataclass
class Town:
    """A small city with letters in every state, an anchor that was taken of it, and a thief.

    ``codes`` are the query codes by number; ``earlier`` is what the victim's case once was.
    """

    office: Office
    database: mongo.Database
    store: DirectoryStore
    thief: str = ""
    victim: str = ""
    stone: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    earlier: Document = field(default_factory=dict)
    before: dict[str, list[Document]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)

    async def fill(self) -> None:
        """Letters, looks at personal data, and an anchor."""
        office = self.office
        submitted = [await sent(office, f"letter {number}", WRITER) for number in range(2)]
        victim, thief = submitted
        stone = await sent(office, "stone")
        self.codes = {one.case.number: one.query_code for one in (*submitted, stone)}
        self.thief, self.victim, self.stone = thief.case.id, victim.case.id, stone.case.id
        case = await walked(office, victim.case, TO_CALLBACK.rpartition(" ")[0])
        self.earlier = await self.case(self.victim)
        await walked(office, case, "APPROVE_REPLY")
        await walked(office, stone.case, "REJECT")
        await self._bury(self.stone)
        for number in range(2):
            await office.audit.record("REVEAL_WRITER", self.victim, f"clerk {number}", "", MONDAY)
        await take_anchor(office, self.store, MONDAY)
        await self.remember()

    async def _bury(self, case_id: str) -> None:
        document = await self.case(case_id)
        document["keeping"] = {**document["keeping"], "batch": "2017-04/one"}
        stone = tombstone_for(ArchivedCase(document), 1, "other", self.office.rulebook.chain)
        cases = SealedCases(self.database["cases"], SEALS)
        async with mongo.transaction(self.database.client) as session:
            await cases.replace_many([({"_id": case_id}, stone.document)], session)

    async def case(self, case_id: str) -> Document:
        found = await self.database["cases"].find_one({"_id": case_id})
        assert found is not None
        return found

    async def set(self, case_id: str, **changed: Any) -> None:
        """Writes fields (dots as two underscores) behind everybody's back."""
        named = {name.replace("__", "."): value for name, value in changed.items()}
        await self.database["cases"].update_one({"_id": case_id}, {"$set": named})

    # Found, and put back

    async def remember(self) -> None:
        for name in ("cases", "audit", "anchors"):
            self.before[name] = deepcopy(await documents(self.database, name))
        root = self.store.root
        self.objects = {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }

    async def restore(self) -> None:
        for name, kept in self.before.items():
            await self.database[name].delete_many({})
            await self.database[name].insert_many(deepcopy(kept))
        for name, data in self.objects.items():
            (self.store.root / name).write_bytes(data)

    async def findings(self) -> list[Finding]:
        """What ``lizheng verify`` tells with --all and with --since-anchor."""
        found = [one async for one in verify_all(self.office) if one.problem]
        found += [one async for one in verify_audit(self.office)]
        audit = AnchorAudit(self.office, self.store)
        return found + [one async for one in audit.findings()]

    async def number_of(self, case_id: str) -> str:
        [number] = [one["number"] for one in self.before["cases"] if one["_id"] == case_id]
        return str(number)


Tamper: TypeAlias = Callable[[Town], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way: what is done, to whose case (or to what), and words that its finding holds."""

    name: str
    tamper: Tamper
    words: str
    of: str = "victim"

    async def subject(self, town: Town) -> str:
        """What the finding has to name."""
        if self.of in ("victim", "thief", "stone"):
            return await town.number_of(getattr(town, self.of))
        return self.of


def setting(of: str = "victim", **changed: Any) -> Tamper:
    """Fields that are set in a case."""

    async def tamper(town: Town) -> None:
        await town.set(getattr(town, of), **changed)

    return tamper


async def put_own_key(town: Town) -> None:
    """One's own code opens the victim's letter, S2's first way."""
    own = (await town.case(town.thief))["keys"]
    await town.set(town.thief, keys=[b"x" * 32])
    await town.set(town.victim, keys=[*(await town.case(town.victim))["keys"], *own])


async def swap(town: Town, name: str) -> None:
    one, two = await town.case(town.thief), await town.case(town.victim)
    await town.set(town.thief, **{name: None if name == "number" else ["-"]})
    await town.set(town.victim, **{name: one[name]})
    await town.set(town.thief, **{name: two[name]})


async def swap_keys(town: Town) -> None:
    await swap(town, "keys")


async def swap_numbers(town: Town) -> None:
    await swap(town, "number")


async def copy_writer(town: Town) -> None:
    await town.set(town.thief, writer=(await town.case(town.victim))["writer"])


async def copy_phone(town: Town) -> None:
    writer = (await town.case(town.victim))["writer"]
    await town.set(town.thief, writer__phone=writer["phone"])


async def swap_ciphertexts(town: Town) -> None:
    writer = (await town.case(town.victim))["writer"]
    await town.set(town.victim, writer__name=writer["phone"], writer__phone=writer["name"])


async def cut_history(town: Town) -> None:
    """The last step never happened, and all that tells of it is made to fit."""
    case = await town.case(town.victim)
    history = case["history"][:-1]
    earlier = {name: town.earlier[name] for name in ("facts", "clocks", "outcome")}
    await town.set(
        town.victim,
        history=history,
        version=len(history),
        stage=history[-1]["stage"],
        schema=1,
        **earlier,
    )


async def cut_history_and_seal(town: Town) -> None:
    await cut_history(town)
    await town.database["cases"].update_one({"_id": town.victim}, {"$unset": {"state_seal": ""}})


async def replay(town: Town) -> None:
    """The whole document, with its seal, as it was before the last step."""
    await town.database["cases"].replace_one({"_id": town.victim}, town.earlier)


async def delete_case(town: Town) -> None:
    await town.database["cases"].delete_one({"_id": town.victim})


async def insert_copy(town: Town) -> None:
    """A letter that nobody wrote, made of one that was."""
    document = {**await town.case(town.victim), "_id": "made up", "keys": [b"y" * 32]}
    await town.database["cases"].insert_one({**document, "number": "20170306-009999-9"})


async def move_seal(town: Town) -> None:
    await town.set(town.victim, state_seal=(await town.case(town.thief))["state_seal"])


async def make_nobodys(town: Town) -> None:
    await town.set(town.victim, account=None)


async def delete_entry(town: Town) -> None:
    entry = (await documents(town.database, "audit"))[0]
    await town.database["audit"].delete_one({"_id": entry["_id"]})


async def change_entry(town: Town) -> None:
    entry = (await documents(town.database, "audit"))[0]
    await town.database["audit"].update_one(
        {"_id": entry["_id"]}, {"$set": {"subject": "somebody else"}}
    )


async def make_up_entry(town: Town) -> None:
    entry = {**(await documents(town.database, "audit"))[0], "_id": ObjectId()}
    await town.database["audit"].insert_one(entry)


async def take_anchor_away(town: Town) -> None:
    (town.store.root / "anchors" / "anchor-000001.json").unlink()


async def change_heads(town: Town) -> None:
    for path in (town.store.root / "anchors" / "heads").iterdir():
        path.unlink()


async def move_due_dates(town: Town) -> None:
    await town.set(town.victim, due_at=NEVER, warn_at=NEVER, clocks__CALLBACK__due_at=NEVER)


async def sign_for_another_number(town: Town) -> None:
    """The victim's survey is answered from the thief's telephone."""
    await town.set(town.victim, writer__phone_index="0" * 64)


WAYS: Sequence[Way] = (
    Way("own key put into the victim's letter", put_own_key, "keys"),
    Way("keys of two letters exchanged", swap_keys, "keys"),
    Way("numbers of two letters exchanged", swap_numbers, "seal", "thief"),
    Way("victim's writer copied into one's own letter", copy_writer, "cannot be read", "thief"),
    Way("victim's telephone copied into one's own letter", copy_phone, "cannot be read", "thief"),
    Way("name and telephone exchanged within a letter", swap_ciphertexts, "cannot be read"),
    Way("found under another telephone", sign_for_another_number, "writer"),
    Way("last step cut off, all made to fit", cut_history, "version"),
    Way("last step cut off, and the seal taken away", cut_history_and_seal, "seal of its own"),
    Way("an earlier state put back, seal and all", replay, "lost history"),
    Way("a case deleted", delete_case, "is gone"),
    Way("a letter made up", insert_copy, "cannot be read", "20170306-009999-9"),
    Way("another case's seal put in", move_seal, "seal of its own"),
    Way("an entry of the audit log deleted", delete_entry, "is gone", AUDIT),
    Way("an entry of the audit log changed", change_entry, "does not fit its seal", AUDIT),
    Way("an entry of the audit log made up", make_up_entry, "does not fit its seal", AUDIT),
    Way("made confidential", setting(confidential=True), "confidential"),
    Way("shown to another unit", setting(seen_by=["510105"]), "seen_by"),
    Way("given to another account", setting(account="thief"), "account"),
    Way("taken from its account", make_nobodys, "account"),
    Way("given to a partner", setting(partner="thief"), "partner"),
    Way("a notice marked as sent", setting(notices__0__state="SENT"), "notices"),
    Way("no notice due", setting(notify_at=NEVER), "notify_at"),
    Way("moved on the map", setting(letter__place__point=ELSEWHERE), "letter"),
    Way("facts of the figures", setting(facts__reply_due=NEVER), "facts"),
    Way("due dates moved", move_due_dates, "due_at"),
    Way("never looked at again", setting(ask_at=NEVER), "ask_at"),
    Way("title changed", setting(letter__title="改过的标题"), "title"),
    Way("body changed", setting(letter__body="改过的内容"), "body"),
    Way("another unit", setting(responsible=["5101", "510105"]), "unit"),
    Way("taken out of the publication queue", setting(publication_decided=True), "publication"),
    Way("an older schema", setting(schema=1), "schema"),
    Way("laid under a hold", setting(keeping__hold=None, keeping__part=3), "keeping"),
    Way("a tombstone's key", setting("stone", keys=[b"z" * 32]), "tombstone", "stone"),
    Way("a tombstone's title", setting("stone", letter__title="别的"), "tombstone", "stone"),
    Way(
        "a tombstone made a whole case", setting("stone", keeping__is_tombstone=False), "", "stone"
    ),
    Way("the last anchor taken away", take_anchor_away, "is missing", "anchor 1"),
    Way("the anchor's heads taken away", change_heads, "is missing", "anchors"),
)


async def tried(town: Town, way: Way) -> Finding | None:
    """What names this way; everything is put back afterwards."""
    await way.tamper(town)
    subject, found = await way.subject(town), await town.findings()
    await town.restore()
    named = (one for one in found if one.number == subject and way.words in (one.problem or ""))
    return next(named, None)


async def print_ways(uri: str, folder: Path) -> int:
    """The table; how many ways were not found."""
    client = mongo.connect(uri)
    office = await small_office(client, client["tampering"], "motor")
    town = Town(office, client["tampering"], DirectoryStore(folder))
    await town.fill()
    missed = 0
    for place, way in enumerate(WAYS, 1):
        finding = await tried(town, way)
        missed += finding is None
        told = "NOT FOUND" if finding is None else f"{finding.number}: {finding.problem}"
        sys.stdout.write(f"{place:2} {way.name:48} {told}\n")
    await close_office(office)
    await mongo.close(client)
    sys.stdout.write(f"{len(WAYS)} ways, {missed} not found\n")
    return missed


def main() -> int:
    """On a database of its own, which is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        embedded = EmbeddedDatabase.start(Path(folder) / "database")
        try:
            return asyncio.run(print_ways(embedded.uri, Path(folder) / "objects"))
        finally:
            embedded.stop(timeout=5)


if __name__ == "__main__":
    sys.exit(main())
