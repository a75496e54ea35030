"""`lizheng redaction`: recall and precision of what is hidden, on labelled sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.opening import CommandRefused
from domain.redaction import RedactionKind
from domain.redaction.evaluation import Evaluation, Labelled, Score, evaluate


def redaction(
    files: Annotated[list[Path], typer.Argument(help="Labelled sentences, one JSON a line.")],
    *,
    show: Annotated[bool, typer.Option(help="What was missed or hidden wrongly, too.")] = False,
) -> None:
    """Measure what the rules of redaction find against what readers marked.

    A line is {"text": ..., "spans": [{"start": ..., "end": ..., "kind": ...}]}; a sentence without
    spans has to stay as it is.
    """
    for path in files:
        result = evaluate(read_labelled(path))
        typer.echo(f"{path.name}")
        for line in _table(result):
            typer.echo(line)
        if show:
            for name, parts in (("missed", result.missed), ("wrong", result.wrong)):
                for text, part in parts:
                    typer.echo(f"{name}: {part!r} in {text!r}")


def read_labelled(path: Path) -> list[Labelled]:
    """The file's sentences; raises ``CommandRefused`` naming the first line that is none."""
    sentences = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            sentences.append(Labelled.from_dict(json.loads(line)))
        except (KeyError, TypeError, ValueError) as error:
            raise CommandRefused(f"{path}, line {number}: no labelled sentence: {error}") from None
    return sentences


def _table(result: Evaluation) -> list[str]:
    """One line for each kind, all of them, and the sentences that have to stay."""
    head = f"{'kind':<15}{'marked':>8}{'recall':>8}{'found':>8}{'precision':>11}"
    kinds = [kind for kind in RedactionKind if kind in result.scores]
    rows = [_row(kind.value, result.scores[kind]) for kind in kinds]
    stayed = f"left as they are: {result.stayed} of {result.untouched} sentences without a mark"
    return [head, *rows, _row("all", result.total), stayed]


def _row(name: str, score: Score) -> str:
    recall, precision = (
        "-" if share is None else f"{share:.3f}" for share in (score.recall, score.precision)
    )
    return f"{name:<15}{score.labelled:>8}{recall:>8}{score.found:>8}{precision:>11}"
