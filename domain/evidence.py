"""What figures were computed from, as one hash: whoever has the same letters gets the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from operator import attrgetter

from domain.facts import Answered, CohortLetter, Facts, Marked, Released


def digest_of(letters: Iterable[CohortLetter], mains: Mapping[str, Facts], at: datetime) -> str:
    """SHA-256, in hex, over one line of JSON for each letter, in the order of their numbers.

    A line has what the figures look at, as of ``at``, and the facts of the main case where a
    letter was merged. Keys are sorted, times are ISO 8601 in UTC, text is UTF-8.
    """
    hashed = sha256()
    for letter in sorted(letters, key=attrgetter("number")):
        hashed.update(_line(letter, mains.get(letter.main_case or ""), at).encode() + b"\n")
    return hashed.hexdigest()


def _line(letter: CohortLetter, main: Facts | None, at: datetime) -> str:
    told = {
        "number": letter.number,
        "submitted_at": letter.submitted_at,
        "mailbox": letter.mailbox,
        "level": letter.level,
        "channel": letter.channel,
        "kind": letter.kind,
        "path": letter.path,
        "responsible": letter.responsible,
        "main_case": letter.main_case,
        "facts": letter.facts.as_of(at),
        "main": None if main is None else main.as_of(at),
    }
    return json.dumps(
        told, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def _plain(value: object) -> object:
    """What JSON has no form for: a moment as text, facts by the names of their fields."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, Facts | Released | Answered | Marked):
        return {name: getattr(value, name) for name in value.__slots__}
    raise TypeError(f"no evidence can be a {type(value).__name__}")
