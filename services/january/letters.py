"""Every letter of January 2017: when, to whom, from whom, about what; the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from domain.calendar import city_date
from domain.directory import Unit
from domain.words import Channel, LetterKind, MailboxLevel
from services.january.chance import draw, happens, pick, shuffled, weighted
from services.january.courses import CHANNELS, LETTERS, LEVELS, OPINIONS, PRAISE
from services.january.matters import Matter, Spot
from services.january.places import CITY, Places

T = TypeVar("T")

CITY_LEVELS = (MailboxLevel.CITY_PARTY_SECRETARY, MailboxLevel.CITY_GOVERNMENT)
OF_OPINION = (LetterKind.SUGGESTION, LetterKind.PRAISE)
WRITERS = 5_600
"""Fewer than letters: some people write more than once."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A matter at a place that many write about; ``joins`` says that letters are joined to it.

    ``writer`` is set for a campaign: one person who writes all its letters.
    """

    matter: Matter
    township: Unit
    spot: Spot
    first_day: int
    days: int
    letters: int
    joins: bool = False
    writer: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter; ``place`` is its place in the month, from 0, ``writer`` the number of a person."""

    place: int
    at: datetime
    level: MailboxLevel
    channel: Channel
    kind: LetterKind
    matter: Matter
    township: Unit
    spot: Spot
    mailbox: str
    writer: int
    happening: int | None

    @property
    def is_opinion(self) -> bool:
        return self.kind in OF_OPINION


JOINING, OTHERS = 16, 24
_JOINING_LETTERS, _CAMPAIGN_LETTERS = 26, 18


def happenings(matters: Sequence[Matter], places: Places) -> tuple[Happening, ...]:
    """What moves many people: the first sixteen are so clear that letters are joined."""
    return tuple(_happening(matters, places, place) for place in range(JOINING + OTHERS + 1))


def _happening(matters: Sequence[Matter], places: Places, place: int) -> Happening:
    hot = {number: one.weight for number, one in enumerate(matters) if one.is_hot}
    township = places.township("happening", place)
    joins, is_campaign = place < JOINING, place == JOINING + OTHERS
    letters = _JOINING_LETTERS if joins else 6 + int(draw("size", place) * 22)
    return Happening(
        matter=matters[weighted(hot, "happening", place)],
        township=township,
        spot=places.spot(township, "happening", place),
        first_day=3 + int(draw("first day", place) * (14 if joins else 22)),
        days=7 if joins else 4 + int(draw("days", place) * 10),
        letters=_CAMPAIGN_LETTERS if is_campaign else letters,
        joins=joins,
        writer=WRITERS if is_campaign else None,
    )


def write_letters(
    arrivals: Sequence[datetime], matters: Sequence[Matter], places: Places
) -> list[Written]:
    """All of them, in the order in which they come in."""
    levels = _dealt(LEVELS, "level")
    channels = _dealt(CHANNELS, "channel")
    opinions = shuffled(range(LETTERS), "opinion")[:OPINIONS]
    kinds = {place: OF_OPINION[rank < PRAISE] for rank, place in enumerate(opinions)}
    moved = happenings(matters, places)
    to_city = [place for place in range(LETTERS) if levels[place] in CITY_LEVELS]
    free = [place for place in to_city if place not in kinds]
    about = _movements(moved, arrivals, free)
    came = (
        _Came(place, at, levels[place], channels[place], kinds.get(place), about.get(place))
        for place, at in enumerate(arrivals)
    )
    return [_written(one, moved, matters, places) for one in came]


@dataclass(frozen=True, slots=True)
class _Came:
    """What is settled of a letter before it is written; ``opinion`` is None for a request."""

    place: int
    at: datetime
    level: MailboxLevel
    channel: Channel
    opinion: LetterKind | None
    happening: int | None


def _dealt(shares: Mapping[T, int], name: str) -> list[T]:
    """So many of each, in an order of chance."""
    cards = [one for one, count in shares.items() for _ in range(count)]
    order = shuffled(range(len(cards)), name)
    return [cards[place] for place in order]


def _movements(
    moved: Sequence[Happening], arrivals: Sequence[datetime], free: Sequence[int]
) -> dict[int, int]:
    """Which letters, of those that are free, are about which happening."""
    taken: dict[int, int] = {}
    for number, one in enumerate(moved):
        days = range(one.first_day, one.first_day + one.days)
        fit = [at for at in free if at not in taken and city_date(arrivals[at]).day in days]
        taken |= dict.fromkeys(shuffled(fit, "happening", number)[: one.letters], number)
    return taken


def _written(
    came: _Came, moved: Sequence[Happening], matters: Sequence[Matter], places: Places
) -> Written:
    place, happening = came.place, None if came.happening is None else moved[came.happening]
    township = happening.township if happening else places.township(place)
    matter = happening.matter if happening else _matter(matters, came.opinion, place)
    writer = happening.writer if happening else None
    return Written(
        place=place,
        at=came.at,
        level=came.level,
        channel=came.channel,
        kind=came.opinion or _kind(matter, place),
        matter=matter,
        township=township,
        spot=happening.spot if happening else places.spot(township, place),
        mailbox=_mailbox(came.level, matter, township, places, place),
        writer=int(draw("writer", place) * WRITERS) if writer is None else writer,
        happening=came.happening,
    )


def _matter(matters: Sequence[Matter], opinion: LetterKind | None, place: int) -> Matter:
    fit = {number: one.weight for number, one in enumerate(matters) if _fits(one, opinion)}
    return matters[weighted(fit, "matter", place)]


def _fits(matter: Matter, opinion: LetterKind | None) -> bool:
    return opinion in matter.kinds if opinion else any(_requests(matter))


def _requests(matter: Matter) -> Iterator[LetterKind]:
    return (kind for kind in matter.kinds if kind not in OF_OPINION)


def _kind(matter: Matter, place: int) -> LetterKind:
    return pick(tuple(_requests(matter)), "kind", place)


def _mailbox(
    level: MailboxLevel, matter: Matter, township: Unit, places: Places, place: int
) -> str:
    """Most people write to whoever stands first; some to the office that the matter belongs to."""
    if level is MailboxLevel.CITY_PARTY_SECRETARY:
        return f"{CITY}/SECRETARY"
    if level is MailboxLevel.TOWNSHIP:
        return f"{township.code}/{pick(('HEAD', 'SECRETARY', 'LIVELIHOOD'), 'office', place)}"
    if level is MailboxLevel.CITY_GOVERNMENT and happens(0.18, "department", place):
        return f"{places.department(matter).code}/HEAD"
    if level is MailboxLevel.DISTRICT and happens(0.12, "bureau", place):
        return f"{places.bureau(matter, township).code}/HEAD"
    unit = CITY if level is MailboxLevel.CITY_GOVERNMENT else township.path[1]
    offices = {"HEAD": 70.0, "SECRETARY": 0.0 if unit == CITY else 12.0}
    offices |= {f"DEPUTY-{number}": 4.0 for number in range(1, 8)}
    return f"{unit}/{weighted(offices, 'office', place)}"
