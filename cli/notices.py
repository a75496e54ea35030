"""`lizheng notices`, `lizheng outbox`: what was not delivered, and what lies here to be read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from domain.actors import Actor
from domain.calendar import CITY_TIME
from domain.delivery import about_word
from domain.refusals import NotFound
from domain.words import Role
from services.office import Office
from services.undelivered import retry_notice
from storage.outbox import Posted
from storage.undelivered import Undelivered

ALL = "all"
ON_THE_MACHINE = Actor(frozenset({Role.OPS}), "command")
"""Whoever types here reaches the database anyway."""


def notices(
    retry: Annotated[
        str | None, typer.Option(help="Have this notice tried again, or `all` of them.")
    ] = None,
) -> None:
    """List the notices that were given up, oldest first, or have them tried again."""
    with_office(_list if retry is None else lambda office: _retry(office, retry))


def outbox(
    first: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 20,
) -> None:
    """Show the newest messages in the outbox, in full: for development."""
    for one in reversed(with_office(lambda office: office.outbox.newest(first))):
        typer.echo(told(one))


def told(message: Posted) -> str:
    """A message, whole."""
    head = f"{_time(message.sent_at)}  {message.medium}  {message.to}  {message.about}"
    return f"{head}\n  {message.id}\n  " + message.text.replace("\n", "\n  ")


async def _list(office: Office) -> None:
    count = 0
    async for one in office.undelivered.all():
        count += 1
        typer.echo(_line(one))
    typer.echo(f"{count} given up")


async def _retry(office: Office, which: str) -> None:
    ids = [one.id async for one in office.undelivered.all()] if which == ALL else [which]
    for notice_id in ids:
        try:
            await retry_notice(office, notice_id, ON_THE_MACHINE, now())
        except NotFound:
            raise CommandRefused(f"there is no notice {notice_id!r} that was given up") from None
    typer.echo(f"{len(ids)} to be tried again")


def _line(one: Undelivered) -> str:
    medium = one.medium or "–"
    return (
        f"{one.id}  {one.number}  {one.audience}  {about_word(one.about)}  {medium}  "
        f"{one.attempts} attempts  {_time(one.given_up_at)}  {one.error}"
    )


def _time(at: datetime) -> str:
    return at.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M")
