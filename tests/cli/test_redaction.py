"""`lizheng redaction`: what the rules find of what readers marked, kind by kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import lizheng

pytestmark = pytest.mark.ring("test")
LINE = {"text": "打13800138000找张三。", "spans": [{"start": 1, "end": 12, "kind": "TELEPHONE"}]}


def test_recall_and_precision_are_told_of_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    stays = {"text": "打12345。", "spans": []}
    path.write_text("\n".join(map(json.dumps, (LINE, stays))), encoding="utf-8")
    told = lizheng("redaction", path).stdout.splitlines()
    assert told[0] == "labelled.jsonl"
    assert told[1].split() == ["kind", "marked", "recall", "found", "precision"]
    assert told[2].split() == ["TELEPHONE", "1", "1.000", "1", "1.000"]
    assert told[-1] == "left as they are: 1 of 1 sentences without a mark"


def test_a_line_that_is_no_labelled_sentence_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(LINE) + '\n{"text": "a"}\n', encoding="utf-8")
    told = lizheng("redaction", path)
    assert told.exit_code == 1
    assert "line 2" in told.stderr
