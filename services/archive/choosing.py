"""Which of the cases that are due go into the archive now, and what keeps the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.actors import SYSTEM
from domain.archiving import archived, postponed
from domain.calendar import city_date
from domain.case import Case
from domain.problem_cases import Problem, Reason
from domain.refusals import Refusal
from domain.rulebook import Moment
from services.functions.runs import Run, problem_with
from services.office import Office
from services.verification import finding_of
from storage.case_reader import FAULTS
from storage.due_cases import DueCase, Handled
from storage.stored_cases import StoredCase, UnreadableCase


@dataclass(slots=True)
class Choice:
    """What is to become of the cases of a page; ``restored`` ones become tombstones again."""

    chosen: list[Handled] = field(default_factory=list)
    postponed: list[Handled] = field(default_factory=list)
    restored: list[DueCase] = field(default_factory=list)

    @property
    def handled(self) -> list[Handled]:
        """What is to be saved."""
        return [*self.chosen, *self.postponed]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Looks at cases for one batch; counts with the run what it leaves as it is."""

    office: Office
    run: Run
    batch: str

    @property
    def _moment(self) -> Moment:
        return Moment(SYSTEM, self.run.now, self.office.rulebook)

    async def of(self, page: Sequence[DueCase]) -> Choice:
        """What is to become of these."""
        readable = self._readable(page)
        waiting = await self._waiting([case for _, case in readable])
        retention = self.office.retentions.on(city_date(self.run.now))
        choice, due_now = Choice(), []
        for due, case in readable:
            try:
                later = postponed(case, self._moment, retention, waits=case.id in waiting)
            except FAULTS as error:
                self.run.problem(problem_with(due, Reason.UNDECIDABLE, error))
                continue
            if later is not None:
                choice.postponed.append(Handled(due, later))
            elif case.keeping.is_restored:
                choice.restored.append(due)
            else:
                due_now.append((due, case))
        choice.chosen = await self._chosen(due_now)
        return choice

    def _readable(self, page: Sequence[DueCase]) -> list[tuple[DueCase, Case]]:
        """The cases that can be read and that nothing happened to after the run's time."""
        readable = []
        for due in page:
            if due.problem is not None:
                self.run.problem(due.problem)
            elif due.case is None:
                continue
            elif due.case.updated_at > self.run.now:
                self.run.skipped()
            else:
                readable.append((due, due.case))
        return readable

    async def _chosen(self, page: Sequence[tuple[DueCase, Case]]) -> list[Handled]:
        """Those that are what they were: what was tampered with stays for somebody to look at."""
        stored = await self.office.archive.stored([case for _, case in page])
        chosen = []
        for due, case in page:
            problem = _problem(self.office, stored.get(case.id))
            if problem is not None:
                self.run.problem(Problem(due.id, due.number, Reason.UNPROVEN, problem, due.version))
                continue
            try:
                chosen.append(Handled(due, archived(case, self._moment, self.batch)))
            except (Refusal, *FAULTS) as error:
                self.run.problem(problem_with(due, Reason.UNDECIDABLE, error))
        return chosen

    async def _waiting(self, cases: Sequence[Case]) -> set[str]:
        """Cases that wait: for a notice that is not out yet, or for their main case's reply.

        The writer of a joined letter gets the main case's reply, and must be known until then.
        """
        joined = {case.id: case.main_case for case in cases if case.main_case is not None}
        told = await self.office.archive.with_waiting_notices([case.id for case in cases])
        return told | (await self._joined_to_open(joined) if joined else set())

    async def _joined_to_open(self, joined: Mapping[str, str]) -> set[str]:
        """Of cases, each with the one that it was joined to, those whose reply is not final.

        Through as many joins as there were; two cases may be joined to each other.
        """
        mains: dict[str, Case] = {}
        unknown = set(joined.values())
        while unknown:
            found = await self.office.cases.whole_by_ids(unknown, SYSTEM)
            mains |= found
            unknown = {one.main_case for one in found.values() if one.main_case} - mains.keys()
        return {one for one, main in joined.items() if any(_open(main, mains))}


def _problem(office: Office, stored: StoredCase | UnreadableCase | None) -> str | None:
    if stored is None:
        return "is gone"
    try:
        return finding_of(office, stored).problem
    except FAULTS as error:
        return f"cannot be proven: {type(error).__name__}"


def _open(case_id: str | None, mains: Mapping[str, Case]) -> Iterable[bool]:
    """Whether each case on the way from this one is open."""
    seen: set[str] = set()
    while case_id is not None and case_id in mains and case_id not in seen:
        seen.add(case_id)
        yield mains[case_id].is_open
        case_id = mains[case_id].main_case
