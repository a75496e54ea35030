"""A terminal for the tests: commands typed, files of letters, and what was said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.main import app

LETTER = {
    "id": "1",
    "user": "A0001",
    "place": "A1",
    "title": "路灯不亮",
    "body": "人行道的路灯坏了很久。",
    "submitted_at": "2017-03-06T09:00:00",
}
REPLIED = {**LETTER, "id": "2", "reply": "已修好。", "replied_at": "2017-03-08T21:00:00"}


def lizheng(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def file_of(folder: Path, *letters: Mapping[str, object] | str, name: str = "letters") -> Path:
    path = folder / f"{name}.jsonl"
    lines = [one if isinstance(one, str) else json.dumps(one) for one in letters]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def summary(result: Result) -> dict[str, str]:
    """What an import says on standard output, by name."""
    rows = (line.rsplit("  ", 1) for line in result.stdout.splitlines())
    return {row[0].strip(): row[-1].strip() for row in rows}
