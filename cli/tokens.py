"""`lizheng token`: a token to try things out with, as its role would have it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.opening import CommandRefused, read_settings, with_database
from domain.words import Role
from storage import mongo
from storage.directory import DirectoryRepository

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
"""Everybody but the city's own clockwork, which has tokens too: for what only it may do."""


def token(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(Role)}.", metavar="ROLE")],
    unit: Annotated[
        str | None, typer.Option(help="A unit's code, such as 510104; else the whole city.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="The account; by default the role's own, such as handler-1.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it is good for.", min=1, max=365)] = 30,
) -> None:
    """Sign a token with this machine's development key. It stands alone on the last line.

    Not possible with ENVIRONMENT=production.
    """
    seed = read_settings().secrets.token_key
    if seed is None:
        raise CommandRefused("tokens are not signed here with ENVIRONMENT=production")
    known = next((one for one in Role if one.value == role.upper()), None)
    if known is None:
        raise CommandRefused(f"there is no role {role!r}; there are {', '.join(Role)}")
    if unit is not None:
        with_database(lambda store: _check_unit(store, unit))

    from api.tokens import DevelopmentIssuer

    account = subject or f"{known.lower()}-1"
    typer.echo(DevelopmentIssuer(seed).issue(account, (known,), unit, datetime.now(UTC), days))


async def _check_unit(store: mongo.Database, code: str) -> None:
    directory = DirectoryRepository(store)
    unit = await directory.unit(code)
    if unit is not None and not unit.retired:
        return
    if await directory.is_empty():
        raise CommandRefused("the directory is empty: `lizheng import-directory` fills it")
    raise CommandRefused(f"there is no unit {code!r} in the directory")
