"""`lizheng january`: a month whose figures were published, made again through the real process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer

from cli.bulletin import Language
from cli.demo import keep_demo_case
from cli.failures import KEPT, resumable
from cli.opening import CommandRefused, now, read_settings, with_workshop
from cli.press.edition import Paper
from cli.press.table import tell
from cli.progress import progress_bar
from domain.refusals import ActionNotAllowed
from domain.runs import RunState
from infra.identity import is_gone, own_identity
from services.archive.open_data import publish
from services.city.months import CITY
from services.figures.bulletins import bulletin_of
from services.figures.withheld import withheld_of
from services.functions.running import Frame
from services.functions.workshop import Workshop
from services.january.closing import JANUARY, close_january
from services.january.courses import LETTERS
from services.january.filling import fill_with_january
from settings import Settings


def january(
    lang: Annotated[Language, typer.Option(help="Chinese or English.")] = Language.ZH,
) -> None:
    """Make January 2017: 6,796 invented letters, their ways through the process, the bulletin.

    Only into an empty database, and never in production. Takes about a minute; stopped before its
    end, the same command goes on.
    """
    settings = read_settings()
    if settings.environment == "production":
        raise CommandRefused("invented letters are not for ENVIRONMENT=production")
    began = time.monotonic()
    with progress_bar() as bar:
        task = bar.add_task("Letters of January 2017", total=LETTERS)

        stored = 0

        def advance(so_far: int) -> None:
            nonlocal stored
            stored = so_far
            bar.update(task, completed=stored)

        async def job(workshop: Workshop) -> Paper:
            return await _made(workshop, settings, advance)

        with resumable(lambda: f"At least {stored:,} of {LETTERS:,} letters are stored. {KEPT}"):
            paper = with_workshop(job, prepared=True)
    tell(paper, lang)
    typer.echo(f"\n{paper.told.letters or 0:,} letters in {time.monotonic() - began:.0f} seconds.")
    typer.echo("`make run` with the same DATA_DIR shows them.")


async def _made(workshop: Workshop, settings: Settings, progress: Callable[[int], None]) -> Paper:
    """The letters, then the month's end, with its open data at once."""
    try:
        shown = await fill_with_january(workshop.office, progress)
    except ActionNotAllowed as refusal:
        if await workshop.office.cases.count():
            raise CommandRefused(not_empty(settings)) from refusal
        raise
    if shown is not None:
        keep_demo_case(settings.data_dir, shown)
    frame = Frame(workshop, now, process=own_identity(), is_gone=is_gone)
    entry = await close_january(frame)
    if entry.state is not RunState.SUCCEEDED:
        reason = entry.error or entry.state.value
        raise CommandRefused(f"the bulletin could not be made: {reason}. {KEPT}")
    frozen = await workshop.office.bulletins.find(JANUARY, 1)
    if frozen is not None:
        await publish(workshop.office, workshop.store, frozen)
    told = await bulletin_of(workshop.office, JANUARY, now())
    return Paper(told, CITY, withheld=await withheld_of(workshop.office, told, now()))


def not_empty(settings: Settings) -> str:
    """Nothing is deleted for somebody who may have meant another place."""
    if settings.mongodb_uri:
        name = settings.mongodb_database
        return (
            f"there are other cases in the database {name}: name an empty one by MONGODB_DATABASE"
        )
    return (
        f"there are other cases in {settings.data_dir} already: name another directory, such as "
        "`make january DATA_DIR=.data-january`, or remove this one if nobody needs what is in it"
    )
