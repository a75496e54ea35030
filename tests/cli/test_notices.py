"""`lizheng notices` and `lizheng outbox`: what was given up, and what lies on this machine."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.media import Medium
from infra.post.outbox import OutboxPost
from services.office import Office
from tests.cli.terminal import lizheng
from tests.services.functions.delivering import UNKNOWN, Letterbox, delivered, refuses
from tests.services.offices import KEYS, MONDAY, sent

pytestmark = pytest.mark.ring("test")

NOW = MONDAY + timedelta(minutes=1)


@pytest.fixture
async def numbers(environment: Path, office: Office, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of two letters that are there; commands know the office's keys."""
    for name in ("master", "access", "chain", "phone"):
        key = base64.b64encode(getattr(KEYS, name)).decode()
        monkeypatch.setenv(f"LIZHENG_{name.upper()}_KEY", key)
    return [(await sent(office, str(number))).case.number for number in range(2)]


@pytest.fixture
async def given_up(office: Office, numbers: list[str]) -> list[str]:
    """The same, their receipts refused for good."""
    await delivered(office, Letterbox(refuses(Medium.SMS, UNKNOWN)), NOW)
    return numbers


@pytest.fixture
async def posted(office: Office, numbers: list[str]) -> list[str]:
    """The same, their receipts in the outbox, a second apart."""
    times = iter([NOW, NOW + timedelta(seconds=1)])
    post: Any = OutboxPost(office.outbox, lambda: next(times))
    await delivered(office, post, NOW)
    return numbers


def test_what_was_given_up_is_listed_and_tried_again(given_up: list[str]) -> None:
    listed = lizheng("notices")
    assert listed.exit_code == 0, listed.stderr
    *lines, last = listed.stdout.splitlines()
    assert last == "2 given up"
    assert sorted(line.split()[1] for line in lines) == sorted(given_up)
    assert all("WRITER  SUBMISSION  SMS  1 attempts" in line for line in lines)
    notice = lines[0].split()[0]
    assert lizheng("notices", "--retry", notice).stdout == "1 to be tried again\n"
    assert lizheng("notices", "--retry", "all").stdout == "1 to be tried again\n"
    assert lizheng("notices").stdout == "0 given up\n"


def test_an_unknown_notice_is_one_line_of_complaint(numbers: list[str]) -> None:
    result = lizheng("notices", "--retry", "nothing")
    assert result.exit_code == 1
    assert result.stderr == "lizheng: there is no notice 'nothing' that was given up\n"


def test_the_outbox_is_shown_in_full_the_newest_last(posted: list[str]) -> None:
    shown = lizheng("outbox")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.count("SMS  +8613800138000  SUBMISSION") == 2
    assert all(number in shown.stdout for number in posted)
    newest = lizheng("outbox", "--first", "1").stdout
    assert newest.count("SUBMISSION") == 1
    assert shown.stdout.endswith(newest)
