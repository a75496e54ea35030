"""Times on the database server's clock: those of the processes that share it are never compared.

They go through ``$toLong``, in milliseconds, because the embedded database does not compare
``$$NOW`` with a stored time.
"""

from __future__ import annotations

from storage.mongo import Document


def is_to_come(until: str, longest: float) -> Document:
    """Whether the field ``until`` is ahead, by at most ``longest`` seconds.

    What seems to be further ahead was written before the server's clock was put back.
    """
    left = {"$subtract": [{"$toLong": until}, {"$toLong": "$$NOW"}]}
    return {"$and": [{"$gt": [left, 0]}, {"$lte": [left, round(longest * 1000)]}]}


def in_seconds(seconds: float) -> Document:
    """The time that is so many seconds from now."""
    return {"$toDate": {"$add": [{"$toLong": "$$NOW"}, round(seconds * 1000)]}}
