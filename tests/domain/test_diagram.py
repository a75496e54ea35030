"""The page about the process says what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.diagram import workflow_page
from domain.words import Stage
from domain.workflow import TRANSITIONS, Action

pytestmark = pytest.mark.ring("test")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"
LINES = workflow_page().splitlines()


def test_the_committed_page_is_the_one_that_the_table_gives() -> None:
    committed = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    assert committed == workflow_page(), "docs/workflow.md is out of date: run `make schema`"


def test_every_change_of_stage_is_an_arrow_and_nothing_else_is() -> None:
    arrows = [line.strip() for line in LINES if " --> " in line and "[*]" not in line]
    expected = [
        f"{stage} --> {end} : {action.zh} {action.en}"
        for stage, steps in TRANSITIONS.items()
        for action, step in steps.items()
        for end in step.to
        if end != stage
    ]
    assert arrows == expected
    assert len(set(arrows)) == len(arrows) > len(Stage)


def test_every_action_of_every_stage_is_a_row_with_both_names() -> None:
    rows = [line for line in LINES if line.startswith("| `")]
    assert len(rows) == sum(len(steps) for steps in TRANSITIONS.values())
    for action in Action:
        assert any(row.startswith(f"| `{action}` {action.zh} {action.en} |") for row in rows)
    assert all(row.count(" | ") == 4 for row in rows), "no cell breaks the table"


def test_a_row_says_who_where_to_and_on_what_conditions() -> None:
    assert (
        "| `REFUSE` 退件 Refused by the unit | 承办人 Handler | 审核 Review | `reason` "
        "| no more refusals |"
    ) in LINES
    assert (
        "| `RECORD_CONTACT` 联系来信人 Contact with the writer | 承办人 Handler "
        "| 办理 Handling, 不变 stays | `reached`, `summary`? | – |"
    ) in LINES


def test_the_nine_stages_stand_in_their_order_with_both_names() -> None:
    assert [line for line in LINES if line.startswith("### ")] == [
        f"### {place} {stage.zh} {stage.en} `{stage}`" for place, stage in enumerate(Stage, 1)
    ]


def test_notes_and_fences_are_closed() -> None:
    opened = [line for line in LINES if line.strip().startswith("note right of ")]
    closed = [line for line in LINES if line.strip() == "end note"]
    assert len(opened) == len(closed) == len(TRANSITIONS) - 1, "all stages but ARCHIVE"
    assert LINES.count("```mermaid") == LINES.count("```") == 1
