"""A seal over all that a stored case says of itself, not over its history alone.

A case's seal lies in its document and covers the whole of it. It has a tag for each field, so that
a change is named and a write renews only the tags of what it writes; and one code over all tags,
the case's id and a count of its writes, so that neither a tag nor a seal can be taken from another
case or from an earlier state of this one.

::

    form (1 byte) | revision (8 bytes) | tag of each field (8 bytes each) | code (16 bytes)

A tag is keyed BLAKE2b (RFC 7693) over the id, the field's name and its canonical value; the code
is HMAC-SHA256 (RFC 2104), cut to 128 bits. Both keys follow from the key of the histories, which
never enters the database (``Chain.proof``).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from domain.history import Chain
from storage.archive_lines import canonical
from storage.mongo import Document

SEAL = "state_seal"
"""The field of a case's document that holds its seal."""
FORM = 1
COVERED = (
    *("schema", "number", "mailbox", "mailbox_path", "level", "kind", "channel", "submitted_at"),
    *("letter", "account", "ownership", "partner", "history", "version", "stage", "updated_at"),
    *("changed_at", "urgency", "category", "confidential", "direct", "responsible", "involved"),
    *("seen_by", "outcome", "main_case", "due_at", "warn_at", "held_until", "provisional"),
    *("wake_at", "ask_at", "call_at", "archive_at", "clocks", "facts", "watch", "asking"),
    *("keeping", "writer", "keys", "notices", "notify_at", "notices_retried", "tombstone"),
    *("leaving", "to_group", "publication_decided"),
)
"""The fields of form 1, in the order of their tags. A further field makes a further form."""
DECIDES_ACCESS = ("number", "account", "ownership", "partner", "confidential", "seen_by")
"""What says who is shown a case; with ``keys``, where a key is what opened it."""
_PLACES = {name: place for place, name in enumerate(COVERED)}
_TAG, _CODE, _HEAD = 8, 16, 9
_SIZE = _HEAD + _TAG * len(COVERED) + _CODE


@dataclass(frozen=True, slots=True)
class _Seal:
    """A seal taken apart."""

    revision: int
    tags: tuple[bytes, ...]
    code: bytes


@dataclass(frozen=True)
class StateSeals:
    """Puts seals on documents of cases and checks them.

    ``required``: a document without a seal is a finding, and is not shown. Not required only
    while documents of an older version are being migrated; no document says so of itself.
    """

    chain: Chain
    required: bool = True

    # Writing

    def seal(self, document: Document, revision: int = 1) -> bytes:
        """The seal of a document that is written whole."""
        tags = tuple(self._tag(document, name) for name in COVERED)
        return self._packed(document["_id"], revision, tags)

    def sealed(self, document: Document, revision: int = 1) -> Document:
        """The document with its seal in it."""
        return {**document, SEAL: self.seal(document, revision)}

    def renew(self, before: Document, after: Document, fields: Iterable[str]) -> bytes | None:
        """The seal after a write that changed ``fields``; ``before`` has them as they were.

        A write never heals: a field that did not fit its tag keeps that tag, and a seal that was
        broken or taken away stays so.
        """
        known = self._read(before)
        if known is None:
            return before.get(SEAL)
        tags = list(known.tags)
        for name in fields:
            place = _PLACES.get(name)
            if place is not None and self._tag(before, name) == tags[place]:
                tags[place] = self._tag(after, name)
        return self._packed(before["_id"], known.revision + 1, tags)

    # Checking

    def revision(self, document: Document) -> int:
        """How many writes the seal counts; 0 for a document whose seal is none."""
        known = self._read(document)
        return known.revision if known else 0

    def is_sealed(self, document: Document) -> bool:
        """Whether there is a seal of this case, whatever became of the fields since."""
        return self._read(document) is not None

    def differing(self, document: Document, fields: Collection[str] = COVERED) -> list[str]:
        """Which of these fields are not what was sealed; the seal itself, where it is none."""
        known = self._read(document)
        if known is None:
            return [SEAL]
        return [name for name in fields if self._tag(document, name) != known.tags[_PLACES[name]]]

    def admits(self, document: Document, fields: Collection[str] = DECIDES_ACCESS) -> bool:
        """Whether what decides about access is what was sealed; anything while none is required."""
        return not (self.required and self.differing(document, fields))

    def _read(self, document: Document) -> _Seal | None:
        """The seal in a document; None when there is none that was made here for this case."""
        data = document.get(SEAL)
        if not isinstance(data, bytes) or len(data) != _SIZE or data[0] != FORM:
            return None
        body, code = data[:-_CODE], data[-_CODE:]
        if not hmac.compare_digest(code, self._code(document["_id"], body)):
            return None
        tags = tuple(body[at : at + _TAG] for at in range(_HEAD, len(body), _TAG))
        return _Seal(int.from_bytes(body[1:_HEAD], "big"), tags, code)

    def _packed(self, case_id: object, revision: int, tags: Iterable[bytes]) -> bytes:
        body = bytes([FORM]) + revision.to_bytes(8, "big") + b"".join(tags)
        return body + self._code(case_id, body)

    @cached_property
    def _keys(self) -> tuple[bytes, bytes]:
        """The key of the tags and the key of the code."""
        tags, code = (self.chain.proof(f"key of {of}", b"") for of in ("state tags", "state seals"))
        return bytes.fromhex(tags), bytes.fromhex(code)

    def _tag(self, document: Document, name: str) -> bytes:
        value = canonical(document[name]) if name in document else b""
        content = f"{document['_id']}\n{name}\n".encode() + value
        return hashlib.blake2b(content, digest_size=_TAG, key=self._keys[0]).digest()

    def _code(self, case_id: object, body: bytes) -> bytes:
        return hmac.digest(self._keys[1], f"{case_id}\n".encode() + body, "sha256")[:_CODE]
