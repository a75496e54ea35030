"""`lizheng`: every command of the product."""

from __future__ import annotations

import signal
from typing import Any

import typer
from typer.core import TyperGroup

from cli.backup import backup, restore_backup
from cli.baselines import baseline
from cli.bulletin import bulletin
from cli.clockwork import clockwork
from cli.editions import bulletin_edition
from cli.failures import EXPECTED, describe_failure, exit_status, stop_by_signal
from cli.functions import function, functions, runs
from cli.holds import hold, release
from cli.hot_issues import hot_issues
from cli.import_directory import import_directory
from cli.import_letters import import_
from cli.indexes import indexes
from cli.january import january
from cli.migrate import migrate
from cli.notices import notices, outbox
from cli.open_data import open_data
from cli.partners import partner
from cli.problems import problems
from cli.recompute import recompute_deadlines
from cli.redaction import redaction
from cli.restore import restore
from cli.schema import schema
from cli.serve import serve
from cli.suggestions import suggestions
from cli.tokens import token
from cli.verify import verify


class Commands(TyperGroup):
    """Commands that end with one line on standard error when they fail, or are stopped."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the command line names."""
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            typer.echo(f"lizheng: {describe_failure(error)}", err=True)
            raise typer.Exit(exit_status(error)) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they may hold keys and personal data
)


@app.callback()
def lizheng() -> None:
    """Lizheng 理政: every letter has an owner, a date and a reply."""
    signal.signal(signal.SIGTERM, stop_by_signal)


app.command("serve")(serve)
app.command("import")(import_)
app.command("import-directory")(import_directory)
app.command("january")(january)
app.command("token")(token)
app.command("verify")(verify)
app.command("hold")(hold)
app.command("release")(release)
app.command("restore")(restore)
app.command("recompute-deadlines")(recompute_deadlines)
app.command("indexes")(indexes)
app.command("function")(function)
app.command("functions")(functions)
app.command("runs")(runs)
app.command("notices")(notices)
app.command("problems")(problems)
app.command("outbox")(outbox)
app.command("clockwork")(clockwork)
app.command("suggestions")(suggestions)
app.command("migrate")(migrate)
app.command("backup")(backup)
app.command("restore-backup")(restore_backup)
app.command("bulletin")(bulletin)
app.command("open-data")(open_data)
app.command("bulletin-edition")(bulletin_edition)
app.command("hot-issues")(hot_issues)
app.command("redaction")(redaction)
app.add_typer(baseline, name="baseline")
app.add_typer(partner, name="partner")
app.command("schema")(schema)
