"""What the figures know of a case, as a document and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from domain.facts import Answered, Facts, Mark, Marked, Released, facts_of
from domain.policies import Limit
from domain.words import Outcome
from storage.history_documents import read_clocks, read_entry
from storage.mongo import Document


def facts_document(facts: Facts) -> Document:
    """As it lies in the field ``facts`` of a case."""
    return {
        **asdict(facts),
        "pauses": [list(span) for span in facts.pauses],
        "releases": [{"at": one.at, "outcome": one.outcome.value} for one in facts.releases],
        "answers": [asdict(one) for one in facts.answers],
        "left": facts.left.value if facts.left else None,
        "marks": [{**asdict(one), "mark": one.mark.value} for one in facts.marks],
    }


def read_facts(document: Document) -> Facts:
    """The facts in a field ``facts``; raises ``TypeError`` for a moment that is none."""
    facts = Facts(
        reply_due=document["reply_due"],
        pauses=tuple((begun, ended) for begun, ended in document["pauses"]),
        sent_at=document["sent_at"],
        releases=tuple(
            Released(one["at"], Outcome[one["outcome"]]) for one in document["releases"]
        ),
        answers=tuple(Answered(**one) for one in document["answers"]),
        concluded_at=document["concluded_at"],
        left=Outcome[document["left"]] if document["left"] else None,
        left_at=document["left_at"],
        marks=tuple(Marked(one["at"], Mark[one["mark"]], one["unit"]) for one in document["marks"]),
    )
    if not all(isinstance(one, datetime) for one in _moments(facts)):
        raise TypeError("a moment is no date")
    return facts


def _moments(facts: Facts) -> Iterator[object]:
    """Everything that figures compare with other moments."""
    yield facts.reply_due
    said = (facts.sent_at, facts.concluded_at, facts.left_at)
    yield from (one for one in said if one is not None)
    yield from (one for span in facts.pauses for one in span)
    yield from (one.at for one in facts.releases)
    yield from (one.at for one in facts.answers)
    yield from (one.at for one in facts.marks)


def derived_facts(document: Document) -> Facts:
    """The facts of a stored case, or of its tombstone, from its history."""
    history = [read_entry(entry) for entry in document["history"]]
    return facts_of(history, read_clocks(document)[Limit.REPLY])
