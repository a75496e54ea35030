"""Summaries of cases, read from as much of the document as was asked for.

``PARTS`` names, for every part of a summary, the field it lies in and how it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from domain.summary import Summary
from domain.words import Channel, LetterKind, Outcome, Stage, Urgency
from storage.case_documents import read_place
from storage.history_documents import read_clocks
from storage.mongo import Document


def _as_it_is(name: str) -> tuple[str, Callable[[Document], Any]]:
    return name, lambda document: document[name]


def _path(name: str) -> tuple[str, Callable[[Document], Any]]:
    return name, lambda document: tuple(document[name])


PARTS: Mapping[str, tuple[str, Callable[[Document], Any]]] = {
    "number": _as_it_is("number"),
    "title": ("letter.title", lambda document: document["letter"]["title"]),
    "mailbox": _as_it_is("mailbox"),
    "kind": ("kind", lambda document: LetterKind[document["kind"]]),
    "channel": ("channel", lambda document: Channel[document["channel"]]),
    "place": ("letter.place", lambda document: read_place(document["letter"]["place"])),
    "submitted_at": _as_it_is("submitted_at"),
    "updated_at": _as_it_is("updated_at"),
    "version": _as_it_is("version"),
    "stage": ("stage", lambda document: Stage[document["stage"]]),
    "urgency": ("urgency", lambda document: Urgency[document["urgency"]]),
    "category": _path("category"),
    "confidential": _as_it_is("confidential"),
    "direct": _as_it_is("direct"),
    "responsible": _path("responsible"),
    "outcome": ("outcome", lambda document: document["outcome"] and Outcome[document["outcome"]]),
    "main_case": _as_it_is("main_case"),
    "partner": ("partner", lambda document: document.get("partner")),
    "clocks": ("clocks", read_clocks),
}


def fields_of(parts: Collection[str]) -> list[str]:
    """The stored fields that these parts are read from."""
    return ["_id", *(PARTS[part][0] for part in PARTS if part in parts)]


def summary_reader(parts: Collection[str]) -> Callable[[Document], Summary]:
    """What makes a summary of a document that was fetched with ``fields_of(parts)``."""
    readers = [(part, read) for part, (_, read) in PARTS.items() if part in parts]

    def read_summary(document: Document) -> Summary:
        return Summary(document["_id"], **{part: read(document) for part, read in readers})

    return read_summary
