"""The schedules that are deployed are the table's."""

from __future__ import annotations

import pytest

from cli.resources import SCHEDULES, schedules

pytestmark = pytest.mark.ring("test")


def test_the_committed_schedules_are_the_tables() -> None:
    committed = SCHEDULES.read_text(encoding="utf-8")
    assert committed == schedules(), "the table changed: run `make infra`"
