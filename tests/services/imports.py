"""Files of letters for the tests, and a desk that remembers what it was given."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.case import Case
from services.importing import ImportReport, Opened, import_letters
from services.letter_lines import Rejected
from services.office import Office
from storage.stored_cases import StoredCase
from tests.services.offices import at

TODAY = at("2019-06-01 12:00")
REPLIED = {"reply": "已修好。", "replied_at": "2017-03-10T16:00:00"}


@dataclass
class Papers:
    """A desk that remembers. ``on_keep`` is told before a batch is stored."""

    codes: list[Opened] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    dies_after: int = 1_000_000

    def keep(self, codes: Sequence[Opened]) -> None:
        self.codes += codes
        if len(self.codes) > self.dies_after:
            raise KeyboardInterrupt

    def reject(self, rejected: Rejected) -> None:
        self.rejected.append(rejected)

    def advance(self, position: int) -> None:
        self.positions.append(position)


def letter(id_: str, **changed: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "id": id_,
        "user": "A0001",
        "place": "A",
        "title": "路灯不亮",
        "body": "人行道的路灯坏了很久。",
        "submitted_at": "2017-03-06T09:00:00",
    }
    return usual | changed


def as_file(letters: Sequence[Mapping[str, object] | bytes]) -> io.BytesIO:
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in letters]
    return io.BytesIO(b"\n".join(lines) + b"\n")


async def imported(
    office: Office,
    *letters: Mapping[str, object] | bytes,
    as_of: datetime = TODAY,
    papers: Papers | None = None,
) -> ImportReport:
    return await import_letters(office, as_file(letters), as_of, papers or Papers())


async def cases(office: Office) -> dict[str, Case]:
    """Everything there is, by the id in the file."""
    stored = [one async for one in office.cases.all_stored() if isinstance(one, StoredCase)]
    return {str(one.case.letter.source_id): one.case for one in stored}


async def only(office: Office) -> Case:
    [case] = (await cases(office)).values()
    return case
