"""`lizheng hot-issues`: what many people wrote about, with their letters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from domain.actors import SYSTEM
from domain.calendar import city_date
from domain.redaction import redact_title
from services.matters.hot_issues import ToldIssue, found_issues, told
from services.office import Office

NONE = "nothing that at least three people wrote about in these days"


def hot_issues(
    first_day: Annotated[str, typer.Argument(metavar="FROM", help="The first day, YYYY-MM-DD.")],
    last_day: Annotated[str, typer.Argument(metavar="TO", help="The last one.")],
    first: Annotated[int, typer.Option(min=1, max=100, help="How many issues.")] = 20,
    letters: Annotated[
        int, typer.Option(min=0, max=100, help="Titles of so many letters of each, newest first.")
    ] = 3,
) -> None:
    """Tell what most people wrote about in these days, Asia/Shanghai, and in which letters.

    What is personal is left out of titles: telephone, identity and plate numbers, persons.
    """
    with_office(lambda office: _tell(office, _day(first_day), _day(last_day), first, letters))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day, not a moment
    except ValueError:
        raise CommandRefused(f"{text}: not a day such as 2019-06-30") from None


async def _tell(office: Office, first_day: date, last_day: date, first: int, letters: int) -> None:
    found = (await found_issues(office, first_day, last_day, SYSTEM, now()))[:first]
    if not found:
        typer.echo(NONE)
    for place, one in enumerate(await told(office, found), 1):
        typer.echo(f"{place:>3}. {_line(one)}")
        titles = await office.hot_issues.titles(one.issue.ids)
        shown = [redact_title(titles[key]) for key in one.issue.ids if key in titles]
        for title in [title for title in shown if title != one.title][:letters]:
            typer.echo(f"     · {title}")


def _line(one: ToldIssue) -> str:
    issue = one.issue
    days = f"{city_date(issue.first_seen_at)} – {city_date(issue.last_seen_at)}"
    return f"{one.title}  {issue.writers} writers, {issue.letters} letters, {days}"
