"""Under which names senders and messages are remembered: keyed hashes, which lead to nobody."""

from __future__ import annotations

from services.access import Access


def sender_key(access: Access, channel: str, sender: str) -> str:
    """Of whoever writes by this channel from this address."""
    return access.digest("sender", channel, sender).hex()


def message_key(access: Access, channel: str, message_id: str) -> str:
    """Of one message, by its provider's id."""
    return access.digest("received", channel, message_id).hex()
