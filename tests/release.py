"""The page that a run for a release leaves in ``docs/releases/``."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "docs/releases"


@dataclass(frozen=True)
class Outcome:
    """What became of a part of a run, in seconds, and how many tests it had."""

    name: str
    passed: bool
    seconds: float
    counts: Mapping[str, int]

    def __str__(self) -> str:
        """One line."""
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)
        return (
            f"{'passed' if self.passed else 'FAILED'} {self.seconds:7.1f} s  {self.name}  {counts}"
        )


def write_page(root: Path, reference: float, outcomes: Sequence[Outcome]) -> Path:
    """Write commit, date, machine and what every part took; where the page lies."""
    now, commit = datetime.now(UTC), _commit(root)
    path = root / FOLDER / f"{now:%Y-%m-%d}-{commit[:10]}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(_page(now, commit, reference, outcomes), encoding="utf-8")
    return path


def _page(now: datetime, commit: str, reference: float, outcomes: Sequence[Outcome]) -> str:
    passed = all(outcome.passed for outcome in outcomes)
    rows = [
        f"| {one.name} | {'passed' if one.passed else 'failed'} | {one.seconds:.0f} | "
        + " | ".join(str(one.counts.get(name, "")) for name in ("tests", "failures", "skipped"))
        + " |"
        for one in outcomes
    ]
    return "\n".join(
        (
            f"# {'Passed' if passed else 'Failed'}, {now:%Y-%m-%d %H:%M} UTC",
            "",
            f"- commit {commit}",
            f"- machine: {_processor()}, {os.cpu_count()} cores, {platform.system()}",
            f"- Python {platform.python_version()}, load {os.getloadavg()[2]:.1f}",
            f"- reference: {reference:.2f} s (`python -m tests.reference`)",
            "",
            "| part | | seconds | tests | failures | skipped |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        )
    )


def _commit(root: Path) -> str:
    """The commit, and whether something in the folder differs from it."""

    def git(*arguments: str) -> str:
        command = ("git", *arguments)
        return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout

    changed = " and changes" if git("status", "--porcelain").strip() else ""
    return git("rev-parse", "HEAD").strip() + changed


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
