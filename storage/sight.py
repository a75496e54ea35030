"""Who may see a case, as a part of the query: what is not matched does not exist for a reader.

The rows are the access table of the product: citizens see what their account wrote; staff of
the whole city see all, confidential cases only as reviewer or supervisor; staff of a unit see
what that unit or one below has, and what involves them; ops and partners see no case.
"""

from __future__ import annotations

from collections.abc import Collection

from domain.actors import STAFF, Actor
from domain.words import Role
from storage.mongo import Document

_NOTHING: Document = {"_id": {"$in": []}}
_READS_CONFIDENTIAL = STAFF - {Role.INTAKE}


def visible_to(actor: Actor) -> Document:
    """The filter that goes with every query for ``actor``; ``{}`` where everything is seen."""
    if Role.SYSTEM in actor.roles:
        return {}
    if actor.is_staff:
        return _seen_by_staff(actor)
    if actor.subject is not None and Role.CITIZEN in actor.roles:
        return {"account": actor.subject}
    return _NOTHING


def counts_for(actor: Actor, seen_by: Collection[str], *, confidential: bool) -> bool:
    """Whether a case at hand is counted for ``actor``: what staff see, in public every one.

    ``seen_by`` has the units that see it, as it is stored. All public tables count the same
    letters: what one of them left out would be the difference of two.
    """
    if not actor.is_staff:
        return True
    reads = not confidential or bool(actor.roles & _READS_CONFIDENTIAL)
    return reads and (actor.unit is None or actor.unit in seen_by)


def _seen_by_staff(actor: Actor) -> Document:
    seen: Document = {}
    if actor.unit is not None:
        seen["seen_by"] = actor.unit
    if not actor.roles & _READS_CONFIDENTIAL:
        seen["confidential"] = False
    return seen
