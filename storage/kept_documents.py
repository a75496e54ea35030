"""What the functions keep of a case, as documents and back: each in a field of its own.

An action never writes these fields, so that it cannot undo what a function did meanwhile.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from domain.case import Case
from domain.keeping import Hold, Keeping
from domain.policies import Limit
from domain.surveys import Asking
from domain.watching import Watch
from storage.mongo import Document


def kept_fields(case: Case) -> Document:
    """Marks of the sweep, the asking of the writer, and what the archive knows."""
    return {
        "watch": _watch_document(case.watch),
        "asking": _asking_document(case.asking),
        "keeping": asdict(case.keeping),
    }


def read_kept(document: Document) -> dict[str, Any]:
    """``Case``'s arguments of these names; a case that no function has met has none of them."""
    asking = document.get("asking")
    return {
        "watch": _read_watch(document.get("watch") or {}),
        "asking": Asking(**{**asking, "asked": tuple(asking["asked"])}) if asking else None,
        "keeping": _read_keeping(document.get("keeping") or {}),
    }


def _watch_document(watch: Watch) -> Document:
    return {
        "warned": {limit.value: at for limit, at in watch.warned.items()},
        "overdue": {limit.value: at for limit, at in watch.overdue.items()},
        "next_rung_at": {limit.value: at for limit, at in watch.next_rung_at.items()},
    }


def _read_watch(document: Document) -> Watch:
    return Watch(
        warned={Limit[limit]: at for limit, at in document.get("warned", {}).items()},
        overdue={Limit[limit]: at for limit, at in document.get("overdue", {}).items()},
        next_rung_at={Limit[limit]: at for limit, at in document.get("next_rung_at", {}).items()},
    )


def _asking_document(asking: Asking | None) -> Document | None:
    return {**asdict(asking), "asked": list(asking.asked)} if asking else None


def _read_keeping(document: Document) -> Keeping:
    hold = document.get("hold")
    return Keeping(**{**document, "hold": Hold(**hold) if hold else None})
