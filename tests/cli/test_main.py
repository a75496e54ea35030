"""What every command has in common."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

pytestmark = pytest.mark.ring("test")


def test_help_names_the_commands() -> None:
    said = CliRunner().invoke(app, ["--help"]).stdout
    assert "serve" in said
    assert "import-directory" in said


def test_a_wrong_setting_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    result = CliRunner().invoke(app, ["serve"])
    assert result.exit_code == 1
    assert result.stderr == "lizheng: PORT must be a number from 1 to 65535, not 'eighty'\n"


def test_a_database_that_does_not_start_is_told_with_its_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "db").write_text("a file where a directory should be")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("MONGODB_URI", raising=False)
    result = CliRunner().invoke(app, ["import-directory"])
    assert result.exit_code == 1
    assert result.stderr.startswith("lizheng: The embedded database did not start.")


def test_ctrl_c_before_the_program_is_loaded_ends_it_without_a_word() -> None:
    stopped = """
import sys

class Stopped:
    def find_spec(self, name, *_):
        if name == "cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Stopped())
from cli.entry import run
run()
"""
    ended = subprocess.run(
        [sys.executable, "-c", stopped], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
