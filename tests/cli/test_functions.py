"""`lizheng function`, `functions`, `runs`: what they print, and their exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.functions import overdue_sweep
from services.functions.runs import Run
from services.functions.workshop import Workshop
from storage import mongo
from tests.cli.terminal import lizheng

pytestmark = pytest.mark.ring("test")

AT = "2017-03-06T09:00"


async def busy(workshop: Workshop, run: Run) -> None:
    run.saw(2)
    run.changed("20170306-000001-7", "SUPERVISE")
    run.skipped()


async def poisoned(workshop: Workshop, run: Run) -> None:
    run.failed("20170306-000002-8", "no such unit")


async def broken(workshop: Workshop, run: Run) -> None:
    raise LookupError("张小明")


def job(monkeypatch: pytest.MonkeyPatch, work: object) -> None:
    monkeypatch.setattr(overdue_sweep, "overdue_sweep", work)


def facts(output: str) -> dict[str, str]:
    rows = (line.strip().split("  ", 1) for line in output.splitlines() if "  " in line.strip())
    return {name.strip(): value.strip() for name, value in rows}


def test_a_run_prints_what_it_did_in_the_citys_time(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, busy)
    result = lizheng("function", "overdue_sweep", "--at", AT)
    assert result.exit_code == 0, result.output
    told = facts(result.stdout)
    assert (told["function"], told["run for"]) == ("overdue_sweep", "2017-03-06 09:00:00")
    assert (told["state"], told["seen"], told["changed"]) == ("SUCCEEDED", "2", "1")
    again = lizheng("function", "overdue_sweep", "--at", "2017-03-06T01:00Z")
    assert again.stdout == result.stdout


@pytest.mark.parametrize(
    ("work", "state", "said"),
    [
        (poisoned, "PARTIAL", "20170306-000002-8: no such unit"),
        (broken, "FAILED", "LookupError at test_functions.py"),
    ],
)
def test_only_a_run_that_succeeded_ends_with_zero(
    environment: Path, monkeypatch: pytest.MonkeyPatch, work: object, state: str, said: str
) -> None:
    job(monkeypatch, work)
    result = lizheng("function", "overdue_sweep", "--at", AT)
    assert result.exit_code == 1
    assert facts(result.stdout)["state"] == state
    assert said in result.stdout
    assert "张小明" not in result.output
    job(monkeypatch, busy)
    repeated = lizheng("function", "overdue_sweep", "--at", AT)
    assert (repeated.exit_code, facts(repeated.stdout)["attempt"][:2]) == (0, "2,")


def test_a_dry_run_lists_numbers_and_actions_and_leaves_the_key_free(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, busy)
    dry = lizheng("function", "overdue_sweep", "--at", AT, "--dry-run")
    assert dry.exit_code == 0
    told = facts(dry.stdout)
    assert (told["function"], told["would change"]) == ("overdue_sweep (dry run)", "1")
    assert told["20170306-000001-7"] == "SUPERVISE"
    real = lizheng("function", "overdue_sweep", "--at", AT)
    assert facts(real.stdout)["attempt"].startswith("1,")
    listed = lizheng("runs", "overdue_sweep").stdout
    assert listed.count("2017-03-06 09:00:00") == 2
    assert "command, dry" in listed
    only = lizheng("runs", "overdue_sweep", "--first", "1").stdout
    assert only.count("2017-03-06 09:00:00") == 1


def test_the_functions_are_listed_with_their_last_run(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, busy)
    lizheng("function", "overdue_sweep", "--at", AT)
    result = lizheng("functions")
    assert result.exit_code == 0
    (sweep,) = [line for line in result.stdout.splitlines() if "overdue_sweep" in line]
    assert "*/10 * * * *" in sweep
    assert "2017-03-06 09:00:00 SUCCEEDED" in sweep
    for name in ("satisfaction_callback", "monthly_archive", "deliver_notices", "monthly_bulletin"):
        assert name in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["function", "nonsense"], "There is no function 'nonsense'."),
        (["runs", "nonsense"], "There is no function 'nonsense'."),
        (["function", "overdue_sweep", "--at", "yesterday"], "'yesterday' is no time"),
        (["function", "overdue_sweep", "--at", "2999-01-01"], "still to come"),
        (["function", "overdue_sweep", "--at", "0001-01-01"], "before the year 2000"),
    ],
)
def test_what_cannot_be_is_one_line(
    environment: Path, database: mongo.Database, arguments: list[str], said: str
) -> None:
    result = lizheng(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
