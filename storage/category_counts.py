"""What the letters of a week teach of categories, kept so that it is counted once.

A document a week. It holds for as long as the week's fingerprint is the same; it is a copy of
what the letters say, and goes when they do.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.training import Counts, Names
from storage.mongo import Database, Document, Session

COLLECTION = "category_counts"
FORMAT = 1
"""Of the documents, and of how a letter becomes terms: another one is counted anew."""
MOST_BYTES = 12_000_000
"""Of a document; the server takes sixteen million. A week with more is counted each time."""


@dataclass(slots=True)
class CountedWeek:
    """``letters`` were found, the ``latest`` one reviewed then. Of those that were reviewed after
    ``since`` the model of that time had told ``agreed`` of ``compared`` right.
    """

    begins: datetime
    fingerprint: bytes
    counts: Counts
    since: datetime | None
    letters: int = 0
    latest: datetime | None = None
    agreed: int = 0
    compared: int = 0


class CategoryCountRepository:
    """Weeks by their beginning."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def find(self, begins: datetime, fingerprint: bytes, names: Names) -> CountedWeek | None:
        """What was counted of this very week; ``names`` are those it was counted for."""
        criteria = {"_id": begins, "fingerprint": fingerprint, "format": FORMAT}
        document = await self._collection.find_one(criteria)
        return None if document is None else _read(document, names)

    async def save(self, week: CountedWeek, session: Session) -> None:
        """Keeps it in the place of what was counted before, unless it is too much."""
        document = _document(week)
        size = sum(len(one) for one in _contents(document))
        if size > MOST_BYTES:
            await self._collection.delete_one({"_id": week.begins}, session=session)
            return
        key = {"_id": week.begins}
        await self._collection.replace_one(key, document, upsert=True, session=session)

    async def keep_only(self, weeks: Collection[datetime], session: Session) -> None:
        """Lets go of all others: their letters are too old, or gone."""
        await self._collection.delete_many({"_id": {"$nin": list(weeks)}}, session=session)


def _document(week: CountedWeek) -> Document:
    counts = week.counts
    places = {term: place for place, term in enumerate(counts.having)}
    return {
        "_id": week.begins,
        "format": FORMAT,
        "fingerprint": week.fingerprint,
        "since": week.since,
        "letters": week.letters,
        "latest": week.latest,
        "agreed": week.agreed,
        "compared": week.compared,
        "categories": [
            {
                "category": category,
                "letters": counts.letters[category],
                "terms": array("I", (places[term] for term in sums)).tobytes(),
                "sums": array("d", sums.values()).tobytes(),
            }
            for category, sums in counts.sums.items()
        ],
        "terms": "\n".join(counts.having).encode(),
        "having": array("I", counts.having.values()).tobytes(),
    }


def _contents(document: Document) -> Iterable[bytes]:
    yield from (document["terms"], document["having"])
    for one in document["categories"]:
        yield from (one["terms"], one["sums"])


def _read(document: Document, names: Names) -> CountedWeek:
    terms = document["terms"].decode().split("\n") if document["terms"] else []
    having = _of("I", document["having"])
    counts = Counts(names, having=Counter(dict(zip(terms, having, strict=True))))
    for one in document["categories"]:
        category = one["category"]
        known = (terms[place] for place in _of("I", one["terms"]))
        counts.letters[category] = one["letters"]
        counts.sums[category] = defaultdict(float, zip(known, _of("d", one["sums"]), strict=True))
    return CountedWeek(
        begins=document["_id"],
        fingerprint=document["fingerprint"],
        counts=counts,
        since=document["since"],
        letters=document["letters"],
        latest=document["latest"],
        agreed=document["agreed"],
        compared=document["compared"],
    )


def _of(kind: str, content: bytes) -> array[Any]:
    found: array[Any] = array(kind)
    found.frombytes(content)
    return found
