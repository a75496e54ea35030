"""What is suggested to a clerk, and how often clerks agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, pstdev

from domain.agreement import Agreement, agreement_of
from domain.case import Case
from domain.suggesting import Suggestion
from domain.training import (
    FEWEST_LETTERS,
    Counts,
    Example,
    accuracy,
    macro_f1,
    names_of,
)
from services.office import Office

FOLDS, TIMES = 10, 5
MOST_EVALUATED = 5_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well categories are told of letters that were not learned from.

    ``macro_f1`` and ``accuracy`` have one figure for each way of dividing the letters into ten
    folds; ``letters`` by first-level category.
    """

    letters: dict[str, int]
    macro_f1: Sequence[float]
    accuracy: Sequence[float]

    @property
    def mean(self) -> float:
        return fmean(self.macro_f1)

    @property
    def spread(self) -> float:
        """The standard deviation over the ways of dividing."""
        return pstdev(self.macro_f1)


async def suggestion_for(office: Office, case: Case, now: datetime) -> Suggestion | None:
    """What a clerk might call it; None once a person did, or while there is no model."""
    if case.category or case.keeping.is_tombstone:
        return None
    newest = await office.category_models.newest(now)
    return newest.model.suggest(case.letter.title, case.letter.body) if newest else None


async def suggestion_agreement(office: Office, now: datetime) -> Agreement:
    """Over the last thirty days before the newest model."""
    newest = await office.category_models.newest(now)
    return agreement_of(newest.compared if newest else ())


async def evaluate(office: Office, now: datetime) -> Evaluation | None:
    """Cross-validation over the newest handled letters, divided in five ways by their ids.

    None with too few letters. Takes memory for ``MOST_EVALUATED`` letters.
    """
    names = names_of(await office.directory.categories())
    letters = [
        (one.id, one.category[0], one.title, one.body)
        async for one in office.handled_letters.newest(now, MOST_EVALUATED)
        if one.category[0] in names
    ]
    if len(letters) < FEWEST_LETTERS:
        return None
    found = []
    for way in range(TIMES):
        counts = Counts(names)
        # The id decides the fold: another way of dividing is another id.
        examples = [Example.of(f"{way}/{id_}", *rest) for id_, *rest in letters]
        for one in examples:
            counts.add(one)
        found.append(counts.held_out(examples, FOLDS))
    return Evaluation(
        letters=dict(counts.letters),
        macro_f1=[macro_f1(one) for one in found],
        accuracy=[accuracy(one) for one in found],
    )
