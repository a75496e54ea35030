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
from cli.opening import CommandRefused
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
from domain.refusals import Refusal
from domain.rows import DirectoryError
from infra.embedded import DatabaseError
from settings import SettingsError
from storage.fingerprints import WrongKeys
from storage.mongo import DatabaseFailure

EXPECTED = (SettingsError, DatabaseError, DirectoryError, CommandRefused, WrongKeys, Refusal)


class Commands(TyperGroup):
    """Commands whose expected failures are one line on standard error and exit status 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the command line names."""
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            reason = str(error)
        except DatabaseFailure as error:
            reason = f"the database failed: {str(error).partition(', Timeout:')[0]}"
        except OSError as error:
            reason = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        typer.echo(f"lizheng: {reason}", err=True)
        raise typer.Exit(1)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they may hold keys and personal data
)


@app.callback()
def lizheng() -> None:
    """Lizheng 理政: every letter has an owner, a date and a reply."""
    # SIGTERM ends a command the way Ctrl-C does: what it started is stopped first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


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
