"""The schedules that are deployed are the table's."""

from __future__ import annotations

from cli.resources import SCHEDULES, schedules


def test_the_committed_schedules_are_the_tables() -> None:
    committed = SCHEDULES.read_text(encoding="utf-8")
    assert committed == schedules(), "the table changed: run `make infra`"
