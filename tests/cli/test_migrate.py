"""`lizheng migrate` on cases that need nothing; the work itself is tested below the commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.case_documents import SCHEMA
from tests.cli.terminal import REPLIED, file_of, lizheng

pytestmark = pytest.mark.ring("test")


def test_it_tells_how_many_it_changed_and_running_it_again_changes_nothing(
    environment: Path, tmp_path: Path
) -> None:
    assert lizheng("import", file_of(tmp_path, REPLIED)).exit_code == 0
    for _ in range(2):
        result = lizheng("migrate")
        assert result.exit_code == 0, result.output
        assert result.stdout == (
            f"0 cases brought to schema {SCHEMA}, 0 left in an older one\n"
            "search terms of 0 letters made anew\n"
            "0 cases sealed, 0 other documents bound, 0 put aside\n"
        )
