"""`lizheng hot-issues`: what many people wrote about, as imported letters tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import LETTER, file_of, lizheng

pytestmark = [pytest.mark.ring("test"), pytest.mark.usefixtures("environment", "database")]
DAY = "2017-03-06"


def letters(folder: Path, writers: int) -> Path:
    """As many people about one estate, a minute apart."""
    return file_of(
        folder,
        *(
            LETTER
            | {
                "id": str(place),
                "user": f"A{place:04}",
                "title": f"金桂苑小区物业停水停电第{place}天",
                "body": "金桂苑小区物业公司停水停电，业主无法生活。",
                "submitted_at": f"{DAY}T09:0{place}:00",
            }
            for place in range(writers)
        ),
    )


def test_an_issue_is_told_with_its_writers_days_and_letters(tmp_path: Path) -> None:
    assert lizheng("import", letters(tmp_path, 4)).exit_code == 0
    said = lizheng("hot-issues", DAY, DAY, "--letters", 2).stdout.splitlines()
    assert len(said) == 3, said
    assert said[0].startswith("  1. 金桂苑小区物业停水停电第")
    assert said[0].endswith(f"4 writers, 4 letters, {DAY} – {DAY}")
    assert all(line.startswith("     · 金桂苑小区") for line in said[1:])
    assert len(set(said)) == 3


def test_two_writers_make_none(tmp_path: Path) -> None:
    assert lizheng("import", letters(tmp_path, 2)).exit_code == 0
    assert lizheng("hot-issues", DAY, DAY).stdout.startswith("nothing that at least three people")


@pytest.mark.parametrize("day", ["2019-13-01", "yesterday", "2019"])
def test_what_is_no_day_is_refused(day: str) -> None:
    result = lizheng("hot-issues", day, "2019-06-30")
    assert result.exit_code == 1
    assert result.stderr == f"lizheng: {day}: not a day such as 2019-06-30\n"
