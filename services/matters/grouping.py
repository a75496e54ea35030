"""Letters are put into groups as they come in: each joins a group or opens one.

A letter waits to be grouped from the write that makes its case. It is grouped right after it was
sent in, or with the others of its import; what a crash left is taken up by ``group_letters``,
every few minutes. A letter is never lost or refused because it could not be grouped. One process
at a time is at it, or two would open the same group; the others leave their letters to it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from time import monotonic

from domain.issues import GroupedLetter, Weighed, fitting, groups_to_merge, weighed
from domain.matters import Matter, matter_of
from domain.problem_cases import Problem, Reason
from services.functions.runs import problem_with
from services.matters.candidates import Candidates
from services.matters.segmentation import tagged
from services.office import Office
from storage.case_reader import FAULTS, OnProblem, ignore
from storage.to_group import WaitingLetter
from storage.word_counts import LETTERS

BATCH = 100
AT_ONCE = 5
REST = 3
"""Of a letter that has just come in: so many together, then a rest of so many times as long."""
ASK_AGAIN = 2.0
ASKINGS = 5
"""While another process is at it: so many seconds between so many askings, then it is left."""
_log = logging.getLogger(__name__)


class UnknownWriter(ValueError):
    """Who wrote a letter cannot be read."""


async def group_waiting(office: Office, most: int = BATCH) -> int | None:
    """Groups up to ``most`` letters whose cases say that they wait, the oldest first.

    How many there were; None while another process is at it.
    """
    async with _turn(office) as is_ours:
        return await _group_marked(office, most) if is_ours else None


async def group_left(office: Office, on_problem: OnProblem | None = None) -> int | None:
    """The same, and what imports announced and did not come to group.

    ``on_problem`` is told of letters that cannot be grouped, and sees to them from then on;
    without it they wait for somebody who does.
    """
    async with _turn(office) as is_ours:
        if not is_ours:
            return None
        return await _group_marked(office, BATCH) or await _group_listed(office, on_problem)


async def group_again(office: Office, ids: Sequence[str], on_problem: OnProblem) -> int | None:
    """Letters that could not be grouped before: how many could be now; None as above."""
    async with _turn(office) as is_ours:
        if not is_ours:
            return None
        problems: list[Problem] = []
        letters = await office.hot_issues.waiting.listed(ids, problems.append)
        await _group_each(office, letters, problems)
        for one in problems:
            on_problem(one)
        return len(ids) - len(problems)


async def group_safely(office: Office, most: int) -> int | None:
    """As ``group_waiting``, where nobody waits for it: what failed is tried again later."""
    try:
        return await group_waiting(office, most)
    except Exception:  # noqa: BLE001  # whatever it is, the letter is stored and still waits
        _log.warning("letters could not be grouped", exc_info=True)
        return 0


def group_soon(office: Office) -> None:
    """Groups what waits, without keeping the writer waiting; nothing to do while it is done."""
    office.hot_issues.soon(lambda: _group_all(office))


async def _group_all(office: Office) -> None:
    """A few at a time, and most of the time not at all: a rush of letters comes first."""
    askings = 0
    while askings < ASKINGS:
        began = monotonic()
        grouped = await group_safely(office, AT_ONCE)
        if grouped == 0:
            return
        askings += grouped is None
        await asyncio.sleep(REST * (monotonic() - began) if grouped else ASK_AGAIN)


async def letters_left(office: Office, most: int) -> list[WaitingLetter]:
    """Letters that wait, or may: at most so many whose cases say so, and those of some lists."""
    kept = office.hot_issues
    letters = await kept.waiting.marked(most, ignore)
    for one in await kept.waiting.lists():
        there = await kept.grouped(one.ids)
        listed = await kept.waiting.listed(one.ids, ignore)
        letters += [letter for letter in listed if letter.id not in there]
    return letters


@asynccontextmanager
async def _turn(office: Office) -> AsyncIterator[bool]:
    """Whether it is ours to group."""
    kept = office.hot_issues
    if not await kept.begin():
        yield False
        return
    try:
        yield True
    except BaseException:
        kept.forget()
        raise
    finally:
        await kept.end()


async def _group_marked(office: Office, most: int) -> int:
    """What cannot be grouped waits in a list of its own, so that it is in nobody's way."""
    waiting = office.hot_issues.waiting
    problems: list[Problem] = []
    letters = await waiting.marked(most, problems.append)
    await _group_each(office, letters, problems)
    if problems:
        await waiting.announce([one.case_id for one in problems])
    met = {*(one.id for one in letters), *(one.case_id for one in problems)}
    await waiting.settled(met)
    return len(met)


async def _group_listed(office: Office, on_problem: OnProblem | None) -> int:
    """The letters of some lists; how many of them were in no group."""
    waiting = office.hot_issues.waiting
    grouped = 0
    for one in await waiting.lists():
        problems: list[Problem] = []
        letters = await waiting.listed(one.ids, problems.append)
        unread = len(problems)
        grouped += await _group_each(office, letters, problems)
        if on_problem is not None:
            for problem in problems:
                on_problem(problem)
        is_whole = len(letters) + unread == len(one.ids)
        if is_whole and (on_problem or not problems):
            await waiting.done(one.key)
        else:
            await waiting.looked_at(one.key)
    return grouped


async def _group_each(
    office: Office, letters: Sequence[WaitingLetter], problems: list[Problem]
) -> int:
    """Groups all of them together, or each alone where one is in the way; how many were in none.

    Those that cannot be grouped are added to ``problems``.
    """
    try:
        return await group(office, letters)
    except FAULTS as error:
        office.hot_issues.forget()
        if len(letters) == 1:
            problems.append(problem_with(letters[0], Reason.UNDECIDABLE, error))
            return 0
    return sum([await _group_each(office, [one], problems) for one in letters])


async def group(office: Office, letters: Sequence[WaitingLetter]) -> int:
    """Puts letters into their groups, in this order; how many were in none.

    To be called in turn. Confidential letters are left out. Killed anywhere, it can be repeated:
    a letter that is in a group stays there.
    """
    kept = office.hot_issues
    letters = [one for one in letters if not one.confidential]
    if not letters:
        return 0
    matters = {one.id: matter_of(one.title, one.body, tagged) for one in letters}
    there, writers, _ = await asyncio.gather(
        kept.grouped(matters.keys()),
        _writers(office, letters),
        kept.counts.learn([term for one in matters.values() for term in _terms(one)]),
    )
    letters = [one for one in letters if one.id not in there]
    if letters:
        await _group(office, letters, matters, writers)
    return len(letters)


async def _group(
    office: Office,
    letters: Sequence[WaitingLetter],
    matters: Mapping[str, Matter],
    writers: Mapping[str, bytes],
) -> None:
    kept = office.hot_issues
    # Where a crash has lost counts, a word that seems to be new need not be.
    is_complete = await kept.has_counted_all()
    weights: dict[str, Weighed] = {}
    new: dict[str, Set[str]] = {}
    for one in letters:
        weights[one.id], new[one.id] = _counted(office, matters[one.id])
    candidates = Candidates(kept)
    await candidates.look_up(weights, new if is_complete else {})
    for one in letters:
        group_id = await _chosen(candidates, one.id, weights[one.id])
        matter = matters[one.id]
        candidates.add(_grouped(one, group_id, writers[one.id], matter, weights[one.id]))
    await kept.check_turn()
    await kept.merge(candidates.merged)
    for key in await kept.keep(candidates.letters):
        kept.counts.take_back(_terms(matters[key]))


async def _chosen(candidates: Candidates, key: str, letter: Weighed) -> str:
    """The group that the letter joins, with others that it shows to be the same; or its own."""
    alike = await candidates.groups(key, letter)
    fits = fitting(letter, alike)
    if not fits:
        return key
    stays, ended = groups_to_merge(letter, fits, alike)
    candidates.merge(stays, ended)
    return stays


def _counted(office: Office, matter: Matter) -> tuple[Weighed, Set[str]]:
    """Weighed by what was counted up to this letter, itself included; and what was new in it."""
    counts, terms = office.hot_issues.counts, _terms(matter)
    counts.add(terms)
    often = counts.often(terms)
    new = {term.removeprefix("n:") for term in terms if often[term] == 1}
    return weighed(matter, often, often[LETTERS]), new


def _terms(matter: Matter) -> list[str]:
    return [*(f"n:{piece}" for piece in matter.names), *(f"w:{word}" for word in matter.words)]


def _grouped(
    one: WaitingLetter, group_id: str, writer: bytes, matter: Matter, weights: Weighed
) -> GroupedLetter:
    return GroupedLetter(
        id=one.id,
        group=group_id,
        submitted_at=one.submitted_at,
        writer=writer,
        heads=weights.heads,
        names=weights.names,
        words=weights.words,
        places=matter.places,
    )


async def _writers(office: Office, letters: Sequence[WaitingLetter]) -> dict[str, bytes]:
    """Who wrote each: by account, else telephone, else nobody else; as a keyed digest."""
    unknown = [one.id for one in letters if one.account is None]
    phones = await office.telephones.of(unknown) if unknown else {}
    digests: dict[str, bytes] = {}
    for one in letters:
        phone = phones.get(one.id)
        if isinstance(phone, Exception):
            raise UnknownWriter(type(phone).__name__)
        who = ("account", one.account) if one.account else ("phone", phone or "")
        if not who[1]:
            who = ("letter", one.id)
        digests[one.id] = office.access.digest("hot issue", *map(str, who))
    return digests
