"""What a list shows of a case: everything but its body, its history and its writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case
from domain.deadlines import Clock
from domain.letters import Place
from domain.policies import Limit
from domain.words import Channel, LetterKind, Outcome, Stage, Urgency


@dataclass(frozen=True, slots=True)
class Summary:
    """The same names and meanings as in ``Case`` and ``Letter``."""

    id: str
    number: str
    title: str
    mailbox: str
    kind: LetterKind
    channel: Channel
    place: Place
    submitted_at: datetime
    updated_at: datetime
    version: int
    stage: Stage
    urgency: Urgency
    category: tuple[str, ...]
    confidential: bool
    direct: bool
    responsible: tuple[str, ...]
    outcome: Outcome | None
    main_case: str | None
    clocks: Mapping[Limit, Clock]

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
        clocks=case.clocks,
    )
