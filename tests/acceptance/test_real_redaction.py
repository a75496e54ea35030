"""Redaction on real letters (``LETTERS``): nothing that a reader could call is left."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from domain.redaction import hide, is_redaction_of, redactions_of

pytestmark = pytest.mark.ring("test")

NUMBERS = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]|\d{7,}")
AMOUNT = re.compile(r"(?:\.\d+)?(?:元|平方)")
OF_A_PAPER = re.compile(r"(?:编号|备案号|信用代码)[^，。]{0,24}$")


def numbers_left(text: str) -> list[str]:
    """Long numbers that are no amount, nor the number of a paper or a firm."""
    return [
        found.group()
        for found in NUMBERS.finditer(text)
        if not AMOUNT.match(text, found.end())
        and not OF_A_PAPER.search(text[max(0, found.start() - 40) : found.start()])
    ]


def test_no_number_of_a_person_survives_and_kinds_are_counted() -> None:
    lines = Path(os.environ["LETTERS"]).read_text(encoding="utf-8").splitlines()
    kinds: Counter[str] = Counter()
    for line in lines:
        letter = json.loads(line)
        for text in (letter["title"], letter["body"], letter.get("reply") or ""):
            found = redactions_of(text)
            kinds.update(one.kind.value for one in found)
            hidden = hide(text, found)
            assert is_redaction_of(hidden, text)
            assert numbers_left(hidden) == []
    told = {kind: round(1000 * count / len(lines), 1) for kind, count in kinds.most_common()}
    assert {"TELEPHONE", "ADDRESS", "NAME"} <= told.keys(), told
