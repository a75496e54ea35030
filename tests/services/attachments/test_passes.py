"""A pass opens what it was made for, until it runs out, and nothing once it was changed."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.access import Access
from services.attachments.passes import Pass, issue, read

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 1, 3, 9, tzinfo=UTC)
OURS = Access(b"a" * 32)
GIVEN = Pass("shown", "1", "image/jpeg", "油烟.jpg", 5, int(NOW.timestamp()) + 60)


def test_it_says_what_was_written_until_it_runs_out() -> None:
    text = issue(OURS, GIVEN)
    assert read(OURS, text, NOW) == GIVEN
    assert read(OURS, text, NOW + timedelta(seconds=60)) is None


def test_no_sign_of_it_may_be_changed() -> None:
    text = issue(OURS, GIVEN)
    for place, sign in enumerate(text):
        changed = text[:place] + ("A" if sign != "A" else "B") + text[place + 1 :]
        assert read(OURS, changed, NOW) is None, place


def test_another_key_signs_nothing_here() -> None:
    assert read(OURS, issue(Access(b"b" * 32), GIVEN), NOW) is None
    body, _, _ = issue(OURS, replace(GIVEN, id="2")).partition(".")
    _, _, seal = issue(OURS, GIVEN).partition(".")
    assert read(OURS, f"{body}.{seal}", NOW) is None


@pytest.mark.parametrize("text", ["", ".", "x", "x.y", "/../..", "é.é", "A" * 10_000])
def test_nonsense_opens_nothing(text: str) -> None:
    assert read(OURS, text, NOW) is None


@pytest.mark.parametrize("other", [b"\xff", b"\xed\xa0\x80", b"\xef\xbf\xbd"])
def test_no_byte_of_it_passes_for_another(other: bytes) -> None:
    """Neither one that is no UTF-8, nor half a character, nor the sign for what cannot be read."""
    given = replace(GIVEN, name="a?b.jpg")
    body, _, seal = issue(OURS, given).partition(".")
    plain = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    changed = base64.urlsafe_b64encode(plain.replace(b"?", other)).decode().rstrip("=")
    assert read(OURS, f"{body}.{seal}", NOW) == given
    assert read(OURS, f"{changed}.{seal}", NOW) is None
