"""Letters as topics and the map see them."""

from __future__ import annotations

from dataclasses import replace

from domain.letters import Place
from domain.words import Channel, LetterKind, MailboxLevel
from domain.written import WrittenLetter

LETTER = WrittenLetter(
    kind=LetterKind.COMPLAINT,
    channel=Channel.APP,
    level=MailboxLevel.CITY_GOVERNMENT,
    mailbox="51/HEAD",
    mailbox_path=("51",),
    path=("51",),
    category=(),
    place=Place(),
    seen_by=("51",),
    confidential=False,
)


def written(**changed: object) -> WrittenLetter:
    """The usual letter, but for what is ``changed``; ``address`` is its place's."""
    address = changed.pop("address", None)
    if isinstance(address, str):
        changed["place"] = Place(address)
    return replace(LETTER, **changed)  # type: ignore[arg-type]  # its fields, by name
