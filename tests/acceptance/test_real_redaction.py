"""Redaction on real letters (``LETTERS``): nothing that a reader could call is left."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from domain.redaction import is_redaction_of, redacted, redactions_of

pytestmark = pytest.mark.ring("test")

NUMBERS = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]|\d{7,}")


def test_no_number_of_a_person_survives_and_kinds_are_counted() -> None:
    lines = Path(os.environ["LETTERS"]).read_text(encoding="utf-8").splitlines()
    kinds: Counter[str] = Counter()
    for line in lines:
        letter = json.loads(line)
        for text in (letter["title"], letter["body"], letter.get("reply") or ""):
            kinds.update(one.kind.value for one in redactions_of(text))
            hidden = redacted(text)
            assert is_redaction_of(hidden, text)
            assert not NUMBERS.search(hidden)
    told = {kind: round(1000 * count / len(lines), 1) for kind, count in kinds.most_common()}
    assert {"TELEPHONE", "ADDRESS", "NAME"} <= told.keys(), told
