"""Baselines: what they are called, and what may be held against them."""

from __future__ import annotations

import pytest

from domain.baselines import Baseline, is_comparable

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("baseline", "zh", "en"),
    [
        (Baseline("2016-12", False, {}), "2016年12月", "December 2016"),
        (Baseline("before", True, {}, name_zh="以前"), "以前", "before"),
        (Baseline("before", True, {}), "before", "before"),
        # recorded before there were Chinese names
        (Baseline("before trial operation", True, {}), "试运行前", "before trial operation"),
    ],
)
def test_a_baseline_is_called_by_its_name_in_each_language(
    baseline: Baseline, zh: str, en: str
) -> None:
    assert (baseline.title.zh, baseline.title.en) == (zh, en)


@pytest.mark.parametrize(("letters", "may_be"), [(0, False), (29, False), (30, True)])
def test_few_letters_are_not_held_against_others(letters: int, may_be: bool) -> None:
    assert is_comparable(letters) is may_be
