"""The README's transcript, run literally against the real product."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.durability.product import Product

README = Path(__file__).resolve().parent.parent / "README.md"
TRANSCRIPT = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


def test_a_newcomer_walks_a_letter_to_its_conclusion_and_runs_the_functions(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    transcript = "".join(TRANSCRIPT.findall(README.read_text(encoding="utf-8")))
    product = Product(tmp_path, unused_tcp_port)
    product.start()
    try:
        done = subprocess.run(
            ["bash", "-eu", "-c", transcript],
            cwd=README.parent,
            env=product.environ,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        product.stop()
    finally:
        product.remove()
    assert done.returncode == 0, done.stderr
    stages = re.findall(r'"stage": ?"([A-Z]+)"', done.stdout)
    assert stages == [
        *("REVIEW", "TRANSFER", "COMMUNICATION", "HANDLING", "FEEDBACK", "CALLBACK", "CONCLUSION")
    ]
    assert '"actionName": "Survey answered"' in done.stdout
    walk, _, functions = done.stdout.partition(": whole\n")
    assert '"errors":[]' in walk
    for told in ("monthly_bulletin", "would change", "SUCCEEDED", "30 2 2 * *", "INVALID_INPUT"):
        assert told in functions, told
    assert functions.count('"enabled":false') == functions.count('"enabled":true') == 1
