"""`lizheng suggestions`: what suggested categories rest on, and how good they are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from domain.agreement import agreement_of
from domain.calendar import CITY_TIME
from domain.training import FEWEST_LETTERS
from services.matters.suggestions import FOLDS, MOST_EVALUATED, TIMES, Evaluation, evaluate
from services.office import Office
from storage.category_models import TrainedModel

NONE_YET = "no model yet: `lizheng function train_categories` makes one from reviewed letters"


def suggestions(
    evaluated: Annotated[
        bool,
        typer.Option(
            "--evaluate",
            help=f"Cross-validate on the newest {MOST_EVALUATED:,} reviewed letters:"
            f" {FOLDS} folds by a hash of the id, divided in {TIMES} ways.",
        ),
    ] = False,
) -> None:
    """Tell of the model behind suggested categories, or how well letters' categories are told."""
    moment = now()
    with_office(lambda office: _tell_evaluation(office, moment) if evaluated else _tell(office))


async def _tell(office: Office) -> None:
    trained = await office.category_models.newest(now())
    if trained is None:
        typer.echo(NONE_YET)
        return
    for name, value in _rows(trained):
        typer.echo(f"{name:<22}{value}")


def _rows(trained: TrainedModel) -> list[tuple[str, str]]:
    agreement = agreement_of(trained.compared)
    share = "no data" if agreement.value is None else f"{agreement.value:.4f}"
    return [
        ("model of", f"{trained.as_of.astimezone(CITY_TIME):%Y-%m-%d %H:%M:%S}"),
        ("letters", f"{trained.letters:,}"),
        ("words", f"{len(trained.model.terms):,}"),
        ("held out", f"{trained.held_out:,}"),
        ("macro-F1, held out", f"{trained.macro_f1:.4f}"),
        ("accuracy, held out", f"{trained.accuracy:.4f}"),
        ("clerks agree", f"{share} ({agreement.agreed} of {agreement.compared})"),
    ]


async def _tell_evaluation(office: Office, moment: datetime) -> None:
    found = await evaluate(office, moment)
    if found is None:
        raise CommandRefused(f"too few: at least {FEWEST_LETTERS} reviewed letters are needed")
    names = {root.id: root.name for root in (await office.directory.categories()).roots}
    for name, value in _evaluated(found):
        typer.echo(f"{name:<22}{value}")
    for category, count in sorted(found.letters.items(), key=lambda one: (-one[1], one[0])):
        typer.echo(f"{count:>8}  {names[category]}")


def _evaluated(found: Evaluation) -> list[tuple[str, str]]:
    each = " ".join(f"{one:.4f}" for one in found.macro_f1)
    return [
        ("letters", f"{sum(found.letters.values()):,}"),
        ("macro-F1, mean", f"{found.mean:.4f}"),
        ("macro-F1, spread", f"{found.spread:.4f}"),
        ("macro-F1, each", each),
        ("accuracy, mean", f"{sum(found.accuracy) / len(found.accuracy):.4f}"),
    ]
