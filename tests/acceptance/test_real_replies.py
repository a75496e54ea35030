"""Hints about real replies: how many get which, and that what says nothing gets some."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from domain.reply_quality import ReplyFlaw, warnings_of
from domain.words import LetterKind

pytestmark = pytest.mark.ring("test")

LETTERS = Path(os.environ.get("LETTERS", ""))
SAYS_NOTHING = 20
"""Signs of a whole reply."""


def test_hints_tell_replies_apart() -> None:
    """No file says which replies are good: that most flaws are rare, and none is everywhere."""
    with LETTERS.open(encoding="utf-8") as file:
        replied = [one for one in map(json.loads, file) if one.get("reply")]
    if not replied:
        pytest.skip("no letter of this file has a reply")
    found: Counter[ReplyFlaw] = Counter()
    for one in replied:
        warnings = warnings_of(one["title"], one["body"], LetterKind.HELP, one["reply"])
        found.update(warning.flaw for warning in warnings)
        if len(one["reply"].strip()) < SAYS_NOTHING:
            assert ReplyFlaw.TOO_SHORT in {warning.flaw for warning in warnings}, one["reply"]
    for flaw in ReplyFlaw:
        share = found[flaw] / len(replied)
        sys.stdout.write(f"{flaw:<18}{found[flaw]:>6}{share:>8.1%}\n")
    assert all(found[flaw] < 0.6 * len(replied) for flaw in ReplyFlaw)
