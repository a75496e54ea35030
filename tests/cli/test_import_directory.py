"""`lizheng import-directory` fills the directory and says what it did."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.import_directory import import_directory
from storage import mongo

pytestmark = pytest.mark.ring("test")

FILLED = "1526 units, 2659 mailboxes, 650 categories; "


@pytest.fixture(autouse=True)
def _environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mongo_uri: str, database: mongo.Database
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MONGODB_URI", mongo_uri)
    monkeypatch.setenv("MONGODB_DATABASE", database.name)


def lizheng(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(import_directory)
    return CliRunner().invoke(app, arguments)


@pytest.mark.ring("all")
def test_it_fills_the_directory_with_chengdu_and_a_second_time_changes_nothing() -> None:
    first, second = lizheng(), lizheng()
    assert (first.exit_code, first.stdout) == (0, FILLED + "4847 documents changed\n")
    assert (second.exit_code, second.stdout) == (0, FILLED + "0 documents changed\n")


def test_a_folder_with_a_fault_is_refused_with_file_and_line(tmp_path: Path) -> None:
    result = lizheng("--from", str(tmp_path))
    assert result.exit_code == 1
    assert result.stderr.startswith("divisions.csv:1: the file is missing from ")
    assert result.stdout == ""
