"""`lizheng hold` and `lizheng release`: keep a case from the archive, and let it go again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeAlias

import typer

from cli.opening import CommandRefused, now, with_office
from domain.actors import Actor
from domain.case import Case
from domain.numbers import read_case_number
from domain.words import Role
from services.holds import hold_case, release_case
from services.office import Office

SUPERVISOR = Actor(frozenset({Role.SUPERVISOR}), subject="command")

Number = Annotated[str, typer.Argument(help="A case number.")]
Reason = Annotated[str, typer.Option(help="Why; kept for audit. 2 to 1,000 characters.")]
Change: TypeAlias = Callable[[Office, str, str, Actor, datetime], Awaitable[Case]]


def hold(number: Number, reason: Reason) -> None:
    """Keep a case from the archive, whatever its retention says, until it is released."""
    case = with_office(lambda office: _changed(office, known_number(number), reason, hold_case))
    typer.echo(f"{case.number}: held")


def release(number: Number, reason: Reason) -> None:
    """Let a held case go its way: into the archive, when its retention is over."""
    case = with_office(lambda office: _changed(office, known_number(number), reason, release_case))
    typer.echo(f"{case.number}: released")


def known_number(text: str) -> str:
    """The number that was typed; raises ``CommandRefused`` when it is none."""
    number = read_case_number(text)
    if number is None:
        raise CommandRefused(f"{text!r} is no case number: its check digit does not fit")
    return number


async def _changed(office: Office, number: str, reason: str, change: Change) -> Case:
    case = await office.cases.by_number(number, SUPERVISOR)
    if case is None:
        raise CommandRefused(f"there is no case {number}")
    return await change(office, case.id, reason, SUPERVISOR, now())
