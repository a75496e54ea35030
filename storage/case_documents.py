"""A case as a document and back: the one place that knows what a stored case looks like.

Fields that queries use stand at the top; what only a reader of the whole case needs (the body,
the history, the clocks' pauses) lies below. A document carries the version of its schema.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from domain.case import Case
from domain.facts import facts_of
from domain.letters import Letter, Place
from domain.ownership import Ownership
from domain.words import Channel, LetterKind, MailboxLevel, Outcome, Stage, Urgency
from storage.facts_documents import facts_document
from storage.history_documents import clock_document, entry_document, read_clocks, read_entry
from storage.kept_documents import kept_fields, read_kept
from storage.migrations import current, latest
from storage.mongo import Document

SCHEMA = latest()
"""Of the documents that are written here; a change of it is a migration."""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The due date of a case that has none, so that a queue by due date ends with them."""


def case_document(case: Case) -> Document:
    """Everything of a case but its letter's writer, its keys and its notices."""
    letter = case.letter
    return {
        "_id": case.id,
        "schema": SCHEMA,
        "number": case.number,
        "mailbox": letter.mailbox,
        "mailbox_path": list(case.mailbox_path),
        "level": case.level.value,
        "kind": letter.kind.value,
        "channel": letter.channel.value,
        "submitted_at": letter.submitted_at,
        "letter": {
            "title": letter.title,
            "body": letter.body,
            "place": _place_document(letter.place),
            "consent_to_publish": letter.consent_to_publish,
            "reachable": letter.reachable,
            "source_id": letter.source_id,
        },
        "account": case.account,
        "ownership": asdict(case.ownership) if case.ownership else None,
        "partner": case.partner,
        "history": [entry_document(entry) for entry in case.history],
        **moving_fields(case),
        **kept_fields(case),
    }


def moving_fields(case: Case) -> Document:
    """What an action can change, history apart."""
    clock = case.stage_clock
    stop = case.open_stop(case.updated_at)
    return {
        "version": case.version,
        "stage": case.stage.value,
        "updated_at": case.updated_at,
        "changed_at": case.changed_at,
        "urgency": case.urgency.value,
        "category": list(case.category),
        "confidential": case.confidential,
        "direct": case.direct,
        "responsible": list(case.responsible),
        "involved": [list(path) for path in case.involved],
        "seen_by": sorted({code for path in (case.path, *case.involved) for code in path}),
        "outcome": case.outcome.value if case.outcome else None,
        "main_case": case.main_case,
        "due_at": clock.due_at if clock else NEVER,
        "warn_at": clock.warn_at if clock else NEVER,
        "held_until": stop.until if stop else None,
        "provisional": any(one.provisional for one in case.clocks.values()),
        "wake_at": case.wake_at,
        "ask_at": case.ask_at,
        "call_at": case.call_at,
        "archive_at": case.archive_at,
        "clocks": {limit.value: clock_document(one) for limit, one in case.clocks.items()},
        "facts": facts_document(facts_of(case.history, case.promise)),
    }


def read_case(document: Document) -> Case:
    """The whole case; the document, which may be in an older schema, must be fetched whole."""
    document = current(document)
    return Case(
        id=document["_id"],
        number=document["number"],
        letter=_read_letter(document),
        mailbox_path=tuple(document["mailbox_path"]),
        stage=Stage[document["stage"]],
        history=tuple(read_entry(entry) for entry in document["history"]),
        clocks=read_clocks(document),
        urgency=Urgency[document["urgency"]],
        category=tuple(document["category"]),
        confidential=document["confidential"],
        direct=document["direct"],
        responsible=tuple(document["responsible"]),
        involved=tuple(tuple(path) for path in document["involved"]),
        outcome=Outcome[document["outcome"]] if document["outcome"] else None,
        main_case=document["main_case"],
        account=document["account"],
        ownership=read_ownership(document),
        partner=document.get("partner"),
        level=MailboxLevel[document["level"]],
        **read_kept(document),
    )


def read_ownership(document: Document) -> Ownership | None:
    """Whose a letter became; None for one that is whose it was."""
    told = document.get("ownership")
    return Ownership(**told) if told else None


def new_entries(before: Case, after: Case) -> list[Document]:
    """The history entries that ``after`` has more than ``before``."""
    return [entry_document(entry) for entry in after.history[before.version :]]


def _read_letter(document: Document) -> Letter:
    letter = document["letter"]
    return Letter(
        mailbox=document["mailbox"],
        kind=LetterKind[document["kind"]],
        title=letter["title"],
        body=letter["body"],
        channel=Channel[document["channel"]],
        submitted_at=document["submitted_at"],
        place=read_place(letter["place"]),
        consent_to_publish=letter["consent_to_publish"],
        reachable=letter["reachable"],
        source_id=letter["source_id"],
    )


def _place_document(place: Place) -> Document:
    located = place.longitude is not None and place.latitude is not None
    point = {"type": "Point", "coordinates": [place.longitude, place.latitude]}
    return {"address": place.address, "point": point if located else None}


def read_place(document: Document) -> Place:
    """Where a letter's matter is."""
    point = document["point"]
    longitude, latitude = point["coordinates"] if point else (None, None)
    return Place(document["address"], longitude, latitude)
