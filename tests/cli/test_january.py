"""`lizheng january`: what it refuses, and what it prints of a month."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.january import not_empty
from cli.opening import read_settings
from tests.cli.terminal import LETTER, file_of, lizheng

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 2, 25, tzinfo=UTC)


def test_a_database_that_holds_cases_is_left_as_it_is(environment: Path, tmp_path: Path) -> None:
    assert lizheng("import", file_of(tmp_path, LETTER)).exit_code == 0
    result = lizheng("january")
    assert result.exit_code == 1
    assert "there are other cases in the database" in result.stderr
    assert "MONGODB_DATABASE" in result.stderr


def test_a_directory_of_another_city_is_refused(environment: Path) -> None:
    result = lizheng("january")
    assert result.exit_code == 1
    assert "need the directory of data/chengdu" in result.stderr


def test_a_data_directory_in_use_is_never_emptied(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MONGODB_URI")
    said = not_empty(read_settings())
    assert str(environment) in said
    assert "make january DATA_DIR=" in said


def test_production_gets_no_invented_letters(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "A" * 43 + "="
    for name in ("ACCESS", "CHAIN"):
        monkeypatch.setenv(f"LIZHENG_{name}_KEY", key)
    monkeypatch.setenv("LIZHENG_MASTER_KEY", "A" * 128)
    monkeypatch.setenv("ENVIRONMENT", "production")
    result = lizheng("january")
    assert result.exit_code == 1
    assert "not for ENVIRONMENT=production" in result.stderr
