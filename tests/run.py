"""Runs the tests of a ring, with what is checked without running, and says what it took.

``python -m tests.run check|test|all|release``. Static checks run beside the first tests. A run
for a release leaves a page in ``docs/releases/``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.reference import measure
from tests.release import Outcome, write_page

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
LETTERS = Path(os.environ.get("LETTERS_DIR", ROOT.parent / "shared" / "data"))
PLAIN = "not node and not browser and not aws"
TOOLS = f"not ({PLAIN})"
"""What needs Node or a browser runs in one process, after everything else."""
STATIC = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("mypy",),
)


@dataclass(frozen=True)
class Part:
    """One run of pytest."""

    name: str
    arguments: Sequence[str]
    workers: bool = True
    environ: Mapping[str, str] = field(default_factory=dict)


def parts_of(command: str) -> list[Part]:
    """What a command runs, in this order."""
    if command == "check":
        return [Part("tests", ("-q", "tests/domain"))]
    if command == "test":
        return [Part("tests", ("--durations=20",))]
    ring = ("-q", "--ring", command)
    parts = [
        Part("tests", (*ring, "--durations=20", "-m", PLAIN)),
        Part("Node, browser, cloud", (*ring, "-m", TOOLS), workers=False),
    ]
    if command == "release":
        second = {"MONGODB_DRIVER": "pymongo"}
        parts.append(Part("second driver", (*ring, "-m", f"database and {PLAIN}"), True, second))
        parts.extend(letters(ring))
    return parts


def letters(ring: Sequence[str]) -> list[Part]:
    """The acceptance on real letters, where there are some."""
    files = {"LETTERS": "letters_replied.jsonl", "LABELLED": "letters_labelled.jsonl"}
    there = {name: str(LETTERS / file) for name, file in files.items() if (LETTERS / file).exists()}
    arguments = (*ring, "tests/acceptance")
    return [Part("real letters", arguments, environ=there)] if there else []


def run_part(part: Part, workers: int) -> Outcome:
    """Run pytest, and count."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        side_by_side = ("-n", str(workers), "--dist", "worksteal") if part.workers else ()
        command = (str(PROGRAMS / "pytest"), *part.arguments, *side_by_side, f"--junitxml={report}")
        began = time.monotonic()
        ended = subprocess.run(
            command, check=False, cwd=ROOT, env={**os.environ, **part.environ}
        ).returncode
        seconds = time.monotonic() - began
        return Outcome(part.name, ended == 0, seconds, count_tests(report))


def count_tests(report: Path) -> dict[str, int]:
    """Tests, and those of them that failed or were skipped."""
    if not report.exists():
        return {}
    suites = list(ET.parse(report).iter("testsuite"))
    return {
        name: sum(int(suite.get(name, 0)) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    }


def check_statically() -> Outcome:
    """Check everything that is checked without running; print at the end what that said."""
    began = time.monotonic()
    script = " && ".join(" ".join((str(PROGRAMS / name), *rest)) for name, *rest in STATIC)
    ended = subprocess.run(("sh", "-c", script), check=False, cwd=ROOT, capture_output=True)
    sys.stdout.write((ended.stdout + ended.stderr).decode(errors="replace"))
    return Outcome("static checks", ended.returncode == 0, time.monotonic() - began, {})


def run_mutants(workers: int) -> Outcome:
    """The mutation check, as a part of a release."""
    began = time.monotonic()
    command = (sys.executable, "-m", "tests.mutation", "--workers", str(workers))
    ended = subprocess.run(command, check=False, cwd=ROOT).returncode
    return Outcome("mutation", ended == 0, time.monotonic() - began, {})


def main() -> int:
    """Run one command; 0 when everything passed."""
    parser = argparse.ArgumentParser(description="Run the tests.")
    parser.add_argument("command", choices=("check", "test", "all", "release"))
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    # Each test process, and each that a test starts, would compile the program anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    reference, began = measure(), time.monotonic()
    first, *others = parts_of(given.command)
    with ThreadPoolExecutor(1) as beside:
        static = beside.submit(check_statically)
        outcomes = [run_part(first, given.workers)]
    outcomes.append(static.result())
    outcomes += [run_part(part, given.workers) for part in others]
    if given.command == "release":
        outcomes.append(run_mutants(given.workers))
        write_page(ROOT, reference, outcomes)
    for outcome in outcomes:
        print(outcome)  # noqa: T201
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    seconds = time.monotonic() - began
    print(f"{given.command}: {seconds:.0f} s; reference {reference:.2f} s; load {load}")  # noqa: T201
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
