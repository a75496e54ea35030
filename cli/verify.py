"""`lizheng verify`: prove that cases, and the archive, are what they were."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office, with_workshop
from cli.progress import progress_bar
from domain.numbers import read_case_number
from services.anchors import AnchorAudit, take_anchor
from services.archive.verification import Audit
from services.functions.workshop import Workshop
from services.office import Office
from services.verification import Finding, verify_all, verify_audit, verify_number

ALL = "all"


def verify(
    number: Annotated[str | None, typer.Argument(help="A case number.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every case.")] = False,
    archive: Annotated[
        str | None, typer.Option(help="The archive of a month, such as 2017-01, or of all.")
    ] = None,
    since_anchor: Annotated[
        bool, typer.Option("--since-anchor", help="What the last anchor names is still there.")
    ] = False,
    anchor: Annotated[
        bool, typer.Option("--anchor", help="Take an anchor now: head and count of everything.")
    ] = False,
) -> None:
    """Check the seals of a case, and letter and writer against them.

    Or all cases and the audit log; or that nothing is gone or older since the last anchor; or
    every file of the archive, and that the database and the archive say the same. Exit status 1
    tells that something is broken, and each is named.
    """
    asked = [number is not None, all_, archive is not None, since_anchor, anchor]
    if asked.count(True) != 1:
        raise CommandRefused(
            "name one case by its number, or ask for --all, --since-anchor, --anchor or --archive"
        )
    if archive is not None:
        broken = _verify_archive(archive)
    elif since_anchor or anchor:
        broken = with_workshop(_tell_since_anchor if since_anchor else _take)
    else:
        broken = with_office(tell_all) if number is None else _verify_one(number)
    if broken:
        raise typer.Exit(1)


def _verify_archive(asked: str) -> int:
    if asked != ALL and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", asked):
        raise CommandRefused(f"{asked!r} is no month such as 2017-01, and not {ALL}")
    month = None if asked == ALL else asked
    return with_workshop(lambda workshop: _tell_archive(workshop, month))


async def _tell_archive(workshop: Workshop, month: str | None) -> int:
    """Tells everything that is wrong, a line each, and how much was looked at: how many."""
    audit, broken = Audit(workshop.office, workshop.store), 0
    async for finding in audit.findings(month):
        broken += 1
        typer.echo(told(finding))
    typer.echo(f"{audit.batches} batches, {audit.cases} cases: {broken} findings")
    return broken


async def _take(workshop: Workshop) -> int:
    """Takes an anchor, and tells what is in it."""
    taken = (await take_anchor(workshop.office, workshop.store, now())).anchor
    typer.echo(
        f"anchor {taken.place}: {taken.cases.count} cases, root {taken.cases.root}; "
        f"{taken.audit.count} entries of the audit log, root {taken.audit.root}"
    )
    return 0


async def _tell_since_anchor(workshop: Workshop) -> int:
    """Tells what became of everything that the last anchor names: how many findings."""
    audit, broken = AnchorAudit(workshop.office, workshop.store), 0
    async for finding in audit.findings():
        broken += 1
        typer.echo(told(finding))
    of = f"anchor {audit.anchor.place} of {audit.anchor.taken_at}: " if audit.anchor else ""
    typer.echo(f"{of}{audit.cases} cases, {audit.entries} audit entries: {broken} findings")
    return broken


def _verify_one(text: str) -> int:
    number = read_case_number(text)
    if number is None:
        raise CommandRefused(f"{text!r} is no case number: its check digit does not fit")
    finding = with_office(lambda office: verify_number(office, number))
    if finding is None:
        raise CommandRefused(f"there is no case {number}")
    typer.echo(told(finding))
    return finding.problem is not None


async def tell_all(office: Office) -> int:
    """Tells every broken case, and how many there are: the number of broken ones."""
    seen = broken = 0
    with progress_bar() as bar:
        task = bar.add_task("Cases", total=await office.cases.count())
        async for finding in verify_all(office):
            seen += 1
            bar.advance(task)
            if finding.problem is not None:
                broken += 1
                typer.echo(told(finding))
    typer.echo(f"{seen} cases: {seen - broken} whole, {broken} broken")
    async for finding in verify_audit(office):
        broken += 1
        typer.echo(told(finding))
    return broken


def told(finding: Finding) -> str:
    """One line about a case."""
    if finding.problem is None:
        return f"{finding.number}: whole"
    entry = "" if finding.entry is None else f"entry {finding.entry}: "
    return f"{finding.number}: {entry}{finding.problem}"
