"""What a new letter is held against: a few groups that have a name in common with it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from domain.issues import GroupedLetter, Weighed
from storage.hot_issues import MOST_CANDIDATES, MOST_MEMBERS, HotIssueRepository, NearLetter

MOST_GROUPS = 12
MOST_PIECES = 16
"""Of a letter's names, the rarest: those of the title, and some that the body adds."""
MOST_OF_THE_BODY = 12
AT_ONCE = 10
"""So many questions are on their way to the database together."""


def telling_pieces(letter: Weighed) -> tuple[str, ...]:
    """The pieces of names by which others about the same matter are looked for."""
    heads = sorted(letter.heads, key=lambda piece: (-letter.heads[piece], piece))
    names = sorted(letter.names, key=lambda piece: (-letter.names[piece], piece))
    return (*heads[:MOST_PIECES], *names[:MOST_OF_THE_BODY])


@dataclass(slots=True)
class Candidates:
    """Of a few letters that are grouped together: what is stored, and those before each of them.

    What is stored is asked for all of them at once; the letters themselves are stored later.
    """

    _kept: HotIssueRepository
    _new: dict[str, GroupedLetter] = field(default_factory=dict)
    _stored: dict[str, Sequence[NearLetter]] = field(default_factory=dict)
    _ended: dict[str, str] = field(default_factory=dict)

    async def look_up(self, letters: Mapping[str, Weighed], new: Mapping[str, Set[str]]) -> None:
        """Asks the database what is near each of these, by their ids.

        ``new``: what no letter before it had, as far as it is known: nothing is found by it.
        """
        ids = list(letters)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            asked = [_without(telling_pieces(letters[key]), new.get(key, ())) for key in some]
            found = await asyncio.gather(*(self._near(pieces) for pieces in asked))
            self._stored.update(zip(some, found, strict=True))

    async def _near(self, pieces: Sequence[str]) -> Sequence[NearLetter]:
        return await self._kept.near(pieces) if pieces else ()

    def add(self, letter: GroupedLetter) -> None:
        """A letter that those after it may join."""
        self._new[letter.id] = letter

    def merge(self, stays: str, ended: Collection[str]) -> None:
        """These groups have become one; from here on it has the id ``stays``."""
        for group in ended:
            self._ended[group] = stays

    @property
    def letters(self) -> list[GroupedLetter]:
        """The new letters, in the groups where they came to be."""
        return [self._moved(one) for one in self._new.values()]

    @property
    def merged(self) -> dict[str, str]:
        """The groups that ended, and in which their letters are now."""
        return {group: self._now(group) for group in self._ended}

    def _moved(self, one: GroupedLetter) -> GroupedLetter:
        return replace(one, group=self._now(one.group)) if one.group in self._ended else one

    def _now(self, group: str) -> str:
        while group in self._ended:
            group = self._ended[group]
        return group

    async def groups(self, key: str, letter: Weighed) -> dict[str, list[GroupedLetter]]:
        """Groups that share most of the letter's rarest pieces, with their newest letters."""
        asked = frozenset(telling_pieces(letter))
        shared: dict[str, int] = {}
        for one in self._nearest(key, asked):
            group, common = self._now(one.group), len(asked & one.heads)
            shared[group] = max(shared.get(group, 0), common)
        best = sorted(shared, key=lambda group: (-shared[group], group))[:MOST_GROUPS]
        return await self._members(best)

    def _nearest(self, key: str, asked: frozenset[str]) -> Sequence[NearLetter]:
        new = [
            NearLetter(one.id, one.group, one.submitted_at, frozenset(one.heads))
            for one in self._new.values()
            if not asked.isdisjoint(one.heads)
        ]
        return _newest([*self._stored[key], *new])

    async def _members(self, groups: Sequence[str]) -> dict[str, list[GroupedLetter]]:
        ended = [group for group in self._ended if self._now(group) in groups]
        stored = [group for group in (*groups, *ended) if group not in self._new]
        members = await self._kept.members(stored) if stored else []
        members = [self._moved(one) for one in (*members, *self._new.values())]
        members = [one for one in members if one.group in groups]
        members.sort(key=lambda one: (one.submitted_at, one.id), reverse=True)
        found: dict[str, list[GroupedLetter]] = {}
        for one in members[:MOST_MEMBERS]:
            found.setdefault(one.group, []).append(one)
        return found


def _without(pieces: Sequence[str], new: Collection[str]) -> Sequence[str]:
    return [piece for piece in pieces if piece not in new]


def _newest(letters: list[NearLetter]) -> Sequence[NearLetter]:
    letters.sort(key=lambda one: (one.submitted_at, one.id), reverse=True)
    return letters[:MOST_CANDIDATES]
