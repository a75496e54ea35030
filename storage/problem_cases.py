"""The cases that jobs have put aside: one document for each job and case, while it lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from pymongo import ReplaceOne, ReturnDocument

from domain.problem_cases import Problem, ProblemCase, Reason, problem_id, put_aside
from storage.fetching import fetch_page
from storage.index import Index
from storage.mongo import Database, Document, Session
from storage.pages import Page, Slice, Sort, SortKey

COLLECTION = "problem_cases"
INDEXES = (
    Index(COLLECTION, (("first_at", 1), ("_id", 1)), "by_time"),
    Index(COLLECTION, (("job", 1), ("next_try_at", 1)), "by_job"),
    Index(COLLECTION, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
)
OLDEST_FIRST: Sort = (SortKey("first_at", kind=datetime), SortKey("_id"))
KEPT = timedelta(days=400)
"""After the last try; a job that still meets the case then begins anew."""


class ProblemCaseRepository:
    """What jobs put aside, try again and let go of."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def of_cases(self, job: str, case_ids: Collection[str]) -> dict[str, ProblemCase]:
        """What ``job`` has put aside of these cases, by the case's id."""
        keys = [problem_id(job, one) for one in case_ids]
        found = [_read(one) async for one in self._collection.find({"_id": {"$in": keys}})]
        return {one.problem.case_id: one for one in found}

    async def of_job(self, job: str, most: int = 1_000) -> list[ProblemCase]:
        """What ``job`` has put aside, for one that looks at every case whatever the pauses."""
        found = self._collection.find({"job": job}).limit(most)
        return [_read(one) async for one in found]

    async def put(
        self, job: str, problems: Sequence[Problem], now: datetime, session: Session | None = None
    ) -> None:
        """One more failed try of each."""
        latest = {one.case_id: one for one in problems}
        before = await self.of_cases(job, latest)
        after = [put_aside(job, one, before.get(one.case_id), now) for one in latest.values()]
        if after:
            writes = [ReplaceOne({"_id": one.id}, _document(one), upsert=True) for one in after]
            await self._collection.bulk_write(writes, ordered=False, session=session)

    async def remove(
        self, job: str, case_ids: Iterable[str], session: Session | None = None
    ) -> None:
        """These were handled."""
        if keys := [problem_id(job, one) for one in case_ids]:
            await self._collection.delete_many({"_id": {"$in": keys}}, session=session)

    async def remove_unmet(self, job: str, now: datetime, session: Session | None = None) -> None:
        """Whatever was to be tried by ``now`` and has not been: the job does not meet it any more.

        To be called when the job has gone through all there is, after ``put``.
        """
        unmet = {"job": job, "next_try_at": {"$lte": now}}
        await self._collection.delete_many(unmet, session=session)

    async def replace(self, job: str, problems: Sequence[Problem], now: datetime) -> None:
        """What a job put aside that has tried all there is, whatever the pauses: these alone."""
        await self.put(job, problems, now)
        kept = [one.case_id for one in problems]
        await self._collection.delete_many({"job": job, "case": {"$nin": kept}})

    async def to_try(self, job: str, now: datetime, most: int) -> list[ProblemCase]:
        """Those whose pause is over, for a job that finds its cases by this list."""
        found = self._collection.find({"job": job, "next_try_at": {"$lte": now}})
        return [_read(one) async for one in found.sort("next_try_at", 1).limit(most)]

    async def retry(self, key: str, now: datetime) -> ProblemCase | None:
        """To be tried by the job's next run, as if it were met first; None for none of this id."""
        found = await self._collection.find_one_and_update(
            {"_id": key},
            {"$set": {"next_try_at": now, "tries": 0}},
            return_document=ReturnDocument.AFTER,
        )
        return _read(found) if found else None

    async def count(self, job: str | None = None, most: int = 10_000) -> int:
        """How many there are, up to ``most``: of one job, or of all."""
        criteria = {} if job is None else {"job": job}
        return await self._collection.count_documents(criteria, limit=most)

    async def page(self, page: Page, *, counted: bool = True) -> Slice[ProblemCase]:
        """A page of them, oldest first."""
        return await fetch_page(self._collection, {}, OLDEST_FIRST, page, _read, counted=counted)

    async def all(self) -> AsyncIterator[ProblemCase]:
        """Every one, oldest first."""
        async for document in self._collection.find().sort([("first_at", 1), ("_id", 1)]):
            yield _read(document)


def _document(one: ProblemCase) -> Document:
    problem = one.problem
    return {
        "_id": one.id,
        "job": one.job,
        "case": problem.case_id,
        "number": problem.number,
        "reason": problem.reason.value,
        "error": problem.error,
        "version": problem.version,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "tries": one.tries,
        "next_try_at": one.next_try_at,
        "expires_at": one.last_at + KEPT,
    }


def _read(document: Document) -> ProblemCase:
    problem = Problem(
        document["case"],
        document["number"],
        Reason[document["reason"]],
        document["error"],
        document["version"],
    )
    return ProblemCase(
        document["job"],
        problem,
        document["first_at"],
        document["last_at"],
        document["tries"],
        document["next_try_at"],
    )
