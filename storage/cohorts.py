"""The letters of a span of time with what the figures know of them: read, never worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.actors import Actor
from domain.facts import CohortLetter, Facts
from domain.words import Channel, LetterKind, MailboxLevel
from storage.case_reader import OnProblem, Types, check_types, ignore, read_each
from storage.cases import COLLECTION
from storage.facts_documents import derived_facts, facts_document, read_facts
from storage.migrations import is_outdated
from storage.mongo import Database, Document
from storage.sight import visible_to

FIELDS = (
    *("number", "version", "schema", "submitted_at", "mailbox", "mailbox_path", "level"),
    *("channel", "kind", "responsible", "category", "confidential", "main_case", "facts"),
)
"""What is read of a case for the figures."""
_BATCH = 2_000
_TYPES: Types = {
    "number": str,
    "submitted_at": datetime,
    "mailbox": str,
    "confidential": bool,
    "main_case": (str, type(None)),
    "responsible": list,
    "category": list,
    "mailbox_path": list,
    "facts": dict,
}


class CohortRepository:
    """Costs what the span has, whatever else there is: ``by_submission``, or ``by_mailbox``."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def letters(
        self,
        begins: datetime,
        ends: datetime,
        *,
        unit: str | None = None,
        level: MailboxLevel | None = None,
        mailbox: str | None = None,
        on_problem: OnProblem = ignore,
    ) -> list[CohortLetter]:
        """Submitted from ``begins`` until before ``ends``, in that order.

        ``unit``: of this unit and those below it, by the responsible unit or, before there is
        one, the mailbox's. ``level`` is the mailbox's. ``on_problem`` is told of those that
        cannot be read: they are left out.
        """
        criteria: Document = {"submitted_at": {"$gte": begins, "$lt": ends}}
        if mailbox is not None:
            criteria = {"mailbox": mailbox, **criteria}
        found = self._collection.find(criteria, FIELDS).sort("submitted_at", 1)
        documents = await found.batch_size(_BATCH).to_list(None)
        whole = await self._with_facts(documents, on_problem)
        letters = read_each(whole, _letter, on_problem)
        # Here, not in the query: a condition beside the span costs some servers the index.
        return [
            one
            for one in letters
            if level in (None, one.level) and (unit is None or unit in one.path)
        ]

    async def seen(self, numbers: Sequence[str], reader: Actor) -> dict[str, str]:
        """Ids by number, of those of these cases that ``reader`` may see."""
        ids: dict[str, str] = {}
        for start in range(0, len(numbers), _BATCH):
            asked = {"number": {"$in": list(numbers[start : start + _BATCH])}}
            found = self._collection.find({**asked, **visible_to(reader)}, ["number"])
            ids.update({one["number"]: one["_id"] async for one in found})
        return ids

    async def facts_of(self, ids: Collection[str]) -> dict[str, Facts]:
        """Of these cases, of those that are there and can be read; wherever they stand."""
        if not ids:
            return {}
        found = self._collection.find({"_id": {"$in": list(ids)}}, ["facts", "schema"])
        documents = await self._with_facts(await found.to_list(None), ignore)
        return dict(read_each(documents, _facts_of_one, ignore))

    async def _with_facts(self, documents: list[Document], on_problem: OnProblem) -> list[Document]:
        """What an older server wrote has none, or old ones: they are derived from its history."""
        older = {one["_id"] for one in documents if is_outdated(one)}
        if not older:
            return documents
        fields = ["number", "version", "history", "clocks"]
        found = [one async for one in self._collection.find({"_id": {"$in": list(older)}}, fields)]
        derived = dict(read_each(found, _derived, on_problem))
        for one in documents:
            if one["_id"] in derived:
                one["facts"] = derived[one["_id"]]
        return [one for one in documents if one["_id"] not in older or one["_id"] in derived]


def _facts_of_one(document: Document) -> tuple[str, Facts]:
    return document["_id"], read_facts(document["facts"])


def _derived(document: Document) -> tuple[str, Document]:
    return document["_id"], facts_document(derived_facts(document))


def _letter(document: Document) -> CohortLetter:
    check_types(document, _TYPES)
    responsible = tuple(document["responsible"])
    return CohortLetter(
        id=document["_id"],
        number=document["number"],
        submitted_at=document["submitted_at"],
        mailbox=document["mailbox"],
        level=MailboxLevel[document["level"]],
        channel=Channel[document["channel"]],
        kind=LetterKind[document["kind"]],
        path=responsible or tuple(document["mailbox_path"]),
        responsible=responsible,
        category=tuple(document["category"]),
        confidential=document["confidential"],
        main_case=document["main_case"],
        facts=read_facts(document["facts"]),
    )
