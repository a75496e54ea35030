"""Acceptance on real letters: collected only where ``LETTERS`` names a file of them."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("LETTERS") else ["test_*.py"]
