"""What a writer sends with the survey's page: read without a script, and checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

from domain.refusals import Text
from domain.rules import DISSATISFIED

MOST_FIELDS = 20
SATISFACTIONS = ("1", "2", "3", "4", "5")
NO_CHOICE = Text("请选择其中一项。", "Choose one of them.")


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """The fields as they were sent; ``reason_was_asked`` on the page that asked for it again."""

    resolved: str = ""
    satisfaction: str = ""
    reason: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    reason_was_asked: bool = False

    @classmethod
    def read(cls, body: bytes) -> Self:
        """From ``application/x-www-form-urlencoded`` in UTF-8; ``ValueError`` for anything else."""
        found = parse_qs(body.decode(), max_num_fields=MOST_FIELDS, errors="strict")
        one = {name: values[-1].replace("\r\n", "\n").strip() for name, values in found.items()}
        return cls(
            resolved=one.get("resolved", ""),
            satisfaction=one.get("satisfaction", ""),
            reason=one.get("reason", ""),
            comment=one.get("comment", ""),
            reason_was_asked="reason_was_asked" in one,
        )

    @property
    def errors(self) -> Mapping[str, Text]:
        """What is missing, by field."""
        missing = {
            "resolved": self.resolved not in ("yes", "no"),
            "satisfaction": self.satisfaction not in SATISFACTIONS,
        }
        return {name: NO_CHOICE for name, is_missing in missing.items() if is_missing}

    @property
    def values(self) -> dict[str, object]:
        """As the process takes them; only without ``errors``."""
        given = {"reason": self.reason, "comment": self.comment}
        return {
            "resolved": self.resolved == "yes",
            "satisfaction": int(self.satisfaction),
            **{name: text for name, text in given.items() if text},
        }

    @property
    def should_say_why(self) -> bool:
        """Whoever is not satisfied is asked for the reason, once, and may keep it."""
        is_dissatisfied = self.resolved == "no" or int(self.satisfaction) <= DISSATISFIED
        return is_dissatisfied and not self.reason and not self.reason_was_asked
