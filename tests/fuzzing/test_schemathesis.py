"""Schemathesis reads the schema from the server itself and tries for a while to make it fail."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.durability.product import Product

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]
PROGRAM = Path(sys.executable).with_name("schemathesis")
SECONDS = (20, pytest.param(60, marks=pytest.mark.ring("release")))


@pytest.mark.parametrize("seconds", SECONDS)
def test_it_finds_no_server_error(
    running: Product, everybody: dict[str, str], tmp_path: Path, seconds: int
) -> None:
    tested = subprocess.run(
        [
            *(PROGRAM, "run", f"{running.url}/graphql", "--no-color", "--phases", "fuzzing"),
            *("--checks", "not_a_server_error", "--max-time", str(seconds)),
            *("--header", f"Authorization: {everybody['Authorization']}"),
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=seconds * 5,
    )
    assert tested.returncode == 0, tested.stdout[-5000:] + tested.stderr[-2000:]
    assert re.search(r"(\d{2,}) generated, \1 passed", tested.stdout), tested.stdout[-5000:]
    assert running.status("/readyz") == 200
    assert '"level":"ERROR"' not in running.said()
