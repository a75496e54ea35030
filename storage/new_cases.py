"""A case as it is stored for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.case import Case
from domain.notices import Notice
from storage.case_documents import case_document
from storage.mongo import Document
from storage.waiting_notices import notice_document, notify_at

WAITING = "to_group"
"""A case's letter waits to be put into a group of letters about the same matter."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be stored: with its sealed writer, the key that opens it, and its notices.

    ``waits``: its letter waits to be grouped; not, where a list says so of it and others.
    """

    case: Case
    writer: Document
    key: bytes
    notices: Sequence[Notice] = ()
    waits: bool = True

    def document(self) -> Document:
        document = case_document(self.case)
        document["writer"] = self.writer
        document["keys"] = [self.key]
        if self.waits:
            document[WAITING] = True
        document["notices"] = [notice_document(notice) for notice in self.notices]
        if self.notices:
            document["notify_at"] = notify_at(self.notices)
        return document
