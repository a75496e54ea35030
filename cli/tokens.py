"""`lizheng token`: a token to try things out with, as its role would have it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.opening import CommandRefused, read_settings, with_database
from domain.spelling import did_you_mean
from domain.words import Role
from storage import mongo
from storage.directory import DirectoryRepository
from storage.pages import Page

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
"""Everybody but the city's own clockwork, which has tokens too: for what only it may do."""

SHOWN = 3
"""Units that are offered for one that there is not."""


def token(
    whose: Annotated[
        str | None, typer.Argument(help=f"One of {', '.join(Role)}.", metavar="ROLE")
    ] = None,
    role: Annotated[str | None, typer.Option(help="The same as ROLE.", metavar="ROLE")] = None,
    unit: Annotated[
        str | None, typer.Option(help="A unit's code, such as 510104; else the whole city.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="The account; by default the role's own, such as handler-1.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it is good for.", min=1, max=365)] = 30,
) -> None:
    """Sign a token with this machine's development key. It stands alone on the last line.

    lizheng token HANDLER

    Not possible with ENVIRONMENT=production.
    """
    seed = read_settings().secrets.token_key
    if seed is None:
        raise CommandRefused("tokens are not signed here with ENVIRONMENT=production")
    known = _read_role(whose, role)
    if unit is not None:
        with_database(lambda store: _check_unit(store, unit))

    from api.tokens import DevelopmentIssuer

    account = subject or f"{known.lower()}-1"
    typer.echo(DevelopmentIssuer(seed).issue(account, (known,), unit, datetime.now(UTC), days))


def _read_role(*given: str | None) -> Role:
    """The one role that was named."""
    named = {one.upper() for one in given if one is not None}
    if len(named) != 1:
        raise CommandRefused(f"name one role: {', '.join(Role)}")
    name = named.pop()
    if name not in Role.__members__:
        meant = did_you_mean(name, Role.__members__)
        raise CommandRefused(f"there is no role {name!r}; there are {', '.join(Role)}.{meant}")
    return Role[name]


async def _check_unit(store: mongo.Database, code: str) -> None:
    directory = DirectoryRepository(store)
    unit = await directory.unit(code)
    if unit is not None and not unit.retired:
        return
    if await directory.is_empty():
        raise CommandRefused("the directory is empty: `lizheng import-directory` fills it")
    raise CommandRefused(
        f"there is no unit {code!r} in the directory{await like_unit(directory, code)}"
    )


async def like_unit(directory: DirectoryRepository, written: str) -> str:
    """Units that may have been meant, by a part of their code or their name; empty without any."""
    for end in range(len(written), 1, -1):
        found = await directory.find_units(written[:end], Page(first=SHOWN))
        if found.items:
            return "; like it are " + ", ".join(f"{one.code} {one.name}" for one in found.items)
    return ""
