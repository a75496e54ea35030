"""How many working days each limit has: data, in versions, narrowed by category and urgency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.deadlines import MOST_DAYS
from domain.rows import Row
from domain.versions import Versions, build_versions
from domain.words import Stage, Urgency, Word


class Limit(Word):
    """What has a limit: the stages before the conclusion, and the promise to the writer."""

    ACCEPTANCE = "ACCEPTANCE", "受理时限", "Acceptance"
    REVIEW = "REVIEW", "审核时限", "Review"
    TRANSFER = "TRANSFER", "转办时限", "Transfer"
    COMMUNICATION = "COMMUNICATION", "首次联系时限", "First contact"
    HANDLING = "HANDLING", "办理时限", "Handling"
    FEEDBACK = "FEEDBACK", "反馈时限", "Feedback"
    CALLBACK = "CALLBACK", "回访时限", "Callback"
    REPLY = "REPLY", "答复时限", "Reply to the writer"

    @classmethod
    def of(cls, stage: Stage) -> Limit | None:
        """The limit of a stage; None for CONCLUSION and ARCHIVE, which wait for nobody."""
        return cls.__members__.get(stage.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """``working_days`` for a limit; ``category`` (an id) or ``urgency`` None means any."""

    limit: Limit
    category: str | None
    urgency: Urgency | None
    working_days: int

    def covers(self, limit: Limit, path: tuple[str, ...], urgency: Urgency) -> bool:
        return (
            self.limit is limit
            and (self.category is None or self.category in path)
            and self.urgency in (None, urgency)
        )

    def rank(self, path: tuple[str, ...]) -> tuple[int, bool]:
        """The deeper category wins; at the same depth, the rule that names the urgency."""
        depth = 0 if self.category is None else path.index(self.category) + 1
        return depth, self.urgency is not None


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the limits, in force from ``valid_from`` (Asia/Shanghai) on.

    ``ValueError`` when a limit has no default, when two rules say the same thing twice, or
    when a number of days is not 1 to 400.
    """

    version: str
    valid_from: date
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        keys = [(rule.limit, rule.category, rule.urgency) for rule in self.rules]
        for limit in Limit:
            if (limit, None, None) not in keys:
                raise ValueError(f"version {self.version} has no default for {limit}")
        for rule, key in zip(self.rules, keys, strict=True):
            if keys.count(key) > 1:
                raise ValueError(f"version {self.version} has two rules for {rule}")
            if not 1 <= rule.working_days <= MOST_DAYS:
                raise ValueError(f"{rule.working_days} working days in {rule}")

    def days(self, limit: Limit, category_path: tuple[str, ...], urgency: Urgency) -> int:
        """Working days by the most specific rule.

        ``category_path`` has the ids from the root down, and is empty before the review.
        """
        fitting = [rule for rule in self.rules if rule.covers(limit, category_path, urgency)]
        return max(fitting, key=lambda rule: rule.rank(category_path)).working_days


@dataclass(frozen=True, slots=True)
class Policies(Versions[Policy]):
    """All versions of the limits."""


def build_policies(rows: Sequence[Row]) -> Policies:
    """From lines ``version,valid_from,limit,category,urgency,working_days``.

    An empty category or urgency means any. Raises ``ValueError`` for a bad line, naming it, and
    for what ``Policy`` and ``Policies`` refuse.
    """
    return Policies(build_versions(rows, _policy))


def _policy(version: str, valid_from: date, rows: Sequence[Row]) -> Policy:
    rules: list[Rule] = []
    for row in rows:
        rule = _rule(row)
        _refuse_repetition(row, rule, rules)
        rules.append(rule)
    return Policy(version, valid_from, tuple(rules))


def _rule(row: Row) -> Rule:
    return Rule(
        limit=row.word("limit", Limit),
        category=row.optional("category") or None,
        urgency=row.word("urgency", Urgency) if row.optional("urgency") else None,
        working_days=row.number("working_days", range(1, MOST_DAYS + 1)),
    )


def _refuse_repetition(row: Row, rule: Rule, above: Iterable[Rule]) -> None:
    key = (rule.limit, rule.category, rule.urgency)
    if any((one.limit, one.category, one.urgency) == key for one in above):
        raise row.error("a line above says the same limit, category and urgency")
