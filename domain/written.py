"""A letter as topics and the map see it: what it is about, where, and how it came."""

from __future__ import annotations

from dataclasses import dataclass

from domain.letters import Place
from domain.words import Channel, LetterKind, MailboxLevel


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """``path`` is the responsible unit's, before that of the mailbox's unit, from the city down.

    ``seen_by`` has the units whose staff see it: its own, those above it, those involved.
    ``category`` has the ids from the first level down; it is empty while nobody gave it one.
    """

    kind: LetterKind
    channel: Channel
    level: MailboxLevel
    mailbox: str
    mailbox_path: tuple[str, ...]
    path: tuple[str, ...]
    category: tuple[str, ...]
    place: Place
    seen_by: tuple[str, ...]
    confidential: bool
