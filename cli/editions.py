"""`lizheng bulletin-edition`: a frozen bulletin is corrected by the next edition, in the open."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.opening import now, with_office
from domain.bulletins import Bulletin
from domain.editions import Because, FigureChange
from domain.figures import BY_ID, Part
from services.figures.closing import publish_edition
from services.figures.months import read_month


def bulletin_edition(
    month: Annotated[str, typer.Argument(help="A closed month, YYYY-MM.")],
    reason: Annotated[str, typer.Option(help="Why; it is published. 2 to 1,000 characters.")],
) -> None:
    """Publish what is known now as the next edition; the ones before it stay as they are."""
    moment = now()
    wanted = read_month(month, moment)
    published = with_office(lambda office: publish_edition(office, wanted, reason, moment))
    for line in told(published):
        typer.echo(line)


def told(bulletin: Bulletin) -> list[str]:
    """What this edition changed, a line for each figure and each reason."""
    revision = bulletin.revision
    lines = [f"{bulletin.month}: edition {bulletin.edition}, {bulletin.state.en.lower()}"]
    if revision is None:
        return lines  # a first edition changed nothing
    lines.append(f"letters: {revision.letters_before} -> {revision.letters_after}")
    for one in revision.figures:
        lines += [_figure(one), *(_because(because) for because in one.because)]
    return lines


def _figure(one: FigureChange) -> str:
    name = BY_ID[one.definition].figure.en
    return f"{name} ({one.definition}): {_part(one.before)} -> {_part(one.after)}"


def _because(because: Because) -> str:
    count = len(because.numbers)
    return f"  {because.reason.en}: {count} letter{'' if count == 1 else 's'}"


def _part(part: Part) -> str:
    value = "no data" if part.value is None else f"{part.value:.4f}"
    return f"{part.numerator:g}/{part.denominator} = {value}"
