"""What a terminal of 80 columns shows, a log without one, and whoever mistypes a name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.tokens import DEVELOPMENT_ISSUER, DEVELOPMENT_KEY, DevelopmentIssuer, Verifier
from cli import progress
from cli.banner import banner
from cli.main import app
from domain.definitions import CURRENT
from domain.words import Role
from services.functions import overdue_sweep
from services.functions.runs import Run
from services.functions.table import FUNCTIONS
from services.functions.workshop import Workshop
from settings import Settings
from tests.cli.terminal import REPLIED, file_of, lizheng

pytestmark = pytest.mark.ring("test")

AT = "2017-03-06T09:00"
NARROW = {"COLUMNS": "80", "FORCE_COLOR": "1", "TERM": "xterm"}
NUMBER = "20170306-000001-7"


def narrow(*arguments: str) -> str:
    """What a terminal of 80 columns shows, without its colours."""
    shown = CliRunner().invoke(app, arguments, env=NARROW)
    assert shown.exit_code == 0, shown.output
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.stdout)


async def busy(workshop: Workshop, run: Run) -> None:
    run.saw()
    run.changed(NUMBER, "SUPERVISE")


def test_a_narrow_table_keeps_whole_what_one_has_to_type(
    environment: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(overdue_sweep, "overdue_sweep", busy)
    lizheng("function", "overdue_sweep", "--at", AT)
    shown = narrow("functions")
    for function in FUNCTIONS.values():
        assert re.search(
            rf"^\s*{function.name}\s+{re.escape(function.schedule)}\s", shown, re.MULTILINE
        )
    assert max(map(len, shown.splitlines())) <= 80
    assert re.search(r"^\s*2017-03-06 09:00:00\s", narrow("runs", "overdue_sweep"), re.MULTILINE)
    assert NUMBER in narrow("function", "overdue_sweep", "--dry-run")
    letters = [{**REPLIED, "id": f"{place}"} for place in range(10)]
    assert lizheng("import", file_of(tmp_path, *letters)).exit_code == 0
    bulletin = narrow("bulletin", "2017-03", "--lang", "en")
    assert "…" not in bulletin
    for definition in CURRENT.values():
        assert re.search(rf"{definition.id}\s*$", bulletin, re.MULTILINE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("functons",), "functions"),
        (("function", "overdue_swep"), "overdue_sweep"),
        (("runs", "monthly-archive"), "monthly_archive"),
        (("token", "HANDLR"), "HANDLER"),
        (("token", "HANDLER", "--unit", "5101049"), "510104"),
        (("bulletin", "2017-3"), "2017-03"),
        (("bulletin", "201703"), "2017-03"),
        (("bulletin", "2017-03", "--unit", "5101049"), "510104"),
        (("open-data", "2017/3", "--to", "x"), "2017-03"),
        (("baseline", "record", "x", "--source", "y", "--figure", "REPLY=0.9"), "REPLY_RATE"),
    ],
)
def test_a_name_that_is_mistyped_is_answered_with_the_one_that_was_meant(
    environment: Path, typed: tuple[str, ...], meant: str
) -> None:
    lizheng("indexes")
    result = lizheng(*typed)
    assert result.exit_code != 0
    assert meant in result.stderr.replace("\n", " ").split(typed[-1])[-1]


def test_a_run_that_was_done_before_says_so(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue_sweep, "overdue_sweep", busy)
    first, second = (lizheng("function", "overdue_sweep", "--at", AT) for _ in range(2))
    assert "before" not in first.stderr
    assert "carried out before" in second.stderr
    assert second.stdout == first.stdout


def test_long_work_without_a_terminal_tells_how_far_it_is(
    environment: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(progress, "SECONDS", 0.0)
    told = lizheng("import", file_of(tmp_path, REPLIED))
    assert "Letters: 100 %" in told.stderr
    assert "Letters" not in told.stdout


def test_a_token_is_asked_for_by_its_role_alone(environment: Path) -> None:
    seed = Settings.from_environment({"DATA_DIR": str(environment)}).secrets.token_key
    assert seed is not None
    verifier = Verifier(DEVELOPMENT_ISSUER, {DEVELOPMENT_KEY: DevelopmentIssuer(seed).public_key()})
    for typed in (("handler",), ("--role", "HANDLER"), ("HANDLER", "--role", "handler")):
        token = lizheng("token", *typed).stdout.strip()
        assert verifier.actor(token).roles == {Role.HANDLER}
    assert "name one role" in lizheng("token").stderr
    assert "name one role" in lizheng("token", "HANDLER", "--role", "OPS").stderr


def test_the_banner_names_the_pages_first_and_no_token(environment: Path) -> None:
    settings = Settings.from_environment({"DATA_DIR": str(environment)})
    lines = banner(settings, None).splitlines()
    assert [line.split()[-1].rsplit("/", 1)[-1] for line in lines[2:4]] == ["city", "letters"]
    assert "lizheng token ROLE" in lines[-2]
    assert max(map(len, lines)) <= 80
