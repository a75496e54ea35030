"""Acceptance on real letters: a test is collected only where its variable names a file of them.

``LETTERS`` names letters with replies; ``LABELLED`` letters whose lines have a ``category``;
``HALF_YEAR`` letters whose lines name their ``user``.
"""

from __future__ import annotations

import os
from pathlib import Path

_OTHER_VARIABLES = {"test_real_categories.py": "LABELLED", "test_real_hot_issues.py": "HALF_YEAR"}

collect_ignore = [
    path.name
    for path in Path(__file__).parent.glob("test_*.py")
    if not os.environ.get(_OTHER_VARIABLES.get(path.name, "LETTERS"))
]
