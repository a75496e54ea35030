"""`lizheng problems`: the cases that jobs could not handle and have put aside."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from domain.actors import Actor
from domain.calendar import CITY_TIME
from domain.problem_cases import ProblemCase
from domain.refusals import NotFound
from domain.words import Role
from services.office import Office
from services.problem_cases import retry_problem_case

ALL = "all"
ON_THE_MACHINE = Actor(frozenset({Role.OPS}), "command")
"""Whoever types here reaches the database anyway."""


def problems(
    retry: Annotated[
        str | None, typer.Option(help="Have this problem case tried again, or `all` of them.")
    ] = None,
) -> None:
    """List the cases that jobs could not read, decide or write, oldest first, or retry them.

    A job tries them again by itself after growing pauses, in the end only when asked for here.
    """
    with_office(_list if retry is None else lambda office: _retry(office, retry))


def tell_problems(count: int) -> str:
    """What a command says of cases that it put aside; nothing for none."""
    return f"; {count} put aside: `lizheng problems` lists them" if count else ""


async def _list(office: Office) -> None:
    count = 0
    async for one in office.problem_cases.all():
        count += 1
        typer.echo(_line(one))
    typer.echo(f"{count} put aside")


async def _retry(office: Office, which: str) -> None:
    ids = [one.id async for one in office.problem_cases.all()] if which == ALL else [which]
    for key in ids:
        try:
            await retry_problem_case(office, key, ON_THE_MACHINE, now())
        except NotFound:
            raise CommandRefused(f"there is no problem case {key!r}") from None
    typer.echo(f"{len(ids)} to be tried again")


def _line(one: ProblemCase) -> str:
    following = _time(one.next_try_at) if one.next_try_at else "when asked for"
    return (
        f"{one.id}  {one.problem.number}  {one.problem.reason}  {one.tries} tries  "
        f"since {_time(one.first_at)}  next {following}  {one.problem.error}"
    )


def _time(at: datetime) -> str:
    return at.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M")
