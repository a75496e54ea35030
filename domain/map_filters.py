"""Whose letters are on a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.bulletins import Month
from domain.words import Channel, LetterKind, MailboxLevel, Network
from domain.written import WrittenLetter


@dataclass(frozen=True, slots=True)
class MapAsked:
    """Months from ``first`` to ``last``, both included; None means any.

    ``category`` and ``unit`` take those below along; a letter is its responsible unit's, before
    it has one its mailbox's.
    """

    first: Month
    last: Month
    category: str | None = None
    network: Network | None = None
    level: MailboxLevel | None = None
    mailbox: str | None = None
    kind: LetterKind | None = None
    channel: Channel | None = None
    unit: str | None = None

    @property
    def has_filter(self) -> bool:
        """Whether it asks for some of the months' letters only."""
        asked = (self.category, self.network, self.level, self.mailbox, self.kind)
        return any(one is not None for one in (*asked, self.channel, self.unit))

    def matches(self, letter: WrittenLetter, networks: Mapping[str, Network]) -> bool:
        """Whether a letter of these months is meant; ``networks`` are by first-level category."""
        network = networks.get(letter.category[0]) if letter.category else None
        equal = (
            (self.network, network),
            (self.level, letter.level),
            (self.mailbox, letter.mailbox),
            (self.kind, letter.kind),
            (self.channel, letter.channel),
        )
        return (
            all(asked in {None, there} for asked, there in equal)
            and (self.category is None or self.category in letter.category)
            and (self.unit is None or self.unit in letter.path)
        )
