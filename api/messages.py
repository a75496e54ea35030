"""The shapes of a client's messages in ``graphql-transport-ws``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

MOST_ID = 128


def is_well_formed(message: object) -> bool:
    """Whether it is a message that can be looked at further."""
    if not isinstance(message, dict):
        return False
    kind = message.get("type")
    return isinstance(kind, str) and _SHAPES.get(kind, _is_anything)(message)


def _is_anything(message: Mapping[str, object]) -> bool:
    return True


def _has_id(message: Mapping[str, object]) -> bool:
    found = message.get("id")
    return isinstance(found, str) and 0 < len(found) <= MOST_ID


def _is_subscribe(message: Mapping[str, object]) -> bool:
    payload = message.get("payload")
    return (
        _has_id(message)
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


_SHAPES: Mapping[str, Callable[[Mapping[str, object]], bool]] = {
    "subscribe": _is_subscribe,
    "complete": _has_id,
}
