"""A bulletin as it lies in the database: its figures in one document.

Figures are numbers in the order of ``definitions``, which every document names for itself, so
that an edition can still be read when there are more definitions. Its cells and letters lie
beside it (``storage.bulletin_parts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from domain.baselines import Baseline
from domain.bulletins import Bulletin, BulletinState, Month
from domain.editions import Because, ChangeReason, FigureChange, Revision
from domain.figures import Counts, Part
from domain.words import Channel, MailboxLevel, Word
from storage.bulletin_parts import IDS, numbers_of, parts_of
from storage.mongo import Document

W = TypeVar("W", bound=Word)


def bulletin_key(month: Month, edition: int) -> str:
    """The ``_id``: there is one of each edition."""
    return f"{month}/{edition}"


def bulletin_document(bulletin: Bulletin) -> Document:
    """The figures, with all that tells where they come from."""
    return {
        "_id": bulletin_key(bulletin.month, bulletin.edition),
        "month": str(bulletin.month),
        "edition": bulletin.edition,
        "state": bulletin.state.value,
        "as_of": bulletin.as_of,
        "code": bulletin.code,
        "digest": bulletin.digest,
        "definitions": list(IDS),
        "counts": {
            "letters": bulletin.counts.letters,
            "by_level": _counted(bulletin.counts.by_level),
            "by_channel": _counted(bulletin.counts.by_channel),
            "parts": numbers_of(bulletin.counts.parts),
        },
        "baseline": _baseline_document(bulletin.baseline),
        "revision": _revision_document(bulletin.revision),
    }


def read_bulletin(document: Document) -> Bulletin:
    """What ``bulletin_document`` wrote."""
    counts = document["counts"]
    return Bulletin(
        month=Month.read(document["month"]),
        edition=document["edition"],
        state=BulletinState[document["state"]],
        as_of=document["as_of"],
        code=document["code"],
        digest=document["digest"],
        counts=Counts(
            counts["letters"],
            {MailboxLevel[name]: count for name, count in counts["by_level"].items()},
            {Channel[name]: count for name, count in counts["by_channel"].items()},
            parts_of(counts["parts"], document["definitions"]),
        ),
        baseline=_read_baseline(document["baseline"]),
        revision=_read_revision(document["revision"]),
    )


def _counted(counts: Mapping[W, int]) -> Document:
    return {key.value: counts[key] for key in sorted(counts)}


def _baseline_document(baseline: Baseline | None) -> Document | None:
    if baseline is None:
        return None
    return {
        "name": baseline.name,
        "recorded": baseline.recorded,
        "source": baseline.source,
        "edition": baseline.edition,
        "values": dict(baseline.values),
        "name_zh": baseline.name_zh,
    }


def _read_baseline(document: Document | None) -> Baseline | None:
    return None if document is None else Baseline(**document)


# What a later edition changed


def _revision_document(revision: Revision | None) -> Document | None:
    if revision is None:
        return None
    return {
        "reason": revision.reason,
        "letters": [revision.letters_before, revision.letters_after],
        "figures": [_change_document(one) for one in revision.figures],
    }


def _change_document(one: FigureChange) -> Document:
    return {
        "definition": one.definition,
        "before": [one.before.numerator, one.before.denominator],
        "after": [one.after.numerator, one.after.denominator],
        "because": {because.reason.value: list(because.numbers) for because in one.because},
    }


def _read_revision(document: Document | None) -> Revision | None:
    if document is None:
        return None
    before, after = document["letters"]
    figures = tuple(_read_change(one) for one in document["figures"])
    return Revision(document["reason"], before, after, figures)


def _read_change(document: Document) -> FigureChange:
    because = document["because"].items()
    return FigureChange(
        document["definition"],
        Part(*document["before"]),
        Part(*document["after"]),
        tuple(Because(ChangeReason[name], tuple(numbers)) for name, numbers in because),
    )
