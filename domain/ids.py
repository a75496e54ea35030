"""Global ids: opaque to clients, one kind and one key to the house."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum

from domain.refusals import InvalidInput


class Kind(StrEnum):
    """What can be fetched again by its id."""

    CASE = "Case"
    MAILBOX = "Mailbox"
    UNIT = "Unit"
    CATEGORY = "Category"
    FUNCTION_RUN = "FunctionRun"


def global_id(kind: Kind, key: str) -> str:
    """The id that clients see."""
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def read_id(text: str, field: str) -> tuple[Kind, str]:
    """Kind and key of an id; ``InvalidInput`` naming ``field`` for what is none of ours."""
    try:
        padded = text + "=" * (-len(text) % 4)
        plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        kind, _, key = plain.partition(":")
        return Kind(kind), key
    except (ValueError, binascii.Error):
        raise InvalidInput("标识无效。", "This is not an id from here.", field) from None


def key_of(text: str, kind: Kind, field: str) -> str:
    """The key of an id of this kind; ``InvalidInput`` naming ``field`` otherwise.

    A mailbox may be named by its code, such as ``5101/HEAD``: no id of ours has a slash in it.
    """
    if kind is Kind.MAILBOX and "/" in text:
        return text
    found, key = read_id(text, field)
    if found is not kind or not key:
        raise InvalidInput(f"须为{kind}的标识。", f"This must be the id of a {kind}.", field)
    return key


def mailbox_code(text: str) -> str | None:
    """The code in what names a mailbox: that itself, or its global id; None for what does not."""
    try:
        return key_of(text.strip(), Kind.MAILBOX, "mailboxId")
    except InvalidInput:
        return None
