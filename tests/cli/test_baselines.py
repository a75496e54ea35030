"""`lizheng baseline` and `lizheng bulletin-edition`: recorded once, corrected in the open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import REPLIED, file_of, lizheng

pytestmark = pytest.mark.ring("test")

RECORD = ("baseline", "record", "before trial operation", "--source", "a report")
MONTH = ("bulletin-edition", "2017-03", "--reason")


def test_a_baseline_is_recorded_once_and_listed(environment: Path) -> None:
    figures = ("--figure", "REPLY_RATE=0.990", "--figure", "AVERAGE_REPLY_DAYS=7.22")
    first = lizheng(*RECORD, *figures, "--for", "2017-01")
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines() == [
        "before trial operation (for 2017-01): a report",
        "  Reply rate           0.99",
        "  Average reply time   7.22",
    ]
    assert lizheng(*RECORD, *figures, "--for", "2017-01").stdout == first.stdout
    assert lizheng("baseline", "list").stdout == first.stdout
    other = lizheng(*RECORD, "--figure", "REPLY_RATE=0.5", "--for", "2017-01")
    assert other.exit_code == 1
    assert "recorded already" in other.stderr


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (("REPLY=0.9",), "'REPLY' is none of REPLY_RATE"),
        (("REPLY_RATE",), "'REPLY_RATE' is not like REPLY_RATE=0.99"),
        (("REPLY_RATE=99.2",), "REPLY_RATE must be from 0 to 1."),
        (("REPLY_RATE=0.9", "REPLY_RATE=0.8"), "REPLY_RATE is given twice"),
    ],
)
def test_a_figure_that_is_none_is_refused_in_a_line(
    environment: Path, figures: tuple[str, ...], said: str
) -> None:
    given = [part for one in figures for part in ("--figure", one)]
    result = lizheng(*RECORD, *given)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert lizheng("baseline", "list").stdout == ""


def test_a_correction_is_an_edition_that_says_what_it_changed(
    environment: Path, tmp_path: Path
) -> None:
    assert lizheng("import", file_of(tmp_path, REPLIED)).exit_code == 0
    too_early = lizheng(*MONTH, "late letters")
    assert too_early.exit_code == 1
    assert "not frozen yet" in too_early.stderr
    closing = lizheng("function", "monthly_bulletin", "--at", "2017-04-25T03:00")
    assert closing.exit_code == 0, closing.output
    late = {**REPLIED, "id": "3"}
    assert lizheng("import", file_of(tmp_path, late, name="late")).exit_code == 0
    published = lizheng(*MONTH, "late letters")
    assert published.exit_code == 0, published.output
    lines = published.stdout.splitlines()
    assert lines[:2] == ["2017-03: edition 2, frozen", "letters: 1 -> 2"]
    assert "Reply rate (REPLY_RATE/1): 1/1 = 1.0000 -> 2/2 = 1.0000" in lines
    assert "  A letter that came in late: 1 letter" in lines
    nothing = lizheng(*MONTH, "once more")
    assert nothing.exit_code == 1
    assert "Nothing has changed since edition 2" in nothing.stderr
    assert lizheng("bulletin-edition", "2017-3", "--reason", "late").exit_code == 1
