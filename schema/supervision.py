"""The rungs of the supervision ladder that a case has climbed."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.case import Case
from domain.words import Rung
from domain.workflow import Action
from schema.context import Info


@strawberry.type(description="A rung of the supervision ladder; each once per case.")
class Supervision:
    rung: Rung = strawberry.field(description="Which one.")
    at: datetime = strawberry.field(description="When it was climbed.")

    @strawberry.field(description="The rung's name in the reader's language.")
    def rung_name(self, info: Info) -> str:
        return self.rung.named(info.context.language)


def supervision_of(case: Case) -> list[Supervision]:
    """Oldest first."""
    climbed = case.since(None, Action.SUPERVISE)
    return [Supervision(rung=Rung[str(one.details["rung"])], at=one.at) for one in climbed]
