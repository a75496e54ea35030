"""Secrets inside text: a query code, a link's token, a sign-in code.

Whoever puts a secret into words marks it there, and the mark stays around it while the words are
joined, shortened and stored. Whoever sends the words reveals them; whoever shows, logs or counts
them masks them. So nobody has to know afterwards what a secret looks like.

The marks are noncharacters: no text that came in can hold one (``domain.text``).
"""

from __future__ import annotations

import re

_START, _END = "\ufdd0", "\ufdd1"
_MARKED = re.compile(f"{_START}([^{_START}{_END}]*){_END}?")
MASK = "…"


def mark_secret(secret: str) -> str:
    """The secret as it stands in words that are not sent yet."""
    return f"{_START}{secret}{_END}"


def reveal_secrets(words: str) -> str:
    """As the one receiver reads it."""
    return words.replace(_START, "").replace(_END, "")


def mask_secrets(words: str) -> str:
    """As everybody else may read it."""
    return _MARKED.sub(MASK, words).replace(_END, "")


def find_secrets(words: str) -> tuple[str, ...]:
    """The secrets that are marked, in their order."""
    return tuple(secret for secret in _MARKED.findall(words) if secret)
