"""What a list shows of a case: everything but its body, its history and its writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case import Case
from domain.deadlines import Clock
from domain.letters import Place
from domain.policies import Limit
from domain.words import Channel, LetterKind, Outcome, Stage, Urgency


class NotFetched:
    """In the place of what nobody asked for; whoever reads it has asked for too little."""

    def __repr__(self) -> str:
        return "NOT_FETCHED"


NOT_FETCHED: Any = NotFetched()


@dataclass(frozen=True, slots=True)
class Summary:
    """The same names and meanings as in ``Case`` and ``Letter``; parts of it may be fetched."""

    id: str
    number: str = NOT_FETCHED
    title: str = NOT_FETCHED
    mailbox: str = NOT_FETCHED
    kind: LetterKind = NOT_FETCHED
    channel: Channel = NOT_FETCHED
    place: Place = NOT_FETCHED
    submitted_at: datetime = NOT_FETCHED
    updated_at: datetime = NOT_FETCHED
    version: int = NOT_FETCHED
    stage: Stage = NOT_FETCHED
    urgency: Urgency = NOT_FETCHED
    category: tuple[str, ...] = NOT_FETCHED
    confidential: bool = NOT_FETCHED
    direct: bool = NOT_FETCHED
    responsible: tuple[str, ...] = NOT_FETCHED
    outcome: Outcome | None = NOT_FETCHED
    main_case: str | None = NOT_FETCHED
    partner: str | None = NOT_FETCHED
    clocks: Mapping[Limit, Clock] = NOT_FETCHED

    @property
    def stage_clock(self) -> Clock | None:
        """The clock of the stage it stands in; None where there is no limit."""
        limit = Limit.of(self.stage)
        return self.clocks.get(limit) if limit else None

    @property
    def promise(self) -> Clock:
        """The promise to the writer."""
        return self.clocks[Limit.REPLY]


def summary_of(case: Case) -> Summary:
    """The summary of a case that is at hand whole."""
    letter = case.letter
    return Summary(
        id=case.id,
        number=case.number,
        title=letter.title,
        mailbox=letter.mailbox,
        kind=letter.kind,
        channel=letter.channel,
        place=letter.place,
        submitted_at=letter.submitted_at,
        updated_at=case.updated_at,
        version=case.version,
        stage=case.stage,
        urgency=case.urgency,
        category=case.category,
        confidential=case.confidential,
        direct=case.direct,
        responsible=case.responsible,
        outcome=case.outcome,
        main_case=case.main_case,
        partner=case.partner,
        clocks=case.clocks,
    )
