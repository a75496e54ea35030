"""What an update makes of a document: MongoDB's operators as far as cases are written with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

from storage.mongo import Document

_Write: TypeAlias = Callable[[Any, Any, Any], None]


def touched(update: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The top-level fields that an update writes."""
    paths = (path for written in update.values() for path in written)
    return list(dict.fromkeys(path.partition(".")[0] for path in paths))


def updated(document: Document, update: Mapping[str, Mapping[str, Any]]) -> Document:
    """The fields that an update writes, as they are after it; ``document`` has them before it."""
    after = {name: deepcopy(document[name]) for name in touched(update) if name in document}
    after["_id"] = document["_id"]
    for operator, written in update.items():
        for path, value in written.items():
            _apply(after, path, value, _OPERATORS[operator])
    return after


def _apply(document: Document, path: str, value: Any, write: _Write) -> None:
    *way, last = path.split(".")
    holder: Any = document
    for name in way:
        if isinstance(holder, dict) and name not in holder and write is _unset:
            return
        holder = holder[int(name)] if isinstance(holder, list) else holder.setdefault(name, {})
    write(holder, int(last) if isinstance(holder, list) else last, value)


def _set(holder: Any, name: Any, value: Any) -> None:
    if isinstance(holder, list):
        holder += [None] * (name + 1 - len(holder))
    holder[name] = value


def _unset(holder: Any, name: Any, _: Any) -> None:
    holder.pop(name, None)


def _push(holder: Any, name: Any, value: Any) -> None:
    holder.setdefault(name, []).extend(value["$each"])


def _least(holder: Any, name: Any, value: Any) -> None:
    if name not in holder or _is_less(value, holder[name]):
        holder[name] = value


def _is_less(value: Any, known: Any) -> bool:
    """In MongoDB's order null comes before every number and time."""
    return known is not None and (value is None or value < known)


def _add(holder: Any, name: Any, value: Any) -> None:
    holder[name] = holder.get(name, 0) + value


_OPERATORS: Mapping[str, _Write] = {
    "$set": _set,
    "$unset": _unset,
    "$push": _push,
    "$min": _least,
    "$inc": _add,
}
