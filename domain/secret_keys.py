"""Keys that a process may not have: each is missed where it is used, and named there."""

from __future__ import annotations

from domain.runs import JobFailed


class MissingKey(JobFailed):
    """A key that this process was not given, because it was thought not to need it."""


def present(key: bytes | None, name: str) -> bytes:
    """The key; raises ``MissingKey``, which names its variable, where there is none."""
    if key is None:
        raise missing(name)
    return key


def missing(name: str) -> MissingKey:
    """What is raised where the key of this name is used."""
    return MissingKey(f"LIZHENG_{name}_KEY is needed here, and was not given to this process")
