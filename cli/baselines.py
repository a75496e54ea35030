"""`lizheng baseline`: figures to compare with that were not computed here, and their source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from domain.bulletins import Month
from domain.definitions import FigureName
from domain.spelling import did_you_mean
from services.figures.baselines import record_baseline
from services.figures.months import read_month
from storage.baselines import RecordedBaseline

baseline = typer.Typer(no_args_is_help=True, help="Figures to compare with, recorded once.")


@baseline.command("record")
def record(
    name: Annotated[str, typer.Argument(help='What it is called, such as "before trial".')],
    source: Annotated[str, typer.Option(help="Where the figures come from.")],
    figure: Annotated[
        list[str],
        typer.Option(
            help="NAME=VALUE, such as REPLY_RATE=0.990 or AVERAGE_REPLY_DAYS=7.22: a fraction "
            "from 0 to 1, or days. Once for each figure.",
        ),
    ],
    name_zh: Annotated[
        str | None, typer.Option(help="What it is called in Chinese, such as 试运行前.")
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            help="The month (YYYY-MM) that is compared with it when the month before it has no "
            "letters. Without it the baseline is used when it is asked for by name.",
            metavar="MONTH",
        ),
    ] = None,
) -> None:
    """Record figures under a name. The same again changes nothing; other figures are refused."""
    values = _values(figure)
    month = _month(for_)
    moment = now()
    tell(
        with_office(
            lambda office: record_baseline(office, name, source, values, month, moment, name_zh),
            prepared=True,
        )
    )


@baseline.command("list")
def list_() -> None:
    """List what is recorded."""
    for one in with_office(lambda office: office.baselines.all()):
        tell(one)


def tell(recorded: RecordedBaseline) -> None:
    """A baseline in one line for itself and one for each figure."""
    told, month = recorded.baseline, recorded.month
    typer.echo(f"{told.name}{f' (for {month})' if month else ''}: {told.source}")
    for name, value in told.values.items():
        typer.echo(f"  {FigureName[name].en:<20} {value:g}")


def _values(figures: Sequence[str]) -> dict[FigureName, float]:
    values: dict[FigureName, float] = {}
    for text in figures:
        name, _, value = text.partition("=")
        if name not in FigureName.__members__:
            known = ", ".join(FigureName.__members__)
            meant = did_you_mean(name, FigureName.__members__)
            raise CommandRefused(f"--figure: {name!r} is none of {known}.{meant}")
        if FigureName[name] in values:
            raise CommandRefused(f"--figure: {name} is given twice")
        try:
            values[FigureName[name]] = float(value)
        except ValueError:
            raise CommandRefused(f"--figure: {text!r} is not like {name}=0.99") from None
    return values


def _month(text: str | None) -> Month | None:
    return None if text is None else read_month(text, now(), "for")
