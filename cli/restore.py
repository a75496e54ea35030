"""`lizheng restore`: a case out of the archive again, for a while."""

from __future__ import annotations

import typer

from cli.holds import SUPERVISOR, Number, known_number
from cli.opening import CommandRefused, now, with_workshop
from domain.case import Case
from services.archive.files import ArchiveBroken
from services.archive.restoring import restore_case
from services.functions.workshop import Workshop


def restore(number: Number) -> None:
    """Put an archived case back, whole, as it lies in the archive, after proving that.

    It stays archived: nobody acts on it, and 30 days later it is a tombstone again. Hold it to
    keep it longer.
    """
    case = with_workshop(lambda workshop: _restored(workshop, known_number(number)))
    typer.echo(f"{case.number}: restored from {case.keeping.batch}")


async def _restored(workshop: Workshop, number: str) -> Case:
    try:
        return await restore_case(workshop.office, workshop.store, number, SUPERVISOR, now())
    except ArchiveBroken as error:
        raise CommandRefused(str(error)) from error
